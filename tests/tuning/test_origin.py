from pathlib import Path

import pytest

from voicelab.tuning import Origin, Tuning, TuningError

TUNED = Path(__file__).with_name("tuned.json")


@pytest.mark.parametrize(
    ("how", "verdict", "by"),
    [
        ("tuned", "shown", "turns"),
        ("tuned", "plausible", "buffer"),
        ("kept", "kept", "turns"),
        ("set_by_hand", None, None),
    ],
)
def test_an_origin_says_who_and_how_sure(how, verdict, by):
    origin = Origin(how=how, verdict=verdict, by=by)
    assert how.replace("_", " ") in str(origin)


@pytest.mark.parametrize(
    ("how", "verdict", "by"),
    [
        ("tuned", None, "turns"),
        ("tuned", "kept", "turns"),
        ("tuned", "shown", None),
        ("kept", "shown", "turns"),
        ("kept", "kept", None),
        ("set_by_hand", "shown", None),
        ("set_by_hand", None, "turns"),
    ],
)
def test_an_origin_that_contradicts_itself_is_refused(how, verdict, by):
    with pytest.raises(ValueError, match=f"got how {how}, verdict {verdict}, by {by}"):
        Origin(how=how, verdict=verdict, by=by)


def test_a_measured_value_without_its_evidence_is_refused():
    text = Tuning.from_profile("guide").to_json()
    claim = '"/player/start_ms": {"how": "tuned", "verdict": "shown", "by": "buffer"}'
    with pytest.raises(TuningError, match="no /evidence/buffer"):
        Tuning.from_json(text.replace('"origin": {', '"origin": {' + claim))


def test_a_kept_value_that_is_not_the_default_was_changed_by_hand():
    text = TUNED.read_text().replace('"how": "tuned",\n      "verdict": "plausible"', KEPT)
    with pytest.raises(TuningError, match="must not be kept where the value is not the profile's"):
        Tuning.from_json(text)
    default = Tuning.from_json(text.replace('"threshold": 0.62', '"threshold": 0.5'))
    assert default.origin["/turn_detection/threshold"].how == "kept"


KEPT = '"how": "kept",\n      "verdict": "kept"'


def test_a_value_edited_in_the_file_was_set_by_hand():
    tuning = Tuning.from_json(TUNED.read_text().replace('"attempts": 5', '"attempts": 9'))
    assert tuning.origin_of("/session/attempts") == Origin(how="set_by_hand")
    assert tuning.origin_of("/session/chunk_ms") is None


def test_the_origin_of_a_section_is_that_of_its_values():
    text = TUNED.read_text().replace('"/filters/0"', '"/filters"')
    tuning = Tuning.from_json(text)
    assert tuning.origin_of("/filters/0") == Origin(how="set_by_hand")
    assert "/filters/0" not in tuning.origin


def test_origins_stand_in_the_order_of_the_document():
    assert list(Tuning.load(TUNED).origin) == [
        "/filters/0",
        "/turn_detection/threshold",
        "/turn_detection/silence_duration_ms",
        "/player/start",
        "/player/start_ms",
        "/player/on_underrun",
    ]
