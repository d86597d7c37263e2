"""TriggerCost: what answering nobody costs, by kind of noise.

A false trigger makes the service answer, unless turn detection creates no
response.  Such an answer reads the conversation and speaks like any other,
so it is priced as the mean answer.  The evidence gives triggers a minute of
noise: with the noise on for all of the call it is an upper bound, and
``exposed_share`` is the part of a call in which there is noise and nobody
speaks.
"""

from dataclasses import dataclass

from voicelab.tuning import Tuning

__all__ = ["TriggerCost", "trigger_costs"]

METRIC = "/false_triggers_per_min"


@dataclass(frozen=True, kw_only=True)
class TriggerCost:
    """What the false triggers of one kind of noise cost.

    Attributes
    ----------
    kind : str
        Of noise, or ``given``.
    triggers_per_min : tuple of float
        Estimate, and its interval's ends.
    tokens_per_h : tuple of float
        Of one call, at each of the three.
    money_per_h : tuple of float or None
        The same in the price's currency; ``None`` without a price.
    default_tokens_per_h : float or None
        With the profile's default settings, where that was measured.
    """

    kind: str
    triggers_per_min: tuple[float, float, float]
    tokens_per_h: tuple[float, float, float]
    money_per_h: tuple[float, float, float] | None = None
    default_tokens_per_h: float | None = None


def trigger_costs(
    tuning: Tuning | None,
    *,
    answer_tokens: float,
    answer_price: float | None = None,
    given_per_min: float | None = None,
    exposed_share: float = 1.0,
) -> tuple[TriggerCost, ...]:
    """Price the false triggers that a tuning's evidence promises.

    Parameters
    ----------
    tuning : Tuning or None
        Its evidence, by kind of noise.
    answer_tokens : float > 0
        Tokens of an answer.
    answer_price : float or None
        What they cost.
    given_per_min : float or None
        False triggers a minute, instead of evidence.
    exposed_share : float in [0, 1]
        Part of a call in which there is noise and nobody speaks.

    Returns
    -------
    tuple of TriggerCost
        By kind; empty where nothing was measured, or no trigger is answered.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    if not 0 <= exposed_share <= 1:
        raise ValueError(f"the exposed share must lie between 0 and 1, got {exposed_share:g}")
    rates: dict[str, tuple[float, float, float, float | None]] = {}
    if given_per_min is not None:
        if not 0 <= given_per_min < float("inf"):
            raise ValueError(f"false triggers a minute must not be negative, got {given_per_min:g}")
        rates["given"] = (given_per_min, given_per_min, given_per_min, None)
    elif tuning is not None and _answers_by_itself(tuning) and tuning.evidence.turns is not None:
        for name, metric in tuning.evidence.turns.metrics.items():
            if name.endswith(METRIC):
                kind = name.removesuffix(METRIC)
                rates[kind] = (metric.value, metric.low, metric.high, metric.at_default)
    per_h = 60 * exposed_share * answer_tokens
    money_per_h = None if answer_price is None else 60 * exposed_share * answer_price
    return tuple(
        TriggerCost(
            kind=kind,
            triggers_per_min=(value, low, high),
            tokens_per_h=(value * per_h, low * per_h, high * per_h),
            money_per_h=None
            if money_per_h is None
            else (value * money_per_h, low * money_per_h, high * money_per_h),
            default_tokens_per_h=None if default is None else default * per_h,
        )
        for kind, (value, low, high, default) in rates.items()
    )


def _answers_by_itself(tuning: Tuning) -> bool:
    return tuning.turn_detection is not None and tuning.turn_detection.create_response
