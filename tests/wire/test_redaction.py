"""What leaves the machine: planted secrets are looked for in everything that is written."""

import base64
import io
import json
import traceback

import pytest
from hars import delta, har, received
from typer.testing import CliRunner

from voicelab.arrivals import read_arrivals
from voicelab.cli import app
from voicelab.wire import HarError, LoggedEvent, hear_har, redacted_event, redacted_har

SECRETS = {
    "api key in a header": "0123456789abcdef0123456789abcdef",
    "token in a header": "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "key in a query": "sk-proj-QUERYQUERYQUERY",
    "cookie": "session=COOKIECOOKIE",
    "host": "contoso-voice-prod.services.ai.azure.com",
    "ephemeral key": "ek_EPHEMERAL0123456789",
    "body of another request": "PASSWORDPASSWORD",
    "instructions": "You are Ada and the vault code is 4711",
    "tool": "https://tools.contoso.example/mcp?key=TOOLKEY",
    "error message": "Incorrect API key provided: sk-WRONG",
    "binary frame": base64.b64encode(b"BINARYBINARY").decode(),
    "frame that is no JSON": "NOTJSONNOTJSON",
    "user": "ada.lovelace@contoso.example",
    "dictionary key": "vault-code-4711",
}
WORDS = "my card number is four two four two"
AUDIO = base64.b64encode(b"\x01\x02\x03\x04" * 30).decode()
CREATED = {
    "type": "session.created",
    "event_id": "event_1",
    "session": {
        "id": "sess_1",
        "output_audio_format": "pcm16",
        "instructions": SECRETS["instructions"],
        "client_secret": {"value": SECRETS["ephemeral key"], "expires_at": 1},
        "tools": [{"type": "mcp", "server_url": SECRETS["tool"]}],
        "metadata": {"user": SECRETS["user"], SECRETS["dictionary key"]: "x"},
        "safety_identifier": SECRETS["user"],
        "model": SECRETS["ephemeral key"],
        "turn_detection": {"type": "server_vad", "threshold": 0.65},
    },
}
ERROR = {"type": "invalid_request_error", "code": "invalid_api_key"}
ERROR["message"] = SECRETS["error message"]
EVENTS = [
    CREATED,
    {"type": "error", "error": ERROR},
    {"type": "response.audio_transcript.delta", "response_id": "resp_1", "delta": WORDS},
    {"type": "response.audio_transcript.done", "response_id": "resp_1", "transcript": WORDS},
    {"type": "input_audio_buffer.append", "audio": AUDIO},
    {**delta(60), "delta": AUDIO},
]


@pytest.fixture
def session(tmp_path):
    """A HAR in which secrets are wherever they can be."""
    url = f"wss://{SECRETS['host']}/voice-live/realtime?api-key={SECRETS['key in a query']}"
    frames = [received(10 * number, event) for number, event in enumerate(EVENTS)]
    frames.append(received(90, SECRETS["frame that is no JSON"]))
    frames.append({**received(95, SECRETS["binary frame"]), "opcode": 2})
    entry = {
        "request": {
            "url": url,
            "headers": [
                {"name": "api-key", "value": SECRETS["api key in a header"]},
                {"name": "Authorization", "value": SECRETS["token in a header"]},
            ],
            "queryString": [{"name": "api-key", "value": SECRETS["key in a query"]}],
            "cookies": [{"name": "c", "value": SECRETS["cookie"]}],
        },
        "response": {"content": {"text": SECRETS["body of another request"]}},
    }
    path = tmp_path / "session.har"
    path.write_bytes(har(frames, **entry))
    return path


def leaks(text):
    return [what for what, secret in SECRETS.items() if secret in text or secret[7:] in text]


def redacted(session, *options):
    out = session.with_name("out.har")
    done = CliRunner().invoke(app, ["redact", str(session), "--out", str(out), *options])
    assert done.exit_code == 0, done.output
    assert leaks(done.output) == []
    return out.read_text()


def test_the_planted_secrets_are_there(session):
    text = session.read_text()
    assert leaks(text) == list(SECRETS)
    assert WORDS in text
    assert AUDIO in text


@pytest.mark.parametrize("options", [[], ["--keep-audio"], ["--keep-transcripts"]])
def test_no_secret_is_in_the_copy_whatever_is_kept(session, options):
    assert leaks(redacted(session, *options)) == []


def test_audio_and_words_go_unless_one_keeps_them(session):
    assert AUDIO not in redacted(session)
    assert WORDS not in redacted(session)
    assert AUDIO in redacted(session, "--keep-audio")
    assert WORDS not in redacted(session, "--keep-audio")
    assert WORDS in redacted(session, "--keep-transcripts")
    assert AUDIO not in redacted(session, "--keep-transcripts")


def test_the_copy_is_heard_like_the_original(session):
    copy = session.with_name("copy.har")
    copy.write_text(redacted(session))
    original, redone = read_arrivals(session), read_arrivals(copy)
    for a, b in zip(original.answers, redone.answers, strict=True):
        assert a.id == b.id
        assert a.arrived_ms.tolist() == pytest.approx(b.arrived_ms.tolist())
        assert a.samples.tolist() == b.samples.tolist()


def test_the_copy_keeps_what_a_session_is_judged_by(session):
    text = redacted(session)
    entries = json.loads(text)["log"]["entries"]
    events = [json.loads(m["data"] or "{}") for m in entries[0]["_webSocketMessages"]]
    assert len(entries) == 1
    assert events[0]["session"]["turn_detection"] == {"type": "server_vad", "threshold": 0.65}
    assert events[1]["error"] == {"type": "invalid_request_error", "code": "invalid_api_key"}


def test_nothing_that_is_read_shows_a_secret(session):
    arrivals = read_arrivals(session)
    with session.open("rb") as stream:
        sockets, remarks = hear_har(stream)
    assert leaks(repr((arrivals, arrivals.remarks, sockets, remarks))) == []


@pytest.mark.parametrize("at", [0.05, 0.3, 0.5, 0.7, 0.99])
def test_no_message_about_a_damaged_har_shows_a_secret(session, at):
    octets = session.read_bytes()
    cut = octets[: int(at * len(octets))] + b"\xff sk-proj-QUERYQUERYQUERY"
    session.write_bytes(cut)
    try:
        said = repr(read_arrivals(session).remarks)
    except ValueError as error:
        chain = traceback.format_exception(error)
        said = "".join(chain) + repr(error.__cause__) + repr(error.__context__)
    assert leaks(said) == []
    out = session.with_name("cut.har")
    done = CliRunner().invoke(app, ["redact", str(session), "--out", str(out)])
    assert leaks(done.output) == []
    assert out.exists() == (done.exit_code == 0)
    if out.exists():
        assert leaks(out.read_text()) == []
        json.loads(out.read_text())


def test_a_file_that_is_no_har_is_refused_and_nothing_is_written(tmp_path):
    page = tmp_path / "page.har"
    page.write_text("<html>")
    done = CliRunner().invoke(app, ["redact", str(page)])
    assert done.exit_code == 2
    assert "must be JSON with a list log.entries" in done.stderr
    assert list(tmp_path.iterdir()) == [page]
    with pytest.raises(HarError):
        list(redacted_har(io.BytesIO(b"{}")))


def test_the_original_is_not_written_over(session):
    done = CliRunner().invoke(app, ["redact", str(session), "--out", str(session)])
    assert done.exit_code == 2
    assert "must be another file" in done.stderr


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["type"])
def test_a_logged_event_shows_no_secret(event):
    line = LoggedEvent.of(event, recv_ms=1.0, samples=60 if "delta" in event else None).line()
    assert leaks(line) == []
    assert WORDS not in line
    assert AUDIO not in line


def test_a_value_of_an_unknown_kind_goes():
    assert redacted_event({"type": "x", "brand_new": "text", "n": 1, "on": True, "off": None}) == {
        "type": "x",
        "n": 1,
        "on": True,
        "off": None,
    }
