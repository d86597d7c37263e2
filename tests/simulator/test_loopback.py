"""The simulator behind real sockets: what only a socket can show."""

import asyncio
import contextlib
import json
import logging
import socket

import pytest
from voices import base64_of, sentence
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from voicelab.profiles import Limits
from voicelab.simulator import Manner, Service, Simulator, SteadyPace, read_faults
from voicelab.wire.event import MAX_MESSAGE_BYTES

SPEED = 20  # times real time


def simulator(script="", **settings):
    return Simulator(Service(faults=read_faults(script), **settings), speed=SPEED)


def to(url, **options):
    return connect(url, proxy=None, max_size=None, **options)


async def until(peer, event_type):
    """Everything that comes until an event of a type, that one included."""
    events = []
    async with asyncio.timeout(10):
        while not events or events[-1]["type"] != event_type:
            events.append(json.loads(await peer.recv()))
    return events


async def converse(peer, session):
    await until(peer, "session.created")
    await peer.send(json.dumps({"type": "session.update", "session": session}))
    await until(peer, "session.updated")
    sound = base64_of(sentence())
    await peer.send(json.dumps({"type": "input_audio_buffer.append", "audio": sound}))
    return await until(peer, "response.done")


@pytest.mark.parametrize("compression", ["deflate", None])
def test_a_conversation_passes_with_and_without_compression(compression):
    async def talk():
        async with simulator() as sim, to(sim.voice_live_url, compression=compression) as peer:
            pong = await peer.ping()
            await pong
            return await converse(peer, {"instructions": "Be brief."})

    heard = asyncio.run(talk())
    assert heard[-1]["response"]["status"] == "completed"
    assert max(len(event.get("delta", "")) for event in heard) < 2**16


@pytest.mark.parametrize("path", ["/v1/realtime?model=m", "/openai/v1/realtime?model=m"])
def test_a_path_of_the_other_dialect_speaks_it(path):
    async def talk():
        async with simulator() as sim, to(sim.url + path) as peer:
            return await converse(peer, {"type": "realtime", "instructions": "Be brief."})

    kinds = {event["type"] for event in asyncio.run(talk())}
    assert {"response.output_audio.delta", "conversation.item.added"} <= kinds
    assert not {"response.audio.delta", "conversation.item.created"} & kinds


def test_the_beta_header_keeps_the_beta_names():
    async def talk():
        async with simulator() as sim:
            beta = {"OpenAI-Beta": "realtime=v1"}
            async with to(sim.openai_url, additional_headers=beta) as peer:
                return await converse(peer, {"instructions": "Be brief."})

    assert "response.audio.delta" in {event["type"] for event in asyncio.run(talk())}


def test_no_secret_of_a_request_reaches_a_log(caplog):
    async def knock():
        async with simulator() as sim:
            query = "&api-key=hunter2&Authorization=Bearer%20hunter2&x-ms-client-sdk=hunter2"
            headers = {"api-key": "hunter2", "Authorization": "Bearer hunter2"}
            async with to(sim.voice_live_url + query, additional_headers=headers) as peer:
                await until(peer, "session.created")
            with pytest.raises(InvalidStatus):
                await to(sim.url + "/nowhere?api-key=hunter2", additional_headers=headers)

    with caplog.at_level(logging.DEBUG, logger="voicelab"):
        asyncio.run(knock())
    assert "let in: /voice-live/realtime?api-version=2026-07-15" in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("voicelab")]
    assert "hunter2" not in " ".join(ours)


def test_a_refusal_carries_status_header_and_body():
    async def knock():
        async with simulator("refuse:429") as sim:
            with pytest.raises(InvalidStatus) as refused:
                await to(sim.voice_live_url)
            return refused.value.response

    response = asyncio.run(knock())
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "10"
    assert json.loads(response.body)["error"]["code"] == "429"


@pytest.mark.parametrize(
    ("script", "code"),
    [("drop@200ms", 1006), ("reset@200ms", 1006), ("close:1011@200ms", 1011), ("expire@1s", 1001)],
)
def test_a_client_sees_the_close_code_of_the_fault(script, code):
    async def meet():
        async with simulator(script) as sim, to(sim.voice_live_url) as peer:
            with contextlib.suppress(ConnectionClosedError):
                async for _ in peer:
                    pass
            return peer.close_code

    assert asyncio.run(meet()) == code


def test_a_half_open_peer_answers_no_ping():
    async def meet():
        async with (
            simulator("half-open@greeting") as sim,
            to(sim.voice_live_url, close_timeout=0.1) as peer,
        ):
            await until(peer, "session.created")
            await asyncio.sleep(0.1)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await (await peer.ping())

    asyncio.run(meet())


def test_a_message_beyond_the_limit_closes_with_1009_and_15_mib_of_sound_are_heard():
    async def send():
        async with simulator() as sim:
            async with to(sim.voice_live_url, compression=None) as peer:
                await until(peer, "session.created")
                manual = {"type": "session.update", "session": {"turn_detection": None}}
                await peer.send(json.dumps(manual))
                sound = "AAAA" * (5 * 2**20)
                await peer.send(json.dumps({"type": "input_audio_buffer.append", "audio": sound}))
                await peer.send(json.dumps({"type": "input_audio_buffer.commit"}))
                heard = await until(peer, "input_audio_buffer.committed")
            peer = await to(sim.voice_live_url, compression=None)
            await until(peer, "session.created")
            pieces = ["x" * 2**20] * (MAX_MESSAGE_BYTES // 2**20) + ["x"]
            with contextlib.suppress(ConnectionClosedError):
                await peer.send(pieces)
            await peer.wait_closed()
            return [event["type"] for event in heard], peer.close_code

    kinds, code = asyncio.run(send())
    assert "error" not in kinds
    assert code == 1009


def test_a_client_that_does_not_read_hurts_nobody_else(monkeypatch):
    monkeypatch.setattr("voicelab.simulator.simulator.SEND_TIMEOUT_S", 0.5)
    manner = Manner(pace=SteadyPace(first_ms=0, audio_s_per_s=1000))

    async def meet():
        async with (
            simulator(manner=manner) as sim,
            to(sim.voice_live_url, max_queue=1, close_timeout=0.1) as deaf,
        ):
            deaf.transport.pause_reading()
            for _ in range(60):
                beside = {"conversation": "none"}
                await deaf.send(json.dumps({"type": "response.create", "response": beside}))
            async with to(sim.voice_live_url) as other:
                heard = await converse(other, {})
            async with asyncio.timeout(10):
                while sim.service.open_sessions:
                    await asyncio.sleep(0.05)
            deaf.transport.abort()
        return heard[-1]["response"]["status"]

    assert asyncio.run(meet()) == "completed"


def test_it_listens_on_loopback_only_and_stops_with_clients_on_it():
    async def meet():
        async with simulator("half-open@1s") as sim:
            peers = [await to(sim.voice_live_url) for _ in range(3)]
            port = int(sim.url.rpartition(":")[2])
            for peer in peers:
                await until(peer, "session.created")
        assert sim.url.startswith("ws://127.0.0.1:")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=1)
        for peer in peers:
            await peer.wait_closed()
        return [peer.close_code for peer in peers]

    assert asyncio.run(meet()) == [1001] * 3


def test_a_session_ends_in_time_whatever_its_client_does():
    async def wait():
        service = Service(limits=Limits(session_s=4))
        async with Simulator(service, speed=SPEED) as sim, to(sim.voice_live_url) as peer:
            events = [json.loads(text) async for text in peer]
            return events[-1]["error"]["code"], peer.close_code, peer.close_reason

    code, close_code, reason = asyncio.run(wait())
    assert (code, close_code) == ("session_expired", 1001)
    assert reason == "Your session hit the maximum duration of 0.06667 minutes."
