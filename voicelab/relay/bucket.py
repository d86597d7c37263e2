"""Bucket: how fast somebody may send.

Whoever is faster is made to wait, and loses nothing: the relay reads no
further, and the network passes that on.  Times are milliseconds.
"""

__all__ = ["Bucket"]


class Bucket:
    """A bucket that fills steadily, and that what is sent empties.

    Parameters
    ----------
    per_s : float > 0
        How much may be sent a second in the long run.
    burst_s : float > 0
        How many seconds of it at once.

    Examples
    --------
    >>> bucket = Bucket(per_s=10, burst_s=2)
    >>> bucket.take(20, now_ms=0), bucket.take(5, now_ms=0), bucket.take(1, now_ms=500)
    (0.0, 500.0, 100.0)
    """

    def __init__(self, *, per_s: float, burst_s: float) -> None:
        self._per_ms = per_s / 1000
        self._most = per_s * burst_s
        self._left = self._most
        self._at_ms = 0.0

    def take(self, amount: int, *, now_ms: float) -> float:
        """Send something.

        Parameters
        ----------
        amount : int >= 0
            How much.
        now_ms : float
            When; never before the last one.

        Returns
        -------
        float
            How long to wait before the next.
        """
        filled = self._left + (now_ms - self._at_ms) * self._per_ms
        self._at_ms = now_ms
        self._left = min(self._most, filled) - amount
        return max(0.0, -self._left / self._per_ms)
