import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from voicelab.filters import HighPass
from voicelab.tuning import Origin, Tuning, TuningError

EVIDENCE = json.loads(Path(__file__).with_name("tuned.json").read_text())["evidence"]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SERVICE = "voice-live-2026-07-15"


@dataclass
class Chosen:
    """The smallest thing that is a choice."""

    values: dict = field(default_factory=dict)
    sure: dict = field(default_factory=dict)
    behind: dict = field(default_factory=dict)

    def settings(self):
        return self.values

    def verdicts(self):
        return self.sure

    def evidence(self):
        return self.behind


TURNS = Chosen(
    {"/turn_detection/threshold": np.float64(0.62), "/filters": (HighPass(80),)},
    {
        "/turn_detection/threshold": "plausible",
        "/filters/0": "shown",
        "/turn_detection/silence_duration_ms": "kept",
    },
    {
        "recordings": EVIDENCE["recordings"],
        "turns": EVIDENCE["turns"],
        "not_tested": ["echo", "babble"],
    },
)
BUFFER = Chosen(
    {"/player/start": "hold", "/player/start_ms": 180},
    {"/player/start": "shown", "/player/start_ms": "shown"},
    {"arrivals": EVIDENCE["arrivals"], "buffer": EVIDENCE["buffer"], "not_tested": ["echo"]},
)


def test_two_choices_make_one_config():
    tuning = Tuning.of(TURNS, BUFFER, profile=SERVICE, at=NOON)
    assert tuning.turn_detection.threshold == 0.62
    assert tuning.filters == (HighPass(80),)
    assert (tuning.player.start, tuning.player.start_ms) == ("hold", 180)
    assert tuning.origin == {
        "/filters/0": Origin(how="tuned", verdict="shown", by="turns"),
        "/turn_detection/threshold": Origin(how="tuned", verdict="plausible", by="turns"),
        "/turn_detection/silence_duration_ms": Origin(how="kept", verdict="kept", by="turns"),
        "/player/start": Origin(how="tuned", verdict="shown", by="buffer"),
        "/player/start_ms": Origin(how="tuned", verdict="shown", by="buffer"),
    }
    assert tuning.evidence.not_tested == ("echo", "babble")
    assert len(tuning.evidence.recordings) == 2
    assert tuning.evidence.turns.detector == "silero"
    assert tuning.made.at == NOON
    assert Tuning.from_json(tuning.to_json()) == tuning


def test_that_no_filter_was_kept_is_printed():
    kept = Chosen(sure={"/filters": "kept"}, behind={"turns": EVIDENCE["turns"]})
    text = str(Tuning.of(kept, profile=SERVICE))
    assert "  filters                         none               kept\n" in text


def test_what_has_no_choice_stays_the_default_and_is_not_tested():
    assert Tuning.of(TURNS, profile=SERVICE).evidence.not_tested == ("echo", "babble", "arrivals")
    only_buffer = Tuning.of(buffer=BUFFER, profile=SERVICE)
    assert only_buffer.turn_detection == Tuning.from_profile(SERVICE).turn_detection
    assert only_buffer.evidence.not_tested == ("turns", "echo")
    assert Tuning.of(profile=SERVICE).changes() == ()


def test_a_recording_used_twice_is_listed_once():
    twice = Chosen(behind={"recordings": EVIDENCE["recordings"] * 2, "turns": EVIDENCE["turns"]})
    assert len(Tuning.of(twice, profile=SERVICE).evidence.recordings) == 2


def test_a_file_name_is_made_fit_for_the_evidence():
    used = {**EVIDENCE["recordings"][0], "name": "C:\\Users\\me\\fan <low>.wav"}
    tuning = Tuning.of(Chosen(behind={"recordings": [used]}), profile=SERVICE)
    assert tuning.evidence.recordings[0].name == "C-Users-me-fan-low-wav"


@pytest.mark.parametrize(
    ("choice", "match"),
    [
        (Chosen({"/turn_detection/gain": 1}), "must lead to a value"),
        (Chosen({"/turn_detection/threshold": 2.0}), "/turn_detection/threshold must lie in"),
        (Chosen(sure={"/player/start_ms": "shown"}), "no /evidence/turns"),
        (Chosen(sure={"/player/start_ms": "likely"}), "verdict must be 'shown'"),
        (Chosen(behind={"remarks": "fine"}), "/evidence/remarks is not known"),
        (Chosen(behind={"not_tested": ["the moon"]}), "/evidence/not_tested/0 must be 'turns'"),
        (
            Chosen(
                {"/player/start_ms": 80},
                {"/player/start_ms": "kept"},
                {"turns": EVIDENCE["turns"]},
            ),
            "must not be kept",
        ),
    ],
)
def test_a_choice_that_does_not_fit_the_document_is_refused(choice, match):
    with pytest.raises(TuningError, match=match):
        Tuning.of(choice, profile=SERVICE)
