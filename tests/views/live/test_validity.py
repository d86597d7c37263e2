"""Validity: whose microphone stands behind a tuning, and whether it is this one."""

import re
from dataclasses import replace

import pytest

from voicelab import Tuning, samples
from voicelab.audio import Capture
from voicelab.tuning import CaptureUsed, Evidence, RecordingUsed
from voicelab.views.live.validity import validity

CALL = {"echo_cancellation": True, "noise_suppression": True, "auto_gain": True}
FAN = samples.manifest()[0]


def used(name, *, kind="fan", sha256="0" * 64, **capture):
    said = CaptureUsed(**capture) if capture else None
    return RecordingUsed(name=name, kind=kind, seconds=9, sha256=sha256, capture=said)


MINE = used("my_fan", **CALL)
LENT = used("a_fan", sha256=FAN.sha256)
MADE = used("a_speaker echo", kind="echo")


@pytest.mark.parametrize(
    ("recordings", "now", "holds", "words"),
    [
        ((), CALL, None, "Nothing was measured for this tuning yet"),
        ((MINE,), None, None, "known once the microphone is open"),
        ((MINE, MADE), CALL, True, "captured as it is here: it holds"),
        ((MINE,), {**CALL, "auto_gain": False}, False, "auto gain is off; my_fan was recorded"),
        ((LENT, MADE), CALL, None, r"recordings that ship \(a_fan\), not on your microphone"),
        ((LENT, MINE), {**CALL, "auto_gain": False}, False, "auto gain is off; my_fan"),
        ((used("old"),), CALL, False, "how old was recorded is not known"),
    ],
)
def test_only_ones_own_recordings_say_whether_a_tuning_holds(recordings, now, holds, words):
    tuning = replace(Tuning.from_profile("guide"), evidence=Evidence(recordings=recordings))
    found = validity(tuning, None if now is None else Capture(**now))
    assert found.holds is holds
    assert re.search(words, found), found


def test_two_suppressors_in_a_row_keep_a_tuning_from_being_called_valid():
    tuning = replace(Tuning.from_profile("guide"), evidence=Evidence(recordings=(MINE,)))
    tuning = tuning.with_value("/enhancement/input_audio_noise_reduction", "near_field")
    found = validity(tuning, Capture(**CALL))
    assert found.holds is None
    assert "noise is suppressed twice" in found
