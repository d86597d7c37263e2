"""Who comes in at once, who waits, who is told to come again, and who may finish."""

import asyncio
import json

import pytest
from relaying import EVERYBODY, a_page, a_relay, closed, counts, echo, until
from websockets.exceptions import InvalidStatus

from voicelab.relay import GateLimits


def test_a_full_relay_answers_other_clients_with_503_or_429():
    async def knock(limits):
        async with a_relay(echo, limits=limits, origins=EVERYBODY) as relay:
            async with a_page(relay, origin=None):
                with pytest.raises(InvalidStatus) as refused:
                    async with a_page(relay, origin=None):
                        pass
            return refused.value.response

    one = GateLimits(sessions=1, reserve_sessions=0, call_ms=90_000)
    response = asyncio.run(knock(one))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "90")
    rare = GateLimits(connections_per_min=1, reserve_connections_per_min=0)
    response = asyncio.run(knock(rare))
    assert response.status_code == 429
    assert 55 <= int(response.headers["Retry-After"]) <= 60


def test_a_page_that_finds_no_place_is_refused_after_its_upgrade():
    async def knock():
        limits = GateLimits(sessions=1, reserve_sessions=0, places=0, call_ms=90_000)
        async with a_relay(echo, limits=limits) as relay, a_page(relay), a_page(relay) as second:
            return await closed(second)

    (event,), code, _ = asyncio.run(knock())
    assert event["error"]["code"] == "rate_limit_exceeded"
    assert event["error"]["place"] == 1
    assert event["error"]["wait_ms"] == event["error"]["retry_after_ms"] == 90_000
    assert code == 1013


def test_pages_wait_in_order_are_told_their_place_and_come_in_as_others_leave():
    async def wait():
        limits = GateLimits(sessions=1, reserve_sessions=0, places=2, call_ms=60_000)
        async with a_relay(echo, limits=limits, ping_s=0.1) as relay:
            first = await a_page(relay)
            await first.send("here")
            assert await first.recv() == "here"
            second, third = await a_page(relay), await a_page(relay)
            told = [json.loads(await each.recv()) for each in (second, third)]
            async with a_page(relay) as fourth:
                (event,), code, _ = await closed(fourth)
                assert (event["error"]["place"], code) == (3, 1013)
            await third.send("early")
            await first.close()
            moved = json.loads(await third.recv())
            await second.send("now")
            assert await second.recv() == "now"
            await second.close()
            assert await third.recv() == "early"
            await third.close()
            await until(lambda: counts(relay).calls == 0)
            return told, moved, counts(relay)

    told, moved, left = asyncio.run(wait())
    assert [(each["type"], each["place"], each["wait_ms"]) for each in told] == [
        ("relay.waiting", 1, 60_000),
        ("relay.waiting", 2, 120_000),
    ]
    assert moved["place"] == 1
    assert (left.admitted, left.refused, left.waiting) == (3, 1, 0)


def test_a_page_that_leaves_the_queue_leaves_its_place():
    async def wait():
        limits = GateLimits(sessions=1, reserve_sessions=0)
        async with a_relay(echo, limits=limits, ping_s=0.1) as relay, a_page(relay):
            async with a_page(relay) as second:
                await second.recv()
                assert counts(relay).waiting == 1
            await until(lambda: counts(relay).waiting == 0)
            return counts(relay)

    assert asyncio.run(wait()).gave_up == 1


def test_a_relay_that_drains_lets_calls_go_on_and_nobody_in():
    async def drain():
        limits = GateLimits(sessions=2, reserve_sessions=0)
        async with a_relay(echo, limits=limits, origins=EVERYBODY) as relay:
            first, second = await a_page(relay), await a_page(relay)
            await second.send("x")
            await second.recv()
            waiting = await a_page(relay)
            await waiting.recv()
            draining = asyncio.create_task(relay.drain())
            assert (await closed(waiting))[1] == 1013
            async with a_page(relay) as late:
                (event,), code, _ = await closed(late)
            with pytest.raises(InvalidStatus, match="503"):
                async with a_page(relay, origin=None):
                    pass
            await first.send("still here")
            assert await first.recv() == "still here"
            await first.close()
            await second.close()
            await asyncio.wait_for(draining, 5)
            return event["error"]["lack"], code

    assert asyncio.run(drain()) == ("draining", 1013)


def test_a_relay_that_stops_tells_those_who_talk():
    async def stop():
        async with a_relay(echo, drain_s=0.1) as relay:
            page = await a_page(relay)
            await page.send("x")
            await page.recv()
            await relay.drain()
        return await closed(page)

    assert asyncio.run(stop()) == ([], 1001, "the relay stops")


def test_the_tokens_of_an_answer_are_counted():
    done = {"type": "response.done", "response": {"usage": {"total_tokens": 321}}}

    async def answer(peer):
        await peer.send(json.dumps(done))
        for nonsense in (
            '"response.done" [',
            '["response.done"]',
            '{"type": "response.done", "response": {"usage": {"total_tokens": Infinity}}}',
            '{"type": "response.done", "response": {"usage": {"total_tokens": -7}}}',
        ):
            await peer.send(nonsense)
        await peer.send("end")
        await peer.wait_closed()

    async def listen():
        async with a_relay(answer) as relay, a_page(relay) as page:
            while await page.recv() != "end":
                pass
            return counts(relay).tokens_last_min

    assert asyncio.run(listen()) == 321
