"""Mistakes that people make: a helpful sentence, or a right result."""

from dataclasses import replace

import numpy as np
import pytest
from made_rooms import RATE_HZ, Ear, clicks, speech, start

from voicelab import samples
from voicelab.audio import Recording, Span, Turn, draft_turns
from voicelab.vad import Condition, Grid, Memory, Setting, TurnDetection, scenes, sweep

GRID = Grid(speech_durations_ms=(0,))
KEYS = clicks(every_ms=2900, seconds=60)


EAR = Ear(0.8, 0.3)


def swept(*takes, detectors=(EAR,), grid=GRID):
    return sweep(scenes(takes, snr_db=[10]), detectors=list(detectors), grid=grid, memory=Memory())


def test_labels_in_milliseconds_read_as_seconds_are_told_so():
    take = speech(3)
    late = tuple(
        Turn(tuple(Span(1000 * begin, 1000 * end) for begin, end in turn.spans))
        for turn in take.turns
    )
    with pytest.raises(ValueError, match="were seconds read as milliseconds"):
        replace(take, turns=late)


def test_labels_in_seconds_read_as_milliseconds_are_told_so():
    take = speech(30)
    early = tuple(
        Turn(tuple(Span(begin / 1000, end / 1000) for begin, end in turn.spans))
        for turn in take.turns
    )
    with pytest.raises(ValueError, match="do the labels belong to it, in milliseconds"):
        swept(replace(take, turns=early), KEYS)


def test_speech_given_as_noise_has_no_setting_and_says_so():
    room = samples.room()
    chatter = replace(room["speech_female_librivox_sonnet"], kind="fan", turns=None, labels=None)
    choice = swept(room["speech_male_jfk"], chatter, detectors=["silero"], grid=Grid()).choose()
    assert choice.verdict == "kept"
    assert choice.unsolved == ("fan",)


def test_sound_at_8_khz_gives_the_same_turns():
    rate_hz = 8_000
    time_s = np.arange(40 * rate_hz) / rate_hz
    spans = [Span(1000 + 2000 * n, 1600 + 2000 * n) for n in range(19)]
    sounding = np.zeros(time_s.size, bool)
    for begin, end in spans:
        sounding[round(begin * 8) : round(end * 8)] = True
    telephone = Recording(
        0.5 * np.sin(2 * np.pi * 1000 * time_s) * sounding,
        rate_hz,
        "telephone",
        "speech",
        tuple(Turn((span,)) for span in spans),
    )
    choice = swept(telephone, KEYS).choose(start=start(0.2))
    assert choice.setting.turn_detection.threshold == pytest.approx(0.56, abs=0.04)
    assert choice.figures["keyboard"].missed.value == 0


def test_silence_given_as_noise_is_told_so():
    silence = Recording(np.zeros(RATE_HZ, np.float32), RATE_HZ, "nothing", "room")
    with pytest.raises(ValueError, match=r"noise must be audible .* got silence in nothing"):
        swept(speech(3), silence)


def test_silence_given_as_speech_is_told_so():
    silence = replace(speech(3), samples=np.zeros(speech(3).samples.size, np.float32))
    assert draft_turns(silence) == ()
    with pytest.raises(ValueError, match="speech must be audible"):
        swept(silence, KEYS)
    with pytest.raises(ValueError, match="at least one labelled turn of speech, got none"):
        swept(replace(silence, turns=(), labels="drafted"), KEYS)


def test_three_seconds_of_noise_show_nothing_and_say_how_much_would():
    choice = swept(speech(40), clicks(every_ms=2900, seconds=3)).choose(start=start(0.5))
    assert choice.verdict == "kept"
    assert "record 180 s of keyboard (now 3 s)" in choice.needs


def test_three_hours_of_noise_cost_no_more_than_the_talk_over_it():
    rate_hz = 4_000
    tapping = np.resize(np.sin(np.arange(rate_hz) / 3), 3 * 3600 * rate_hz)
    hours = Recording(tapping.astype("f4"), rate_hz, "three hours", "keyboard")
    found = swept(speech(5), hours)
    assert found.scenes[0].duration_ms < 60_000
    assert found.kinds(Condition("ear"))["keyboard"].exposure_s < 60
    assert found.turns(0, Setting("ear", TurnDetection(threshold=0.5)))


@pytest.mark.parametrize("values", ["always", "never", "toggling"])
def test_a_detector_that_cheats_stands_on_no_plateau(values):
    class Cheat(Ear):
        """Answers without listening."""

        def hear(self, frames):
            if values == "toggling":
                return (np.arange(len(frames)) % 2).astype(float)
            return np.full(len(frames), float(values == "always"))

    grid = Grid(speech_durations_ms=(0, 200))
    choice = swept(speech(20), KEYS, detectors=[Cheat(0.8, 0.3)], grid=grid).choose(
        start=start(0.5)
    )
    assert choice.plateau is None
    assert choice.verdict == "kept"


def test_two_detectors_of_one_name_are_told_apart_by_a_sentence():
    with pytest.raises(ValueError, match="detectors must differ in name"):
        swept(speech(3), KEYS, detectors=[Ear(0.8, 0.3), Ear(0.8, 0.8)])
