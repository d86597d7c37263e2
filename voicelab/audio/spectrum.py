"""Symptoms that only the spectrum shows: hum, telephone bands, half speed.

Five seconds are the least to judge by and two minutes are enough; what comes
later is not looked at.  Levels are in dBFS.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicelab.audio.finding import LONG_ENOUGH_MS, Check, Finding
from voicelab.audio.levels import resample
from voicelab.audio.recording import Recording

__all__ = ["SPECTRUM"]

ENOUGH_MS = 120_000.0
MAINS_HZ = (50, 60)
HUM_RATE_HZ = 4_000  # holds ten harmonics
HUM_HARMONICS = 10
HUM_TELLING = 3  # one of the first three must stand out: lone tones further up are whistles
HUM_NEAR_HZ = 1.0  # mains wander by 0.2 Hz, a tone's lobe is 2 Hz to either side
HUM_BESIDE_HZ = (3.0, 12.0)  # the neighbours that a tone must stand out from
HUM_PROMINENT_DB = 12.0  # at frequencies that are no mains', 1 in 700 spectra of speech has that
HUM_DBFS = -70.0  # quieter hum drowns in the quietest room
HUM_SERIOUS_DBFS = -50.0  # louder hum is the floor of a quiet room: a level detector hears it
HUM_FILTER_HZ = 120  # a high-pass that speech survives; named if it takes
HUM_FILTER_DB = 10.0  # this much of the hum
FRAMES_RATE_HZ = 12_000  # holds the bands below
BANDS_HZ = ((2_200.0, 3_200.0), (4_200.0, 5_200.0))  # a telephone passes the one, not the other
BANDS_DB = 40.0  # 61 wideband readers -5 to 30, the same by telephone above 58
OCTAVES_HZ = ((320.0, 500.0), (640.0, 1_000.0))  # the second pair an octave above the first
HALF_OCTAVE = 2**0.25  # half-width of a half-octave band
HALF_SPEED = 0.10  # 61 readers at their own speed -0.51 to 0.02, at half speed 0.12 to 0.56
HALF_LOUD_DB = 25.0  # frames this far below the loudest twentieth are pauses
HALF_FRAMES = 150  # of 10 ms each, at least


def hum(recording: Recording) -> Finding | None:
    """Look for mains hum.

    The median over time keeps tones that stay and drops voices that pass.
    """
    if recording.duration_ms < LONG_ENOUGH_MS:
        return None
    from scipy.signal import spectrogram

    sound = resample(recording.excerpt(0, ENOUGH_MS), HUM_RATE_HZ).samples
    second = HUM_RATE_HZ
    frequencies, _, densities = spectrogram(
        sound.astype(float), second, "hann", second, second // 2, 2 * second
    )
    density = np.median(densities, axis=1) + np.finfo(float).tiny
    tones = max(_tones(density, frequencies, mains_hz) for mains_hz in MAINS_HZ)
    prominence_db, level_dbfs, mains_hz, strongest_hz = tones
    if prominence_db < HUM_PROMINENT_DB or level_dbfs < HUM_DBFS:
        return None
    lowered_db = 10 * math.log10(1 + (HUM_FILTER_HZ / strongest_hz) ** 4)
    fix = (
        f"HighPass({HUM_FILTER_HZ}) lowers that by {lowered_db:.0f} dB"
        if lowered_db >= HUM_FILTER_DB
        else f"no high-pass reaches that, Notch({strongest_hz}) does; "
        "better, find the loose earth or the power supply"
    )
    if recording.kind == "fan":
        fix += "; if it is the motor, leave it"
    sentence = (
        f"mains hum of {mains_hz} Hz stands {prominence_db:.0f} dB above its neighbours, "
        f"at {level_dbfs:.0f} dBFS, strongest at {strongest_hz} Hz: {fix}"
    )
    serious = level_dbfs >= HUM_SERIOUS_DBFS and recording.kind != "fan"
    return Finding("hum", prominence_db, "dB", sentence, serious)


def telephone(recording: Recording) -> Finding | None:
    """Look for speech that ends where a telephone ends."""
    remedy = "record with another microphone; it is right only if your callers telephone"
    if recording.rate_hz == 8_000:
        sentence = f"sampled at 8000 Hz it is telephone audio: {remedy}"
        return Finding("telephone", 8_000, "Hz", sentence)
    narrow = recording.rate_hz < 2 * BANDS_HZ[1][1]
    if narrow or recording.kind != "speech" or recording.duration_ms < LONG_ENOUGH_MS:
        return None
    frequencies, power = _frames(recording)
    below, above = (
        float(np.percentile(_band(power, frequencies, *edges), 95)) for edges in BANDS_HZ
    )
    drop_db = 10 * math.log10((below + 1e-20) / (above + 1e-20))
    if drop_db < BANDS_DB:
        return None
    sentence = (
        f"its speech looks cut off below 4.2 kHz, by {drop_db:.0f} dB, as by a telephone or "
        f"a Bluetooth headset in hands-free mode: {remedy}"
    )
    return Finding("telephone", drop_db, "dB", sentence)


def half_rate(recording: Recording) -> Finding | None:
    """Look for speech that plays at half speed.

    In speech the levels at 640 and 1000 Hz rise and fall together, while those
    at 320 and 500 Hz go their own ways, for they tell close vowels from open
    ones.  At half speed what belongs to 640 and 1000 Hz is found at 320 and
    500 Hz, and the difference of the two correlations changes its sign.
    Pitch, microphone, room and telephone do not change it much.
    """
    if recording.kind != "speech" or recording.duration_ms < LONG_ENOUGH_MS:
        return None
    frequencies, power = _frames(recording)
    total = _band(power, frequencies, 150, 3_700)
    loud = total > np.percentile(total, 95) * 10 ** (-HALF_LOUD_DB / 10)
    if np.count_nonzero(loud) < HALF_FRAMES:
        return None
    low, high = (_together(power, frequencies, loud, *pair) for pair in OCTAVES_HZ)
    if low - high < HALF_SPEED:
        return None
    right_hz = 2 * recording.rate_hz
    sentence = (
        f"it looks like a {right_hz} Hz take declared as {recording.rate_hz} Hz, which plays at "
        f"half speed (its vowels move an octave too low: {low - high:.2f}, natural is below "
        f"{HALF_SPEED:.2f}): listen, and declare {right_hz} Hz"
    )
    return Finding("half_rate", low - high, "difference of correlations", sentence)


SPECTRUM: tuple[Check, ...] = (hum, half_rate, telephone)


class _Tones(NamedTuple):
    prominence_db: float
    level_dbfs: float
    mains_hz: int
    strongest_hz: int


def _tones(density: NDArray[np.float64], frequencies: NDArray[np.float64], mains_hz: int) -> _Tones:
    prominence_db, power = [], []
    for tone_hz in mains_hz * np.arange(1, HUM_HARMONICS + 1):
        away = np.abs(frequencies - tone_hz)
        peak = float(density[away <= HUM_NEAR_HZ].max())
        beside = (away >= HUM_BESIDE_HZ[0]) & (away <= HUM_BESIDE_HZ[1])
        prominence_db.append(10 * math.log10(peak / float(np.median(density[beside]))))
        power.append(1.5 * peak)  # a tone fills 1.5 Hz of a Hann window of one second
    standing = np.where(np.array(prominence_db) >= HUM_PROMINENT_DB / 2, power, 0.0)
    level_dbfs = 10 * math.log10(float(standing.sum()) + 1e-12)
    strongest_hz = mains_hz * (1 + int(np.argmax(standing)))
    return _Tones(max(prominence_db[:HUM_TELLING]), level_dbfs, mains_hz, strongest_hz)


def _frames(recording: Recording) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give frequencies and the power spectra of frames of 32 ms, 10 ms apart."""
    sound = resample(recording.excerpt(0, ENOUGH_MS), FRAMES_RATE_HZ).samples
    length, hop = FRAMES_RATE_HZ * 32 // 1000, FRAMES_RATE_HZ * 10 // 1000
    framed = np.lib.stride_tricks.sliding_window_view(sound, length)[::hop]
    power = np.abs(np.fft.rfft(framed * np.hanning(length), axis=1)) ** 2
    return np.arange(power.shape[1]) * FRAMES_RATE_HZ / length, np.asarray(power)


def _band(
    power: NDArray[np.float64], frequencies: NDArray[np.float64], low_hz: float, high_hz: float
) -> NDArray[np.float64]:
    inside = (frequencies >= low_hz) & (frequencies < high_hz)
    return np.asarray(power[:, inside].mean(axis=1))


def _together(
    power: NDArray[np.float64],
    frequencies: NDArray[np.float64],
    loud: NDArray[np.bool_],
    *centres_hz: float,
) -> float:
    """Correlate the levels of two half-octave bands over the loud frames."""
    first, second = (
        np.log(_band(power, frequencies, hz / HALF_OCTAVE, hz * HALF_OCTAVE)[loud] + 1e-12)
        for hz in centres_hz
    )
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
