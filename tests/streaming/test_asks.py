import math

from voicelab.streaming.policy.asks import Asks


def test_an_answer_that_was_refused_is_owed_once():
    asks = Asks()
    asks.owe()
    asks.owe()
    assert [asks.paid(), asks.paid()] == [True, False]


def test_an_answer_that_failed_is_asked_for_again_after_twice_the_wait():
    asks, waits_ms = Asks(), []
    while asks.failed(1, "rate_limit_exceeded", now_ms=0.0):
        waits_ms.append(asks.next_ms)
        assert asks.due(now_ms=asks.next_ms - 1) == []
        assert asks.due(now_ms=asks.next_ms) == [1]
    assert waits_ms == [2_000.0, 4_000.0, 8_000.0, 16_000.0, 32_000.0]
    assert sum(waits_ms) > 60_000  # what is limited by the minute has passed


def test_what_will_not_pass_is_not_asked_for_again():
    assert not Asks().failed(1, "content_filter", now_ms=0.0)


def test_a_turn_that_has_ended_is_not_asked_for():
    asks = Asks()
    asks.failed(1, "rate_limit_exceeded", now_ms=0.0)
    asks.failed(2, "rate_limit_exceeded", now_ms=0.0)
    asks.cancel(1)
    assert asks.due(now_ms=10_000.0) == [2]
    assert asks.next_ms == math.inf
