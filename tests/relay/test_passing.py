"""What passes through the relay is untouched, holds nobody up, and ends as it ended."""

import asyncio
import contextlib
import hashlib
import json
import socket
import time

import psutil
import pytest
from relaying import EVERYBODY, a_page, a_relay, closed, counts, echo, until
from websockets.exceptions import ConnectionClosed, InvalidStatus

from voicelab.relay import GateLimits, Relay, RelayRules, SessionGate
from voicelab.simulator import Simulator
from voicelab.streaming import endpoint
from voicelab.wire.inventory import EVENTS

MESSAGES = [
    '{"type":"session.update","session":{"instructions":"Grüße, \\u00e9 und 🎙"}}',
    '{ "type" : "response.create" ,\n "response": {} }',
    "no JSON at all",
    "",
    b"",
    b"\x00\xff\xfe" * 1000,
    "x" * 700_000,
]


def test_every_message_arrives_byte_for_byte_and_as_what_it_was():
    async def there_and_back():
        heard = []

        async def answer(peer):
            async for message in peer:
                heard.append(message)
                await peer.send(message)

        async with a_relay(answer) as relay, a_page(relay) as page:
            for message in MESSAGES:
                await page.send(message)
            back = [await page.recv() for _ in MESSAGES]
        return heard, back

    heard, back = asyncio.run(there_and_back())
    assert heard == back == MESSAGES
    assert [type(each) for each in back] == [type(each) for each in MESSAGES]


@pytest.mark.parametrize("dialect", ["voice_live_url", "openai_url"])
def test_the_relay_gives_each_dialect_as_the_service_speaks_it(dialect):
    async def greeted():
        async with Simulator() as simulator:
            upstream = endpoint.local(getattr(simulator, dialect))
            rules = RelayRules(origins=EVERYBODY, strictness="enforce")
            async with (
                Relay(upstream, rules=rules, gate=SessionGate()) as relay,
                a_page(relay) as page,
            ):
                created = json.loads(await page.recv())
                await page.send(json.dumps({"type": "input_audio_buffer.clear"}))
                return created["session"], json.loads(await page.recv())["type"]

    session, answered = asyncio.run(greeted())
    assert ("audio" in session) == (dialect == "openai_url")
    assert answered == "input_audio_buffer.cleared"


def test_small_messages_do_not_wait_for_each_other():
    """TCP_NODELAY is set on all four ends of the two connections."""

    def option(fd):
        tcp = socket.socket(fileno=fd)
        try:
            return tcp.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        finally:
            tcp.detach()

    async def options():
        async def wait(peer):
            await peer.send("here")
            await peer.recv()

        async with a_relay(wait) as relay, a_page(relay) as page:
            await page.recv()
            connections = psutil.Process().net_connections(kind="tcp4")
            open_now = [each for each in connections if each.status == psutil.CONN_ESTABLISHED]
            return [option(each.fd) for each in open_now]

    found = asyncio.run(options())
    assert len(found) == 4
    assert all(found)


def test_a_slow_reader_holds_up_the_service_and_not_the_relays_memory():
    sent = 0

    async def flood(peer):
        nonlocal sent
        for _ in range(400):
            await peer.send(b"\x00" * 500_000)
            sent += 1

    async def read_late():
        small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)]
        async with a_relay(flood) as relay, a_page(relay, max_queue=1) as page:
            page.transport.get_extra_info("socket").setsockopt(*small[0])
            before = psutil.Process().memory_info().rss
            await asyncio.sleep(1.0)
            held = sent
            grown = psutil.Process().memory_info().rss - before
            async with asyncio.timeout(30):
                got = [len(await page.recv()) for _ in range(400)]
            return held, grown, got

    held, grown, got = asyncio.run(read_late())
    assert got == [500_000] * 400
    # 200 MB were to be sent; what lies in sockets' buffers, and ours, is all that was.
    assert held < 100
    assert grown < 50e6


def test_what_was_sent_before_an_end_arrives_before_it():
    async def last_words(peer):
        for number in range(200):
            await peer.send(f"{number} " + "x" * 10_000)
        await peer.close(4321, "all said")

    async def listen():
        async with a_relay(last_words) as relay, a_page(relay) as page:
            got = []
            with pytest.raises(ConnectionClosed):
                while True:
                    got.append((await page.recv()).split()[0])
            return got, page.close_code, page.close_reason

    assert asyncio.run(listen()) == ([str(each) for each in range(200)], 4321, "all said")


def test_what_a_page_sent_before_it_left_reaches_the_service():
    async def heard():
        got, ended = [], asyncio.Event()

        async def listen(peer):
            with contextlib.suppress(ConnectionClosed):
                while True:
                    got.append(await peer.recv())
                    await asyncio.sleep(0.001)
            codes.append((peer.close_code, peer.close_reason))
            ended.set()

        codes = []
        async with a_relay(listen) as relay:
            async with a_page(relay) as page:
                for number in range(100):
                    await page.send(str(number))
                await page.close(3001, "done")
            await asyncio.wait_for(ended.wait(), 10)
        return got, codes

    got, codes = asyncio.run(heard())
    assert got == [str(each) for each in range(100)]
    assert codes == [(3001, "done")]


@pytest.mark.parametrize("code", [1000, 1001, 1003, 1008, 1009, 1011, 1012, 1013, 3000, 4999])
def test_a_close_code_that_may_be_sent_is_passed_on(code):
    async def close(peer):
        await peer.close(code, "as it is")

    async def end():
        async with a_relay(close) as relay, a_page(relay) as page:
            return await closed(page)

    assert asyncio.run(end()) == ([], code, "as it is")


@pytest.mark.parametrize("how", ["no code", "drop", "reset"])
def test_an_end_without_a_code_becomes_an_error_that_names_it_and_1011(how):
    async def end_badly(peer):
        if how == "no code":
            peer.transport.write(b"\x88\x00")
        elif how == "drop":
            peer.transport.close()
        else:
            peer.transport.abort()
        await asyncio.sleep(0.2)

    async def end():
        async with a_relay(end_badly) as relay, a_page(relay) as page:
            return await closed(page)

    (event,), code, reason = asyncio.run(end())
    named = 1005 if how == "no code" else 1006
    assert event["type"] == "error"
    assert event["error"]["close_code"] == named
    assert f"ended with {named}" in event["error"]["message"]
    assert event["error"]["remedy"]
    assert (code, reason) == (1011, f"the service's connection ended with {named}")


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 1011), (401, 1011), (403, 1011), (404, 1011), (429, 1013), (503, 1013)],
)
def test_a_refusal_of_the_service_is_told_with_status_and_remedy(status, code):
    def refuse(peer, request):
        response = peer.respond(status, "no")
        response.headers["Retry-After"] = "7"
        return response

    async def end():
        async with (
            a_relay(echo, settings={"process_request": refuse}) as relay,
            a_page(relay) as page,
        ):
            return await closed(page), counts(relay)

    ((event,), closed_with, _), left = asyncio.run(end())
    assert event["error"]["status"] == status
    assert event["error"]["retry_after_ms"] == 7000
    assert f"it answered {status}" in event["error"]["message"]
    assert event["error"]["remedy"] in event["error"]["message"]
    assert closed_with == code
    assert left.calls == 0


def test_a_service_that_is_not_there_is_told_too():
    async def end():
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            upstream = endpoint.local(f"ws://127.0.0.1:{nobody.getsockname()[1]}")
        rules = RelayRules(origins=EVERYBODY)
        async with Relay(upstream, rules=rules, gate=SessionGate()) as relay, a_page(relay) as page:
            return await closed(page)

    (event,), code, _ = asyncio.run(end())
    assert event["error"]["code"] == "connection_error"
    assert event["error"]["status"] is None
    assert code == 1013


class IdleProxy:
    """What stands before many relays: it cuts a connection on which nothing moved for a while."""

    def __init__(self, target, *, idle_s):
        self.target, self.idle_s, self.cut = target, idle_s, 0

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, near, near_out):
        far, far_out = await asyncio.open_connection("127.0.0.1", self.target)
        moved = [time.monotonic()]

        async def move(source, sink):
            while octets := await source.read(65_536):
                moved[0] = time.monotonic()
                sink.write(octets)

        jobs = [asyncio.create_task(move(near, far_out)), asyncio.create_task(move(far, near_out))]
        while not any(job.done() for job in jobs):
            await asyncio.sleep(self.idle_s / 20)
            if time.monotonic() - moved[0] > self.idle_s:
                self.cut += 1
                break
        for job in jobs:
            job.cancel()
        near_out.transport.abort()
        far_out.transport.abort()


@pytest.mark.parametrize("pinged", [True, False])
def test_a_muted_session_lives_for_half_an_hour_behind_a_proxy_that_cuts_after_a_minute(pinged):
    """Two hundred times faster than the world: nine seconds, pings every 100 ms, cut after 300."""
    scale = 1 / 200

    async def keep_silent():
        async def greet(peer):
            await peer.send("hello")
            await peer.wait_closed()

        ping_s = 20 * scale if pinged else 3600.0
        async with a_relay(greet, ping_s=ping_s, first_message_s=3600.0) as relay:
            port = int(relay.url.rpartition(":")[2])
            async with IdleProxy(port, idle_s=60 * scale) as proxy:
                front = type("Front", (), {"url": f"http://127.0.0.1:{proxy.port}"})
                async with a_page(front) as page:
                    assert await page.recv() == "hello"
                    await page.send('{"type":"input_audio_buffer.clear"}')
                    gone = asyncio.create_task(page.wait_closed())
                    await asyncio.wait((gone,), timeout=1800 * scale)
                    return page.close_code, proxy.cut

    code, cut = asyncio.run(keep_silent())
    assert (code, cut) == ((None, 0) if pinged else (1006, 1))


@pytest.mark.parametrize("deaf", ["page", "service"])
def test_a_peer_that_answers_no_ping_is_gone_and_one_that_is_silent_is_not(deaf):
    async def miss():
        peers = []

        async def note(peer):
            peers.append(peer)
            await peer.wait_closed()

        async with (
            a_relay(note, ping_s=0.1, first_message_s=3600.0) as relay,
            a_page(relay) as page,
        ):
            await until(lambda: peers)
            await asyncio.sleep(0.6)
            assert page.close_code is None
            (page if deaf == "page" else peers[0]).transport.pause_reading()
            await until(lambda: counts(relay).calls == 0)
            if deaf == "service":
                told = await closed(page)
                peers[0].transport.abort()
                return told
            page.transport.abort()
            await until(lambda: peers[0].close_code is not None)
            return peers[0].close_code

    if deaf == "page":
        assert asyncio.run(miss()) == 1001
    else:
        (event,), code, _ = asyncio.run(miss())
        assert (event["error"]["close_code"], code) == (1006, 1011)


def test_a_page_that_is_faster_than_allowed_is_slowed_down_and_loses_nothing():
    async def hurry():
        got = []

        async def count(peer):
            async for message in peer:
                got.append(message)

        async with a_relay(count, messages_per_s=100.0) as relay, a_page(relay) as page:
            began = time.monotonic()
            for number in range(500):
                await page.send(str(number))
            await until(lambda: len(got) == 500)
            return got, time.monotonic() - began

    got, took_s = asyncio.run(hurry())
    assert got == [str(each) for each in range(500)]
    assert took_s > 0.9  # 400 at once, and 100 in the second after them


def test_a_page_may_be_let_in_with_the_official_clients_path_and_its_key_goes_nowhere():
    async def come():
        seen = []

        async def note(peer):
            seen.append((peer.request.path, dict(peer.request.headers.raw_items())))
            await peer.recv()

        async with a_relay(note, origins=EVERYBODY) as relay:
            path = "/voice-live/realtime?api-key=from-the-page&model=other"
            headers = {"api-key": "from-the-page", "Cookie": "id=7", "X-Any": "thing"}
            async with a_page(relay, path=path, origin=None, additional_headers=headers) as page:
                await page.send("{}")
                await until(lambda: seen)
        return seen[0]

    path, headers = asyncio.run(come())
    assert path == "/voice-live/realtime"
    assert "from-the-page" not in repr(headers)
    assert {"Cookie", "X-Any", "api-key"} & set(headers) == set()


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
        await peer.send('"response.done" [')
        await peer.send("end")
        await peer.wait_closed()

    async def listen():
        async with a_relay(answer) as relay, a_page(relay) as page:
            while await page.recv() != "end":
                pass
            return counts(relay).tokens_last_min

    assert asyncio.run(listen()) == 321


def test_a_log_of_each_call_holds_its_events_and_no_sound_unless_asked(tmp_path):
    append = {"type": "input_audio_buffer.append", "audio": "AAECAwQF"}

    async def talk(folder, keep_audio):
        settings = {"logs": folder, "keep_audio": keep_audio}
        async with a_relay(echo, relay=settings) as relay, a_page(relay) as page:
            await page.send(json.dumps(append))
            await page.recv()
        (log,) = folder.iterdir()
        return log.read_text("utf-8").splitlines()

    header, *lines = asyncio.run(talk(tmp_path / "quiet", False))
    assert "voicelab-log/1" in header
    assert [(each["direction"], each["samples"]) for each in map(json.loads, lines)] == [
        ("out", 3),
        ("in", 3),
    ]
    assert "AAECAwQF" not in "".join(lines)
    assert "AAECAwQF" in "".join(asyncio.run(talk(tmp_path / "loud", True)))


def test_every_client_event_may_pass_by_default():
    async def send_all():
        async with a_relay(echo, strictness="enforce") as relay, a_page(relay) as page:
            names = [name for name, spec in EVENTS.items() if spec.sender == "client"]
            for name in names:
                await page.send(json.dumps({"type": name}))
                assert json.loads(await page.recv())["type"] == name
            return len(names)

    assert asyncio.run(send_all()) >= 20


def test_a_whole_stream_of_audio_comes_out_as_it_went_in():
    async def stream():
        digest = hashlib.sha256()

        async def note(peer):
            async for message in peer:
                digest.update(message.encode())
            done.set()

        done = asyncio.Event()
        own = hashlib.sha256()
        async with a_relay(note, bytes_per_s=1e9, messages_per_s=1e6) as relay:
            async with a_page(relay) as page:
                for number in range(2000):
                    text = json.dumps(
                        {"type": "input_audio_buffer.append", "audio": "A" * 3200, "n": number}
                    )
                    own.update(text.encode())
                    await page.send(text)
            await asyncio.wait_for(done.wait(), 10)
        return own.hexdigest(), digest.hexdigest()

    own, theirs = asyncio.run(stream())
    assert own == theirs
