"""A stretch of a session as one can hear it: both sides together, as in the room.

The user is heard when the microphone heard him, the agent when the player that
was assumed played it, until it was cut off.  A file without sound cannot be
heard: a log keeps it only on request.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording, resample
from voicelab.diagnose.sound import Sound, recording
from voicelab.diagnose.timeline import Timeline

__all__ = ["hear_stretch"]

RATE_HZ = 24_000
PAUSED_MS = 300.0  # between two appends: what comes after is laid where it came
LONGEST_MS = 60_000.0


def hear_stretch(timeline: Timeline, from_ms: float, until_ms: float) -> Recording:
    """Lay both sides of a stretch together.

    Parameters
    ----------
    timeline : Timeline
        The session.
    from_ms, until_ms : float
        Where it lies; at most a minute of it is heard.

    Returns
    -------
    Recording
        At 24 kHz.

    Raises
    ------
    ValueError
        If it is empty, or the file holds no sound.
    """
    until_ms = min(until_ms, from_ms + LONGEST_MS)
    if until_ms <= from_ms:
        raise ValueError(f"a stretch must end after it begins, got {from_ms:g} to {until_ms:g} ms")
    laid = np.zeros(round((until_ms - from_ms) * RATE_HZ / 1000), np.float32)
    heard = False
    for at_ms, piece, rate_hz in (*_user(timeline), *_agent(timeline)):
        if at_ms >= until_ms or at_ms + 1000 * piece.size / rate_hz <= from_ms:
            continue
        sound = resample(recording(piece, rate_hz=rate_hz), RATE_HZ).samples
        first = round((at_ms - from_ms) * RATE_HZ / 1000)
        sound, first = sound[max(0, -first) :], max(0, first)
        sound = sound[: laid.size - first]
        laid[first : first + sound.size] += sound
        heard = True
    if not heard:
        raise ValueError(
            "a stretch can be heard only where the file holds sound, got none; save a HAR, or "
            "record the log with keep_audio=True"
        )
    return Recording(laid, RATE_HZ, f"{timeline.name} from {from_ms / 1000:.1f} s")


def _user(timeline: Timeline) -> Iterator[tuple[float, NDArray[np.int16], int]]:
    """Give what the microphone heard, run by run, with when it was heard."""
    for each in timeline.carried:
        sound = each.sound
        if sound is None or sound.samples is None:
            continue
        breaks = np.flatnonzero(np.diff(sound.at_ms) > PAUSED_MS) + 1
        edges = [0, *breaks.tolist(), sound.at_ms.size]
        for first, last in pairwise(edges):
            length_ms = sound.start_ms[first + 1] - sound.start_ms[first]
            yield (
                float(sound.at_ms[first] - length_ms),
                _samples(sound, float(sound.start_ms[first]), float(sound.start_ms[last])),
                sound.rate_hz,
            )


def _agent(timeline: Timeline) -> Iterator[tuple[float, NDArray[np.int16], int]]:
    """Give what was played of each answer, packet by packet."""
    for answer in timeline.answers:
        sound = answer.sound
        if sound is None or sound.samples is None:
            continue
        ends = np.cumsum(answer.samples)
        cut_ms = np.inf if answer.cut_ms is None else answer.cut_ms
        for at_ms, first, last in zip(
            answer.heard_from_ms, ends - answer.samples, ends, strict=False
        ):
            if at_ms < cut_ms:
                whole = sound.samples[first:last]
                left = round(min(whole.size, (cut_ms - at_ms) * sound.rate_hz / 1000))
                yield float(at_ms), whole[:left], sound.rate_hz


def _samples(sound: Sound, first_ms: float, last_ms: float) -> NDArray[np.int16]:
    kept = np.zeros(0, np.int16) if sound.samples is None else sound.samples
    first, last = (round(each * sound.rate_hz / 1000) for each in (first_ms, last_ms))
    return kept[first:last]
