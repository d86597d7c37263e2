"""Fits: how many calls a limit carries, at the mean and with something in hand.

Calls arrive by chance, independently of each other (Poisson), so that the
number of them at one moment is Poisson too, whatever their lengths [1]_.
Then, for ``A`` calls on average and a risk of, say, 1 in 100:

tokens a minute
    ``A`` times a call's tokens, with a variance of ``A`` times the call's
    tokens times (tokens + lump): of how many calls there are, and of how many
    answers fall into the minute.  Taken as normal.
connections a minute
    Poisson with ``A`` x 60 s / length x connections of a call: the first, its
    rotations, and those that replace lost ones.
sessions at a time
    Erlang's loss formula [2]_; a limit that also has to carry rotations, which
    hold two sessions for a moment, is taken as one lower.

All calls are alike; a call's rotations and losses are as independent as its
start.  A loss that all calls share is none of this: then as many connections
are opened at once as there are calls.

References
----------
.. [1] L. Kleinrock, Queueing Systems I, 1975, section 3.4, M/G/inf.
.. [2] A. K. Erlang, 1917; its recursion in L. Kleinrock, 1975, section 3.6.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from voicelab.profiles import Limits
from voicelab.quota.demand import Demand
from voicelab.wire import SessionSettings

__all__ = ["LIMITS", "Fit", "Need", "connections_per_call", "fits", "needs", "rotations_per_call"]

Limit = Literal["tokens a minute", "connections a minute", "sessions at a time"]
LIMITS: tuple[Limit, ...] = ("tokens a minute", "connections a minute", "sessions at a time")


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How many calls one limit carries.

    Attributes
    ----------
    limit : {"tokens a minute", "connections a minute", "sessions at a time"}
        Which.
    allows : int or None
        What it is; ``None`` where no paper names it.
    mean_calls : float or None
        Calls on average, if every minute were a mean one.
    safe_calls : float or None
        Calls on average, with the risk that was asked for.
    """

    limit: Limit
    allows: int | None
    mean_calls: float | None = None
    safe_calls: float | None = None


@dataclass(frozen=True, kw_only=True)
class Need:
    """What a limit must be for a number of calls.

    Attributes
    ----------
    limit : {"tokens a minute", "connections a minute", "sessions at a time"}
        Which.
    allows : int or None
        What it is.
    needed : int
        What it must be.
    """

    limit: Limit
    allows: int | None
    needed: int

    @property
    def must_be_raised(self) -> bool:
        """Whether it is too low."""
        return self.allows is not None and self.allows < self.needed


def rotations_per_call(demand: Demand, limits: Limits, settings: SessionSettings) -> int:
    """Count how often a call outlives its session.

    Parameters
    ----------
    demand : Demand
        Its length.
    limits : Limits
        A session's longest life.
    settings : SessionSettings
        How long before it the client rotates.

    Returns
    -------
    int
        New connections, beside the first.

    Raises
    ------
    ValueError
        If the client rotates before a session has begun.
    """
    life_s = limits.session_s - settings.rotate_before_s
    if life_s <= 0:
        raise ValueError(
            f"rotate_before_s must be shorter than a session, got {settings.rotate_before_s:g} of "
            f"{limits.session_s:g} s"
        )
    return math.ceil(demand.call_s / life_s) - 1


def connections_per_call(demand: Demand, *, rotations: int) -> float:
    """Count the connections that a call opens.

    Parameters
    ----------
    demand : Demand
        Its length and losses.
    rotations : int
        From :func:`rotations_per_call`.

    Returns
    -------
    float
        On average, the first one too.
    """
    return 1 + rotations + demand.drops_per_min * demand.call_s / 60


def fits(demand: Demand, limits: Limits, *, rotations: int, risk_share: float) -> tuple[Fit, ...]:
    """Tell how many calls each limit carries.

    Parameters
    ----------
    demand : Demand
        What one call asks for.
    limits : Limits
        What the service allows.
    rotations : int
        From :func:`rotations_per_call`.
    risk_share : float in (0, 0.5)
        Share of minutes, or of calls, that may hit the limit.

    Returns
    -------
    tuple of Fit
        Tokens, connections, sessions.

    Raises
    ------
    ValueError
        If the risk is out of its range.
    """
    z = _quantile(risk_share)
    per_call = connections_per_call(demand, rotations=rotations)
    per_min = 60 * per_call / demand.call_s
    tokens, connections = limits.tokens_per_min, limits.connections_per_min
    found = [Fit(limit=each, allows=_allows(limits, each)) for each in LIMITS]
    if tokens is not None:
        mean = demand.tokens_per_min
        b = z * math.sqrt(mean * (mean + demand.lump_tokens))
        root = (math.sqrt(b * b + 4 * mean * tokens) - b) / (2 * mean)
        found[0] = _fit(LIMITS[0], tokens, tokens / mean, root * root)
    if connections is not None:
        from scipy.special import gammaincinv

        # P(X <= k) of a Poisson mean m is the upper incomplete gamma function Q(k + 1, m).
        most = float(gammaincinv(connections + 1, risk_share))
        found[1] = _fit(LIMITS[1], connections, connections / per_min, most / per_min)
    if limits.concurrent_sessions is not None:
        free = limits.concurrent_sessions - (rotations > 0)
        found[2] = _fit(LIMITS[2], limits.concurrent_sessions, free, _offered(free, risk_share))
    return tuple(found)


def needs(
    demand: Demand, limits: Limits, *, calls: float, rotations: int, risk_share: float
) -> tuple[Need, ...]:
    """Tell what each limit must be for a number of calls.

    Parameters
    ----------
    demand : Demand
        What one call asks for.
    limits : Limits
        What the service allows now.
    calls : float > 0
        Calls on average.
    rotations : int
        From :func:`rotations_per_call`.
    risk_share : float in (0, 0.5)
        Share of minutes, or of calls, that may hit the limit.

    Returns
    -------
    tuple of Need
        Tokens, connections, sessions.

    Raises
    ------
    ValueError
        If the calls or the risk are out of their range.
    """
    if not 0 < calls < 1e6:
        raise ValueError(f"calls must be above 0 and below a million, got {calls:g}")
    mean = demand.tokens_per_min
    spread = math.sqrt(calls * mean * (mean + demand.lump_tokens))
    tokens = math.ceil(calls * mean + _quantile(risk_share) * spread)
    per_min = calls * 60 * connections_per_call(demand, rotations=rotations) / demand.call_s
    found = (
        tokens,
        _connections(per_min, risk_share),
        _sessions(calls, risk_share) + (rotations > 0),
    )
    return tuple(
        Need(limit=limit, allows=_allows(limits, limit), needed=needed)
        for limit, needed in zip(LIMITS, found, strict=True)
    )


def _fit(limit: Limit, allows: int, mean_calls: float, safe_calls: float) -> Fit:
    return Fit(limit=limit, allows=allows, mean_calls=mean_calls, safe_calls=safe_calls)


def _allows(limits: Limits, limit: Limit) -> int | None:
    values = (limits.tokens_per_min, limits.connections_per_min, limits.concurrent_sessions)
    return values[LIMITS.index(limit)]


def _quantile(risk_share: float) -> float:
    if not 0 < risk_share < 0.5:
        raise ValueError(f"the risk must lie between 0 and 0.5, got {risk_share:g}")
    return NormalDist().inv_cdf(1 - risk_share)


def _connections(per_min: float, risk_share: float) -> int:
    """Find the smallest limit that a Poisson number stays within, but for the risk."""
    from scipy.special import gammaincc

    limit = math.floor(per_min)
    while gammaincc(limit + 1, per_min) < 1 - risk_share:
        limit += 1
    return limit


def _loss(sessions: int, calls: float) -> float:
    """Give the share of calls that find all sessions taken."""
    inverse = 1.0
    for n in range(1, sessions + 1):
        inverse = 1.0 + inverse * n / calls
    return 1.0 / inverse


def _sessions(calls: float, risk_share: float) -> int:
    inverse, sessions = 1.0, 0
    while inverse < 1 / risk_share:
        sessions += 1
        inverse = 1.0 + inverse * sessions / calls
    return sessions


def _offered(sessions: int, risk_share: float) -> float:
    """Find the calls of which so many sessions lose no more than the risk."""
    low, high = 0.0, 2.0 * sessions + 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if _loss(sessions, middle) > risk_share:
            high = middle
        else:
            low = middle
    return low
