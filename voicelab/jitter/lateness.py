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

On a device of its own rate and clock (:mod:`voicelab.jitter.device`) all of
this is counted in the samples and quanta of the context.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.answer import Answer
from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.device import AS_ARRIVED, Device
from voicelab.jitter.player import QUANTUM_SAMPLES

__all__ = ["NEVER_LATE", "Packets", "smallest_hold_ms", "smallest_prefill_ms"]

# Times in decimal milliseconds that mean the start of a quantum count as its start.
ROUNDING_SAMPLES = 1e-3

NEVER_LATE = -1e300  # earlier than any clock, and still a number to subtract from


@dataclass(frozen=True, eq=False)
class Packets:
    """The packets of some answers in one line; counts are whole numbers in float64.

    Samples are the context's.  A packet of which nothing is queued, because it
    completes no whole quantum, is empty: it is never late.

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
    left : ndarray, shape (answers,)
        Audio at each answer's end that fills no quantum and is not queued.
    """

    quantum: NDArray[np.float64]
    samples: NDArray[np.float64]
    before: NDArray[np.float64]
    done_quantum: NDArray[np.float64]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    left: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        answers: Sequence[Answer],
        *,
        rate_hz: int,
        device: Device = AS_ARRIVED,
        whole_quanta: bool = False,
    ) -> "Packets":
        """Line up the packets of some answers.

        Parameters
        ----------
        answers : sequence of Answer
            At least one.
        rate_hz : int
            Sample rate of their audio.
        device : Device
            Where they are played.
        whole_quanta : bool
            Whether only whole quanta are queued.

        Returns
        -------
        Packets
            In the order of the answers.
        """
        sizes = np.array([answer.samples.size for answer in answers])
        came = np.concatenate([answer.samples for answer in answers])
        arrived_ms = np.concatenate([answer.arrived_ms for answer in answers])
        end_ms = np.array([answer.end_ms for answer in answers])
        first = np.cumsum(sizes) - sizes
        made, of = device.ratio(rate_hz)
        upto = np.cumsum(came)
        upto = -(-(upto - np.repeat((upto - came)[first], sizes)) * made // of)
        last = first + sizes - 1
        in_all = upto[last]
        if whole_quanta:
            upto -= upto % QUANTUM_SAMPLES
        samples = np.diff(upto, prepend=0)
        samples[first] = upto[first]
        clock_hz = device.clock_hz(rate_hz)
        return cls(
            quantum=_first_quantum(arrived_ms, clock_hz),
            samples=samples.astype(np.float64),
            before=(np.cumsum(samples) - samples).astype(np.float64),
            done_quantum=np.repeat(_first_quantum(end_ms, clock_hz), sizes),
            first=first,
            last=last,
            left=(in_all - upto[last]).astype(np.float64),
        )

    def only(self, answers: NDArray[np.bool_]) -> "Packets":
        """Take some of the answers.

        Parameters
        ----------
        answers : ndarray of bool, shape (answers,)
            Which ones.

        Returns
        -------
        Packets
            Theirs, on the same clock.
        """
        packets = answers[self.owner]
        sizes = (self.last - self.first + 1)[answers]
        last = np.cumsum(sizes) - 1
        return Packets(
            quantum=self.quantum[packets],
            samples=self.samples[packets],
            before=self.before[packets],
            done_quantum=self.done_quantum[packets],
            first=last - sizes + 1,
            last=last,
            left=self.left[answers],
        )

    @property
    def lateness(self) -> NDArray[np.float64]:
        """How late each packet is for a player that began at sample 0 of the clock."""
        late = QUANTUM_SAMPLES * self.quantum - self.before
        return np.where(self.samples > 0, late, NEVER_LATE)

    @property
    def owner(self) -> NDArray[np.intp]:
        """Which answer each packet belongs to."""
        return np.repeat(np.arange(self.first.size), self.last - self.first + 1)

    @property
    def opening(self) -> NDArray[np.intp]:
        """Each answer's first packet that is not empty; its last where all are."""
        number = np.where(self.samples > 0, np.arange(self.samples.size), self.samples.size)
        return np.minimum(np.minimum.reduceat(number, self.first), self.last)


def smallest_hold_ms(arrivals: Arrivals, *, device: Device = AS_ARRIVED) -> NDArray[np.float64]:
    """Give the shortest hold with which each answer never runs dry.

    Parameters
    ----------
    arrivals : Arrivals
        Each answer counts alone.
    device : Device
        Where they are played.

    Returns
    -------
    ndarray, shape (answers,)
        From the first readable packet to the start, in whole quanta.
    """
    packets = Packets.of(arrivals.answers, rate_hz=arrivals.rate_hz, device=device)
    start, _ = _earliest_start(packets)
    quanta = start - packets.quantum[packets.first]
    return 1000 * QUANTUM_SAMPLES * quanta / device.clock_hz(arrivals.rate_hz)


def smallest_prefill_ms(arrivals: Arrivals, *, device: Device = AS_ARRIVED) -> NDArray[np.float64]:
    """Give the smallest prefill with which each answer never runs dry.

    Parameters
    ----------
    arrivals : Arrivals
        Each answer counts alone.
    device : Device
        Where they are played.

    Returns
    -------
    ndarray, shape (answers,)
        In whole samples; one sample, 0.04 ms at 24 kHz, means none is needed.
    """
    packets = Packets.of(arrivals.answers, rate_hz=arrivals.rate_hz, device=device)
    start, own_before = _earliest_start(packets)
    too_early = packets.quantum < start[packets.owner]
    opener = packets.first + np.add.reduceat(too_early, packets.first, dtype=np.intp)
    return 1000 * (own_before[opener] + 1) / device.rate_hz(arrivals.rate_hz)


def _earliest_start(packets: Packets) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Earliest smooth start of each answer, in quanta, and S_i counted within its answer."""
    own_before = packets.before - packets.before[packets.first][packets.owner]
    starts = packets.quantum - np.floor(own_before / QUANTUM_SAMPLES)
    starts[packets.samples == 0] = -np.inf
    return np.maximum.reduceat(starts, packets.first), own_before


def _first_quantum(time_ms: NDArray[np.float64], rate_hz: float) -> NDArray[np.float64]:
    at_samples = time_ms * (rate_hz / 1000)
    return np.ceil((at_samples - ROUNDING_SAMPLES) / QUANTUM_SAMPLES)
