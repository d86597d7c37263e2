"""A live session over real sockets: it survives what the service does to it."""

import asyncio
import os
import socket
from dataclasses import replace

import pytest
from live_talk import SPEED, brief_service, said, sentence, talk

from voicelab import Tuning, read_arrivals
from voicelab.profiles import profile
from voicelab.simulator import Simulator
from voicelab.streaming import LimitReached, LiveSession, SessionEnded
from voicelab.streaming.policy import Price
from voicelab.streaming.policy.messages import Talk
from voicelab.streaming.policy.notices import AudioDropped, Ended, Ready, Retrying, TurnSettled
from voicelab.wire import read_session_log

DEFAULTS = Tuning.from_profile("voice-live-2026-07-15")


def endings(log):
    return [each.state for each in log.told(TurnSettled)]


def openings(log):
    return [each.why for each in log.told(Ready)]


def test_what_is_said_is_answered_and_heard():
    log = said()
    assert endings(log) == ["answered"]
    assert [line.who for line in log.transcript] == ["user", "assistant"]
    (answer,) = log.answers
    (arrived,) = log.arrivals.answers
    assert arrived.total_samples == answer.samples.size > 0
    assert log.told(TurnSettled)[0].heard_ms == pytest.approx(answer.duration_ms, abs=1)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("drop@1s,connect=1", "1006"),
        ("reset@1s,connect=1", "1006"),
        ("expire@1s,connect=1", "session_expired"),
        ("close:1001@1s,connect=1", "1001"),
        ("close:1011@1s,connect=1", "1011"),
        ("drop@answer=1+500ms,connect=1", "1006"),
    ],
)
def test_a_lost_connection_is_made_again_and_nothing_is_lost(script, why):
    log = said(faults=script)
    assert [each.why for each in log.told(Retrying)] == [why]
    assert openings(log) == ["first", "reconnect"]
    assert len(endings(log)) == 1
    assert endings(log)[0] in ("answered", "answered in part")
    assert log.told(AudioDropped) == []


def test_a_refusal_is_waited_out_as_long_as_it_says():
    log = said(faults="refuse:429@connect=1")
    (retry,) = log.told(Retrying)
    assert (retry.why, retry.wait_ms >= 10_000) == ("429", True)
    assert endings(log) == ["answered"]


def test_a_peer_that_answers_no_ping_is_gone():
    log = said(faults="half-open@1s,connect=1", keepalive_s=1.0)
    assert [each.why for each in log.told(Retrying)] == ["1006"]
    assert endings(log) == ["answered"]
    assert log.told(AudioDropped) == []


def test_a_session_rotates_before_the_service_ends_it():
    limits = replace(profile("guide").limits, session_s=20)
    tuning = DEFAULTS.with_value("/session/rotate_before_s", 14.0)
    log = said(says=[sentence()] * 3, tuning=tuning, limits=limits)
    assert "rotation" in openings(log)
    assert log.told(Retrying) == []
    assert endings(log) == ["answered"] * 3


def test_history_reaches_a_new_connection_as_items_or_in_its_instructions():
    restored = {}
    for restore in ("items", "instructions"):
        log = said(says=[sentence()] * 2, faults="drop@answer=2,connect=1", restore=restore)
        assert endings(log)[0] == "answered"
        restored[restore] = log.counts["out conversation.item.create"]
        told = log.told(Ready)[-1].restored_items
        assert told == restored[restore]
    assert restored["items"] >= 3
    assert restored["instructions"] <= 1


def test_a_service_that_refuses_the_key_ends_the_session_at_once():
    with pytest.raises(SessionEnded, match="401"):
        said(faults="refuse:401")


def test_a_service_that_greets_and_drops_is_given_up():
    with pytest.raises(SessionEnded, match="1006"):
        said(faults="drop@greeting", speed=100)


def test_settings_change_in_the_middle_of_a_session():
    async def change():
        live = LiveSession(service=brief_service(), speed=SPEED)
        async with live:
            await live.say(sentence())
            deaf = {"type": "server_vad", "threshold": 1.0}
            live.update(turn_detection=deaf)
            await live.say(sentence())
            return live.log

    assert endings(asyncio.run(change())) == ["answered"]


def test_without_turn_detection_a_recording_is_said_with_the_button_down():
    log = said(tuning=DEFAULTS.with_value("/turn_detection", None))
    assert endings(log) == ["answered"]


def test_a_cancelled_sentence_leaves_a_session_that_goes_on():
    async def change_ones_mind():
        async with LiveSession(service=brief_service(), speed=SPEED) as live:
            saying = asyncio.create_task(live.say(sentence(60_000)))
            while not live.log.counts["in input_audio_buffer.speech_started"]:
                await asyncio.sleep(0.01)
            saying.cancel()
            with pytest.raises(asyncio.CancelledError):
                await saying
            await live.say(sentence(1, after_ms=1000))
            return live.log

    assert len(endings(asyncio.run(change_ones_mind()))) == 1


def test_opening_can_be_cancelled_and_leaves_nothing():
    async def change_ones_mind():
        never = brief_service("refuse:503")
        opening = asyncio.create_task(talk(service=never))
        await asyncio.sleep(0.1)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(change_ones_mind())


def test_opening_can_be_cancelled_while_nobody_answers():
    async def change_ones_mind():
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"ws://127.0.0.1:{silent.getsockname()[1]}"
            opening = asyncio.create_task(talk(target=url))
            await asyncio.sleep(0.1)
            opening.cancel()
            async with asyncio.timeout(1):
                await asyncio.gather(opening, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(change_ones_mind())


def test_an_error_in_the_block_ends_the_session_and_passes():
    async def fail():
        async with LiveSession(service=brief_service(), speed=SPEED) as live:
            raise LookupError(repr(live))

    with pytest.raises(LookupError, match=r"embedded service.*ready"):
        asyncio.run(fail())


def test_notices_come_in_order_to_everybody_who_asks():
    async def listen():
        async with LiveSession(service=brief_service(), speed=SPEED) as live:
            everybody = [asyncio.create_task(gather(live)) for _ in range(2)]
            await live.say(sentence())
        return live.log.notices, await asyncio.gather(*everybody)

    async def gather(live):
        return [notice async for notice in live]

    notices, (first, second) = asyncio.run(listen())
    assert first == second == notices
    assert isinstance(notices[-1], Ended)


def test_the_environment_never_chooses_the_target():
    assert os.environ["AZURE_VOICELIVE_ENDPOINT"]

    async def open_it():
        async with LiveSession(service=brief_service()) as live:
            return repr(live)

    assert "embedded service at 127.0.0.1" in asyncio.run(open_it())


def test_a_session_may_talk_to_a_simulator_elsewhere_on_this_machine():
    async def elsewhere(path):
        async with Simulator(brief_service(), speed=SPEED) as simulator:
            url = getattr(simulator, path)
            return await talk(target=url, speed=SPEED)

    for path in ("url", "voice_live_url", "openai_url"):
        assert endings(asyncio.run(elsewhere(path))) == ["answered"]


@pytest.mark.parametrize(
    ("limit", "sentence_of_it"),
    [
        ({"longest_s": 0.6}, "0.6 s"),
        ({"most_tokens": 1}, "1 tokens"),
        ({"most_cost": 1e-9, "price": Price(audio_out=20, text_out=20)}, "most_cost, 1e-09"),
    ],
)
def test_a_session_with_a_real_service_stops_by_itself_and_says_so(limit, sentence_of_it):
    async def limited():
        async with Simulator(brief_service()) as simulator:
            environ = {
                "AZURE_VOICELIVE_ENDPOINT": simulator.url.replace("ws:", "http:"),
                "AZURE_VOICELIVE_API_KEY": "any",
            }
            async with LiveSession(target="service", environ=environ, **limit) as live:
                return await live.say(sentence(500))

    log = asyncio.run(limited())
    (reached,) = log.told(LimitReached)
    assert sentence_of_it in reached.sentence
    assert isinstance(log.notices[-1], Ended)


def test_the_session_log_can_be_read_back(tmp_path):
    path = tmp_path / "session.jsonl"
    log = said(log_path=path, faults="drop@answer=1+500ms,connect=1")
    events, remarks = read_session_log(path.read_text("utf-8").splitlines())
    assert remarks == ()
    assert sum(each.type == "client.ready" for each in events) == 2
    assert read_arrivals(path).answers[0].total_samples == log.arrivals.answers[0].total_samples
    assert "[speech" not in path.read_text("utf-8")


def test_a_button_may_be_pressed_by_hand():
    async def press():
        tuning = DEFAULTS.with_value("/turn_detection", None)
        async with LiveSession(tuning, service=brief_service(), speed=SPEED) as live:
            live.tell(Talk(pressed=True))
            live.tell(Talk(pressed=False))
            return live.log

    assert asyncio.run(press()).answers == ()


@pytest.mark.parametrize(
    ("asked", "sentence_of_it"),
    [
        ({"target": "azure"}, "target must be"),
        ({"target": "service", "speed": 2.0, "environ": {}}, "speed must be 1"),
        ({"target": "service", "environ": {}}, "needs AZURE_VOICELIVE_ENDPOINT"),
        ({"longest_s": 0}, "must be positive"),
        ({"most_cost": 0.0, "price": Price()}, "must be positive"),
        ({"most_cost": 1.0}, "needs price"),
        ({"speed": 0}, "must be positive"),
    ],
)
def test_what_cannot_be_asked_is_refused(asked, sentence_of_it):
    with pytest.raises(ValueError, match=sentence_of_it):
        LiveSession(**asked)
