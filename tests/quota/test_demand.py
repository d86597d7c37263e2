import pytest

from voicelab.quota import measure
from voicelab.wire import LoggedEvent, Price


def logged(at_s, kind, **event):
    return LoggedEvent.of({"type": kind, **event}, recv_ms=1000 * at_s)


def answer(at_s, tokens, **details):
    usage = {"total_tokens": tokens, "input_tokens": tokens - 10, "output_tokens": 10, **details}
    return logged(at_s, "response.done", response={"status": "completed", "usage": usage})


def test_a_call_worked_out_by_hand():
    # Two minutes, answers of 100 and 300: 200 a minute; a token's answer has
    # (100 x 100 + 300 x 300) / 400 = 250.
    log = [logged(0, "session.created"), answer(30, 100), answer(60, 300), logged(120, "error")]
    found = measure([log])
    assert (found.demand.call_s, found.demand.tokens_per_min) == (120, 200)
    assert found.demand.lump_tokens == 250
    assert found.demand.drops_per_min == 0
    assert (found.answers, found.mean_answer_tokens) == ((100, 300), 200)


def test_calls_are_pooled_by_their_time():
    short, long = [logged(0, "x"), answer(60, 600)], [logged(0, "x"), answer(180, 600)]
    found = measure([short, long])
    assert (found.calls, found.demand.call_s, found.demand.tokens_per_min) == (2, 120, 300)


def test_a_connection_that_was_no_rotation_replaces_a_lost_one():
    opened = [logged(at, "session.created") for at in (0, 100, 200)]
    ready = [
        logged(0, "client.ready", code="first"),
        logged(100, "client.ready", code="reconnect"),
        logged(200, "client.ready", code="rotation"),
    ]
    log = sorted([*opened, *ready, answer(240, 100)], key=lambda each: each.recv_ms)
    assert measure([log]).demand.drops_per_min == pytest.approx(1 / 4)


def test_an_answer_without_usage_is_counted_apart():
    bare = logged(30, "response.done", response={"status": "cancelled"})
    found = measure([[logged(0, "x"), bare, answer(60, 100)]])
    assert (found.untold, found.answers) == (1, (100,))


def test_the_mean_answer_is_priced_by_kind():
    sound = {"input_token_details": {"audio_tokens": 1000, "text_tokens": 0}}
    found = measure([[logged(0, "x"), answer(1, 1010, **sound), answer(2, 20)]])
    assert found.mean_answer_price(Price(audio_in=32)) == pytest.approx(0.016)


def test_cached_tokens_are_counted_and_their_share_is_told():
    cached = {"input_token_details": {"cached_tokens": 60}}
    found = measure([[logged(0, "x"), answer(30, 100, **cached), answer(60, 100)]])
    assert found.demand.tokens_per_min == 200
    assert found.cached_share == 0.3


def test_what_is_sent_is_no_answer():
    mine = LoggedEvent.of(
        {"type": "response.done", "response": {"usage": {"total_tokens": 9}}},
        recv_ms=1.0,
        direction="out",
    )
    assert measure([[mine, answer(60, 100)]]).answers == (100,)


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ([], "a session log must cover some time, got none in log 1"),
        ([answer(1, 100)], "a session log must cover some time, got none in log 1"),
        ([logged(0, "x"), logged(9, "y")], "must hold answers .* with their usage, got none"),
    ],
)
def test_a_log_that_tells_nothing_is_refused_with_a_sentence(log, sentence):
    with pytest.raises(ValueError, match=sentence):
        measure([log])
