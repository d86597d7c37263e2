"""Figures: what is counted in the playing of an answer.

Two ways lead to the same figures.  Where no queue overflows, all answers and
players are counted at once from their offsets (:mod:`voicelab.jitter.offsets`).
An answer that overflows is followed by itself (:mod:`voicelab.jitter.pieces`);
if its player remembers, so is the session.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.lateness import Packets
from voicelab.jitter.offsets import offsets
from voicelab.jitter.pieces import Piece, follow
from voicelab.jitter.player import QUANTUM_SAMPLES, Player

__all__ = ["FIGURES", "figures"]

FIGURES = (
    "start_delay_ms",
    "silent_ms",
    "longest_wait_ms",
    "longest_queue_ms",
    "underruns",
    "interruptions",
    "silent_quanta",
    "stuck_samples",
    "dropped_samples",
)


def figures(
    packets: Packets, *, players: Sequence[Player], interruption_samples: float
) -> NDArray[np.float64]:
    """Compute the figures of all players, and follow those whose queue overflows.

    Parameters
    ----------
    packets : Packets
        Of one session.
    players : sequence of Player
        At least one, at the rate of the packets, to be followed together.
    interruption_samples : float > 0
        From how much silence on an underrun is an interruption.

    Returns
    -------
    ndarray, shape (figures, answers, players)
        In the order of ``FIGURES``; times in samples.
    """
    measured = _at_once(packets, players, interruption_samples)
    overflows = measured[FIGURES.index("longest_queue_ms")] > [
        player.max_queue_samples for player in players
    ]
    for column in np.flatnonzero(overflows.any(axis=0)).tolist():
        rows = slice(None) if players[column].remembers else overflows[:, column]
        line = packets if players[column].remembers else packets.only(overflows[:, column])
        measured[:, rows, column] = _one_by_one(line, players[column], interruption_samples)
    return measured


def _at_once(
    packets: Packets, players: Sequence[Player], interruption_samples: float
) -> NDArray[np.float64]:
    """Compute the figures as if no queue were limited, shape (figures, answers, players)."""
    offset, opener = offsets(packets, players=players)
    first, opening, owner = packets.first, packets.opening, packets.owner
    samples, before = packets.samples[:, np.newaxis], packets.before[:, np.newaxis]
    at = QUANTUM_SAMPLES * packets.quantum[:, np.newaxis]
    heard = opener <= packets.last[owner][:, np.newaxis]
    last_waits = offset + (before + samples - at)

    # Where the offset rises, a run of packets without a gap begins.  What is queued when a
    # packet is in waits as long as it does, or, if the run is yet to start, is the run so far.
    rises = np.ones(offset.shape, dtype=bool)
    np.not_equal(offset[1:], offset[:-1], out=rises[1:])
    if not players[0].has_one_queue:
        rises[first] = True
    run_before = np.maximum.accumulate(np.where(rises, before, 0), axis=0)
    queue = np.minimum(last_waits, before + samples - run_before)
    empty = packets.samples == 0
    queue[empty] = last_waits[empty] = 0

    rises[opening] = False
    packet, player = np.nonzero(rises & heard)
    missed = offset[packet, player] - offset[packet - 1, player]
    cell = owner[packet] * len(players) + player

    def in_all(values: NDArray[Any]) -> NDArray[np.float64]:
        summed = np.bincount(cell, weights=values, minlength=first.size * len(players))
        return np.asarray(summed.reshape(first.size, len(players)), dtype=np.float64)

    starts = offset[opening] + before[opening] - at[first]
    begun = heard[opening] & (samples[opening] > 0)
    stuck = np.add.reduceat(np.where(heard, 0, samples), first)
    measured = {
        "start_delay_ms": np.where(begun, starts, np.nan),
        "silent_ms": in_all(missed),
        "longest_wait_ms": np.maximum.reduceat(np.where(heard, last_waits, 0), first),
        "longest_queue_ms": np.maximum.reduceat(queue, first),
        "underruns": in_all(missed > 0),
        "interruptions": in_all(missed >= interruption_samples),
        "silent_quanta": in_all(np.ceil(missed / QUANTUM_SAMPLES)),
        "stuck_samples": stuck + packets.left[:, np.newaxis],
        "dropped_samples": np.zeros(stuck.shape),
    }
    return np.stack([measured[name] for name in FIGURES])


def _one_by_one(
    packets: Packets, player: Player, interruption_samples: float
) -> NDArray[np.float64]:
    """Compute the figures of one player whose queue overflows, shape (figures, answers)."""
    pieces = follow(packets, player=player)
    owner = packets.owner
    played: list[list[Piece]] = [[] for _ in packets.first]
    for piece in pieces.played:
        answer = owner[piece.packet]
        if piece.opener <= packets.last[answer]:
            played[answer].append(piece)
    measured = np.zeros((len(FIGURES), packets.first.size))
    for answer, (first, last) in enumerate(zip(packets.first, packets.last, strict=True)):
        heard = played[answer]
        line = range(first, last + 1)
        missed = np.array(
            [after.at_samples - each.at_samples - each.samples for each, after in pairwise(heard)]
        )
        dropped = sum(pieces.dropped.get(packet, 0) for packet in line)
        in_all = packets.samples[first : last + 1].sum() + packets.left[answer]
        measured[:, answer] = [
            heard[0].at_samples - QUANTUM_SAMPLES * packets.quantum[first] if heard else np.nan,
            missed.sum(),
            max(
                (
                    each.at_samples + each.samples - QUANTUM_SAMPLES * packets.quantum[each.packet]
                    for each in heard
                ),
                default=0,
            ),
            max(pieces.queued.get(packet, 0) for packet in line),
            np.count_nonzero(missed),
            np.count_nonzero(missed >= interruption_samples),
            np.ceil(missed / QUANTUM_SAMPLES).sum(),
            in_all - dropped - sum(each.samples for each in heard),
            dropped,
        ]
    return measured
