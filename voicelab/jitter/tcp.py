"""TCP: what a lost segment costs the messages behind it.

A message travels as segments.  A lost one is sent again, and because TCP
releases octets in order, everything behind it waits: loss becomes delay, and a
long message holds its first samples until its last segment is there.

A loss is noticed when a later segment is acknowledged and has had a quarter of
a round trip to be overtaken (RACK [1]_); where nothing later is sent soon, the
retransmission timer runs out instead, after a round trip and 200 ms at the
least, as Linux has it.  A retransmission that is lost again waits for a timer
of twice the length, and so on.  Loss comes in bursts: two states, each kept
for a geometrically distributed number of segments (Gilbert [2]_, Elliott
[3]_).

Guesses: the window never limits the sender, acknowledgements are never lost,
there is no tail loss probe, a retransmission is lost as often as the average
segment, and the line keeps its state while nothing is sent.

References
----------
.. [1] RFC 8985, "The RACK-TLP Loss Detection Algorithm for TCP", section 6.2.
.. [2] E. N. Gilbert, "Capacity of a burst-noise channel", Bell System
   Technical Journal 39, 1960.
.. [3] E. O. Elliott, "Estimates of error rates for codes on burst-noise
   channels", Bell System Technical Journal 42, 1963.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["GilbertElliott", "Tcp"]

SEGMENT_OCTETS = 1448  # what 1500 octets of Ethernet leave with timestamps
LEAST_TIMEOUT_MS = 200.0


@dataclass(frozen=True, kw_only=True)
class GilbertElliott:
    """Loss in bursts.

    Attributes
    ----------
    enter_share : float in [0, 1]
        How often a good segment is followed by a bad one.
    leave_share : float in (0, 1]
        How often a bad segment is followed by a good one; its inverse is the
        mean length of a bad stretch.
    lost_share : float in [0, 1)
        Of the bad segments, how many are lost; no good one is.
    """

    enter_share: float
    leave_share: float
    lost_share: float = 0.5

    @property
    def loss_share(self) -> float:
        """Share of all segments that is lost in the long run."""
        return self.lost_share * self.enter_share / (self.enter_share + self.leave_share)

    def lost(self, segments: int, *, rng: np.random.Generator) -> NDArray[np.bool_]:
        """Draw which segments are lost.

        Parameters
        ----------
        segments : int >= 0
            How many are sent, one after the other.
        rng : numpy.random.Generator
            Where chance comes from; it advances.

        Returns
        -------
        ndarray of bool, shape (segments,)
            Whether each is lost.
        """
        if not self.enter_share:
            return np.zeros(segments, dtype=bool)
        in_bad = self.enter_share / (self.enter_share + self.leave_share)
        is_bad = bool(rng.random() < in_bad)
        stretches: list[NDArray[np.bool_]] = []
        drawn = 0
        while drawn < segments:
            length = int(rng.geometric(self.leave_share if is_bad else self.enter_share))
            length = min(length, segments - drawn)
            stretches.append(np.full(length, is_bad))
            drawn += length
            is_bad = not is_bad
        bad = np.concatenate([np.zeros(0, dtype=bool), *stretches])
        return bad & (rng.random(segments) < self.lost_share)


@dataclass(frozen=True, kw_only=True)
class Tcp:
    """A connection over a line that loses.

    Attributes
    ----------
    delay_ms : float >= 0
        One way, without jitter.
    jitter_ms : float >= 0
        Mean of what a segment takes longer; gamma distributed, shape 4.
    loss : GilbertElliott
        Which segments are lost.
    """

    delay_ms: float
    jitter_ms: float = 0.0
    loss: GilbertElliott = GilbertElliott(enter_share=0, leave_share=1)

    def carry(
        self, at_ms: NDArray[np.float64], octets: NDArray[np.int64], *, rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Carry messages, each complete when its last segment may be released.

        Parameters
        ----------
        at_ms : ndarray, shape (messages,)
            When each comes in, never falling.
        octets : ndarray of int, shape (messages,)
            Their sizes.
        rng : numpy.random.Generator
            Where chance comes from.

        Returns
        -------
        ndarray, shape (messages,)
            When each comes out.
        """
        per_message = -(-octets // SEGMENT_OCTETS)
        sent_ms = np.repeat(at_ms, per_message)
        longer_ms = rng.gamma(4, self.jitter_ms / 4, sent_ms.size) if self.jitter_ms else 0.0
        there_ms = sent_ms + self.delay_ms + longer_ms
        lost = self.loss.lost(sent_ms.size, rng=rng)
        there_ms[lost] += self._again_ms(sent_ms, lost, rng)
        released_ms = np.maximum.accumulate(there_ms)
        return released_ms[np.cumsum(per_message) - 1]

    def _again_ms(
        self, sent_ms: NDArray[np.float64], lost: NDArray[np.bool_], rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """How much later than at first each lost segment is sent for good."""
        round_trip_ms = 2 * self.delay_ms + self.jitter_ms
        timeout_ms = round_trip_ms + LEAST_TIMEOUT_MS
        # The first later segment that gets through is the one whose acknowledgement tells.
        number = np.arange(sent_ms.size)
        through = np.where(lost, sent_ms.size, number)
        following = np.minimum.accumulate(through[::-1])[::-1][lost]
        told_ms = np.append(sent_ms, np.inf)[following] - sent_ms[lost] + 1.25 * round_trip_ms
        again_ms = np.minimum(told_ms, timeout_ms)
        losses = rng.geometric(1 - self.loss.loss_share, again_ms.size) - 1
        return np.asarray(again_ms + timeout_ms * (2.0 ** (losses + 1) - 2), dtype=np.float64)
