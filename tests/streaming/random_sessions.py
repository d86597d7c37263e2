"""Random sessions: seeded scripts of speech, barge-ins, buttons, rotations and faults.

Every session lasts at least 60 virtual seconds and has at least one fault.
"""

import numpy as np
from world import Script

TALKING = ("open microphone", "button, no turn detection", "button, silent turn detection")
CODES = (1001, 1005, 1006, 1011, 1012, 1013)


def random_script(seed):
    """One session; the same for the same seed."""
    rng = np.random.default_rng([seed, 0])
    duration_ms = float(rng.integers(60, 76) * 1000)
    rotates = rng.random() < 0.3
    return Script(
        seed=seed,
        utterances=random_utterances(rng, duration_ms),
        faults=random_faults(rng, duration_ms),
        interrupts=sorted(
            float(each) for each in rng.uniform(3e3, duration_ms, rng.integers(0, 3))
        ),
        talking=str(rng.choice(TALKING, p=(0.7, 0.15, 0.15))),
        duration_ms=duration_ms,
        session_s=float(rng.integers(25, 60)) if rotates else 3600.0,
        rotate_before_s=float(rng.integers(5, 15)),
        latency_ms=float(rng.integers(10, 120)),
        transcribe_ms=float(rng.integers(100, 900)),
        writes_down_items=bool(rng.random() < 0.7),
        failing_answers=tuple(int(each) for each in rng.integers(1, 12, rng.integers(0, 2))),
        history_tokens=int(rng.choice((100_000, 400), p=(0.8, 0.2))),
        chunk_ms=float(rng.choice((50, 100, 200), p=(0.1, 0.2, 0.7))),
    )


def random_utterances(rng, duration_ms):
    """Turns of 0.3 to 3 seconds, often while an answer still plays."""
    utterances, at_ms = [], float(rng.integers(50, 400) * 10)
    while at_ms < duration_ms - 5_000:
        frames = int(rng.integers(15, 150))
        utterances.append((at_ms, frames))
        at_ms += 20 * frames + 10 * int(rng.integers(90, 900))
    return utterances


def random_faults(rng, duration_ms):
    """One to four faults, some of which outlast what is kept."""
    faults = []
    for at_ms in sorted(rng.uniform(1_000, duration_ms - 5_000, int(rng.integers(1, 5)))):
        kind = rng.choice(("close", "deaf", "refuse", "greet and drop"), p=(0.55, 0.2, 0.2, 0.05))
        if kind == "close":
            faults.append((float(at_ms), "close", int(rng.choice(CODES))))
        elif kind == "deaf":
            faults.append((float(at_ms), "deaf", float(rng.integers(500, 6_000))))
        elif kind == "refuse":
            status = (429, 503, None)[int(rng.integers(3))]
            faults.append((float(at_ms), "refuse", (status, float(rng.integers(500, 6_000)))))
            faults.append((float(at_ms) + 1, "close", 1006))
        else:
            length_ms = float(rng.choice((2_000.0, 70_000.0)))
            faults.append((float(at_ms), "greet and drop", length_ms))
            faults.append((float(at_ms) + 1, "close", 1006))
    return faults
