import numpy as np
import pytest

from voicelab.streaming.policy.rotation import Rotation


def rotation(seed=0, *, session_s=3600.0):
    rng = np.random.default_rng(seed)
    return Rotation(session_s=session_s, before_s=120.0, epoch_s=1_000.0, rng=rng)


@pytest.mark.parametrize("seed", range(5))
def test_it_begins_before_the_margin_and_ends_before_the_limit(seed):
    plan = rotation(seed)
    plan.begin(opened_ms=0.0, expires_at_s=None)
    assert 3_420_000 <= plan.open_ms <= 3_480_000
    assert plan.latest_ms == 3_570_000


def test_expires_at_decides_where_the_service_sends_it():
    plan = rotation()
    plan.begin(opened_ms=0.0, expires_at_s=1_600.0)
    assert plan.latest_ms == 570_000


def test_sessions_that_began_together_do_not_rotate_together():
    plans = [rotation(seed) for seed in range(8)]
    for plan in plans:
        plan.begin(opened_ms=0.0, expires_at_s=None)
    assert len({plan.open_ms for plan in plans}) == 8


def test_a_near_limit_leaves_time_between_two_rotations():
    plan = rotation(session_s=40.0)
    plan.begin(opened_ms=0.0, expires_at_s=None)
    assert 10_000 <= plan.open_ms < plan.latest_ms < 40_000


def test_it_waits_for_quiet_until_it_can_wait_no_longer():
    plan = rotation()
    plan.begin(opened_ms=0.0, expires_at_s=None)
    assert plan.may_move(quiet=True, now_ms=plan.open_ms)
    assert not plan.may_move(quiet=False, now_ms=plan.latest_ms - 1)
    assert plan.may_move(quiet=False, now_ms=plan.latest_ms)
