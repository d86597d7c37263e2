"""Levels: how loud a piece of audio is, every 10 ms, in whole decibels.

That is enough to see where somebody speaks, pauses or is silent, and too
little to hear a word: so a log may hold it where it may not hold sound.
"""

from collections.abc import Sequence

import numpy as np

__all__ = ["LEVEL_MS", "SILENT_DB", "levels_db"]

LEVEL_MS = 10.0
SILENT_DB = -99  # of what is digital silence


def levels_db(samples: Sequence[int] | np.ndarray, *, rate_hz: int) -> tuple[int, ...]:
    """Measure a piece of audio.

    Parameters
    ----------
    samples : sequence of int, shape (n,)
        16-bit samples.
    rate_hz : int
        Their rate.

    Returns
    -------
    tuple of int
        Level of each 10 ms in dB below full scale; a rest of 5 ms and more
        counts as one, a shorter one not.

    Examples
    --------
    >>> levels_db([0] * 240 + [16384, -16384] * 120, rate_hz=24_000)
    (-99, -6)
    """
    sound = np.asarray(samples, dtype=np.float64) / 32768
    step = round(rate_hz * LEVEL_MS / 1000)
    frames = sound[: sound.size // step * step].reshape(-1, step)
    squares = list(np.mean(frames**2, axis=1))
    rest = sound[frames.size :]
    if 2 * rest.size >= step:
        squares.append(np.mean(rest**2))
    decibels = 10 * np.log10(np.maximum(squares, 1e-12))
    return tuple(int(each) for each in np.rint(np.maximum(decibels, SILENT_DB)))
