"""What strangers try at the door: a stated answer each, while somebody else goes on talking."""

import asyncio
import contextlib
import json

import pytest
from relaying import EVERYBODY, ORIGIN, a_page, a_relay, counts, echo
from strangers import raw, request, somebody_talks, status
from websockets.exceptions import InvalidStatus

from voicelab.relay import GateLimits, Origins


def asked(octets, **rules):
    """The relay's answer to a request, while somebody talks, and who was let in."""

    async def ask():
        async with a_relay(echo, **rules) as relay, somebody_talks(relay):
            answer = await raw(relay, octets)
            assert counts(relay).calls == 1
            return answer

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "https://app.example:8443",
        "http://app.example",
        "https://app.example/",
        "HTTPS://APP.EXAMPLE",
        "null",
        "",
        "*",
        "https://app.example, https://evil.example",
    ],
)
def test_a_foreign_or_null_origin_is_answered_403(origin):
    answer = asked(request(Origin=origin))
    assert status(answer) == 403
    assert ORIGIN.encode() not in answer


def test_a_missing_origin_is_answered_403_unless_other_clients_are_let_in():
    assert status(asked(request(without=["Origin"]))) == 403

    async def let_in():
        async with a_relay(echo, origins=EVERYBODY) as relay, a_page(relay, origin=None) as page:
            await page.send("hello")
            return await page.recv()

    assert asyncio.run(let_in()) == "hello"


def test_two_origins_are_answered_403():
    assert status(asked(request(extra=["Origin: https://evil.example"]))) == 403


def test_a_wildcard_lets_any_page_in_and_still_not_null():
    every = Origins.of(["*"], any_origin=True)

    async def knock(origin):
        async with a_relay(echo, origins=every) as relay, a_page(relay, origin=origin) as page:
            await page.send("x")
            return await page.recv()

    assert asyncio.run(knock("https://anybody.example")) == "x"
    with pytest.raises(InvalidStatus, match="403"):
        asyncio.run(knock("null"))


@pytest.mark.parametrize(
    "octets",
    [
        request(Cookie="x" * 100_000),
        request("/api/voice?" + "x" * 100_000),
        request(extra=[f"X-{number}: y" for number in range(500)]),
        b"x" * 1_000_000,
    ],
)
def test_an_oversized_handshake_is_cut_off(octets):
    assert status(asked(octets)) in (None, 400, 414, 431)


@pytest.mark.parametrize(
    "octets",
    [
        request(extra=["X-Injected: a\rSet-Cookie: b=c"]),
        request("/api/voice\rX: y"),
        b"GET /api/voice HTTP/1.1\r\nHost relay\r\n\r\n",
        b"GET /api/voice HTTP/1.1\r\n: nothing\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /api/voice HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        request(**{"Sec-WebSocket-Key": "short"}),
        request(**{"Sec-WebSocket-Version": "12"}),
    ],
)
def test_a_request_that_is_none_opens_nothing_and_puts_nothing_into_an_answer(octets):
    # TLS on a plain port sends no line end: it is waited for as long as a handshake may take.
    answer = asked(octets, handshake_s=0.5)
    assert status(answer) in (None, 400, 405, 426)
    assert b"Set-Cookie" not in answer
    assert b"X-Injected" not in answer


def test_what_a_request_says_of_itself_comes_back_in_no_header():
    query = "/api/voice?a=%0d%0aSet-Cookie:%20b=c"
    answer = asked(request(query, Origin="https://evil.example\tSet-Cookie: b=c"))
    assert status(answer) == 403
    assert b"Set-Cookie" not in answer


def test_slow_handshakes_are_cut_off_after_their_time():
    async def trickle(relay):
        host, port = relay.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        began = asyncio.get_running_loop().time()
        with contextlib.suppress(ConnectionError):
            for octet in request():
                writer.write(bytes([octet]))
                await writer.drain()
                if reader.at_eof():
                    break
                await asyncio.sleep(0.02)
        writer.transport.abort()
        return asyncio.get_running_loop().time() - began

    async def slow():
        async with a_relay(echo, handshake_s=0.5) as relay, somebody_talks(relay):
            return await asyncio.gather(*(trickle(relay) for _ in range(20)))

    assert max(asyncio.run(slow())) < 3.0


def test_hundreds_of_sockets_that_say_nothing_keep_nobody_out():
    """The long form, with ten thousand, is ``benchmarks/relay_idle.py``."""

    async def crowd():
        limits = GateLimits(sessions=3, reserve_sessions=0, connections_per_min=100)
        async with a_relay(echo, limits=limits, most_half_open=50) as relay, somebody_talks(relay):
            host, port = relay.url.removeprefix("http://").split(":")
            idle = [await asyncio.open_connection(host, int(port)) for _ in range(400)]
            async with a_page(relay) as late:
                await late.send("I came late")
                assert await late.recv() == "I came late"
            health = json.loads(
                (await raw(relay, b"GET /health HTTP/1.1\r\n\r\n")).split(b"\r\n\r\n")[1]
            )
            for _, writer in idle:
                writer.transport.abort()
            return health["half_open"]

    assert asyncio.run(crowd()) <= 50


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%252e%252e/secret.txt",
        "/a/../../secret.txt",
        "/..\\secret.txt",
        "/%5c..%5csecret.txt",
        "//secret.txt",
        "/./secret.txt",
        "/secret.txt%00.html",
        "/link.txt",
        "/linked/secret.txt",
        "/.hidden.txt",
        "/.git/config.txt",
        "/a",
        "/a/",
        "/kind.py",
        "/absent.html",
        "http://elsewhere/secret.txt",
        "*",
    ],
)
def test_no_path_leads_out_of_the_folder(path, tmp_path):
    site = tmp_path / "site"
    (site / "a").mkdir(parents=True)
    (site / "index.html").write_text("front")
    for name in (".hidden.txt", "kind.py"):
        (site / name).write_text("SECRET")
    (site / ".git").mkdir()
    (site / ".git" / "config.txt").write_text("SECRET")
    (tmp_path / "secret.txt").write_text("SECRET")
    (site / "link.txt").symlink_to(tmp_path / "secret.txt")
    (site / "linked").symlink_to(tmp_path)
    octets = f"GET {path} HTTP/1.1\r\nHost: relay\r\n\r\n".encode()
    answer = asked(octets, relay={"folder": site})
    assert status(answer) in (400, 404)
    assert b"SECRET" not in answer


def test_a_file_of_the_folder_is_given_with_its_kind_and_its_guards(tmp_path):
    (tmp_path / "index.html").write_text("front")
    (tmp_path / "player.js").write_text("play()")
    for path, body, kind in (
        ("/", b"front", b"text/html"),
        ("/index.html?x=/../y", b"front", b"text/html"),
        ("/player.js", b"play()", b"text/javascript"),
    ):
        answer = asked(f"GET {path} HTTP/1.1\r\n\r\n".encode(), relay={"folder": tmp_path})
        assert status(answer) == 200
        assert answer.endswith(b"\r\n\r\n" + body)
        assert b"Content-Type: " + kind in answer
        assert b"nosniff" in answer
        assert b"default-src 'self'" in answer


@pytest.mark.parametrize("answer", [False, "raises", "later"])
def test_a_user_whom_the_check_does_not_know_is_answered_401_before_the_upgrade(answer):
    async def later(headers):
        await asyncio.sleep(0.01)
        return headers.get("Cookie") == "user=1"

    def check(path, headers):
        assert path == "/api/voice"
        if answer == "raises":
            raise RuntimeError("a secret of the check")
        return later(headers) if answer == "later" else False

    async def knock():
        async with a_relay(echo, relay={"check": check}) as relay:
            assert status(await raw(relay, request("/api/voice?token=7"))) == 401
            assert counts(relay).admitted == 0
            if answer == "later":
                async with a_page(relay, additional_headers={"Cookie": "user=1"}) as page:
                    await page.send("x")
                    return await page.recv()
            return "x"

    assert asyncio.run(knock()) == "x"


def test_a_socket_elsewhere_is_answered_404():
    assert status(asked(request("/api/other"))) == 404
    assert status(asked(b"GET / HTTP/1.1\r\n\r\n")) == 404
