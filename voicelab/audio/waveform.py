"""Symptoms that the waveform shows: clipping, DC, dropouts, too little of it.

Lost sound and cut tops both are samples that stand still, which sound of some
level never does.  Samples have full scale +-1, levels are in dBFS.
"""

import math

import numpy as np
from numpy.typing import NDArray

from voicelab.audio.finding import Check, Finding
from voicelab.audio.levels import SPEECH_DBFS, level_dbfs
from voicelab.audio.recording import Recording

__all__ = ["WAVEFORM"]

FLAT_SAMPLES = 3  # equal samples in a row at the peak; a natural peak has two at most
FLAT_OF_PEAK = 0.98  # where flat tops are sought
FLAT_DBFS = -12.0  # a peak below this was not cut by a converter
FLAT_STEPS = 16  # a peak of fewer quantisation steps is flat by nature
CLIPPED_SHARE = (1e-4, 1e-3)  # less is one plosive at the ceiling; from the second on it is heard
DC_SHARE = 0.005  # -46 dBFS: above the floor of a quiet room (-50 to -70)
HELD_MS = (2.0, 1_000.0)  # shorter is nothing that gets lost, longer is a pause
FLANK_MS = 5.0  # how near a gap there must be sound
FLANK_DBFS = -50.0  # a decay that ends in digital silence lies below
FLANK_STEPS = 32  # sound of fewer quantisation steps stands still by nature
RESUMES = 0.2  # of the level after it: lost sound comes back by a jump, a new sound from nothing
QUIET_DBFS = -45.0  # 20 dB below usual speech; none of 61 readers is below -31
ACTIVE_DB = 20.0  # frames this far below the loudest twentieth are pauses
SILENT_DBFS = -90.0  # the last bit of 16


def clipping(recording: Recording) -> Finding | None:
    """Look for flat tops and for samples beyond full scale."""
    samples = recording.samples
    magnitude = np.abs(samples)
    peak = float(magnitude.max())
    beyond = int(np.count_nonzero(magnitude > 1))
    starts, ends = _standing(samples)
    flat = (ends - starts >= FLAT_SAMPLES) & (magnitude[starts] >= FLAT_OF_PEAK * peak)
    if peak < max(10 ** (FLAT_DBFS / 20), FLAT_STEPS * _step(magnitude)):
        flat[:] = False
    lengths = (ends - starts)[flat]
    # A flat top beyond full scale is counted once.
    share = (beyond + int(lengths[magnitude[starts[flat]] <= 1].sum())) / samples.size
    if share < CLIPPED_SHARE[0]:
        return None
    sentence = (
        f"{100 * share:.2g} % of its samples are clipped ({lengths.size} flat tops of up to "
        f"{lengths.max(initial=0)} samples, {beyond} samples beyond full scale): "
        "lower the input gain and record again"
    )
    return Finding("clipping", 100 * share, "%", sentence, share >= CLIPPED_SHARE[1])


def dc(recording: Recording) -> Finding | None:
    """Look for a resting point beside zero."""
    offset = float(recording.samples.mean(dtype=np.float64))
    if abs(offset) < DC_SHARE:
        return None
    sentence = (
        f"it rests at {100 * offset:+.1f} % of full scale instead of zero, which a level detector "
        f"takes for sound at {20 * math.log10(abs(offset)):.0f} dBFS: filter it with HighPass(80)"
    )
    return Finding("dc", 100 * offset, "% of full scale", sentence)


def dropouts(recording: Recording) -> Finding | None:
    """Look for zeros or held samples in the middle of sound.

    Digital silence between sounds is none: there the sound decays before it
    or begins anew after it.  A gap at whose end the waveform happens to pass
    zero is not told from that; of ten, eight are counted.
    """
    samples, per_ms = recording.samples, recording.rate_hz / 1000
    starts, ends = _standing(samples)
    inside = (starts > 0) & (ends < samples.size)
    starts, ends = starts[inside], ends[inside]
    heard = max(10 ** (FLANK_DBFS / 20), FLANK_STEPS * _step(np.abs(samples)))
    lasts_ms = (ends - starts) / per_ms
    jumps = np.abs(samples[ends] - samples[ends - 1])
    likely = (lasts_ms >= HELD_MS[0]) & (lasts_ms <= HELD_MS[1]) & (jumps >= RESUMES * heard)
    flank = max(2, round(FLANK_MS * per_ms))
    gaps_ms = []
    for start, end, jump in zip(starts[likely], ends[likely], jumps[likely], strict=True):
        before = _rms(samples[max(0, start - flank) : start])
        after = _rms(samples[end : end + flank])
        if min(before, after) >= heard and jump >= RESUMES * after:
            gaps_ms.append((start / per_ms, (end - start) / per_ms))
    if not gaps_ms:
        return None
    often = "once" if len(gaps_ms) == 1 else f"{len(gaps_ms)} times"
    sentence = (
        f"its sound breaks off {often}, for {sum(lasts for _, lasts in gaps_ms):.0f} ms in all, "
        f"first at {gaps_ms[0][0] / 1000:.2f} s: close other programs, prefer a cable to "
        "Bluetooth, record again"
    )
    return Finding("dropouts", len(gaps_ms), "gaps", sentence)


def quiet(recording: Recording) -> Finding | None:
    """Look for speech that is too quiet, and for noise that is not there."""
    speech = recording.kind == "speech"
    level = level_dbfs(recording) if recording.turns or not speech else _active_dbfs(recording)
    if level > (QUIET_DBFS if speech else SILENT_DBFS):
        return None
    sentence = (
        f"at {level:.0f} dBFS it holds only silence: unmute the microphone and record again"
        if level <= SILENT_DBFS
        else f"its speech lies at {level:.0f} dBFS and should be near {SPEECH_DBFS:.0f}: "
        "raise the input gain or move closer"
    )
    return Finding("quiet", level, "dBFS", sentence)


WAVEFORM: tuple[Check, ...] = (clipping, dc, dropouts, quiet)


def _standing(samples: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give start and end of every run of two or more equal samples."""
    same = np.concatenate(([False], samples[1:] == samples[:-1], [False]))
    edges = np.flatnonzero(same[1:] != same[:-1])
    return edges[::2], edges[1::2] + 1


def _step(magnitude: NDArray[np.float32]) -> float:
    """Give the quantisation step: the smallest magnitude that is not zero."""
    return float(magnitude.min(initial=1.0, where=magnitude > 0))


def _rms(samples: NDArray[np.float32]) -> float:
    return math.sqrt(float(np.mean(np.square(samples, dtype=np.float64))))


def _active_dbfs(recording: Recording) -> float:
    """Measure the level of unlabelled speech, pauses left out."""
    frame = min(recording.samples.size, round(0.02 * recording.rate_hz))
    frames = recording.samples[: recording.samples.size // frame * frame].reshape(-1, frame)
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    active = power[power >= np.percentile(power, 95) * 10 ** (-ACTIVE_DB / 10)]
    return 10 * math.log10(max(float(active.mean()), 1e-12))
