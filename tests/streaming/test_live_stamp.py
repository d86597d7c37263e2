"""What a live session's log says of the tuning that it ran with."""

import asyncio
import json

import pytest
from live_talk import SPEED

from voicelab import Tuning
from voicelab.simulator import Simulator
from voicelab.streaming import LiveSession
from voicelab.streaming.live_rules import rules_of
from voicelab.tuning import stamp
from voicelab.wire import read_session_log, read_stamp
from voicelab.wire.dialect import from_neutral

TUNING = Tuning.from_profile("guide").with_value("/turn_detection/threshold", 0.6)


@pytest.mark.parametrize("path", ["/voice-live/realtime?model=m", "/v1/realtime?model=m"])
def test_the_log_of_a_live_session_carries_its_tunings_stamp_in_either_dialect(tmp_path, path):
    file = tmp_path / "session.jsonl"

    async def open_and_leave():
        async with Simulator(speed=SPEED) as simulator:
            at = simulator.url.partition("/voice-live")[0] + path
            async with LiveSession(TUNING, target=at, speed=SPEED, log_path=file):
                pass

    asyncio.run(open_and_leave())
    logged, _ = read_session_log(file.read_text("utf-8").splitlines())
    sent = [each.event for each in logged if each.type == "session.update"]
    assert {read_stamp(event) for event in sent} == {stamp(TUNING)}


def test_the_dialect_without_metadata_is_not_sent_any():
    rules = rules_of(TUNING, dialect="openai-ga", epoch_s=0.0)
    _, event = from_neutral("session.update", {"session": dict(rules.update)}, dialect="openai-ga")
    assert stamp(TUNING) not in json.dumps(event)
