import json

import pytest

from voicelab.quota import measure, read_call


def frame(at_s, event, way="receive"):
    text = event if isinstance(event, str) else json.dumps(event)
    return {"type": way, "time": 1_763_800_000 + at_s, "opcode": 1, "data": text}


def done(tokens):
    return {"type": "response.done", "response": {"id": "r", "usage": {"total_tokens": tokens}}}


def written(tmp_path, *sockets):
    entries = [{"_webSocketMessages": messages} for messages in sockets]
    path = tmp_path / "call.har"
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return path


CREATED = {"type": "session.created", "session": {"id": "s"}}
SOUND = {"type": "input_audio_buffer.append", "audio": "A" * 4000}


def test_a_har_worked_out_by_hand(tmp_path):
    # From the first frame to the last, sent or received: 240 s; 100 + 300 tokens; two connections.
    path = written(
        tmp_path,
        [frame(0, CREATED), frame(30, done(100)), frame(100, SOUND, "send")],
        [frame(110, CREATED), frame(200, done(300)), frame(240, SOUND, "send")],
    )
    demand = measure([read_call(path)]).demand
    assert (demand.call_s, demand.tokens_per_min) == (240, 100)
    assert demand.drops_per_min == pytest.approx(1 / 4)


def test_what_the_page_sends_or_cannot_be_read_tells_nothing(tmp_path):
    strange = [frame(0, "response.done {"), frame(5, done(900), "send"), frame(60, done(100))]
    assert measure([read_call(written(tmp_path, strange))]).answers == (100,)


def test_an_answer_that_is_long_is_found_wherever_it_says_its_type(tmp_path):
    long = {"response": {"output": ["word " * 1000], "usage": {"total_tokens": 70}}}
    for event in ({"type": "response.done", **long}, {**long, "type": "response.done"}):
        path = written(tmp_path, [frame(0, CREATED), frame(9, event)])
        assert measure([read_call(path)]).answers == (70,)


def test_no_secret_of_a_har_is_kept(tmp_path):
    secret = "sk-proj-abcdefgh12345678"
    event = {**done(100), "client_secret": secret, "response_text": secret}
    path = written(tmp_path, [frame(0, {**CREATED, "instructions": secret}), frame(60, event)])
    found = read_call(path)
    assert secret not in str(found)
    assert secret not in str(measure([found]))


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.har", "", "a.har: a HAR must be JSON with a list log.entries"),
        ("a.har", '{"log": {"entries": []}}', "a.har: a HAR must hold WebSocket frames"),
        ("a.har", '{"log": {"entries": [{"_webSocketMess', "a.har: a HAR must end where its JSON"),
        ("a.jsonl", "", "a.jsonl: a session log must begin with the line"),
        ("a.csv", "a,b\n", "a.csv: a session log must begin with the line"),
    ],
)
def test_a_damaged_foreign_or_empty_file_is_a_sentence(tmp_path, name, text, sentence):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=sentence):
        read_call(path)


def test_a_folder_is_no_call(tmp_path):
    with pytest.raises(FileNotFoundError, match="does not exist, or is no file"):
        read_call(tmp_path)
