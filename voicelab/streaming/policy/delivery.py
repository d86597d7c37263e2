"""Delivery: what of the microphone's audio one connection was sent, and when.

A service counts from the first sample that it was sent, the policy from the
first one that the microphone gave; here one is found from the other.
"""

from bisect import bisect_right

__all__ = ["Delivery"]


class Delivery:
    """The audio that one connection was sent."""

    def __init__(self) -> None:
        self._appended = 0  # samples
        self._places: list[tuple[int, int]] = []  # connection's position, stream's position
        self._sent: list[tuple[float, int]] = []  # when, and up to where in the stream

    def go_on_from(self, position: int) -> None:
        """Take note that what is sent next does not follow on what was sent last.

        Parameters
        ----------
        position : int
            Where in the stream it begins.
        """
        self._places.append((self._appended, position))

    def note(self, samples: int, *, upto: int, now_ms: float) -> None:
        """Take note of a chunk.

        Parameters
        ----------
        samples : int
            How much it holds.
        upto : int
            Where in the stream it ends.
        now_ms : float
            When it was sent.
        """
        self._appended += samples
        self._sent.append((now_ms, upto))

    def place(self, position: int) -> int | None:
        """Find in the stream what the connection means.

        Parameters
        ----------
        position : int
            From the first sample that the connection was sent.

        Returns
        -------
        int or None
            From the first sample of the stream; ``None`` before anything was sent.
        """
        there = min(position, self._appended)
        index = bisect_right(self._places, (there, 1 << 62)) - 1
        if index < 0:
            return None
        own, stream = self._places[index]
        return stream + there - own

    def sent_before(self, at_ms: float) -> int | None:
        """Tell up to where the stream was sent by a time, and forget what was before.

        Parameters
        ----------
        at_ms : float
            The time; never before the last one.

        Returns
        -------
        int or None
            ``None`` if nothing more was.
        """
        count = bisect_right(self._sent, (at_ms, 1 << 62))
        if not count:
            return None
        upto = self._sent[count - 1][1]
        del self._sent[:count]
        return upto
