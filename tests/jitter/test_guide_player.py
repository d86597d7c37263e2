"""The guide's player as JavaScript in Node, against the preset."""

import json
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from voicelab.jitter import GUIDE_PLAYER, QUANTUM_SAMPLES, Answer, Arrivals, heard_from_ms, play

NODE = shutil.which("node")
SAMPLES_PER_MS = 24
QUANTUM_MS = QUANTUM_SAMPLES / SAMPLES_PER_MS


def random_session(rng, *, delta):
    """Packets ``(quantum, samples)`` of up to six answers, each with a rest as its last packet."""
    pace = delta / QUANTUM_SAMPLES * rng.choice([0.5, 0.9, 1.0, 1.2])
    quantum = int(rng.integers(0, 40))
    answers = []
    for _ in range(rng.integers(1, 7)):
        quanta = quantum + np.cumsum(rng.exponential(pace, rng.integers(2, 12))).astype(int)
        sizes = [delta] * (quanta.size - 1) + [int(rng.integers(1, delta + 1))]
        answers.append(list(zip(quanta.tolist(), sizes, strict=True)))
        quantum = int(quanta[-1] + rng.integers(0, 60))
    return answers


def as_arrivals(answers):
    return Arrivals(
        "schedule",
        tuple(
            Answer(
                str(number),
                np.array([quantum * QUANTUM_MS for quantum, _ in packets]),
                np.array([samples for _, samples in packets]),
            )
            for number, packets in enumerate(answers)
        ),
    )


def played_by_quantum(arrivals, quanta):
    """[first sample, how many] of each quantum, from where the model puts each packet."""
    starts = np.concatenate(heard_from_ms(arrivals, player=GUIDE_PLAYER)) * SAMPLES_PER_MS
    samples = np.concatenate([answer.samples for answer in arrivals.answers])
    heard = np.isfinite(starts)
    places = np.concatenate(
        [
            np.arange(round(start), round(start) + size)
            for start, size in zip(starts[heard], samples[heard], strict=True)
        ]
        or [np.zeros(0, int)]
    )
    counts = np.bincount(places // QUANTUM_SAMPLES, minlength=quanta)
    return np.stack([np.cumsum(counts) - counts, counts], axis=1)


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_the_preset_is_the_guides_javascript_quantum_for_quantum():
    rng = np.random.default_rng(480)
    schedules = [random_session(rng, delta=delta) for delta in (240, 480, 2400) for _ in range(200)]
    flat = [[packet for answer in answers for packet in answer] for answers in schedules]
    ran = subprocess.run(
        [NODE, Path(__file__).with_name("guide_player.mjs")],
        input=json.dumps(flat),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    underruns = stuck = waited = 0
    for answers, heard in zip(schedules, json.loads(ran.stdout), strict=True):
        arrivals = as_arrivals(answers)
        np.testing.assert_array_equal(played_by_quantum(arrivals, len(heard)), heard)
        playout = play(arrivals, GUIDE_PLAYER)
        underruns += int(playout.underruns.sum())
        stuck += int((playout.stuck_samples > 0).sum())
        waited += any(after[0][0] < before[-1][0] + 40 for before, after in pairwise(answers))
    assert min(underruns, stuck, waited) > 100
