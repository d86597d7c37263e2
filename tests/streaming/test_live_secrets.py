"""A key that was planted appears nowhere: no text, no log, no error, no other host."""

import asyncio
import logging
import traceback

import pytest
from live_talk import brief_service, sentence
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from voicelab.simulator import Simulator
from voicelab.streaming import LiveSession, SessionEnded

KEY = "planted-key-0123456789abcdef"
ERROR = '{"type": "error", "error": {"type": "x", "code": "y", "message": "wrong key: %s"}}'


def session_with(url, **asked):
    environ = {
        "AZURE_VOICELIVE_ENDPOINT": url.replace("ws:", "http:"),
        "AZURE_VOICELIVE_API_KEY": KEY,
    }
    return LiveSession(target="service", environ=environ, **asked)


@pytest.fixture
def loud_logs(caplog):
    """All that any logger says, from the lowest level on."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    assert KEY not in caplog.text


def test_the_right_key_opens_the_door_and_is_shown_nowhere(loud_logs, tmp_path):
    async def right():
        async with Simulator(brief_service(key=KEY)) as simulator:
            path = tmp_path / "session.jsonl"
            async with session_with(simulator.url, log_path=path, keep_transcripts=True) as live:
                await live.say(sentence(500))
                return path.read_text("utf-8"), repr(live), live.log

    written, shown, log = asyncio.run(right())
    assert log.answers
    for text in (written, shown, log.summary(), repr(log.notices)):
        assert KEY not in text


def test_a_wrong_key_is_told_without_being_shown(loud_logs):
    async def wrong():
        async with (
            Simulator(brief_service(key="another")) as simulator,
            session_with(simulator.url),
        ):
            pass

    with pytest.raises(SessionEnded, match="401") as refused:
        asyncio.run(wrong())
    assert KEY not in "".join(traceback.format_exception(refused.value))


def test_a_key_that_the_service_repeats_is_blotted_out(loud_logs, tmp_path):
    """Error messages and close reasons of some services quote the key that they refuse."""

    async def quote(peer):
        await peer.send(ERROR % KEY)
        await peer.close(1008, f"wrong key: {KEY}")

    async def quoted():
        async with serve(quote, "127.0.0.1", 0) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            live = session_with(
                f"ws://127.0.0.1:{port}", log_path=tmp_path / "log.jsonl", keep_transcripts=True
            )
            with pytest.raises(SessionEnded) as ended:
                async with live:
                    pass
            return live.log, ended.value

    log, ended = asyncio.run(quoted())
    texts = [repr(log.notices), log.summary(), (tmp_path / "log.jsonl").read_text("utf-8")]
    assert not any(KEY in text for text in [*texts, str(ended)])


def test_a_key_follows_no_redirect():
    """Where a service would send its client elsewhere, the key stays."""
    knocked = []

    async def elsewhere(peer):
        knocked.append(peer.request.headers)

    async def redirected():
        async with serve(elsewhere, "127.0.0.1", 0) as other:
            port = next(iter(other.sockets)).getsockname()[1]
            there = Headers({"Location": f"ws://127.0.0.1:{port}/"})

            def send_away(_peer, _request):
                return Response(307, "Temporary Redirect", there)

            async with serve(elsewhere, "127.0.0.1", 0, process_request=send_away) as door:
                port = next(iter(door.sockets)).getsockname()[1]
                async with session_with(f"ws://127.0.0.1:{port}"):
                    pass

    with pytest.raises(SessionEnded, match="3xx"):
        asyncio.run(redirected())
    assert knocked == []
