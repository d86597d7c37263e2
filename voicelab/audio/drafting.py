"""Draft labels: where somebody speaks, by a rule that no score depends on.

The rule looks at the whole recording at once, forwards and backwards, so its
edges carry no delay.  It is none of the detectors that are scored: those have
a fixed scale or a model and must decide as the sound comes in.

1. *Level*: 100 Hz to 7 kHz (or 0.45 of the rate), over 20 ms, every 10 ms.
2. *Height*: the level from 0 at the recording's floor (5th percentile, digital
   silence aside, at most 60 dB under the top) to 1 at its top (what its loudest
   300 ms exceed).  Less than 15 dB between the two is steady noise: no turns.
3. *Span*: height above 0.25 around a part above 0.5; pauses under 150 ms are
   filled.
4. *Vowel*: a span stays only if, for 80 ms on end, its height is above 0.5 and
   200 Hz to 1.5 kHz repeats itself at a pitch of 70 to 400 Hz, autocorrelation
   above 0.6 in 40 ms.  Keys, clicks and rustling do not; whispering is lost.
5. *Turn*: spans closer than ``turn_gap_ms`` are one.
"""

import math

import numpy as np
from numpy.typing import NDArray

from voicelab.audio.labels import TURN_GAP_MS, group_spans
from voicelab.audio.recording import Recording, Span, Turn

__all__ = ["draft_turns"]

HOP_MS = 10
LEVEL_WINDOW_MS = 20
LEVEL_BAND_HZ = (100.0, 7_000.0)
TOP_MS = 300
FLOOR_PERCENT = 5
LEAST_RANGE_DB = 15.0
MOST_RANGE_DB = 60.0
SOUNDING = 0.25
LOUD = 0.5
PAUSE_MS = 150

VOWEL_MS = 80
VOWEL_BAND_HZ = (200.0, 1_500.0)
VOWEL_RATE_HZ = 4_000
VOWEL_WINDOW_MS = 40
PITCH_HZ = (70.0, 400.0)
PERIODIC = 0.6

Sound = NDArray[np.float64]


def draft_turns(recording: Recording, *, turn_gap_ms: float = TURN_GAP_MS) -> tuple[Turn, ...]:
    """Draft where somebody speaks; a person should check it.

    Parameters
    ----------
    recording : Recording
        Any sound; its own labels are not looked at.
    turn_gap_ms : float >= 0
        Spans closer than this are one turn.

    Returns
    -------
    tuple of Turn
        Without names, edges to 10 ms; ``()`` where nobody seems to speak.
    """
    level_db = _level_db(recording)
    heard_db = np.sort(level_db[np.isfinite(level_db)])
    if heard_db.size < VOWEL_MS / HOP_MS:
        return ()
    top_db = heard_db[max(0, heard_db.size - TOP_MS // HOP_MS)]
    floor_db = max(np.percentile(heard_db, FLOOR_PERCENT), top_db - MOST_RANGE_DB)
    if top_db - floor_db < LEAST_RANGE_DB:
        return ()
    height = (level_db - floor_db) / (top_db - floor_db)

    sounding = height > SOUNDING
    for first, last in _runs(sounding):
        sounding[first:last] = height[first:last].max() > LOUD
    for first, last in _runs(~sounding):
        if first > 0 and last < sounding.size and (last - first) * HOP_MS < PAUSE_MS:
            sounding[first:last] = True
    frames = _vowel_frames(recording)
    vowel = height > LOUD
    for first, last in _runs(vowel):
        vowel[first:last] = _is_periodic(frames[first:last])
    spans = [
        Span(first * HOP_MS, min(last * HOP_MS, recording.duration_ms))
        for first, last in _runs(sounding)
        if any((b - a) * HOP_MS >= VOWEL_MS for a, b in _runs(vowel[first:last]))
    ]
    return group_spans(spans, turn_gap_ms=turn_gap_ms)


def _level_db(recording: Recording) -> Sound:
    rate_hz = recording.rate_hz
    low_hz, high_hz = LEVEL_BAND_HZ
    sound = _band(recording.samples, rate_hz, (low_hz, min(high_hz, 0.45 * rate_hz)))
    # Digital silence is no floor: it says what a gate did, not how quiet the place is.
    moving = np.diff(recording.samples, prepend=recording.samples[:1]) != 0
    energy, moves = (np.concatenate([[0], np.cumsum(each)]) for each in (sound**2, moving))
    middle_ms = HOP_MS * (np.arange(math.ceil(recording.duration_ms / HOP_MS)) + 0.5)
    first, last = (
        np.clip(np.rint((middle_ms + side_ms) * rate_hz / 1000).astype(int), 0, sound.size)
        for side_ms in (-LEVEL_WINDOW_MS / 2, LEVEL_WINDOW_MS / 2)
    )
    power = np.maximum(energy[last] - energy[first], 1e-20) / np.maximum(last - first, 1)
    return np.where(moves[last] > moves[first], 10 * np.log10(power), -np.inf)


def _band(sound: NDArray[np.floating], rate_hz: int, band_hz: tuple[float, float]) -> Sound:
    from scipy.signal import butter, sosfiltfilt

    sections = butter(2, band_hz, "bandpass", fs=rate_hz, output="sos")
    padding = min(sound.size - 1, 3 * rate_hz // 100)
    return np.asarray(sosfiltfilt(sections, sound.astype(np.float64), padlen=padding))


def _vowel_frames(recording: Recording) -> Sound:
    """Cut what is left of a voice at 4 kHz into overlapping frames, one a hop."""
    import soxr

    sound = soxr.resample(recording.samples, recording.rate_hz, VOWEL_RATE_HZ)
    size, hop = (ms * VOWEL_RATE_HZ // 1000 for ms in (VOWEL_WINDOW_MS, HOP_MS))
    margin = (size - hop) // 2
    padded = np.pad(_band(sound, VOWEL_RATE_HZ, VOWEL_BAND_HZ), (margin, margin + hop))
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]


def _is_periodic(frames: Sound) -> NDArray[np.bool_]:
    """Tell which frames repeat themselves at a voice's pitch."""
    window = np.hanning(frames.shape[1])
    low_hz, high_hz = PITCH_HZ
    lags = slice(int(VOWEL_RATE_HZ / high_hz), math.ceil(VOWEL_RATE_HZ / low_hz) + 1)
    # Over the window's own, which falls with the lag; a sine would otherwise fall, too.
    likeness = _autocorrelation(frames * window)[:, lags] / _autocorrelation(window)[lags]
    return np.asarray(likeness.max(axis=1) > PERIODIC)


def _autocorrelation(frames: Sound) -> Sound:
    spectrum = np.abs(np.fft.rfft(frames, 2 * frames.shape[-1])) ** 2
    correlation = np.fft.irfft(spectrum)
    return np.asarray(correlation / np.maximum(correlation[..., :1], 1e-20))


def _runs(marked: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(marked.astype(np.int8), prepend=0, append=0))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]
