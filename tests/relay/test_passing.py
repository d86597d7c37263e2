"""What passes through the relay is untouched, and ends as it ended."""

import asyncio
import contextlib
import hashlib
import json
import socket

import psutil
import pytest
from relaying import EVERYBODY, a_page, a_relay, closed, counts, echo, until
from websockets.exceptions import ConnectionClosed

from voicelab.relay import Relay, RelayRules, SessionGate
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


def test_what_was_sent_before_an_end_arrives_before_it():
    async def last_words(peer):
        for number in range(200):
            await peer.send(f"{number} " + "x" * 10_000)
        await peer.close(4321, "all said")

    async def listen():
        async with a_relay(last_words) as relay, a_page(relay) as page:
            got = []
            with contextlib.suppress(ConnectionClosed):
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
