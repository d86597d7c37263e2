"""Lateness: what each packet asks of a player, whatever the player is.

Packet i holds n_i samples, has S_i samples in front of it, and can be read
from quantum k_i on, the first that starts at or after its arrival (Q = 128
samples a quantum).  Had playing begun at sample 0 without a gap, it would be
needed at sample S_i but is there at Q k_i: it is late by

    L_i = Q k_i - S_i,

and a player that is o samples behind when it comes to packet i finds it there
if and only if L_i <= o.  Hence, for an answer played alone,

- the earliest start that never runs dry is quantum max_i (k_i - floor(S_i / Q));
- the *smallest hold* is that quantum minus the first packet's;
- the *smallest prefill* is one sample more than what lies in front of the
  first packet j that can be read no earlier than that quantum: every prefill in
  (S_j, S_j + n_j] is the same player.

Both are exact, need no search, and stay the same when the player refills.  A
prefill waits for a whole packet where a hold need not, so an answer's own
smallest hold never starts it later than its own smallest prefill; one hold for
many answers may.

The phase of the listener's quanta against the clock of the arrivals is not
recorded; quanta are taken to start at the clock's zero.  Another phase moves
the smallest hold by one quantum at most (5.3 ms at 24 kHz), the smallest
prefill by as much as a packet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.answer import Answer
from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.player import QUANTUM_SAMPLES

__all__ = ["Packets", "smallest_hold_ms", "smallest_prefill_ms"]

# Times in decimal milliseconds that mean the start of a quantum count as its start.
ROUNDING_SAMPLES = 1e-3


@dataclass(frozen=True, eq=False)
class Packets:
    """The packets of some answers in one line; counts are whole numbers in float64.

    Attributes
    ----------
    quantum : ndarray, shape (packets,)
        First quantum that can read each packet.
    samples : ndarray, shape (packets,)
        Audio in it.
    before : ndarray, shape (packets,)
        Audio in front of it, from the first answer on.
    done_quantum : ndarray, shape (packets,)
        First quantum that knows its answer to be complete.
    first, last : ndarray of int, shape (answers,)
        Each answer's first and last packet.
    """

    quantum: NDArray[np.float64]
    samples: NDArray[np.float64]
    before: NDArray[np.float64]
    done_quantum: NDArray[np.float64]
    first: NDArray[np.intp]
    last: NDArray[np.intp]

    @classmethod
    def of(cls, answers: Sequence[Answer], *, rate_hz: int) -> "Packets":
        """Line up the packets of some answers.

        Parameters
        ----------
        answers : sequence of Answer
            At least one.
        rate_hz : int
            Sample rate of their audio.

        Returns
        -------
        Packets
            In the order of the answers.
        """
        sizes = np.array([answer.samples.size for answer in answers])
        samples = np.concatenate([answer.samples for answer in answers]).astype(np.float64)
        arrived_ms = np.concatenate([answer.arrived_ms for answer in answers])
        end_ms = np.array([answer.end_ms for answer in answers])
        after = np.cumsum(sizes)
        return cls(
            quantum=_first_quantum(arrived_ms, rate_hz),
            samples=samples,
            before=np.cumsum(samples) - samples,
            done_quantum=np.repeat(_first_quantum(end_ms, rate_hz), sizes),
            first=after - sizes,
            last=after - 1,
        )

    @property
    def lateness(self) -> NDArray[np.float64]:
        """How late each packet is for a player that began at sample 0 of the clock."""
        return QUANTUM_SAMPLES * self.quantum - self.before

    @property
    def owner(self) -> NDArray[np.intp]:
        """Which answer each packet belongs to."""
        return np.repeat(np.arange(self.first.size), self.last - self.first + 1)


def smallest_hold_ms(arrivals: Arrivals) -> NDArray[np.float64]:
    """Give the shortest hold with which each answer never runs dry.

    Parameters
    ----------
    arrivals : Arrivals
        Each answer counts alone.

    Returns
    -------
    ndarray, shape (answers,)
        From the first readable packet to the start, in whole quanta.
    """
    packets = Packets.of(arrivals.answers, rate_hz=arrivals.rate_hz)
    start, _ = _earliest_start(packets)
    quanta = start - packets.quantum[packets.first]
    return 1000 * QUANTUM_SAMPLES * quanta / arrivals.rate_hz


def smallest_prefill_ms(arrivals: Arrivals) -> NDArray[np.float64]:
    """Give the smallest prefill with which each answer never runs dry.

    Parameters
    ----------
    arrivals : Arrivals
        Each answer counts alone.

    Returns
    -------
    ndarray, shape (answers,)
        In whole samples; one sample, 0.04 ms at 24 kHz, means none is needed.
    """
    packets = Packets.of(arrivals.answers, rate_hz=arrivals.rate_hz)
    start, own_before = _earliest_start(packets)
    too_early = packets.quantum < start[packets.owner]
    opener = packets.first + np.add.reduceat(too_early, packets.first, dtype=np.intp)
    return 1000 * (own_before[opener] + 1) / arrivals.rate_hz


def _earliest_start(packets: Packets) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Earliest smooth start of each answer, in quanta, and S_i counted within its answer."""
    own_before = packets.before - packets.before[packets.first][packets.owner]
    starts = packets.quantum - np.floor(own_before / QUANTUM_SAMPLES)
    return np.maximum.reduceat(starts, packets.first), own_before


def _first_quantum(time_ms: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    at_samples = time_ms * (rate_hz / 1000)
    return np.ceil((at_samples - ROUNDING_SAMPLES) / QUANTUM_SAMPLES)
