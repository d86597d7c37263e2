"""Window: what happened within the last minute.

Services do not say whether their minute is a sliding one or begins anew each
time; what stays below a limit in every sliding minute stays below it in both.
Times are milliseconds.
"""

from collections import deque

__all__ = ["MINUTE_MS", "Window"]

MINUTE_MS = 60_000.0
SHORTEST_MS = 1.0  # or a time that rounding made a little early would be asked for again and again


class Window:
    """Amounts of the last minute, and their sum."""

    def __init__(self) -> None:
        self._amounts: deque[tuple[float, int]] = deque()
        self._sum = 0

    def add(self, amount: int, *, now_ms: float) -> None:
        """Count something.

        Parameters
        ----------
        amount : int
            How much.
        now_ms : float
            When; never before the last one.
        """
        self._amounts.append((now_ms, amount))
        self._sum += amount

    def sum(self, *, now_ms: float) -> int:
        """Add up the last minute.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        int
            What was counted after ``now_ms`` minus a minute.
        """
        while self._amounts and self._amounts[0][0] <= now_ms - MINUTE_MS:
            self._sum -= self._amounts.popleft()[1]
        return self._sum

    def room_ms(self, amount: int, *, limit: int, now_ms: float) -> float:
        """Tell when an amount fits below a limit, if nothing else comes.

        Parameters
        ----------
        amount : int
            How much is to be added.
        limit : int
            What the sum may reach.
        now_ms : float
            The time.

        Returns
        -------
        float
            The time itself if it fits now; more than fits at all takes whole minutes.
        """
        over = self.sum(now_ms=now_ms) + amount - limit
        if over <= 0:
            return now_ms
        for at_ms, each in self._amounts:
            over -= each
            if over <= 0:
                return max(at_ms + MINUTE_MS, now_ms + SHORTEST_MS)
        return now_ms + MINUTE_MS * (1 + over / max(1, limit))
