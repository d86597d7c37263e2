"""What files are read, what is said of those that are none, and what never gets out of them."""

import json
import re
from dataclasses import replace

import pytest
from drawn import Draw, Talk, service_of
from made import Log
from page import Habits, Page
from typer.testing import CliRunner

from voicelab.cli import app
from voicelab.diagnose import diagnose, read_session, table, text
from voicelab.views.figures import draw_session

SECRET = "hunter2hunter2hunter2"
PLACES = {
    "query": f"wss://res.openai.azure.com/openai/realtime?api-key={SECRET}&deployment=d",
    "token": f"wss://res.services.ai.azure.com/voice-live/realtime?Authorization=Bearer%20{SECRET}",
    "user": f"wss://me:{SECRET}@api.openai.com/v1/realtime",
}


@pytest.fixture(scope="module")
def har():
    """A short session, as developer tools save it."""
    draw = Draw(0, held_out=False)
    talk = Talk(draw, duration_ms=12_000)
    talk.say()
    return Page(service_of(draw, talk), Habits(said=talk.sound, duration_ms=12_000)).run()


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.har", b"", "must hold a session, got an empty file"),
        ("a.har", b"{}", "must be JSON with a list log.entries"),
        ("a.har", b"<html>", "must be JSON with a list log.entries"),
        ("a.har", b'{"log": {"entries": []}}', "must hold WebSocket frames of a session"),
        ("a.har", b'{"log": {"entries": [{"time": 1}', "one that is cut"),
        ("a.jsonl", b"", "must hold a session, got an empty file"),
        ("a.jsonl", b"INFO started\n", "must begin with the line"),
        ("a.jsonl", b'{"format": "voicelab-log/1"}\n', "must hold a session's events, got none"),
        ("a.jsonl", b"\xff\xfe\x00", "must be UTF-8 text"),
        ("a.csv", b"\n", "a.csv: "),
        ("a.csv", b"name,age\nAda,36\n", "a.csv: "),
        ("a.json", b"[1, 2", "a.json: "),
        ("a.txt", b"hello", "must end in .csv, .har, .json, .jsonl"),
    ],
)
def test_what_is_no_session_is_told_in_one_sentence(tmp_path, name, content, sentence):
    path = written(tmp_path / name, content)
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_session(path)
    done = CliRunner().invoke(app, ["diagnose", str(path)])
    assert done.exit_code == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.output


def test_no_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist"):
        read_session(tmp_path / "none.har")
    with pytest.raises(ValueError, match="got a folder"):
        read_session(tmp_path)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_har_that_is_cut_keeps_what_came_before(tmp_path, har, share):
    session = read_session(written(tmp_path / "cut.har", har[: round(share * len(har))]))
    assert any("is cut" in remark for remark in session.remarks)
    assert len(session.connections) == 1
    assert session.end_ms < 12_500 * (share + 0.1)


def test_damaged_lines_and_frames_cost_themselves(tmp_path, har):
    log = Log(turn_detection=None).event(50, "error", error={"code": "server_error"})
    path = tmp_path / "damaged.jsonl"
    path.write_text("\n".join([*log.lines[:2], '{"recv_ms": ', "not json", *log.lines[2:]]))
    session = read_session(path)
    assert "line 3, 4" in session.remarks[0]
    assert [trouble.name for trouble in diagnose(session).troubles] == ["service_error"]
    document = json.loads(har)
    messages = document["log"]["entries"][0]["_webSocketMessages"]
    messages[1:1] = [{"type": "receive", "time": 1, "opcode": 1, "data": "hello"}]
    strange = read_session(written(tmp_path / "strange.har", json.dumps(document)))
    assert "1 frame held no event and stayed out" in strange.remarks


def test_the_same_session_reads_the_same_from_a_clean_copy(tmp_path, har):
    first = read_session(written(tmp_path / "session.har", har))
    copy = tmp_path / "session.clean.har"
    done = CliRunner().invoke(app, ["redact", str(tmp_path / "session.har"), "--out", str(copy)])
    assert done.exit_code == 0
    second = read_session(copy)
    assert [turn.audio_start_ms for turn in first.turns] == [
        turn.audio_start_ms for turn in second.turns
    ]
    assert [a.samples.tolist() for a in first.answers] == [
        a.samples.tolist() for a in second.answers
    ]


def poisoned(har, place):
    """Secrets wherever a file may hold one: URL, headers, cookies, and every kind of event."""
    document = json.loads(har)
    entry = document["log"]["entries"][0]
    entry["request"]["url"] = PLACES[place]
    for name in ("api-key", "Authorization", "Cookie", "Sec-WebSocket-Protocol"):
        entry["request"]["headers"].append({"name": name, "value": f"Bearer {SECRET}"})
    entry["request"]["cookies"] = [{"name": "session", "value": SECRET}]
    entry["request"]["queryString"] = [{"name": "api-key", "value": SECRET}]
    entry["response"]["headers"] = [{"name": "Retry-After", "value": SECRET}]
    entry["response"]["_error"] = f"net::ERR_FAILED {SECRET}"
    entry["_initiator"] = {"url": f"https://app.example.com/?key={SECRET}"}
    document["log"]["entries"].append(
        {"request": {"url": f"https://res.openai.azure.com/x?api-key={SECRET}", "headers": []},
         "response": {"status": 0, "_error": "net::ERR_FAILED", "headers": []}}
    )  # fmt: skip
    messages = entry["_webSocketMessages"]
    last_s = messages[-1]["time"]
    for event in (
        {"type": "error", "error": {"code": f"sk-{SECRET}", "type": SECRET, "message": SECRET,
                                    "param": SECRET}},
        {"type": "session.update", "session": {"instructions": SECRET, "tools": [SECRET],
                                               "turn_detection": {"type": SECRET}}},
        {"type": "conversation.item.input_audio_transcription.completed", "item_id": SECRET,
         "transcript": SECRET},
        {"type": "response.done", "response": {"id": f"sk-{SECRET}", "status": f"sk-{SECRET}",
         "status_details": {"reason": f"ek_{SECRET}", "error": {"code": f"Bearer {SECRET}"}}}},
        {"type": f"sk-{SECRET}", "x": SECRET},
    ):  # fmt: skip
        messages.append({"type": "receive", "time": last_s, "opcode": 1, "data": json.dumps(event)})
    messages.append({"type": "error", "time": last_s, "opcode": -1,
                     "data": f"WebSocket connection to '{PLACES[place]}' failed"})  # fmt: skip
    return json.dumps(document).encode()


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_of_a_har_is_in_any_output(tmp_path, har, place):
    path = written(tmp_path / "session.har", poisoned(har, place))
    session = read_session(path)
    diagnosis = diagnose(session)
    found = [trouble.name for trouble in diagnosis.troubles]
    assert {"key_in_url", "direct_connection"} <= set(found)
    figure = draw_session(diagnosis)
    svg = tmp_path / "picture.svg"
    figure.savefig(svg)
    outputs = [
        str(diagnosis), repr(diagnosis), text(session), table(session).to_csv(),
        json.dumps(diagnosis.to_dict()), svg.read_text(),
        CliRunner().invoke(app, ["diagnose", str(path), "--timeline"]).output,
        CliRunner().invoke(app, ["diagnose", str(path), "--json"]).output,
    ]  # fmt: skip
    for output in outputs:
        assert "hunter2" not in output
        assert "example.com" not in output


def test_no_secret_of_a_log_is_in_any_output(tmp_path):
    log = Log(turn_detection=None)
    log.event(10, "error", error={"code": f"ek_{SECRET}", "message": SECRET})
    log.event(20, "session.update", sent=True, session={"instructions": SECRET})
    log.event(30, "client.words", role="user", item_id="a", text=SECRET)
    lines = [*log.lines, json.dumps({"recv_ms": 40, "direction": "in", "type": "error",
             "event": {"type": "error", "error": {"code": SECRET + "0" * 40, "type": SECRET}}}),
             SECRET]  # fmt: skip
    path = tmp_path / "session.jsonl"
    path.write_text("\n".join(lines))
    diagnosis = diagnose(read_session(path))
    assert "service_error" in [trouble.name for trouble in diagnosis.troubles]
    for output in (str(diagnosis), repr(diagnosis), json.dumps(diagnosis.to_dict())):
        assert "hunter2" not in output


def test_a_broken_har_says_nothing_of_what_is_in_it(tmp_path):
    broken = b'{"log": {"entries": [{"request": {"url": "' + PLACES["query"].encode()
    with pytest.raises(ValueError, match="is cut") as caught:
        read_session(written(tmp_path / "broken.har", broken))
    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(caught.value.__cause__)


def test_several_files_are_told_one_after_the_other_and_a_bad_one_costs_itself(tmp_path, har):
    good = written(tmp_path / "good.har", har)
    bad = written(tmp_path / "bad.har", b"{}")
    done = CliRunner().invoke(app, ["diagnose", str(bad), str(good), str(good)])
    assert done.exit_code == 2
    assert done.stdout.count("good.har: HAR") == 2
    assert done.stderr.count("bad.har") == 1


def test_edits_are_applied_to_the_config_that_was_in_use(tmp_path):
    from voicelab.tuning import Tuning

    log = Log(turn_detection={"type": "server_vad"})
    log.answer("r", 1000, [(1000, 100), (1100, 100), (1500, 100), (1502, 100), (1504, 100)])
    session = tmp_path / "session.jsonl"
    session.write_text("\n".join(log.lines))
    config, out = tmp_path / "tuned.json", tmp_path / "mended.json"
    before = Tuning.from_profile("voice-live-2026-07-15")
    before = before.with_value("/session/attempts", 7)
    before.save(config)
    done = CliRunner().invoke(
        app, ["diagnose", str(session), "--config", str(config), "--apply", str(out)]
    )
    assert done.exit_code == 0, done.output
    after = Tuning.load(out)
    assert (after.player.start, after.player.start_ms) == ("hold", 320.0)
    assert after.session == before.session
    assert after.origin_of("/player/start_ms").how == "set_by_hand"
    again = read_session(session, player=after.player)
    assert diagnose(again).troubles == ()


def test_without_an_edit_no_config_is_written(tmp_path, har):
    out = tmp_path / "mended.json"
    path = written(tmp_path / "session.har", har)
    done = CliRunner().invoke(app, ["diagnose", str(path), "--apply", str(out)])
    assert done.exit_code == 0
    assert not out.exists()
    assert "nothing was written" in done.stderr


def test_a_picture_is_one_sessions_and_says_whose(tmp_path, har):
    path, picture = written(tmp_path / "session.har", har), tmp_path / "session.svg"
    done = CliRunner().invoke(
        app, ["diagnose", str(path), "--picture", str(picture), "--simulated"]
    )
    assert done.exit_code == 0, done.output
    assert picture.stat().st_size > 1000
    for words in ((str(path), "--picture", str(picture)), ("--picture", "x.pdf")):
        done = CliRunner().invoke(app, ["diagnose", str(path), *words])
        assert done.exit_code == 2


def test_rows_tell_what_happened_in_order(tmp_path, har):
    session = read_session(written(tmp_path / "session.har", har))
    frame = table(session)
    assert list(frame.columns) == ["at_ms", "until_ms", "connection", "what", "detail"]
    assert frame.at_ms.is_monotonic_increasing
    assert frame.what.tolist() == ["opened", "configured", "turn", "answer", "closed"]
    assert replace(session, name="other").name in str(diagnose(replace(session, name="other")))
