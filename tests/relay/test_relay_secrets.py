"""A known key in the environment, in a URL and in a header: no byte from the relay holds it."""

import asyncio
import base64
import contextlib
import json
import logging

import pytest
from relaying import EVERYBODY, a_page, a_service, closed
from strangers import raw, request
from websockets.exceptions import InvalidStatus

from voicelab.relay import Relay, RelayRules, SessionGate
from voicelab.streaming import endpoint
from voicelab.streaming.handshake import Secrets
from voicelab.tuning import Tuning

KEY = "planted/key-0123456789abcdef"
FORMS = [KEY, KEY.replace("/", "%2F"), KEY.replace("/", "\\/")]


def opened_with(key, url):
    """The real service by name, that is: what the environment holds."""
    host = url.split("/voice-live")[0].replace("ws:", "http:")
    environ = {"AZURE_VOICELIVE_ENDPOINT": host, "AZURE_VOICELIVE_API_KEY": key}
    return endpoint.service(Tuning.from_profile("voice-live-2026-07-15"), environ=environ)


async def quoting(peer):
    """A service that repeats the key in whatever it says."""
    assert peer.request.headers["api-key"] == KEY
    for form in FORMS:
        await peer.send(
            json.dumps({"type": "error", "error": {"message": "no: KEY"}}).replace("KEY", form)
        )
    await peer.recv()
    await peer.close(1008, f"no: {KEY}")


def refusing(peer, request):
    if "refuse" in KNOCKS.pop(0):
        response = peer.respond(401, f"wrong key {KEY}")
        response.headers["X-Wrong-Key"] = KEY
        response.headers["Retry-After"] = KEY
        return response
    return None


KNOCKS = []


async def everything(tmp_path):
    """All that a relay says to anybody, whatever they try."""
    told = []
    (tmp_path / "site").mkdir(exist_ok=True)
    (tmp_path / "site" / "index.html").write_text("front")
    KNOCKS[:] = ["let in", "refuse", "let in", "refuse"]
    async with a_service(quoting, process_request=refusing) as there:
        upstream = opened_with(KEY, there.url)
        told += [repr(upstream), str(upstream)]
        settings = {"folder": tmp_path / "site", "logs": tmp_path / "logs", "keep_audio": True}
        for strictness in ("enforce", "off"):
            rules = RelayRules(origins=EVERYBODY, strictness=strictness)
            gate = SessionGate()
            async with Relay(upstream, rules=rules, gate=gate, **settings) as relay:
                told += [repr(relay), repr(rules), relay.url]
                for _ in range(2):
                    path = f"/api/voice?api-key={KEY}"
                    headers = {"api-key": KEY, "Authorization": f"Bearer {KEY}"}
                    async with a_page(relay, path=path, additional_headers=headers) as page:
                        told.append(str(page.response.headers))
                        with contextlib.suppress(Exception):
                            await page.send(json.dumps({"type": KEY}))
                            await page.send('{"type": "response.create"}')
                        told.append(repr(await closed(page)))
                for octets in (
                    request(f"/api/voice?key={KEY}", Origin=f"https://{KEY}.example"),
                    request(f"/{KEY}"),
                    f"GET /{KEY} HTTP/1.1\r\nX: {KEY}\r\n\r\n".encode(),
                    f"GET /?{KEY} HTTP/1.1\r\n\r\n".encode(),
                    b"GET /health HTTP/1.1\r\n\r\n",
                    f"{KEY}\r\n\r\n".encode(),
                ):
                    told.append((await raw(relay, octets)).decode())
                with pytest.raises(InvalidStatus) as refused:
                    async with a_page(relay, origin=f"https://{KEY}"):
                        pass
                told.append(repr(refused.value.response))
    told += [path.read_text("utf-8") for path in (tmp_path / "logs").iterdir()]
    assert len(told) > 20
    return told


def leaks(told, logged):
    encoded = base64.b64encode(KEY.encode()).decode()
    return [text for text in (*told, logged) if any(form in text for form in (*FORMS, encoded))]


@pytest.fixture
def loud_logs(caplog):
    """All that any logger says, from the lowest level on."""
    for name in ("", "voicelab.relay", "voicelab.streaming"):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def scanned(tmp_path, loud_logs):
    told = asyncio.run(everything(tmp_path))
    # The test's own service and pages log what they send; the relay's loggers are judged.
    ours = [r for r in loud_logs.records if r.name.startswith("voicelab")]
    logged = "\n".join(f"{r.getMessage()} {r.exc_info} {r.exc_text}" for r in ours)
    assert "call 1 begins" in logged
    return leaks(told, logged)


def test_no_byte_of_the_relay_holds_the_key(tmp_path, loud_logs):
    assert scanned(tmp_path, loud_logs) == []


def test_a_relay_that_passed_on_what_the_service_quotes_is_caught(tmp_path, loud_logs, monkeypatch):
    monkeypatch.setattr(Secrets, "blotted", lambda self, text: text)
    assert scanned(tmp_path, loud_logs)


def test_a_library_that_logged_requests_is_caught(tmp_path, loud_logs):
    with loud_logs.at_level(logging.DEBUG, logger="voicelab.relay.websockets"):
        assert scanned(tmp_path, loud_logs)


def test_a_health_page_that_named_what_it_stopped_is_caught(tmp_path, loud_logs, monkeypatch):
    monkeypatch.setattr("voicelab.relay.screening.UNKNOWN", KEY)
    assert scanned(tmp_path, loud_logs)
