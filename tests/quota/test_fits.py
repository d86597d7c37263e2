import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from voicelab.profiles import Limits
from voicelab.quota import Demand, fits, needs
from voicelab.quota.fits import connections_per_call, rotations_per_call
from voicelab.wire import SessionSettings

TWO_SIGMA = stats.norm.sf(2.0)
EQUAL_ANSWERS = Demand(call_s=480, tokens_per_min=1000, lump_tokens=1000)


def limits(**given):
    return Limits(**{"session_s": 3600, **given})


def safe(demand, holds, *, risk_share=0.01, rotations=0):
    found = fits(demand, holds, rotations=rotations, risk_share=risk_share)
    return [each.safe_calls for each in found]


def test_tokens_worked_out_by_hand():
    # A calls: mean 1000 A, variance A x 1000 x (1000 + 1000); mean + 2 sd = 100,000 is
    # 1000 s^2 + 2828.43 s - 100,000 = 0 with s = sqrt(A): s = 8.68529, A = 75.4342.
    (tokens, *_) = fits(
        EQUAL_ANSWERS, limits(tokens_per_min=100_000), rotations=0, risk_share=TWO_SIGMA
    )
    assert tokens.mean_calls == 100
    assert tokens.safe_calls == pytest.approx(75.4342, abs=1e-3)


@pytest.mark.parametrize(
    ("sessions", "calls"), [(1, 0.0101), (5, 1.361), (10, 4.461), (30, 20.34), (100, 84.06)]
)
def test_sessions_are_those_of_erlangs_published_table_for_a_loss_of_one_in_a_hundred(
    sessions, calls
):
    found = safe(EQUAL_ANSWERS, limits(concurrent_sessions=sessions))[2]
    assert found == pytest.approx(calls, rel=2e-3)


def test_connections_are_those_of_poissons_distribution():
    # 30 a minute, calls of 8 minutes: a mean of m connections a minute carries 8 m calls.
    found = safe(EQUAL_ANSWERS, limits(connections_per_min=30))[1]
    assert stats.poisson.sf(30, found / 8) == pytest.approx(0.01)


def test_a_simulated_service_is_as_busy_as_the_formula_says():
    # Calls at one moment, answers in its minute and their tokens, all by chance.
    rng = np.random.default_rng(1917)
    demand = Demand(call_s=300, tokens_per_min=1500, lump_tokens=750)
    allowed = 100_000
    calls = safe(demand, limits(tokens_per_min=allowed))[0]
    at_once = rng.poisson(calls, 100_000)
    used = 750 * rng.poisson(2.0 * at_once)
    # The normal curve is a little short in the tail: 1 in 100 asked, up to 1 in 60 found.
    assert 0.01 <= np.mean(used > allowed) <= 1 / 60


def test_a_call_within_its_session_opens_one_connection():
    settings = SessionSettings(rotate_before_s=120)
    assert rotations_per_call(EQUAL_ANSWERS, limits(), settings) == 0
    assert connections_per_call(EQUAL_ANSWERS, rotations=0) == 1


@pytest.mark.parametrize(("call_min", "rotations"), [(9, 0), (9.1, 1), (18, 1), (30, 3)])
def test_the_guides_sessions_of_ten_minutes_are_rotated_at_nine(call_min, rotations):
    demand = Demand(call_s=60 * call_min, tokens_per_min=1000)
    found = rotations_per_call(demand, limits(session_s=600), SessionSettings(rotate_before_s=60))
    assert found == rotations


def test_rotations_and_losses_are_connections_too():
    # 30 min: the first, 3 by rotation, and one loss in 20 min makes 1.5.
    demand = Demand(call_s=1800, tokens_per_min=1000, drops_per_min=1 / 20)
    assert connections_per_call(demand, rotations=3) == pytest.approx(5.5)
    one = safe(demand, limits(connections_per_min=30), rotations=0)[1]
    more = safe(demand, limits(connections_per_min=30), rotations=3)[1]
    assert more * 5.5 == pytest.approx(one * 2.5)


def test_one_session_is_left_for_rotations():
    rotating = safe(EQUAL_ANSWERS, limits(concurrent_sessions=11), rotations=1)[2]
    assert rotating == safe(EQUAL_ANSWERS, limits(concurrent_sessions=10))[2]


def test_a_limit_that_no_paper_names_says_nothing():
    assert safe(EQUAL_ANSWERS, limits()) == [None, None, None]


REASONABLE = st.builds(
    Demand,
    call_s=st.floats(30, 7200),
    tokens_per_min=st.floats(10, 20_000),
    lump_tokens=st.floats(0, 5000),
    drops_per_min=st.floats(0, 0.5),
)


@given(REASONABLE, st.floats(1, 300), st.sampled_from([0.001, 0.01, 0.1]), st.integers(0, 4))
def test_what_is_needed_for_calls_carries_them_and_one_less_does_not(
    demand, calls, risk, rotations
):
    asked = {"rotations": rotations, "risk_share": risk}
    tokens, connections, sessions = (
        each.needed for each in needs(demand, limits(), calls=calls, **asked)
    )
    enough = limits(
        tokens_per_min=tokens, connections_per_min=connections, concurrent_sessions=sessions
    )
    assert all(each.safe_calls >= calls * (1 - 1e-6) for each in fits(demand, enough, **asked))
    for field, needed, place in (
        ("tokens_per_min", tokens, 0),
        ("connections_per_min", connections, 1),
        ("concurrent_sessions", sessions, 2),
    ):
        least = 1 if field == "concurrent_sessions" else 0
        if needed - 1 > least:
            tight = limits(**{field: needed - 1})
            assert fits(demand, tight, **asked)[place].safe_calls < calls * (1 + 1e-6)


@given(REASONABLE, st.integers(1, 200))
def test_nothing_is_safe_beyond_its_mean_and_more_is_never_less(demand, sessions):
    def all_of(factor):
        holds = limits(
            tokens_per_min=50_000 * factor,
            connections_per_min=30 * factor,
            concurrent_sessions=sessions * factor,
        )
        return fits(demand, holds, rotations=0, risk_share=0.01)

    assert all(each.safe_calls <= each.mean_calls for each in all_of(1))
    assert all(a.safe_calls <= b.safe_calls for a, b in zip(all_of(1), all_of(2), strict=True))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"call_s": 0}, "call_s must be a number above 0, got 0"),
        ({"tokens_per_min": float("nan")}, "tokens_per_min must be a number above 0, got nan"),
        ({"lump_tokens": -1}, "lump_tokens must not be negative, got -1"),
    ],
)
def test_a_demand_that_cannot_be_is_refused(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        Demand(**{"call_s": 60, "tokens_per_min": 1000, **given})


def test_a_risk_or_a_number_of_calls_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match=r"the risk must lie between 0 and 0\.5, got 0\.5"):
        safe(EQUAL_ANSWERS, limits(tokens_per_min=1), risk_share=0.5)
    with pytest.raises(ValueError, match="calls must be above 0"):
        needs(EQUAL_ANSWERS, limits(), calls=0, rotations=0, risk_share=0.01)
    with pytest.raises(ValueError, match="rotate_before_s must be shorter than a session"):
        rotations_per_call(EQUAL_ANSWERS, limits(session_s=100), SessionSettings())
