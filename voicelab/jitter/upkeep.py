"""Upkeep: what a deep queue costs the page, with no network at fault.

A quantum of 128 samples at 24 kHz must be ready in 5.3 ms.  A page that takes
it from the front of a JavaScript array moves everything behind it, so its cost
grows with the queue, and a sender that is faster than real time makes queues
deep.  Once a quantum costs more than it lasts, the audio clock itself falls
behind: with 20 s queued it ran at 0.34 of its rate, with 40 s at 0.15; with 10 s
the device ran dry 19 times in 3 s.

The figures were measured in Chromium 156 on two shared cores: trust their
ratios.  Between them the cost is interpolated, beyond the last it grows on in
proportion.  A list of whole quanta was not measured: it shifts once where an
array shifts 128 times, so a 128th is an upper bound.  Scheduled sources keep
no queue in the page and are taken for free.
"""

from typing import Literal, get_args

import numpy as np

from voicelab.jitter.player import QUANTUM_SAMPLES

__all__ = ["Queue", "quantum_cost_ms", "queue_limit_ms"]

Queue = Literal["shift", "slice", "blocks", "schedule", "ring"]

# What a quantum cost, by what was queued: 128 calls of shift(), and two of slice().
QUEUED_MS = (0.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 40_000.0)
SHIFT_MS = (0.0, 0.4, 0.8, 3.3, 8.9, 23.0, 34.0)
SLICE_MS_PER_MS = 0.8 / 10_000.0
RING_MS = 0.0002


def quantum_cost_ms(queued_ms: float, *, queue: Queue) -> float:
    """Say what one quantum costs the page while so much is queued.

    Parameters
    ----------
    queued_ms : float >= 0
        Audio at 24 kHz that waits to be played.
    queue : {"shift", "slice", "blocks", "schedule", "ring"}
        How it is kept.

    Returns
    -------
    float
        Milliseconds of the audio thread's time; 5.3 are there.

    Raises
    ------
    ValueError
        If the kind of queue is unknown.
    """
    if queue not in get_args(Queue):
        raise ValueError(f"queue must be one of {', '.join(get_args(Queue))}, got {queue!r}")
    if queue in ("shift", "blocks"):
        beyond = max(1.0, queued_ms / QUEUED_MS[-1])
        shift_ms = beyond * float(np.interp(queued_ms, QUEUED_MS, SHIFT_MS))
        return shift_ms if queue == "shift" else shift_ms / QUANTUM_SAMPLES
    if queue == "slice":
        return SLICE_MS_PER_MS * queued_ms
    return RING_MS if queue == "ring" else 0.0


def queue_limit_ms(queue: Queue, *, rate_hz: int = 24_000) -> float:
    """Say how much may be queued before a quantum costs more than it lasts.

    Parameters
    ----------
    queue : {"shift", "slice", "blocks", "schedule", "ring"}
        How it is kept.
    rate_hz : int
        Rate of the page's audio context.

    Returns
    -------
    float
        Milliseconds of audio; infinite where nothing near an hour does it.
    """
    quantum_ms = 1000 * QUANTUM_SAMPLES / rate_hz
    low_ms, high_ms = 0.0, 3_600_000.0
    if quantum_cost_ms(high_ms, queue=queue) <= quantum_ms:
        return np.inf
    while high_ms - low_ms > 1:  # the cost never falls with the queue
        middle_ms = (low_ms + high_ms) / 2
        fits = quantum_cost_ms(middle_ms, queue=queue) <= quantum_ms
        low_ms, high_ms = (middle_ms, high_ms) if fits else (low_ms, middle_ms)
    return low_ms
