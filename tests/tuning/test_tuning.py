from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from voicelab.filters import HighPass
from voicelab.jitter.player import Player
from voicelab.profiles import PROFILES, profile
from voicelab.tuning import Change, Origin, Tuning, TuningError
from voicelab.vad.turn_detection import TurnDetection

TUNED = Path(__file__).with_name("tuned.json")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BY_HAND = Origin(how="set_by_hand")


@pytest.fixture
def tuned():
    return Tuning.load(TUNED)


@pytest.mark.parametrize("name", PROFILES)
def test_a_config_starts_as_its_profile(name):
    tuning, base = Tuning.from_profile(name, at=NOON), profile(name)
    assert tuning.changes() == ()
    assert tuning.turn_detection is base.turn_detection
    assert tuning.target.api_version == base.api_version
    assert tuning.origin == {}
    assert tuning.made.at == NOON


def test_a_config_may_be_made_without_saying_when():
    tuning = Tuning.from_profile("guide")
    assert tuning.made.at is None
    assert tuning.stamped(NOON) == Tuning.from_profile("guide", at=NOON)


def test_the_time_is_kept_in_utc_to_the_second():
    there = datetime(2026, 11, 22, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert Tuning.from_profile("guide", at=there).made.at == NOON


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="must name its time zone"):
        Tuning.from_profile("guide", at=datetime(2026, 11, 22, 12))


def test_a_value_set_by_hand_says_so():
    tuning = Tuning.from_profile("guide").with_value("/turn_detection/threshold", 0.7)
    assert tuning.turn_detection.threshold == 0.7
    assert tuning.origin == {"/turn_detection/threshold": BY_HAND}
    assert tuning.changes() == (Change("/turn_detection/threshold", 0.65, 0.7),)


def test_a_value_set_back_to_the_default_is_the_default_again():
    start = Tuning.from_profile("guide")
    there = start.with_value("/turn_detection/threshold", 0.7)
    assert there.with_value("/turn_detection/threshold", 0.65) == start


def test_setting_a_tuned_value_by_hand_takes_its_verdict_away(tuned):
    edited = tuned.with_value("/turn_detection/threshold", 0.8)
    assert tuned.origin["/turn_detection/threshold"].verdict == "plausible"
    assert edited.origin["/turn_detection/threshold"] == BY_HAND
    assert edited.origin["/player/start_ms"] == tuned.origin["/player/start_ms"]


def test_setting_a_section_marks_just_the_values_that_differ():
    tuning = Tuning.from_profile("guide").with_value("/player", Player(prefill_ms=20))
    assert tuning.player == Player(prefill_ms=20)
    assert list(tuning.origin) == [
        "/player/on_underrun",
        "/player/flush_at_end",
        "/player/max_queue_ms",
    ]


def test_filters_are_set_one_by_one_or_together():
    start = Tuning.from_profile("guide")
    swapped = start.with_value("/filters/0", HighPass(120))
    assert swapped.filters == (HighPass(120),)
    longer = start.with_value("/filters/1", HighPass(120))
    assert longer.filters == (*start.filters, HighPass(120))
    none = start.with_value("/filters", ())
    assert none.filters == ()
    assert none.changes() == (Change("/filters/0", start.filters[0], None),)
    assert none.origin == {"/filters/0": BY_HAND}


def test_push_to_talk_is_turn_detection_that_is_off():
    tuning = Tuning.from_profile("guide").with_value("/turn_detection", None)
    assert tuning.turn_detection is None
    assert tuning.origin == {"/turn_detection": BY_HAND}
    assert Tuning.from_json(tuning.to_json()) == tuning
    back = tuning.with_value("/turn_detection", profile("guide").turn_detection)
    assert back == Tuning.from_profile("guide")


def test_a_value_of_turn_detection_that_is_off_cannot_be_set():
    tuning = Tuning.from_profile("guide").with_value("/turn_detection", None)
    with pytest.raises(TuningError, match="while turn detection is off"):
        tuning.with_value("/turn_detection/threshold", 0.5)


@pytest.mark.parametrize(
    "path",
    [
        "threshold",
        "/turn_detection/treshold",
        "/filters/2",
        "/filters/x",
        "/evidence",
        "",
        "/",
        "//",
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path):
    with pytest.raises(TuningError, match="must lead to a value"):
        Tuning.from_profile("guide").with_value(path, 1)


@pytest.mark.parametrize(
    ("path", "value", "match"),
    [
        ("/turn_detection/threshold", 1.5, r"/turn_detection/threshold must lie in \[0, 1\]"),
        ("/turn_detection/threshold", "0.5", "/turn_detection/threshold must be a valid number"),
        ("/turn_detection/threshold", float("nan"), "must be a finite number, got nan"),
        ("/turn_detection/silence_duration_ms", 0.45, "must be a valid integer, got 0.45"),
        ("/player/start_ms", float("inf"), "must be a finite number, got inf"),
        ("/player", None, "/player must be an object, got null"),
        ("/filters/0", int, "must be plain values, got one of type type"),
    ],
)
def test_a_value_that_cannot_be_is_refused_when_it_is_set(path, value, match):
    with pytest.raises(TuningError, match=match):
        Tuning.from_profile("guide").with_value(path, value)


def test_changes_can_be_counted_from_another_config(tuned):
    edited = tuned.with_value("/session/attempts", 7)
    assert edited.changes(tuned) == (Change("/session/attempts", 5, 7),)
    assert str(edited.changes(tuned)[0]) == "/session/attempts 5 -> 7"
    assert tuned.changes(tuned) == ()


def test_changes_from_a_profile_and_back_are_each_others_mirror(tuned):
    base = Tuning.from_profile(tuned.target.profile)
    there = [(change.path, change.before, change.after) for change in tuned.changes(base)]
    back = [(change.path, change.after, change.before) for change in base.changes(tuned)]
    assert there == back


def test_a_value_not_in_the_origin_is_the_profiles_default(tuned):
    assert {change.path for change in tuned.changes()} <= set(tuned.origin)


def test_equal_configs_have_equal_fingerprints_whenever_they_were_made(tuned):
    again = tuned.stamped(NOON)
    assert again != tuned
    assert again.digest() == tuned.digest()
    assert {tuned, Tuning.load(TUNED)} == {tuned}


def test_any_value_changes_the_fingerprint(tuned):
    seen = {tuned.digest()}
    for path, value in (
        ("/turn_detection/threshold", 0.61),
        ("/filters/0", HighPass(81)),
        ("/player/start_ms", 181),
        ("/session/chunk_ms", 20),
    ):
        seen.add(tuned.with_value(path, value).digest())
    assert len(seen) == 5


def test_whole_numbers_are_the_same_value_with_and_without_a_point():
    start = Tuning.from_profile("guide")
    with_point = start.with_value("/player/start_ms", 180.0)
    without = start.with_value("/player/start_ms", 180)
    assert with_point.to_json() == without.to_json()
    assert with_point.digest() == without.digest()


def test_a_config_prints_every_value_with_its_origin(tuned):
    text = str(tuned)
    assert "Tuning for voice-live-2026-07-15" in text
    assert "2026-11-22 at 14:03 UTC" in text
    assert "threshold                     0.62               tuned, plausible; default 0.5" in text
    assert "high-pass 80 Hz    set by hand; default off" in text
    assert "detector silero (not calibrated)" in text
    assert "not tested: echo, babble, service calibration" in text
    assert "off" in str(tuned.with_value("/turn_detection", None))
    assert str(tuned.with_value("/filters", ()).with_value("/turn_detection", TurnDetection()))
