"""Estimates with their intervals: how sure a count makes us.

Intervals are exact and hold 90 %, so that each end alone holds 95 %: a budget
is *shown* to be met when the bad end meets it.  With no event at all that
takes 180 s for one a minute, and 29 turns for one in ten [1]_ [2]_.

Counts may be fractions: where one minute of noise was heard in three
mixtures, a third of the events count, for it is still one minute of noise.

References
----------
.. [1] F. Garwood, Fiducial limits for the Poisson distribution, 1936.
.. [2] C. Clopper and E. Pearson, The use of confidence limits, 1934.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["TAIL", "Estimate", "rate_per_min", "seconds_to_show", "share", "turns_to_show"]

TAIL = 0.05


class Estimate(NamedTuple):
    """A figure and the range that the data allow.

    Attributes
    ----------
    value : float
        What was counted.
    low, high : float
        Ends of the 90 % interval.
    n : float
        Seconds of exposure, or number of turns.
    """

    value: float
    low: float
    high: float
    n: float

    def __str__(self) -> str:
        if math.isnan(self.value):
            return "no data"
        if math.isnan(self.low):
            return f"{self.value:.2f} (too few for an interval)"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def rate_per_min(count: float, exposure_s: float) -> Estimate:
    """Estimate a rate from a count of events.

    Parameters
    ----------
    count : float >= 0
        Events in the exposure.
    exposure_s : float >= 0
        Distinct seconds in which they could happen.

    Returns
    -------
    Estimate
        Events a minute; NaN without exposure.
    """
    from scipy.special import gammaincinv

    if exposure_s <= 0:
        return Estimate(math.nan, 0.0, math.inf, 0.0)
    minutes = exposure_s / 60
    low = float(gammaincinv(count, TAIL)) if count > 0 else 0.0
    high = float(gammaincinv(count + 1, 1 - TAIL))
    return Estimate(count / minutes, low / minutes, high / minutes, exposure_s)


def share(count: float, n: float) -> Estimate:
    """Estimate a probability from a count of cases.

    Parameters
    ----------
    count : float >= 0
        Cases in which it happened.
    n : float >= 0
        All distinct cases.

    Returns
    -------
    Estimate
        A share in [0, 1]; NaN without cases.
    """
    from scipy.special import betaincinv

    if n <= 0:
        return Estimate(math.nan, 0.0, 1.0, 0.0)
    low = float(betaincinv(count, n - count + 1, TAIL)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, n - count, 1 - TAIL)) if count < n else 1.0
    return Estimate(count / n, low, high, n)


def seconds_to_show(triggers_per_min: float, budget_per_min: float) -> float:
    """Say how much exposure would show that a budget is met.

    Parameters
    ----------
    triggers_per_min : float >= 0
        The rate as it is estimated now.
    budget_per_min : float > 0
        What is allowed.

    Returns
    -------
    float
        Seconds in all, rounded up to ten; infinite if the rate is beyond the budget.

    Examples
    --------
    >>> seconds_to_show(0.0, 1.0)
    180.0
    """
    return 10 * _smallest(
        lambda tens: rate_per_min(triggers_per_min * tens / 6, 10 * tens).high <= budget_per_min,
        hopeless=triggers_per_min >= budget_per_min,
    )


def turns_to_show(missed_share: float, budget: float) -> float:
    """Say how many turns would show that a budget is met.

    Parameters
    ----------
    missed_share : float in [0, 1]
        The share as it is estimated now.
    budget : float in [0, 1]
        What is allowed.

    Returns
    -------
    float
        Turns in all; infinite if the share is beyond the budget.

    Examples
    --------
    >>> turns_to_show(0.0, 0.10)
    29.0
    """
    return _smallest(
        lambda n: share(missed_share * n, n).high <= budget, hopeless=missed_share >= budget
    )


def _smallest(holds: Callable[[int], bool], *, hopeless: bool, most: int = 1 << 20) -> float:
    """Smallest whole number from which on a condition holds, by bisection."""
    if hopeless:
        return math.inf
    low, high = 0, 1
    while not holds(high):
        low, high = high, 2 * high
        if high > most:
            return math.inf
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(high)
