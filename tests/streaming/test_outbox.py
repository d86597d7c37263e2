import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.streaming.policy.outbox import Outbox
from voicelab.streaming.policy.span import Span

RATE_HZ = 1000  # a sample is a millisecond


def outbox(*, resend_s=1.0):
    return Outbox(rate_hz=RATE_HZ, resend_s=resend_s, chunk_ms=50.0, drain=1.5)


def sound(first, count):
    return b"".join((value % 30_000).to_bytes(2, "little") for value in range(first, first + count))


def drained(box, *, now_ms, until_ms):
    pieces = []
    while now_ms <= until_ms:
        while (piece := box.take(now_ms=now_ms)) is not None:
            pieces.append(piece)
        now_ms += 5
    return b"".join(pieces)


def test_a_backlog_is_sent_no_faster_than_the_drain():
    box = outbox(resend_s=10.0)
    box.hear(sound(0, 3000), now_ms=0.0)
    box.attach(0, now_ms=0.0)
    sent = len(drained(box, now_ms=0.0, until_ms=1000.0)) // 2
    assert 1400 <= sent <= 1500 + 4 * 50


def test_what_is_beyond_the_bound_and_never_delivered_is_dropped():
    box = outbox()
    box.hear(sound(0, 1400), now_ms=0.0)
    assert box.trim(margin_ms=0.0) == Span(0, 400)
    assert box.kept_samples == 1000


def test_what_the_service_has_heard_is_let_go():
    box = outbox()
    box.hear(sound(0, 500), now_ms=0.0)
    box.attach(0, now_ms=0.0)
    drained(box, now_ms=0.0, until_ms=500.0)
    box.shown_heard(sent_before_ms=1000.0)
    assert box.trim(margin_ms=100.0) is None
    assert box.kept_samples == 100


def test_an_open_turn_is_held_though_it_was_heard():
    box = outbox()
    box.hear(sound(0, 500), now_ms=0.0)
    box.attach(0, now_ms=0.0)
    drained(box, now_ms=0.0, until_ms=500.0)
    box.hold(200)
    box.shown_heard(upto=500)
    box.trim(margin_ms=0.0)
    assert box.kept_samples == 300


def test_audio_of_a_turn_whose_words_are_known_goes_first():
    box = outbox(resend_s=0.5)
    box.hear(sound(0, 400), now_ms=0.0)
    box.keep(1, Span(0, 200))
    box.keep(2, Span(200, 400))
    box.turns.know_words(2)
    box.hear(sound(400, 100), now_ms=0.0)
    box.hold(400)
    box.attach(500, now_ms=0.0)
    box.shown_heard(upto=500)
    box.trim(margin_ms=0.0)
    assert box.turns.audio(1) == sound(0, 200)
    box.hear(sound(500, 150), now_ms=0.0)
    box.trim(margin_ms=0.0)
    assert box.turns.audio(2) is None
    assert box.turns.audio(1) == sound(0, 200)


def test_a_place_on_a_connection_is_found_in_the_stream():
    box = outbox()
    box.hear(sound(0, 900), now_ms=0.0)
    box.attach(300, now_ms=0.0)
    drained(box, now_ms=0.0, until_ms=900.0)
    assert box.place(250.0) == 550


def test_half_a_sample_is_refused():
    with pytest.raises(ValueError, match="whole samples"):
        outbox().hear(b"\0", now_ms=0.0)


@given(st.lists(st.integers(1, 300), max_size=20), st.lists(st.integers(0, 19), max_size=4))
def test_every_sample_is_delivered_in_order_through_any_reconnects(chunks, losses):
    box, now_ms, delivered = outbox(resend_s=60.0), 0.0, b""
    box.attach(0, now_ms=0.0)
    for index, count in enumerate(chunks):
        box.hear(sound(box.stream.end, count), now_ms=now_ms)
        delivered += drained(box, now_ms=now_ms, until_ms=now_ms + 100)
        now_ms += 105
        if index in losses:
            box.detach()
            assert box.attach(box.sent // 2, now_ms=now_ms) is None
            delivered = delivered[: box.sent * 2]
    delivered += drained(box, now_ms=now_ms, until_ms=now_ms + 10_000)
    assert delivered == sound(0, sum(chunks))


def test_it_is_behind_while_more_waits_than_a_microphone_hands_over():
    box = outbox()
    box.attach(0, now_ms=0.0)
    box.hear(sound(0, 100), now_ms=0.0)
    assert not box.is_behind
    box.hear(sound(100, 100), now_ms=0.0)
    assert box.is_behind
    drained(box, now_ms=0.0, until_ms=200.0)
    assert not box.is_behind


def test_a_client_that_keeps_nothing_still_sends_what_waits_for_its_moment():
    box = outbox(resend_s=0.0)
    box.attach(0, now_ms=0.0)
    box.hear(sound(0, 600), now_ms=0.0)
    assert box.trim(margin_ms=0.0) is None
    assert drained(box, now_ms=0.0, until_ms=1000.0) == sound(0, 600)
    box.detach()
    box.hear(sound(600, 100), now_ms=1000.0)
    assert box.trim(margin_ms=0.0) == Span(600, 700)


def test_what_a_client_hears_behind_a_press_does_not_push_out_what_waits_before_its_end():
    box = outbox(resend_s=0.0)
    box.attach(0, now_ms=0.0)
    box.want(0)
    box.hold(0)
    box.hear(sound(0, 400), now_ms=400.0)
    box.until(400)
    assert box.take(now_ms=400.0) == sound(0, 50)
    for now_ms in (450.0, 500.0):  # the button is up, the microphone goes on
        box.hear(sound(int(now_ms) - 50, 50), now_ms=now_ms)
        assert box.trim(margin_ms=0.0) is None
    assert drained(box, now_ms=500.0, until_ms=1000.0) == sound(50, 350)
