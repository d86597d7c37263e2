"""The session log: what is written is read again, and heard as it was."""

import json

import pytest
from hars import delta, done

from voicelab.arrivals import read_arrivals
from voicelab.wire import (
    SESSION_LOG_HEADER,
    ArrivalRow,
    LoggedEvent,
    hear_session_log,
    read_session_log,
)

CREATED = {"type": "session.created", "session": {"output_audio_format": "pcm16_16000hz"}}
EVENTS = [
    LoggedEvent.of(CREATED, recv_ms=0.0),
    LoggedEvent.of({"type": "response.create"}, recv_ms=1.25, direction="out"),
    LoggedEvent.of(delta(800), recv_ms=20.5, samples=800),
    LoggedEvent.of(delta(400), recv_ms=60.0, samples=400),
    LoggedEvent.of(done(), recv_ms=61.0),
]
LINES = [SESSION_LOG_HEADER, *(event.line() for event in EVENTS)]


def test_what_is_written_is_read_again():
    assert read_session_log(LINES) == (tuple(EVENTS), ())


def test_a_log_is_heard_like_the_session():
    listened = hear_session_log(LINES)
    assert listened.rate_hz == 16_000
    assert listened.rows == (
        ArrivalRow("resp_1", 20.5, 800, False),
        ArrivalRow("resp_1", 60.0, 400, False),
        ArrivalRow("resp_1", 61.0, 0, True),
    )


def test_a_delta_is_logged_without_its_audio_unless_one_keeps_it():
    event = delta(800, event_id="event_1")
    bare = json.loads(LoggedEvent.of(event, recv_ms=1, samples=800).line())
    assert bare == {
        "recv_ms": 1,
        "direction": "in",
        "type": "response.audio.delta",
        "event_id": "event_1",
        "response_id": "resp_1",
        "samples": 800,
    }
    kept = LoggedEvent.of(event, recv_ms=1, samples=800, keep_audio=True)
    assert json.loads(kept.line())["event"]["delta"] == event["delta"]


def test_a_damaged_line_costs_only_itself():
    wrong = ["{", "[]", '{"recv_ms": NaN, "direction": "in", "type": "x"}', '{"recv_ms": 1}']
    events, remarks = read_session_log([*LINES[:3], *wrong, "", *LINES[3:]])
    assert events == tuple(EVENTS)
    assert remarks == ("left out what is no event, in line 4, 5, 6, 7",)


@pytest.mark.parametrize("first", ["", "{", '{"format": "voicelab-log/9"}', '{"recv_ms": 1}'])
def test_a_file_with_another_beginning_is_no_log(first):
    with pytest.raises(ValueError, match="must begin with the line"):
        read_session_log([first, *LINES[1:]])


def test_a_log_on_disk_is_arrivals(tmp_path):
    path = tmp_path / "monday.jsonl"
    path.write_text("\n".join(LINES))
    arrivals = read_arrivals(path)
    assert arrivals.name == "monday.jsonl"
    assert arrivals.answers[0].total_samples == 1200
    assert arrivals.remarks == (
        "the audio is pcm16 at 16000 Hz, not 24000: a player for it needs that rate_hz",
    )
