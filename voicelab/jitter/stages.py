"""Stages: what a way from sender to page does to messages, one thing at a time.

A stage takes the moments at which messages come in and their sizes, and gives
the moments at which they come out, in the same order and never before the one
in front: a WebSocket delivers in order whatever carries it.

- :class:`Holds`: now and then everything stops for a while and is then let
  through together: a Wi-Fi scan or roaming, a page whose main thread is busy.
- :class:`Slots`: a cell grants so many octets every so often.
- :class:`Hop`: propagation and jitter, of a wire or of a relay that forwards.

:mod:`voicelab.jitter.tcp` is the stage that loses.

Times are in milliseconds, sizes in octets; chance comes in as a NumPy
``Generator``.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Holds", "Hop", "Slots", "Stage"]


class Stage(Protocol):
    """One thing that happens to messages on their way."""

    def carry(
        self, at_ms: NDArray[np.float64], octets: NDArray[np.int64], *, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Carry messages.

        Parameters
        ----------
        at_ms : ndarray, shape (messages,)
            When each comes in, never falling.
        octets : ndarray of int, shape (messages,)
            Their sizes.
        rng : numpy.random.Generator
            Where chance comes from; it advances.

        Returns
        -------
        ndarray, shape (messages,)
            When each comes out, never falling.
        """


@dataclass(frozen=True, kw_only=True)
class Hop:
    """Propagation, and jitter that follows a gamma distribution of shape 4.

    The shape is a guess: right-skewed, and without a value at zero.

    Attributes
    ----------
    delay_ms : float >= 0
        Every message takes that long.
    jitter_ms : float >= 0
        Mean of what it takes longer.
    """

    delay_ms: float
    jitter_ms: float = 0.0

    def carry(
        self, at_ms: NDArray[np.float64], octets: NDArray[np.int64], *, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Delay messages; one that would overtake waits.

        Parameters
        ----------
        at_ms : ndarray, shape (messages,)
            When each comes in, never falling.
        octets : ndarray of int, shape (messages,)
            Their sizes, which do not matter.
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        ndarray, shape (messages,)
            When each comes out.
        """
        longer_ms = rng.gamma(4, self.jitter_ms / 4, at_ms.size) if self.jitter_ms else 0.0
        return np.maximum.accumulate(at_ms + self.delay_ms + longer_ms)


@dataclass(frozen=True, kw_only=True)
class Holds:
    """Times in which nothing comes through; they begin as a Poisson process.

    Attributes
    ----------
    holds_per_s : float >= 0
        How often one begins.
    hold_ms : pair of float
        Ends of the range in which every length is equally likely.
    """

    holds_per_s: float
    hold_ms: tuple[float, float]

    def carry(
        self, at_ms: NDArray[np.float64], octets: NDArray[np.int64], *, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Keep what comes in during a hold until its end.

        Parameters
        ----------
        at_ms : ndarray, shape (messages,)
            When each comes in, never falling.
        octets : ndarray of int, shape (messages,)
            Their sizes, which do not matter.
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        ndarray, shape (messages,)
            When each comes out.
        """
        begin_ms, end_ms = self.between(float(at_ms[0]), float(at_ms[-1]), rng=rng)
        if not begin_ms.size:
            return at_ms
        # A hold that begins in another lasts until the later end of the two.
        until_ms = np.maximum.accumulate(end_ms)
        hold = np.searchsorted(begin_ms, at_ms, side="right") - 1
        held_ms = np.where(hold < 0, at_ms, np.maximum(at_ms, until_ms[hold]))
        # Held until into a later hold, a message waits for that one too.
        later = np.searchsorted(begin_ms, held_ms, side="right") - 1
        while (later > hold).any():
            hold = later
            held_ms = np.where(hold < 0, held_ms, np.maximum(held_ms, until_ms[hold]))
            later = np.searchsorted(begin_ms, held_ms, side="right") - 1
        return held_ms

    def between(
        self, from_ms: float, until_ms: float, *, rng: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Draw the holds that touch a time.

        Parameters
        ----------
        from_ms, until_ms : float
            The time.
        rng : numpy.random.Generator
            Where chance comes from; it advances.

        Returns
        -------
        begin_ms, end_ms : ndarray, shape (holds,)
            In the order in which they begin.
        """
        from_ms = from_ms - self.hold_ms[1]
        count = rng.poisson(self.holds_per_s * (until_ms - from_ms) / 1000)
        begin_ms = np.sort(rng.uniform(from_ms, until_ms, count))
        return begin_ms, begin_ms + rng.uniform(*self.hold_ms, count)


@dataclass(frozen=True, kw_only=True)
class Slots:
    """A cell's scheduler: so many octets at every slot, first come, first served.

    That every slot carries the same is a guess; put :class:`Holds` behind it
    for fades.

    Attributes
    ----------
    slot_ms : float > 0
        Time from slot to slot.
    slot_bytes : int > 0
        What one slot carries.
    """

    slot_ms: float
    slot_bytes: int

    def carry(
        self, at_ms: NDArray[np.float64], octets: NDArray[np.int64], *, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Deliver each message with the slot that carries its last octet.

        Parameters
        ----------
        at_ms : ndarray, shape (messages,)
            When each comes in, never falling.
        octets : ndarray of int, shape (messages,)
            Their sizes.
        rng : numpy.random.Generator
            Not used: slots come like clockwork.

        Returns
        -------
        ndarray, shape (messages,)
            When each comes out.
        """
        # A queue that is served at a steady rate: what a message waits for is the worst, so far,
        # of arrivals against the service of all that came before them.
        work_ms = self.slot_ms * octets / self.slot_bytes
        served_ms = np.cumsum(work_ms)
        begin_ms = self.slot_ms * np.ceil(at_ms / self.slot_ms)
        out_ms = served_ms + np.maximum.accumulate(begin_ms - (served_ms - work_ms))
        return self.slot_ms * np.ceil(out_ms / self.slot_ms - 1e-9)
