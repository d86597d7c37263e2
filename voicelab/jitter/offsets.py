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
again; ``refill`` and ``ratchet`` do whenever a sample was missed; ``guide``
only if a whole quantum was, for a queue that runs empty in the middle of one
quantum and is filled by the next goes unnoticed.  What is missed is L_i - o.

``play_on``, ``refill`` and ``ratchet`` know where an answer ends: each answer
is played alone, from an empty queue; but a ratchet that an answer has let grow
stays grown.  ``guide`` does not: one queue runs through the session, a rest
that is shorter than the prefill waits for the next answer, and an answer that
arrives while another is playing queues behind it.

No queue is limited here; :mod:`voicelab.jitter.pieces` follows one that is.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.lateness import NEVER_LATE, Packets
from voicelab.jitter.player import QUANTUM_SAMPLES, Player

__all__ = ["RESTART_SAMPLES", "offsets"]

# How much a started player must have missed, in samples, to start again.
RESTART_SAMPLES = {"play_on": math.inf, "refill": 1, "ratchet": 1, "guide": QUANTUM_SAMPLES}

AHEAD = 32  # packets that one lane looks ahead

NOT_STARTED = 0.5 * NEVER_LATE  # an offset below every lateness but that of an empty packet


def offsets(
    packets: Packets, *, players: Sequence[Player]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Follow players through packets.

    The lanes, answers or the one queue, take a step of one packet at a time,
    all players at once; only those that ran dry cost more than a comparison.
    One lane alone leaps over packets that are late for nobody.

    Parameters
    ----------
    packets : Packets
        Of one session.
    players : sequence of Player
        At least one, at the rate of the packets; all remember, or none does, and
        all have one queue for the session, or none has.

    Returns
    -------
    offset : ndarray, shape (packets, players)
        In samples; infinite for a packet that is never heard.
    opener : ndarray of int, shape (packets, players)
        The packet whose arrival let each one be played; the number of packets
        if none did.
    """
    ratchet = np.array([player.on_underrun == "ratchet" for player in players])
    underruns = np.zeros(len(players), np.intp)
    starts = [_starts(players, 0)]  # by underruns
    prefill, hold = (np.array(each) for each in starts[0])
    flush = np.array([player.flush_at_end for player in players])
    restart_samples = np.array([RESTART_SAMPLES[player.on_underrun] for player in players])

    lateness, before = packets.lateness, packets.before
    after = before + packets.samples
    quantum = np.append(packets.quantum, np.inf)  # the last is a packet that never comes
    never = before.size

    first, last = packets.first, packets.last
    queue_ends = last[packets.owner]
    begins = np.zeros(never, dtype=bool)
    begins[first] = True
    if players[0].has_one_queue:
        queue_ends = np.full(never, never - 1)
        begins[1:] = False
    if players[0].remembers:
        first, last = first[:1], last[-1:]
    # The longest lanes first: those that still run are then the leading rows.
    order = np.argsort(first - last, kind="stable")
    first, last = first[order], last[order]

    offset = np.empty((never, len(players)))
    opener = np.empty((never, len(players)), np.intp)
    current = np.full((first.size, len(players)), NOT_STARTED)
    opened_by = np.full((first.size, len(players)), never)
    step, steps = 0, int(last[0] - first[0]) + 1
    while step < steps:
        running = int(np.searchsorted(first - last, -step, side="right"))
        now = first[:running] + step
        if first.size == 1:
            ahead = slice(int(now[0]), int(now[0]) + AHEAD)
            calm = _calm(lateness[ahead], current, begins[ahead])
            offset[now[0] : now[0] + calm] = current
            opener[now[0] : now[0] + calm] = opened_by
            step += calm
            if calm:
                continue
        if begins[now[0]]:
            current[:running], opened_by[:running] = NOT_STARTED, never
        missed = lateness[now, np.newaxis] - current[:running]
        lane, player = np.nonzero(missed > 0)
        if lane.size:
            head = now[lane]
            starts_again = current[lane, player] > NOT_STARTED
            grows = player[starts_again & ratchet[player]]
            if grows.size:
                underruns[grows] += 1
                while underruns[grows].max() >= len(starts):
                    starts.append(_starts(players, len(starts)))
                for each in grows.tolist():
                    prefill[each], hold[each] = (one[each] for one in starts[underruns[each]])
            filler = np.searchsorted(after, before[head] + prefill[player])
            filler[filler > queue_ends[head]] = never
            start = np.maximum(quantum[filler], quantum[head] + hold[player])
            flushes = flush[player]
            start[flushes] = np.minimum(start, packets.done_quantum[head])[flushes]
            filler[flushes] = head[flushes]

            restarts = (missed[lane, player] >= restart_samples[player]) | ~starts_again
            restarted = QUANTUM_SAMPLES * start - before[head]
            current[lane, player] = np.where(restarts, restarted, lateness[head])
            opened_by[lane, player] = np.where(restarts, filler, opened_by[lane, player])
        offset[now], opener[now] = current[:running], opened_by[:running]
        step += 1
    return offset, opener


def _calm(
    lateness: NDArray[np.float64], current: NDArray[np.float64], begins: NDArray[np.bool_]
) -> int:
    """Count the packets in front of the first that begins afresh or is late for anybody."""
    stops = begins | (lateness[:, np.newaxis] > current).any(axis=1)
    return int(stops.argmax()) if stops.any() else stops.size


def _starts(players: Sequence[Player], underruns: int) -> tuple[list[int], list[int]]:
    """Samples and quanta that each player waits for, after so many underruns."""
    grown = [player.grown(underruns) for player in players]
    return [each.prefill_samples for each in grown], [each.hold_quanta for each in grown]
