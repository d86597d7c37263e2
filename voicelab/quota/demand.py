"""Demand: what one call asks of a service: tokens, time and connections.

Tokens are used in lumps, an answer at a time.  What matters for a busy minute
is the lump that a token belongs to: the mean of the answers' squares over
their mean.  If all answers are equal it is one answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicelab.wire import LoggedEvent, Price

__all__ = ["Demand", "Measured", "measure"]


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What one call asks of a service.

    Attributes
    ----------
    call_s : float > 0
        How long it lasts, on average.
    tokens_per_min : float > 0
        Tokens that it uses in a minute, on average.
    lump_tokens : float >= 0
        Tokens of the answer that a token belongs to; 0 where only the mean is known.
    drops_per_min : float >= 0
        Connections lost, and opened again, in a minute of it.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """

    call_s: float
    tokens_per_min: float
    lump_tokens: float = 0.0
    drops_per_min: float = 0.0

    def __post_init__(self) -> None:
        for name in ("call_s", "tokens_per_min"):
            if not 0 < getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must be a number above 0, got {getattr(self, name):g}")
        for name in ("lump_tokens", "drops_per_min"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} must not be negative, got {getattr(self, name):g}")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What session logs tell of calls.

    Attributes
    ----------
    demand : Demand
        Of the mean call.
    calls : int
        How many logs.
    answers : tuple of int
        Tokens of each answer that told its usage.
    usages : tuple of mapping
        The usage of each of them, as on the wire.
    untold : int
        Answers that told none.
    """

    demand: Demand
    calls: int
    answers: tuple[int, ...]
    usages: tuple[Mapping[str, Any], ...]
    untold: int

    @property
    def mean_answer_tokens(self) -> float:
        """The mean of the tokens that an answer takes."""
        return sum(self.answers) / len(self.answers)

    @property
    def cached_share(self) -> float:
        """Part of all tokens that the service had read before."""
        details = (usage.get("input_token_details") or {} for usage in self.usages)
        cached = sum(int(each.get("cached_tokens") or 0) for each in details)
        return cached / sum(self.answers)

    def mean_answer_price(self, price: Price) -> float:
        """Price an answer, on average.

        Parameters
        ----------
        price : Price
            What tokens cost.

        Returns
        -------
        float
            In the price's currency.
        """
        return sum(map(price.of, self.usages)) / len(self.usages)


def measure(logs: Sequence[Iterable[LoggedEvent]]) -> Measured:
    """Measure calls by their session logs, a log a call.

    A connection that was opened neither first nor by rotation replaces one
    that was lost.

    Parameters
    ----------
    logs : sequence of iterables of LoggedEvent
        What each session sent and received.

    Returns
    -------
    Measured
        The mean call, and each answer.

    Raises
    ------
    ValueError
        If a log covers no time, or no answer told its usage.
    """
    usages: list[Mapping[str, Any]] = []
    total_s, drops, untold = 0.0, 0, 0
    for number, log in enumerate(logs, start=1):
        events = list(log)
        length_s = (events[-1].recv_ms - events[0].recv_ms) / 1000 if events else 0.0
        if length_s <= 0:
            raise ValueError(f"a session log must cover some time, got none in log {number}")
        total_s += length_s
        received = [each for each in events if each.direction == "in"]
        opened = sum(each.type == "session.created" for each in received)
        drops += max(0, opened - 1 - sum(map(_is_rotation, received)))
        done = [each for each in received if each.type == "response.done"]
        told = [usage for usage in map(_usage, done) if usage]
        usages += told
        untold += len(done) - len(told)
    tokens = tuple(_tokens(usage) for usage in usages)
    if not sum(tokens):
        raise ValueError(
            "a session log must hold answers (response.done) with their usage, got none; give "
            "tokens a minute instead"
        )
    demand = Demand(
        call_s=total_s / len(logs),
        tokens_per_min=60 * sum(tokens) / total_s,
        lump_tokens=sum(each * each for each in tokens) / sum(tokens),
        drops_per_min=60 * drops / total_s,
    )
    return Measured(
        demand=demand, calls=len(logs), answers=tokens, usages=tuple(usages), untold=untold
    )


def _is_rotation(logged: LoggedEvent) -> bool:
    return logged.type == "client.ready" and (logged.event or {}).get("code") == "rotation"


def _usage(logged: LoggedEvent) -> Mapping[str, Any] | None:
    response = (logged.event or {}).get("response")
    usage = response.get("usage") if isinstance(response, Mapping) else None
    return usage if isinstance(usage, Mapping) and _tokens(usage) else None


def _tokens(usage: Mapping[str, Any]) -> int:
    total = usage.get("total_tokens")
    parts = (
        [total] if total is not None else [usage.get("input_tokens"), usage.get("output_tokens")]
    )
    return sum(each for each in parts if isinstance(each, int) and each > 0)
