"""The level detectors: loudness, and nothing else.

``level``: a frame's activity is its level in dBFS, laid on a straight scale
from ``FLOOR_DBFS`` (0) to ``CEILING_DBFS`` (1).  Vendors describe server VAD
as listening to volume, so this is the plainest reading of it.

``level-adaptive``: a frame's activity is its level above a running floor, from
0 dB (0) to ``RANGE_DB`` (1).  The floor is the level itself where that is
lower; otherwise it creeps up by ``RISE_DB_PER_S``, so a fan becomes the floor
within seconds and a sentence does not.  It never lies below ``FLOOR_DBFS``.

Both scales are our own invention, and no threshold found on them is ever
exported.
"""

import numpy as np
from numpy.typing import NDArray

from voicelab.vad.activity_stream import Ears
from voicelab.vad.frame_detector import FrameDetector

__all__ = [
    "CEILING_DBFS",
    "FLOOR_DBFS",
    "RANGE_DB",
    "RISE_DB_PER_S",
    "AdaptiveLevelDetector",
    "LevelDetector",
    "level_to_dbfs",
]

FLOOR_DBFS = -60.0
CEILING_DBFS = -10.0
RANGE_DB = 40.0
RISE_DB_PER_S = 3.0
HOP_MS = 20.0


class LevelDetector(FrameDetector):
    """Activity from the level of 20 ms frames."""

    name, hop_ms, version = "level", HOP_MS, "1"

    def ears(self) -> Ears:
        """Give a function from frames to their level on the detector's scale.

        Returns
        -------
        callable
            0 at -60 dBFS and below, 1 at -10 dBFS and above; without memory.
        """
        return lambda frames: _scaled(
            _dbfs(frames) - FLOOR_DBFS, range_db=CEILING_DBFS - FLOOR_DBFS
        )


class AdaptiveLevelDetector(FrameDetector):
    """Activity from the level of 20 ms frames above a running floor."""

    name, hop_ms, version = "level-adaptive", HOP_MS, "1"

    def ears(self) -> Ears:
        """Give a function from frames to their level above the floor.

        Returns
        -------
        callable
            0 at the floor, 1 at 40 dB above it; remembers the floor.
        """
        return _RunningFloor().hear


class _RunningFloor:
    """The floor rises by a fixed step a frame, or falls to the level.

    Measured against a line that rises by that step, it only ever falls: one
    running minimum replaces the loop, and frames are counted from the start so
    that chunks change nothing, not even the last bit.
    """

    def __init__(self) -> None:
        self._frames = 0
        self._lowest = np.inf  # of the level against the rising line

    def hear(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the frames' level above the floor.

        Parameters
        ----------
        frames : ndarray, shape (n, samples)
            The next ones.

        Returns
        -------
        ndarray, shape (n,)
            On the detector's scale.
        """
        dbfs = np.maximum(_dbfs(frames), FLOOR_DBFS)
        count = self._frames + np.arange(len(frames))
        line_db = RISE_DB_PER_S * HOP_MS / 1000 * count
        lowest = np.minimum.accumulate(np.concatenate(([self._lowest], dbfs - line_db)))
        self._frames += len(frames)
        self._lowest = lowest[-1]
        return _scaled(dbfs - (lowest[1:] + line_db), range_db=RANGE_DB)


def _dbfs(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 1e-30)))


def _scaled(level_db: NDArray[np.float64], *, range_db: float) -> NDArray[np.float32]:
    return np.asarray(np.clip(level_db / range_db, 0, 1), dtype=np.float32)


def level_to_dbfs(threshold: float) -> float:
    """Say in dBFS what a threshold on the level scale means.

    Parameters
    ----------
    threshold : float in [0, 1]
        A place on the scale of ``level``.

    Returns
    -------
    float
        The same place in dBFS.
    """
    return FLOOR_DBFS + threshold * (CEILING_DBFS - FLOOR_DBFS)
