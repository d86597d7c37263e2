"""HARs: what is heard in them, and what damage costs."""

import io
import json
import tracemalloc

import pytest
from hars import delta, done, har, received
from hypothesis import given
from hypothesis import strategies as st

from voicelab.arrivals import read_arrivals
from voicelab.wire import ArrivalRow, HarError, hear_har

CREATED = received(0, {"type": "session.created", "session": {"output_audio_format": "pcm16"}})


def heard(*frames):
    """What is heard in one socket, after the service told its format."""
    sockets, remarks = hear_har(io.BytesIO(har([CREATED, *frames])))
    assert remarks == ()
    return sockets[1]


@pytest.mark.parametrize("dialect", ["response.audio", "response.output_audio"])
def test_both_dialects_are_counted_in_samples(dialect):
    listened = heard(
        received(10, delta(2400, dialect=dialect)),
        received(35.5, delta(480, dialect=dialect)),
        received(40, done(dialect=dialect)),
    )
    assert listened.rows == (
        ArrivalRow("resp_1", 10.0, 2400, False),
        ArrivalRow("resp_1", 35.5, 480, False),
        ArrivalRow("resp_1", 40.0, 0, True),
    )
    assert listened.remarks == ()


def test_an_answer_of_two_items_is_done_when_the_second_is():
    rows = heard(
        *(received(10, delta(100)), received(20, done())),
        *(received(30, delta(100)), received(40, done())),
    ).rows
    assert [row.recv_ms for row in rows if row.is_done] == [40]


def test_answers_are_told_apart_by_response_or_else_by_item():
    by_item = [{**delta(100), "item_id": name} for name in ("item_1", "item_2")]
    for event in by_item:
        del event["response_id"]
    rows = heard(*(received(10 * n, event) for n, event in enumerate(by_item, start=1))).rows
    assert [row.answer for row in rows] == ["item_1", "item_2"]


def test_what_a_cancelled_answer_still_sends_stays_out_once_the_next_has_begun():
    cancelled = {"type": "response.done", "response": {"id": "resp_1", "status": "cancelled"}}
    listened = heard(
        received(10, delta(2400)),
        received(20, cancelled),
        received(30, delta(2400, response="resp_2")),
        received(40, delta(2400)),
        received(50, delta(2400, response="resp_2")),
    )
    assert [(row.answer, row.recv_ms) for row in listened.rows if row.samples] == [
        ("resp_1", 10),
        ("resp_2", 30),
        ("resp_2", 50),
    ]
    assert listened.interrupted == {"resp_1": 20}
    assert listened.remarks == (
        "1 audio delta came after another answer had begun and stayed out",
        "1 answer ended in an interruption",
    )


@pytest.mark.parametrize(("speech_ms", "interrupted"), [(500, {"resp_1": 500}), (1500, {})])
def test_speech_interrupts_only_an_answer_that_is_still_to_be_heard(speech_ms, interrupted):
    started = received(speech_ms, {"type": "input_audio_buffer.speech_started"})
    assert heard(received(100, delta(24_000)), started).interrupted == interrupted


@pytest.mark.parametrize(
    ("session", "octets", "rate_hz"),
    [
        ({"output_audio_format": "pcm16"}, 2, 24_000),
        ({"output_audio_format": "pcm16_16000hz"}, 2, 16_000),
        ({"output_audio_format": "pcm16-8000hz"}, 2, 8_000),
        ({"output_audio_format": "g711_ulaw"}, 1, 8_000),
        ({"audio": {"output": {"format": {"type": "audio/pcm", "rate": 24_000}}}}, 2, 24_000),
        ({"audio": {"output": {"format": {"type": "audio/pcma"}}}}, 1, 8_000),
    ],
)
def test_the_session_says_what_a_byte_is(session, octets, rate_hz):
    event = {"type": "session.updated", "session": session}
    sockets, _ = hear_har(
        io.BytesIO(har([received(0, event), received(1, delta(800, octets=octets))]))
    )
    assert sockets[1].rate_hz == rate_hz
    assert sockets[1].samples == 800
    assert any(str(rate_hz) in remark for remark in sockets[1].remarks) == (rate_hz != 24_000)


DAMAGED = {
    "times going backwards": (
        [received(20, delta(100)), received(15, delta(100))],
        [20, 20],
        "1 frame had a time before the one in front and counts as come with it",
    ),
    "no time": (
        [received(20, delta(100)), {**received(0, delta(100)), "time": None}],
        [20, 20],
        "1 frame had no time and counts as come with the one before",
    ),
    "a delta twice": (
        [received(20, delta(100, event_id="e1")), received(25, delta(100, event_id="e1"))],
        [20],
        "1 audio delta came twice with the same event_id and counts once",
    ),
    "an odd length": (
        [received(20, delta(7, octets=3))],
        [20],
        "1 audio delta ended in the middle of a sample, which stayed out",
    ),
    "5 MB in one delta": (
        [received(20, delta(2_500_000))],
        [20],
        "1 audio delta had more than 1 MiB, which some clients refuse",
    ),
    "no base64": (
        [received(20, delta(100)), received(30, {**delta(1), "delta": "%%%"})],
        [20],
        "1 audio delta held no base64 and stayed out",
    ),
    "an answer without audio": (
        [received(20, delta(100)), received(30, delta(0, response="resp_2"))],
        [20],
        "1 answer held no audio",
    ),
    "no JSON": (
        [received(10, "ping"), received(15, "[1]"), received(20, delta(100))],
        [20],
        "2 frames held no JSON object and stayed out",
    ),
    "binary frames": (
        [{**received(10, "AAAA"), "opcode": 2}, received(20, delta(100))],
        [20],
        "1 binary frame stayed out: audio is read from JSON events only",
    ),
}


@pytest.mark.parametrize(("frames", "times_ms", "sentence"), DAMAGED.values(), ids=DAMAGED)
def test_damage_costs_only_itself_and_is_told_in_one_sentence(frames, times_ms, sentence):
    listened = heard(*frames)
    assert [row.recv_ms for row in listened.rows] == times_ms
    assert listened.remarks == (sentence,)


def test_an_untold_format_is_assumed_and_said():
    sockets, _ = hear_har(io.BytesIO(har([received(1, delta(100))])))
    assert sockets[1].remarks == ("no event told the audio format: pcm16 at 24000 Hz was assumed",)


def test_nothing_but_the_frames_of_an_entry_is_looked_at():
    entry = {"request": {"headers": [{"name": "api-key", "value": "x"}]}, "_webSocketMessages": []}
    sockets, _ = hear_har(io.BytesIO(har([CREATED, received(1, delta(100))], **{"z": entry})))
    assert list(sockets) == [1]


WHOLE = har([CREATED, *(received(10 * n, delta(240)) for n in range(1, 20))])


@given(st.integers(min_value=0, max_value=len(WHOLE) - 1))
def test_a_har_cut_anywhere_keeps_the_frames_in_front_of_the_cut(cut):
    whole, _ = hear_har(io.BytesIO(WHOLE))
    frames = WHOLE[:cut].count(b'"}, {"type": "receive"') + WHOLE[:cut].count(b'"}]')
    try:
        sockets, remarks = hear_har(io.BytesIO(WHOLE[:cut]))
    except HarError:
        assert frames <= 1
        return
    rows = sockets[1].rows
    assert rows == whole[1].rows[: len(rows)]
    assert len(rows) >= frames - 1
    assert len(remarks) == 1
    assert "what came before is kept" in remarks[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "must be JSON with a list log.entries"),
        (b"GET / HTTP/1.1", "must be JSON with a list log.entries"),
        (b'{"entries": []}', "must be JSON with a list log.entries"),
        (b'{"log": {"entries": []}}', "must hold WebSocket frames, got none"),
        (har([CREATED]), "there must be audio from the service, got none"),
    ],
)
def test_a_file_without_arrivals_says_what_it_lacks(tmp_path, content, sentence):
    path = tmp_path / "page.har"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=sentence):
        read_arrivals(path)


def test_sockets_that_follow_each_other_are_one_listening(tmp_path):
    path = tmp_path / "reconnected.har"
    first = [CREATED, received(10, delta(2400))]
    second = [received(900, CREATED["data"]), received(1000, delta(2400)), received(1010, done())]
    beside = [received(5, CREATED["data"]), received(950, delta(100)), received(999, delta(100))]
    path.write_bytes(har(first, second, beside))
    arrivals = read_arrivals(path)
    assert [answer.id for answer in arrivals.answers] == ["1: resp_1", "3: resp_1", "2: resp_1"]
    assert [answer.id for answer in read_arrivals(path, socket=2).answers] == ["resp_1"]
    with pytest.raises(ValueError, match="socket must be one of 1, 2, 3, got 4"):
        read_arrivals(path, socket=4)


def test_a_socket_that_speaks_beside_another_stays_out(tmp_path):
    path = tmp_path / "two.har"
    long = [CREATED, received(10, delta(24_000)), received(500, delta(24_000))]
    short = [CREATED, received(100, delta(100))]
    path.write_bytes(har(short, long))
    arrivals = read_arrivals(path)
    assert [answer.total_samples for answer in arrivals.answers] == [48_000]
    assert arrivals.remarks == ("socket 1 stayed out: another spoke at the same time",)


def test_memory_is_that_of_the_longest_frame(tmp_path):
    path = tmp_path / "long.har"
    frame = json.dumps(received(1, delta(24_000)))
    with path.open("w") as file:
        file.write('{"log": {"entries": [{"_webSocketMessages": [' + frame)
        for _ in range(300):
            file.write(", " + frame)
        file.write("]}]}}")
    assert path.stat().st_size > 19_000_000
    tracemalloc.start()
    with path.open("rb") as file:
        sockets, _ = hear_har(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sockets[1].samples == 301 * 24_000
    assert peak < 3_000_000
