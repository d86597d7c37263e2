"""Playout: what is heard of the arrivals through a player, exact to the sample.

Silence is counted from an answer's first sample to its last, by what the
listener misses and not by what a player might notice.  A rest that is *stuck*,
because it waits for the next answer or for ever, is not heard with its answer
and is counted apart; so is what a limited queue *dropped*.  What the players
do is told in :mod:`voicelab.jitter.offsets`.  Nothing but a queue that
overflows is followed packet by packet (:mod:`voicelab.jitter.pieces`); every
other answer is computed for all players at once.

An underrun of 150 ms or more is an *interruption*, a shorter one a *glitch*:
the line that WebRTC's statistics draw at ``interruption_count`` [1]_.

References
----------
.. [1] W3C, "Identifiers for WebRTC's Statistics API"; the 150 ms are those of
   libwebrtc's NetEq.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.answer import Answer
from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.device import AS_ARRIVED, Device
from voicelab.jitter.figures import FIGURES, figures
from voicelab.jitter.lateness import Packets
from voicelab.jitter.pieces import follow
from voicelab.jitter.player import Player

__all__ = ["INTERRUPTION_MS", "Playout", "heard_from_ms", "lined_up", "play"]

# Offsets computed at a time: bounds memory, and large enough for arrays to pay.
BLOCK_OFFSETS = 1 << 19

INTERRUPTION_MS = 150.0


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
    interruptions : ndarray of int, shape (answers, players)
        How many of the underruns lasted 150 ms or more.
    stuck_samples : ndarray of int, shape (answers, players)
        Samples at the end that waited for the next answer, or for ever.
    dropped_samples : ndarray of int, shape (answers, players)
        Samples for which a limited queue had no place.
    longest_queue_ms : ndarray, shape (answers, players)
        The most that ever waited to be played when one of its packets was in.
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
    interruptions: NDArray[np.int64]
    stuck_samples: NDArray[np.int64]
    dropped_samples: NDArray[np.int64]
    longest_wait_ms: NDArray[np.float64]
    longest_queue_ms: NDArray[np.float64]

    @property
    def end_lag_ms(self) -> NDArray[np.float64]:
        """How much later the last sample was heard than if all had come with the first."""
        return self.start_delay_ms + self.silent_ms

    @property
    def glitches(self) -> NDArray[np.int64]:
        """How many of the underruns were shorter than 150 ms."""
        return self.underruns - self.interruptions

    @property
    def smooth(self) -> NDArray[np.bool_]:
        """Whether each answer was heard whole and without an underrun."""
        whole = (self.stuck_samples == 0) & (self.dropped_samples == 0)
        return np.asarray((self.underruns == 0) & whole, dtype=np.bool_)

    def __repr__(self) -> str:
        return f"<Playout: {len(self.answers)} answers x {len(self.players)} players>"


def play(arrivals: Arrivals, *players: Player, device: Device = AS_ARRIVED) -> Playout:
    """Play arrivals through players.

    Parameters
    ----------
    arrivals : Arrivals
        One session.
    *players : Player
        At least one, of the arrivals' rate; many cost little more than one.
    device : Device
        Where they play; samples are counted at its context's rate.

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
    there = [device.player(player) for player in players]
    clock_hz = device.clock_hz(arrivals.rate_hz)
    measured = np.empty((len(FIGURES), len(arrivals.answers), len(players)))
    for columns in _alike(there):
        alike = [there[column] for column in columns]
        for block in _blocks(arrivals, alike):
            packets = _packets(arrivals.answers[block], arrivals.rate_hz, device, alike[0])
            measured[:, block, columns] = figures(
                packets, players=alike, interruption_samples=INTERRUPTION_MS / 1000 * clock_hz
            )
    counted: dict[str, NDArray[Any]] = {}
    for name, values in zip(FIGURES, measured, strict=True):
        counted[name] = values * (1000 / clock_hz) if name.endswith("_ms") else values.astype(int)
        counted[name].flags.writeable = False
    return Playout(answers=tuple(each.id for each in arrivals.answers), players=players, **counted)


def heard_from_ms(
    arrivals: Arrivals, *, player: Player, device: Device = AS_ARRIVED
) -> tuple[NDArray[np.float64], ...]:
    """Say from when on each packet is heard.

    A packet is heard whole, as long as it is, from that moment on, unless the
    queue is limited and overflows; between the end of one and the start of the
    next there is silence.

    Parameters
    ----------
    arrivals : Arrivals
        One session.
    player : Player
        Who plays it; of the arrivals' rate.
    device : Device
        Where it plays.

    Returns
    -------
    tuple of ndarray, shape (packets,)
        One array an answer, on the clock of the arrivals; infinite for a
        packet of which nothing is ever heard.

    Raises
    ------
    ValueError
        If the player has another sample rate.
    """
    packets, there = lined_up(arrivals, player=player, device=device)
    from_ms = np.full(packets.samples.size, np.inf)
    for piece in reversed(follow(packets, player=there).played):
        from_ms[piece.packet] = piece.at_samples * 1000 / device.clock_hz(arrivals.rate_hz)
    return tuple(np.split(from_ms, packets.first[1:]))


def lined_up(arrivals: Arrivals, *, player: Player, device: Device) -> tuple[Packets, Player]:
    """Line up the packets as one player queues them on a device.

    Parameters
    ----------
    arrivals : Arrivals
        One session.
    player : Player
        Who plays it; of the arrivals' rate.
    device : Device
        Where it plays.

    Returns
    -------
    packets : Packets
        In samples of the device's context.
    player : Player
        The same player, counting in them too.

    Raises
    ------
    ValueError
        If the player has another sample rate.
    """
    _check(arrivals, (player,))
    there = device.player(player)
    return _packets(arrivals.answers, arrivals.rate_hz, device, there), there


def _check(arrivals: Arrivals, players: Sequence[Player]) -> None:
    if not players:
        raise ValueError("play needs at least one player, got none")
    for player in players:
        if player.rate_hz != arrivals.rate_hz:
            raise ValueError(
                f"a player must have the rate of {arrivals.name}, {arrivals.rate_hz} Hz, "
                f"got {player.rate_hz}; set its rate_hz"
            )


def _packets(answers: Sequence[Answer], rate_hz: int, device: Device, player: Player) -> Packets:
    return Packets.of(answers, rate_hz=rate_hz, device=device, whole_quanta=player.whole_quanta)


def _alike(players: Sequence[Player]) -> list[list[int]]:
    """Group players that can be followed together."""
    groups: dict[tuple[bool, ...], list[int]] = {}
    for column, player in enumerate(players):
        kind = (player.has_one_queue, player.remembers, player.whole_quanta)
        groups.setdefault(kind, []).append(column)
    return list(groups.values())


def _blocks(arrivals: Arrivals, players: Sequence[Player]) -> Iterator[slice]:
    """Cut the answers into blocks of bounded work, unless what came before counts."""
    answers = len(arrivals.answers)
    packets = sum(answer.samples.size for answer in arrivals.answers)
    step = max(1, BLOCK_OFFSETS * answers // (packets * len(players)))
    if players[0].remembers:
        step = answers
    for start in range(0, answers, step):
        yield slice(start, start + step)
