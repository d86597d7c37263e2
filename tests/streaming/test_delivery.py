"""What one connection was sent: its positions against the stream's, its times against pings."""

from voicelab.streaming.policy.delivery import Delivery


def delivered():
    """Samples 300 to 399, then, after a gap, 1000 to 1099."""
    delivery = Delivery()
    delivery.go_on_from(300)
    delivery.note(100, upto=400, now_ms=10.0)
    delivery.go_on_from(1000)
    delivery.note(100, upto=1100, now_ms=20.0)
    return delivery


def test_a_position_on_the_connection_is_found_across_a_gap():
    delivery = delivered()
    assert [delivery.place(at) for at in (0, 99, 100, 199)] == [300, 399, 1000, 1099]


def test_nothing_is_placed_behind_what_was_sent():
    assert delivered().place(5_000) == 1100


def test_before_anything_was_sent_nothing_has_a_place():
    assert Delivery().place(0) is None


def test_an_answered_ping_shows_what_was_sent_before_it():
    delivery = delivered()
    assert delivery.sent_before(9.0) is None
    assert delivery.sent_before(15.0) == 400
    assert delivery.sent_before(20.0) == 1100
    assert delivery.sent_before(30.0) is None
