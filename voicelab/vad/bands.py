"""Bands: how loud each part of the spectrum is, before and during a turn.

Rumble below the voice, the voice's own two bands, and what lies above it: a
fan, a word and a key differ in these four.  Levels are in dBFS.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording

__all__ = ["BANDS_HZ", "Band", "bands_around"]

BANDS_HZ = {
    "rumble": (0.0, 100.0),
    "voice": (100.0, 1_000.0),
    "consonants": (1_000.0, 4_000.0),
    "hiss and clicks": (4_000.0, 12_000.0),
}
BEFORE_MS = 500.0
LONGEST_MS = 2_000.0
SHORTEST_MS = 30.0


class Band(NamedTuple):
    """One part of the spectrum.

    Attributes
    ----------
    name : str
        What sounds there.
    before_dbfs, during_dbfs : float
        Its level in the half second before, and while the turn sounds.
    """

    name: str
    before_dbfs: float
    during_dbfs: float

    @property
    def rise_db(self) -> float:
        """How much louder it became."""
        return self.during_dbfs - self.before_dbfs

    def __str__(self) -> str:
        return f"{self.name:16} {self.during_dbfs:6.1f} dBFS, {self.rise_db:+5.1f} dB"


def bands_around(sound: Recording, start_ms: float, end_ms: float) -> tuple[Band, ...]:
    """Measure the bands before and during a stretch.

    Parameters
    ----------
    sound : Recording
        What the detector heard.
    start_ms, end_ms : float
        The stretch; its first two seconds count.

    Returns
    -------
    tuple of Band
        In order of frequency; a stretch at the very start has itself before it.
    """
    end_ms = min(max(end_ms, start_ms + SHORTEST_MS), start_ms + LONGEST_MS, sound.duration_ms)
    start_ms = min(start_ms, end_ms - SHORTEST_MS)
    during = _levels(sound.excerpt(start_ms, end_ms))
    before_ms = max(0.0, start_ms - BEFORE_MS)
    quiet = start_ms - before_ms < SHORTEST_MS
    before = during if quiet else _levels(sound.excerpt(before_ms, start_ms))
    return tuple(
        Band(name, *map(float, levels))
        for name, *levels in zip(BANDS_HZ, before, during, strict=True)
    )


def _levels(sound: Recording) -> NDArray[np.float64]:
    """Level of each band, by Parseval; Hann's window keeps a loud band out of the others."""
    window = np.hanning(sound.samples.size)
    spectrum = np.abs(np.fft.rfft(sound.samples * window)) ** 2
    spectrum[1:-1] *= 2
    power = spectrum / (sound.samples.size * np.sum(window**2))
    hz = np.fft.rfftfreq(sound.samples.size, 1 / sound.rate_hz)
    levels = [power[(low <= hz) & (hz < high)].sum() for low, high in BANDS_HZ.values()]
    return np.asarray(10 * np.log10(np.maximum(levels, 1e-12)))
