"""Playout: what is heard of the arrivals through a player, exact to the sample.

Silence is counted from an answer's first sample to its last, by what the
listener misses and not by what a player might notice.  A rest that is *stuck*,
because it waits for the next answer or for ever, is not heard with its answer
and is counted apart.  What the players do is told in
:mod:`voicelab.jitter.offsets`.

``max_queue_ms`` is not applied: nothing is dropped; ``longest_wait_ms`` says
how much it would have to hold.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.lateness import Packets
from voicelab.jitter.offsets import offsets
from voicelab.jitter.player import QUANTUM_SAMPLES, Player

__all__ = ["Playout", "heard_from_ms", "play"]

# Offsets computed at a time: bounds memory, and large enough for arrays to pay.
BLOCK_OFFSETS = 1 << 19


@dataclass(frozen=True, eq=False)
class Playout:
    """What was heard, one row an answer and one column a player; arrays are read-only.

    Attributes
    ----------
    answers : tuple of str
        The answers' ids.
    players : tuple of Player
        Who played them.
    start_delay_ms : ndarray, shape (answers, players)
        From the first readable packet to the first sample heard; NaN if none
        was.
    underruns : ndarray of int, shape (answers, players)
        How often a started answer had nothing to play before its last sample.
    silent_ms : ndarray, shape (answers, players)
        Silence between the first and the last sample heard.
    silent_quanta : ndarray of int, shape (answers, players)
        Quanta that this silence touches, counted for each underrun.
    stuck_samples : ndarray of int, shape (answers, players)
        Samples at the end that waited for the next answer, or for ever.
    longest_wait_ms : ndarray, shape (answers, players)
        Longest time from a heard sample's arrival to its playing; 0 if none
        was.
    """

    answers: tuple[str, ...]
    players: tuple[Player, ...]
    start_delay_ms: NDArray[np.float64]
    underruns: NDArray[np.int64]
    silent_ms: NDArray[np.float64]
    silent_quanta: NDArray[np.int64]
    stuck_samples: NDArray[np.int64]
    longest_wait_ms: NDArray[np.float64]

    @property
    def end_lag_ms(self) -> NDArray[np.float64]:
        """How much later the last sample was heard than if all had come with the first."""
        return self.start_delay_ms + self.silent_ms

    @property
    def smooth(self) -> NDArray[np.bool_]:
        """Whether each answer was heard whole and without an underrun."""
        return np.asarray((self.underruns == 0) & (self.stuck_samples == 0), dtype=np.bool_)

    def __repr__(self) -> str:
        return f"<Playout: {len(self.answers)} answers x {len(self.players)} players>"


def play(arrivals: Arrivals, *players: Player) -> Playout:
    """Play arrivals through players.

    Parameters
    ----------
    arrivals : Arrivals
        One session.
    *players : Player
        At least one, of the arrivals' rate; many cost little more than one.

    Returns
    -------
    Playout
        One row an answer, one column a player.

    Raises
    ------
    ValueError
        If there is no player, or one has another sample rate.
    """
    _check(arrivals, players)
    measured = np.empty((6, len(arrivals.answers), len(players)))
    for one_queue in (False, True):
        columns = [i for i, player in enumerate(players) if player.has_one_queue is one_queue]
        alike = [players[column] for column in columns]
        for block in _blocks(arrivals, alike):
            packets = Packets.of(arrivals.answers[block], rate_hz=arrivals.rate_hz)
            measured[:, block, columns] = _measure(packets, alike)
    times_ms = measured[:3] * (1000 / arrivals.rate_hz)
    counts = measured[3:].astype(np.int64)
    times_ms.flags.writeable = counts.flags.writeable = False
    return Playout(
        answers=tuple(answer.id for answer in arrivals.answers),
        players=players,
        start_delay_ms=times_ms[0],
        silent_ms=times_ms[1],
        longest_wait_ms=times_ms[2],
        underruns=counts[0],
        silent_quanta=counts[1],
        stuck_samples=counts[2],
    )


def heard_from_ms(arrivals: Arrivals, *, player: Player) -> tuple[NDArray[np.float64], ...]:
    """Say from when on each packet is heard.

    A packet is heard whole, as long as it is, from that moment on; between
    the end of one and the start of the next there is silence.

    Parameters
    ----------
    arrivals : Arrivals
        One session.
    player : Player
        Who plays it; of the arrivals' rate.

    Returns
    -------
    tuple of ndarray, shape (packets,)
        One array an answer, on the clock of the arrivals; infinite for a
        packet that is never heard.

    Raises
    ------
    ValueError
        If the player has another sample rate.
    """
    _check(arrivals, (player,))
    packets = Packets.of(arrivals.answers, rate_hz=arrivals.rate_hz)
    offset, _ = offsets(packets, players=(player,))
    from_ms = (packets.before + offset[:, 0]) * 1000 / arrivals.rate_hz
    return tuple(np.split(from_ms, packets.first[1:]))


def _check(arrivals: Arrivals, players: Sequence[Player]) -> None:
    if not players:
        raise ValueError("play needs at least one player, got none")
    for player in players:
        if player.rate_hz != arrivals.rate_hz:
            raise ValueError(
                f"a player must have the rate of {arrivals.name}, {arrivals.rate_hz} Hz, "
                f"got {player.rate_hz}; set its rate_hz"
            )


def _blocks(arrivals: Arrivals, players: Sequence[Player]) -> Iterator[slice]:
    """Cut the answers into blocks of bounded work; one queue cannot be cut."""
    if not players:
        return
    answers = len(arrivals.answers)
    packets = sum(answer.samples.size for answer in arrivals.answers)
    step = max(1, BLOCK_OFFSETS * answers // (packets * len(players)))
    if players[0].has_one_queue:
        step = answers
    for start in range(0, answers, step):
        yield slice(start, start + step)


def _measure(packets: Packets, players: Sequence[Player]) -> NDArray[np.float64]:
    """Start delay, silence, longest wait (samples), underruns, quanta, stuck samples."""
    offset, opener = offsets(packets, players=players)
    first = packets.first
    samples, lateness = packets.samples[:, np.newaxis], packets.lateness[:, np.newaxis]
    heard = opener <= packets.last[packets.owner][:, np.newaxis]
    offset[~heard] = 0
    missed = np.diff(offset, axis=0, prepend=0)
    missed[first] = 0
    missed[~heard] = 0
    return np.stack(
        [
            np.where(heard[first], offset[first] - lateness[first], np.nan),
            np.add.reduceat(missed, first),
            np.maximum.reduceat(np.where(heard, offset - lateness + samples, 0), first),
            np.add.reduceat(missed > 0, first, dtype=np.float64),
            np.add.reduceat(np.ceil(missed / QUANTUM_SAMPLES), first),
            np.add.reduceat(np.where(heard, 0, samples), first),
        ]
    )
