import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.export import export
from voicelab.filters import HighPass
from voicelab.profiles import PROFILES
from voicelab.tuning import Tuning, stamp
from voicelab.wire import read_stamp

GUIDE = Tuning.from_profile("guide")


@pytest.fixture
def tuned():
    return Tuning.load(Path(__file__).with_name("tuned.json"))


@pytest.mark.parametrize("name", PROFILES)
def test_a_stamp_is_sixteen_digits_and_no_two_profiles_share_one(name):
    found = stamp(Tuning.from_profile(name))
    assert re.fullmatch(r"[0-9a-f]{16}", found)
    others = {stamp(Tuning.from_profile(other)) for other in PROFILES if other != name}
    assert found not in others


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/filters", (HighPass(81),)),
        ("/turn_detection", None),
        ("/turn_detection/silence_duration_ms", 451),
        ("/player/start_ms", 21),
        ("/session/chunk_ms", 40),
    ],
)
def test_any_value_that_a_session_runs_with_changes_the_stamp(path, value):
    assert stamp(GUIDE.with_value(path, value)) != stamp(GUIDE)


@given(st.floats(0, 1).map(lambda x: round(x, 3)))
def test_a_value_that_is_set_back_gives_the_first_stamp_again(threshold):
    changed = GUIDE.with_value("/turn_detection/threshold", threshold)
    assert stamp(changed.with_value("/turn_detection/threshold", 0.65)) == stamp(GUIDE)


def test_evidence_and_the_day_of_making_do_not_count(tuned):
    bare = Tuning.from_profile(tuned.target.profile)
    for path in ("/filters", "/turn_detection", "/player", "/session"):
        bare = bare.with_value(path, getattr(tuned, path[1:]))
    assert bare.digest() != tuned.digest()
    assert stamp(bare) == stamp(tuned)


def test_a_stamp_survives_being_written_and_read(tuned):
    assert stamp(Tuning.from_json(tuned.to_json())) == stamp(tuned)


@pytest.mark.parametrize("to", ["voice-live", "openai-realtime"])
def test_every_exported_event_carries_the_stamp_that_wire_reads(tuned, to):
    assert read_stamp(export(tuned, to=to).artifact) == stamp(tuned)
