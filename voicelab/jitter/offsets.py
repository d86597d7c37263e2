"""Offsets: how far behind a player is when it comes to each packet.

Time is counted in samples.  A player that is o samples behind plays packet i
from sample S_i + o on, whole and without a gap, because a packet is there at
once.  So one number a packet, its *offset* o_i, says all that is heard.  It
begins at minus infinity, never falls, and rises exactly where a packet is late
(Q, S_i, n_i, k_i and L_i as in :mod:`voicelab.jitter.lateness`).  Where
L_i > o the player ran dry in front of packet i, and

- it plays on once the packet is there: o = L_i; or
- it starts again, with packet i at the head of its queue: at quantum
  max(k_j, k_i + hold), where j is the first packet with
  S_j + n_j >= S_i + prefill; with a flush no later than the end of the answer.
  Then o = Q start - S_i.

The first packet always makes it start.  After that ``play_on`` never starts
again; ``refill`` does whenever a sample was missed; ``guide`` only if a whole
quantum was, for a queue that runs empty in the middle of one quantum and is
filled by the next goes unnoticed.  What is missed is L_i - o.

``play_on`` and ``refill`` know where an answer ends: each answer is played
alone, from an empty queue.  ``guide`` does not: one queue runs through the
session, a rest that is shorter than the prefill waits for the next answer, and
an answer that arrives while another is playing queues behind it.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.lateness import Packets
from voicelab.jitter.player import QUANTUM_SAMPLES, Player

__all__ = ["offsets"]

# How much a started player must have missed, in samples, to start again.
RESTART_SAMPLES = {"play_on": math.inf, "refill": 1, "guide": QUANTUM_SAMPLES}


def offsets(
    packets: Packets, *, players: Sequence[Player]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Follow players through packets.

    The lanes, answers or the one queue, take a step of one packet at a time,
    all players at once; only those that ran dry cost more than a comparison.

    Parameters
    ----------
    packets : Packets
        Of one session.
    players : sequence of Player
        At least one; all have one queue for the session, or none has.

    Returns
    -------
    offset : ndarray, shape (packets, players)
        In samples; infinite for a packet that is never heard.
    opener : ndarray of int, shape (packets, players)
        The packet whose arrival let each one be played; the number of packets
        if none did.
    """
    prefill = np.array([player.prefill_samples for player in players])
    hold = np.array([player.hold_quanta for player in players])
    flush = np.array([player.flush_at_end for player in players])
    restart_samples = np.array([RESTART_SAMPLES[player.on_underrun] for player in players])

    lateness, before = packets.lateness, packets.before
    after = before + packets.samples
    quantum = np.append(packets.quantum, np.inf)  # the last is a packet that never comes
    never = before.size

    first, last = packets.first, packets.last
    if players[0].has_one_queue:
        first, last = first[:1], last[-1:]
    # The longest lanes first: those that still run are then the leading rows.
    order = np.argsort(first - last, kind="stable")
    first, last = first[order], last[order]

    offset = np.empty((never, len(players)))
    opener = np.empty((never, len(players)), np.intp)
    current = np.full((first.size, len(players)), -np.inf)
    opened_by = np.full((first.size, len(players)), never)
    for step in range(int(last[0] - first[0]) + 1):
        running = int(np.searchsorted(first - last, -step, side="right"))
        now = first[:running] + step
        missed = lateness[now, np.newaxis] - current[:running]
        lane, player = np.nonzero(missed > 0)
        if lane.size:
            head = now[lane]
            filler = np.searchsorted(after, before[head] + prefill[player])
            filler[filler > last[lane]] = never
            start = np.maximum(quantum[filler], quantum[head] + hold[player])
            flushes = flush[player]
            start[flushes] = np.minimum(start, packets.done_quantum[head])[flushes]
            filler[flushes] = head[flushes]

            restarts = missed[lane, player] >= restart_samples[player]
            restarted = QUANTUM_SAMPLES * start - before[head]
            current[lane, player] = np.where(restarts, restarted, lateness[head])
            opened_by[lane, player] = np.where(restarts, filler, opened_by[lane, player])
        offset[now], opener[now] = current[:running], opened_by[:running]
    return offset, opener
