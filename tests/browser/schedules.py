"""Schedules of arrivals on the grid of render quanta, and what the model makes of them."""

from itertools import pairwise

import numpy as np

from voicelab.jitter import QUANTUM_SAMPLES, Answer, Arrivals
from voicelab.jitter.device import Device
from voicelab.jitter.pieces import follow
from voicelab.jitter.playout import lined_up

RATE_HZ = 24_000
QUANTUM_MS = 1000 * QUANTUM_SAMPLES / RATE_HZ
NUMBERS = 32_767  # the browser's samples are numbered so far, and then from the start again


def random_schedule(rng, *, apart_quanta=None, unit_samples=1):
    """Answers with some jitter; each begins that much after the one before has been heard."""
    delta = int(rng.choice([240, 480, 1200, 2400])) // unit_samples * unit_samples
    pace = delta / QUANTUM_SAMPLES * rng.choice([0.5, 0.9, 1.0, 1.2])
    quantum = int(rng.integers(2, 20))
    answers = []
    for number in range(int(rng.integers(1, 4))):
        quanta = quantum + np.cumsum(rng.exponential(pace, rng.integers(2, 12))).astype(int)
        sizes = [delta] * (quanta.size - 1) + [int(rng.integers(unit_samples, delta + 1))]
        done = int(quanta[-1] + rng.integers(0, 20)) if rng.random() < 0.5 else None
        answers.append(
            Answer(
                f"resp_{number}",
                quanta * QUANTUM_MS,
                np.array(sizes),
                None if done is None else done * QUANTUM_MS,
            )
        )
        end = done or int(quanta[-1])
        quantum = end + int(rng.integers(0, 60))
        if apart_quanta is not None:
            quantum = end + sum(sizes) // QUANTUM_SAMPLES + apart_quanta
    return Arrivals("schedule", tuple(answers), RATE_HZ)


def quantum_of(time_ms):
    """The first quantum that can read what arrived then."""
    return int(np.ceil(time_ms / QUANTUM_MS - 1e-5))


def messages(arrivals):
    """What is posted to a player, and at which quantum."""
    posts = []
    for answer in arrivals.answers:
        for arrived_ms, samples in zip(answer.arrived_ms, answer.samples.tolist(), strict=True):
            audio = {"type": "audio", "response": answer.id, "samples": samples}
            posts.append([quantum_of(arrived_ms), audio])
        posts.append([quantum_of(answer.end_ms), {"type": "done", "response": answer.id}])
    return sorted(posts, key=lambda post: post[0])


def length_quanta(arrivals, player):
    """How long to render so that all is heard."""
    total = sum(answer.total_samples for answer in arrivals.answers)
    last = max(answer.end_ms for answer in arrivals.answers)
    wait_ms = max(player.start_ms, player.ratchet_to_ms)
    return quantum_of(last + wait_ms) + total // QUANTUM_SAMPLES + 4


def modelled_runs(arrivals, player):
    """Stretches [place, number, length] of the output, as the model has it.

    A number says where in the session a sample is; with ``drop_oldest`` what is
    left of a packet is its end, and the numbers are those only of whole packets.
    """
    packets, there = lined_up(arrivals, player=player, device=Device())
    sent = np.concatenate([answer.samples for answer in arrivals.answers])
    number_of = (np.cumsum(sent) - sent).tolist()
    if player.whole_quanta:  # what was left of a packet is heard with the next one
        carried = packets.before - packets.before[packets.first][packets.owner]
        own = np.array(number_of) - np.array(number_of)[packets.first][packets.owner]
        number_of = (np.array(number_of) - own + carried).astype(int).tolist()
    runs = []
    told = dict.fromkeys(range(sent.size), 0)
    for piece in follow(packets, player=there).played:
        place, size = piece.at_samples, piece.samples
        number = number_of[piece.packet] + told[piece.packet]
        told[piece.packet] += size
        if runs and runs[-1][0] + runs[-1][2] == place and runs[-1][1] + runs[-1][2] == number:
            runs[-1][2] += size
        else:
            runs.append([place, number, size])
    return [[place, number % NUMBERS, size] for place, number, size in runs]


def sounding(runs):
    """Stretches [place, length] without a gap, whatever sounds in them."""
    joined = []
    for place, _, size in runs:
        if joined and sum(joined[-1]) == place:
            joined[-1][1] += size
        else:
            joined.append([place, size])
    return joined


def breaks(runs):
    """How often a rendering was silent between its first sample and its last."""
    return sum(a[0] + a[2] < b[0] for a, b in pairwise(runs))
