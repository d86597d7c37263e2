"""One WebSocket towards peers that do not do as they should."""

import asyncio

from websockets.asyncio.server import serve

from voicelab.streaming import endpoint
from voicelab.streaming.connection import Connection
from voicelab.streaming.policy import Alive, Closed, Opened, Received, Refused
from voicelab.wire import Event

LARGE = Event("input_audio_buffer.append", {"audio": "AAAA" * 2**18})


async def met(handler, *, sends=(), keepalive_s=5.0):
    """What a connection reports of a peer, until it has ended."""
    inputs = []
    async with serve(handler, "127.0.0.1", 0, close_timeout=0.1, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        connection = Connection(
            1,
            endpoint.local(f"ws://127.0.0.1:{port}"),
            report=inputs.append,
            now_ms=lambda: 1000.0,
            keepalive_s=keepalive_s,
        )
        for event in sends:
            connection.send(event)
        async with asyncio.timeout(10):
            await connection.task
    return inputs


def reports(handler, **asked):
    return asyncio.run(met(handler, **asked))


def test_a_close_code_is_reported_whatever_a_library_thinks_of_it():
    async def expire(peer):
        await peer.close(1001, "out of time")

    assert reports(expire) == [Opened(1), Closed(1, 1001, "out of time")]


def test_a_peer_that_takes_nothing_is_gone_and_nothing_is_hoarded():
    async def read_nothing(peer):
        await peer.wait_closed()

    assert reports(read_nothing, sends=[LARGE] * 8)[-1] == Closed(1, 1006)


def test_what_is_no_event_is_passed_over():
    async def babble(peer):
        for text in ("{", "[]", b"\x00\xff", '{"type": "session.created", "session": {}}'):
            await peer.send(text)

    assert reports(babble) == [
        Opened(1),
        Received(1, Event("session.created", {"session": {}})),
        Closed(1, 1000),
    ]


def test_an_answered_ping_says_when_it_was_sent():
    async def live_a_while(_peer):
        await asyncio.sleep(0.3)

    heard = reports(live_a_while, keepalive_s=0.1)
    assert heard[1] == Alive(1, 1000.0)


def test_nobody_at_home_is_a_refusal_without_status():
    async def knock():
        inputs = []
        async with serve(lambda peer: None, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
        door = endpoint.local(f"ws://127.0.0.1:{port}")
        await Connection(1, door, report=inputs.append, now_ms=lambda: 0.0, keepalive_s=1).task
        return inputs

    assert asyncio.run(knock()) == [Refused(1, None)]
