"""Meters: what a session has used, and what the service says is left.

Tokens and cost are summed from the ``usage`` of each answer, out-of-band ones
too.  New connections are counted over the last minute, because that is what
services limit.  Times are milliseconds.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from voicelab.wire.price import Price

__all__ = ["Meters", "RateLimit"]

MINUTE_MS = 60_000.0


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What the service last said of one limit.

    Attributes
    ----------
    limit, remaining : float
        In the limit's own unit.
    reset_s : float
        How long until it is whole again.
    """

    limit: float
    remaining: float
    reset_s: float


class Meters:
    """The meters of one session.

    Parameters
    ----------
    price : Price or None
        What tokens cost; ``None`` leaves the cost at 0.
    connections_per_min : int or None
        The service's limit on new connections.
    """

    def __init__(self, *, price: Price | None, connections_per_min: int | None) -> None:
        self._price = price or Price()
        self._most = connections_per_min
        self._opened_ms: deque[float] = deque()
        self.connections = 0
        self.input_tokens = 0
        self.output_tokens = 0
        self.cost = 0.0
        self.limits: dict[str, RateLimit] = {}

    def opened(self, *, now_ms: float) -> None:
        """Count a new connection.

        Parameters
        ----------
        now_ms : float
            When it was asked for.
        """
        self.connections += 1
        self._opened_ms.append(now_ms)

    def may_open_ms(self, *, now_ms: float) -> float:
        """Tell when a new connection stays within the limit.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        float
            The time itself if one may be opened now.
        """
        while self._opened_ms and self._opened_ms[0] <= now_ms - MINUTE_MS:
            self._opened_ms.popleft()
        if self._most is None or len(self._opened_ms) < self._most:
            return now_ms
        return self._opened_ms[-self._most] + MINUTE_MS

    def used(self, usage: Mapping[str, Any] | None) -> None:
        """Add what an answer used.

        Parameters
        ----------
        usage : mapping or None
            As it stands in ``response.done``.
        """
        if usage is None:
            return
        self.input_tokens += int(usage.get("input_tokens") or 0)
        self.output_tokens += int(usage.get("output_tokens") or 0)
        self.cost += self._price.of(usage)

    def told(self, rate_limits: Iterable[Mapping[str, Any]]) -> None:
        """Take note of ``rate_limits.updated``.

        Parameters
        ----------
        rate_limits : iterable of mapping
            Its list.
        """
        for each in rate_limits:
            self.limits[str(each.get("name"))] = RateLimit(
                float(each.get("limit") or 0),
                float(each.get("remaining") or 0),
                float(each.get("reset_seconds") or 0),
            )
