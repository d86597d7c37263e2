import numpy as np
import pytest

from voicelab.streaming.policy.attempts import Attempts, GiveUp, TryAgain, why_closed, why_refused


def attempts(*, most=5, backoff_ms=(500.0, 8000.0), seed=0):
    rng = np.random.default_rng(seed)
    return Attempts(most=most, backoff_ms=backoff_ms, steady_ms=10_000.0, rng=rng)


@pytest.mark.parametrize("code", [1001, 1005, 1006, 1011, 1012, 1013])
def test_what_may_pass_is_tried_again(code):
    assert isinstance(attempts().failed(why_closed(code), now_ms=0.0), TryAgain)


@pytest.mark.parametrize("code", [1000, 1008, 1009, 4000])
def test_what_will_not_pass_is_given_up(code):
    assert isinstance(attempts().failed(why_closed(code), now_ms=0.0), GiveUp)


@pytest.mark.parametrize(
    ("status", "again"), [(401, False), (404, False), (429, True), (None, True)]
)
def test_the_status_decides(status, again):
    verdict = attempts().failed(why_refused(status, {})[0], now_ms=0.0)
    assert isinstance(verdict, TryAgain) is again


def test_an_expiry_said_before_the_close_decides_over_its_code():
    assert why_closed(1000, last_error="session_expired").action == "retry"
    assert why_closed(1000, last_error="invalid_value").action == "stop"


def test_the_preset_of_the_guide_waits_1500_ms_three_times():
    guide = attempts(most=3, backoff_ms=(1500.0, 1500.0))
    verdicts = [guide.failed(why_closed(1006), now_ms=0.0) for _ in range(4)]
    assert verdicts[:3] == [TryAgain(number, 1500.0) for number in (1, 2, 3)]
    assert isinstance(verdicts[3], GiveUp)


@pytest.mark.parametrize("seed", range(5))
def test_waits_stay_below_a_bound_that_doubles(seed):
    machine = attempts(seed=seed)
    waits = [machine.failed(why_closed(1006), now_ms=0.0).wait_ms for _ in range(5)]
    assert all(500 <= wait <= min(8000, 500 * 2**n) for n, wait in enumerate(waits, start=1))


def test_retry_after_is_a_lower_bound_and_keeps_its_jitter():
    why, retry_after_s = why_refused(429, {"retry-after": "7"})
    waits = {
        attempts(seed=seed).failed(why, retry_after_s=retry_after_s, now_ms=0.0).wait_ms
        for seed in range(5)
    }
    assert min(waits) >= 7000
    assert len(waits) == 5


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"Retry-After": "2"}, 2.0),
        ({"retry-after-ms": "1250", "Retry-After": "2"}, 1.25),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "inf"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_where_it_is_a_number(headers, wait_s):
    assert why_refused(503, headers)[1] == wait_s


def test_attempts_are_forgotten_only_after_a_steady_while():
    machine = attempts()
    for now_ms in (0.0, 5_000.0, 10_000.0):
        machine.configured(now_ms=now_ms)
        machine.failed(why_closed(1006), now_ms=now_ms + 4_999)
    assert machine.made == 3
    machine.configured(now_ms=20_000.0)
    machine.failed(why_closed(1006), now_ms=30_000.0)
    assert machine.made == 1
