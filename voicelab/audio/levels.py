"""Levels, sample rates and mixtures.

A level is the root mean square in dBFS: 0 is a square wave at full scale.
The level of *speech* is taken over its labelled spans, so that pauses do not
count; the level of *noise* over the whole clip.
"""

from dataclasses import replace

import numpy as np

from voicelab.audio.recording import Recording

__all__ = ["SPEECH_DBFS", "level_dbfs", "mix", "resample"]

SPEECH_DBFS = -26.0  # where ITU-T P.56 measurements usually put speech
SILENT_DBFS = -120.0


def level_dbfs(recording: Recording) -> float:
    """Measure a recording's level.

    Parameters
    ----------
    recording : Recording
        With labelled turns, only their spans count; otherwise the whole clip.

    Returns
    -------
    float
        Root mean square in dBFS, not below -120.
    """
    samples = recording.samples
    if recording.turns:
        to_index = recording.rate_hz / 1000
        samples = np.concatenate(
            [
                samples[round(start * to_index) : round(end * to_index)]
                for turn in recording.turns
                for start, end in turn.spans
            ]
        )
    # In double precision, without a copy in it: hours of noise have a level too.
    energy = float(np.einsum("i,i->", samples, samples, dtype=np.float64))
    power = energy / samples.size if samples.size else 0.0
    return max(SILENT_DBFS, 10 * float(np.log10(max(power, 1e-30))))


def resample(recording: Recording, rate_hz: int) -> Recording:
    """Convert a recording to another sample rate.

    Parameters
    ----------
    recording : Recording
        Labels are kept: they are in milliseconds.
    rate_hz : int
        The rate wanted.

    Returns
    -------
    Recording
        The same object if the rate is already right.
    """
    if rate_hz == recording.rate_hz:
        return recording
    import soxr

    samples = soxr.resample(recording.samples, recording.rate_hz, rate_hz, quality="HQ")
    return replace(recording, samples=samples, rate_hz=rate_hz)


def mix(
    speech: Recording,
    noise: Recording,
    *,
    snr_db: float,
    speech_dbfs: float = SPEECH_DBFS,
    offset_ms: float = 0.0,
) -> Recording:
    """Lay noise under speech at a stated signal-to-noise ratio.

    Speech is scaled so that its labelled spans have ``speech_dbfs`` (the whole
    clip, where it is not labelled); noise so that its whole clip lies
    ``snr_db`` below.  Noise that is too short is repeated.

    Parameters
    ----------
    speech : Recording
        Decides length, rate, name and labels of the result.
    noise : Recording
        At any rate.
    snr_db : float
        Level of the speech above that of the noise.
    speech_dbfs : float
        Level that the speech gets.
    offset_ms : float >= 0
        Where in the noise to begin.

    Returns
    -------
    Recording
        Not clipped: samples may exceed full scale.

    Raises
    ------
    ValueError
        If either is silent, for then no gain gives the ratio.
    """
    for name, recording in (("speech", speech), ("noise", noise)):
        if level_dbfs(recording) <= SILENT_DBFS:
            raise ValueError(
                f"{name} must be audible to be mixed at an SNR, got silence in {recording.name}"
            )
    bed = resample(noise, speech.rate_hz).samples
    start = round(offset_ms * speech.rate_hz / 1000) % bed.size
    bed = np.resize(np.roll(bed, -start), speech.samples.size)
    loud = _gain(speech_dbfs - level_dbfs(speech)) * speech.samples
    quiet = _gain(speech_dbfs - snr_db - level_dbfs(noise)) * bed
    return speech.with_samples(loud + quiet)


def _gain(change_db: float) -> np.float32:
    return np.float32(10 ** (change_db / 20))
