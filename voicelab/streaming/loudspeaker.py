"""Loudspeaker: what of the answers would have been heard by now.

A session hands pieces of answers to a :class:`Speaker` and asks it what has
been heard; a page with a real loudspeaker is one.  The one here plays nothing.
It knows how long each piece sounds, plays one after the other, and begins an
answer ``start_ms`` after its first piece, as a page that holds does.

Times are milliseconds on the caller's clock.
"""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Heard", "Loudspeaker", "Speaker"]

SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """How much of an answer has been heard.

    Attributes
    ----------
    response_id, item_id : str
        Which answer.
    ms : float
        From its first sample.
    """

    response_id: str
    item_id: str
    ms: float


class Speaker(Protocol):
    """Whoever plays answers."""

    def play(self, response_id: str, item_id: str, pcm16: bytes, *, now_ms: float) -> None:
        """Take the next piece of an answer.

        Parameters
        ----------
        response_id, item_id : str
            Which answer.
        pcm16 : bytes
            The piece.
        now_ms : float
            Now.
        """

    def flush(self, response_id: str) -> None:
        """Throw away what is left of an answer.

        Parameters
        ----------
        response_id : str
            Which.
        """

    def heard(self, *, now_ms: float) -> Iterable[Heard]:
        """Say what more has been heard.

        Parameters
        ----------
        now_ms : float
            Now.

        Returns
        -------
        iterable of Heard
            Each answer that has gone on since the last call.
        """

    def free_ms(self) -> float:
        """Say when it will have played, or has played, everything.

        Returns
        -------
        float
            A time on the caller's clock; minus infinity before the first answer.
        """


@dataclass
class _Queued:
    """One answer's sound: when it began, how much has come and was told."""

    response_id: str
    item_id: str
    begins_ms: float
    length_ms: float = 0.0
    told_ms: float = 0.0


class Loudspeaker:
    """A loudspeaker that only counts.

    Parameters
    ----------
    rate_hz : int
        Sample rate of the answers.
    start_ms : float >= 0
        How long after its first piece an answer begins.
    """

    def __init__(self, *, rate_hz: int = 24_000, start_ms: float = 0.0) -> None:
        self._rate_hz = rate_hz
        self.start_ms = start_ms
        self._queue: deque[_Queued] = deque()

    def free_ms(self) -> float:
        """Say when it will have played, or has played, everything.

        Returns
        -------
        float
            A time on the caller's clock; minus infinity before the first answer.
        """
        last = self._queue[-1] if self._queue else None
        return -math.inf if last is None else last.begins_ms + last.length_ms

    def play(self, response_id: str, item_id: str, pcm16: bytes, *, now_ms: float) -> None:
        """Take the next piece of an answer.

        Parameters
        ----------
        response_id, item_id : str
            Which answer.
        pcm16 : bytes
            The piece.
        now_ms : float
            Now.
        """
        last = self._queue[-1] if self._queue else None
        if last is None or (last.response_id, last.item_id) != (response_id, item_id):
            begins_ms = max(now_ms + self.start_ms, self.free_ms())
            last = _Queued(response_id, item_id, begins_ms)
            self._queue.append(last)
        # Where it ran dry it goes on now: the silence is not part of the answer.
        last.begins_ms += max(0.0, now_ms - (last.begins_ms + last.length_ms))
        last.length_ms += 1000 * len(pcm16) / SAMPLE_BYTES / self._rate_hz

    def flush(self, response_id: str) -> None:
        """Throw away what is left of an answer.

        Parameters
        ----------
        response_id : str
            Which.
        """
        self._queue = deque(each for each in self._queue if each.response_id != response_id)

    def heard(self, *, now_ms: float) -> Iterator[Heard]:
        """Say what more has been heard.

        Parameters
        ----------
        now_ms : float
            Now.

        Yields
        ------
        Heard
            Each answer that has gone on since the last call.
        """
        for each in list(self._queue):
            heard_ms = min(max(0.0, now_ms - each.begins_ms), each.length_ms)
            if heard_ms > each.told_ms:
                each.told_ms = heard_ms
                yield Heard(each.response_id, each.item_id, heard_ms)
        while len(self._queue) > 1 and self._queue[0].told_ms >= self._queue[0].length_ms:
            self._queue.popleft()  # the last one stays, for more of it may come
