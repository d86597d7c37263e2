"""What pages and services try once they are in: a stated answer each, and others go on."""

import asyncio
import json
import struct
from http import HTTPStatus

import pytest
from relaying import a_page, a_relay, closed, counts, echo, until
from strangers import somebody_talks
from websockets.datastructures import Headers
from websockets.http11 import Response

from voicelab.relay import GateLimits


def test_pages_that_come_in_and_say_nothing_lose_their_session():
    async def say_nothing():
        limits = GateLimits(sessions=3, reserve_sessions=0)
        async with a_relay(echo, limits=limits, ping_s=0.4, first_message_s=0.3) as relay:
            async with somebody_talks(relay), a_page(relay) as idle:
                told = await closed(idle)
            await until(lambda: counts(relay).calls == 0)
            return told

    (event,), code, _ = asyncio.run(say_nothing())
    assert event["error"]["code"] == "too_late"
    assert code == 1008


NOT_ALLOWED = [
    '{"type":"session.update","session":{"tools":[]}}',
    '{"type":"response.create","type":"session.update"}',
    '{"\\u0074ype":"session.update"}',
    '{"type":"response.create","Type":"session.update"}',
    '{"TYPE":"session.update"}',
    '{"type":["response.create"]}',
    '{"type":"no.such.event"}',
    '[{"type":"response.create"}]',
    '"response.create"',
    "[" * 100_000,
    "",
    "no JSON",
    b'{"type":"response.create"}',
]


@pytest.mark.parametrize("message", NOT_ALLOWED, ids=lambda each: repr(each)[:40])
def test_an_event_that_is_not_allowed_is_answered_and_goes_no_further(message):
    async def send():
        rules = {"strictness": "enforce", "allowed": ("response.create",)}
        async with a_relay(echo, **rules) as relay, a_page(relay) as page:
            await page.send(message)
            error = json.loads(await page.recv())
            await page.send('{"type":"response.create"}')
            assert await page.recv() == '{"type":"response.create"}'
            return error["error"], relay.screening.stopped.total()

    error, stopped = asyncio.run(send())
    assert error["code"] == "event_not_allowed"
    assert "no.such.event" not in error["message"]
    assert stopped == 1


@pytest.mark.parametrize(("strictness", "seen"), [("observe", 11), ("off", 0)])
def test_a_relay_that_only_observes_counts_and_lets_pass(strictness, seen):
    async def send():
        rules = {"strictness": strictness, "allowed": ("response.create",)}
        async with a_relay(echo, **rules) as relay, a_page(relay) as page:
            for message in NOT_ALLOWED:
                await page.send(message)
                assert await page.recv() == message
            return relay.screening.stopped

    stopped = asyncio.run(send())
    assert stopped.total() == seen
    assert set(stopped) <= {"session.update", "unknown"}


def test_a_page_that_keeps_sending_what_may_not_pass_is_closed_with_1008():
    async def send():
        async with (
            a_relay(echo, strictness="enforce") as relay,
            somebody_talks(relay),
            a_page(relay) as page,
        ):
            for _ in range(30):
                await page.send("nonsense")
            return await closed(page)

    events, code, _ = asyncio.run(send())
    assert len(events) == 20
    assert code == 1008


def test_a_message_larger_than_allowed_is_closed_with_1009():
    async def send():
        async with (
            a_relay(echo, most_message_bytes=10_000) as relay,
            somebody_talks(relay),
            a_page(relay) as page,
        ):
            await page.send("x" * 10_001)
            return await closed(page)

    assert asyncio.run(send())[1] == 1009


@pytest.mark.parametrize("frame", [b"\xc1\x80mask", b"\x83\x80mask", b"\x81\x05hello"])
def test_a_broken_frame_ends_its_own_session_only(frame):
    async def send():
        async with a_relay(echo) as relay, somebody_talks(relay), a_page(relay) as page:
            page.transport.write(frame)
            return await closed(page)

    assert asyncio.run(send())[1] == 1002


def test_half_a_message_that_never_ends_holds_one_session_and_no_memory():
    async def send():
        async with a_relay(echo, ping_s=0.2) as relay:
            async with somebody_talks(relay):
                page = await a_page(relay)
                page.transport.write(b"\x01\xfe" + struct.pack("!H", 60_000) + b"mask" + b"x" * 100)
                await asyncio.sleep(0.5)
                page.transport.abort()
            await until(lambda: counts(relay).calls == 0)

    asyncio.run(send())


def test_a_service_that_never_answers_is_given_up_and_told(monkeypatch):
    monkeypatch.setattr("voicelab.streaming.handshake.OPEN_TIMEOUT_S", 0.5)

    async def silent():
        async def never(_peer, _request):
            await asyncio.sleep(3600)

        async with (
            a_relay(echo, settings={"process_request": never, "open_timeout": 1}) as relay,
            a_page(relay) as page,
        ):
            return await closed(page), counts(relay).calls

    ((event,), code, _), calls = asyncio.run(silent())
    assert event["error"]["status"] is None
    assert "nobody answered" in event["error"]["message"]
    assert code == 1013
    assert calls == 0


def test_a_service_that_redirects_elsewhere_is_not_followed():
    async def redirected():
        knocked = []

        async def elsewhere(peer):
            knocked.append(peer.request)

        async with a_relay(elsewhere) as other:
            there = Headers({"Location": other.url.replace("http", "ws") + "/api/voice"})

            def send_away(_peer, _request):
                return Response(307, HTTPStatus(307).phrase, there)

            async with (
                a_relay(echo, settings={"process_request": send_away}) as relay,
                a_page(relay) as page,
            ):
                return await closed(page), knocked

    ((event,), code, _), knocked = asyncio.run(redirected())
    assert event["error"]["status"] == 307
    assert "redirects" in event["error"]["remedy"]
    assert code == 1011
    assert knocked == []


def test_a_slow_reader_is_cut_off_and_its_session_given_to_others():
    async def flood(peer):
        async for message in peer:
            if message == "flood":
                while True:
                    await peer.send(b"\x00" * 500_000)
            await peer.send(message)

    async def read_nothing():
        limits = GateLimits(sessions=2, reserve_sessions=0)
        rules = {"ping_s": 0.4, "slow_reader_s": 0.5, "limits": limits}
        async with a_relay(flood, **rules) as relay, somebody_talks(relay):
            slow = await a_page(relay, max_queue=1)
            await slow.send("flood")
            slow.transport.pause_reading()
            await until(lambda: counts(relay).calls == 1)
            async with a_page(relay) as next_one:
                await next_one.send("x")
                assert await next_one.recv() == "x"
            slow.transport.abort()

    asyncio.run(read_nothing())
