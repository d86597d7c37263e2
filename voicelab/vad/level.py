"""The level detector: loudness, and nothing else.

A frame's activity is its level in dBFS, laid on a straight scale from
``FLOOR_DBFS`` (0) to ``CEILING_DBFS`` (1).  Vendors describe server VAD as
listening to volume, so this is the plainest reading of it; the scale is our
own invention, and no threshold found on it is ever exported.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording
from voicelab.vad.activity import DETECTOR_RATE_HZ, Activity, frames_of

__all__ = ["CEILING_DBFS", "FLOOR_DBFS", "LevelDetector", "level_to_dbfs"]

FLOOR_DBFS = -60.0
CEILING_DBFS = -10.0
HOP_MS = 20.0
HOP_SAMPLES = round(HOP_MS * DETECTOR_RATE_HZ / 1000)


class LevelDetector:
    """Activity from the level of 20 ms frames."""

    name = "level"
    hop_ms = HOP_MS

    def activities(self, recordings: Sequence[Recording]) -> list[Activity]:
        """Measure the level of every frame.

        Parameters
        ----------
        recordings : sequence of Recording
            At any rate.

        Returns
        -------
        list of Activity
            In the same order.
        """
        return [
            Activity(level_activity(frames_of(recording, HOP_SAMPLES)), HOP_MS, self.name)
            for recording in recordings
        ]


def level_activity(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Map frames to their level on the detector's scale.

    Parameters
    ----------
    frames : ndarray, shape (frames, samples)
        Full scale +-1.

    Returns
    -------
    ndarray, shape (frames,)
        0 at -60 dBFS and below, 1 at -10 dBFS and above.
    """
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    dbfs = 10 * np.log10(np.maximum(power, 1e-30))
    scaled = (dbfs - FLOOR_DBFS) / (CEILING_DBFS - FLOOR_DBFS)
    return np.asarray(np.clip(scaled, 0, 1), dtype=np.float32)


def level_to_dbfs(threshold: float) -> float:
    """Say in dBFS what a threshold on the level scale means.

    Parameters
    ----------
    threshold : float in [0, 1]
        A place on the detector's scale.

    Returns
    -------
    float
        The same place in dBFS.
    """
    return FLOOR_DBFS + threshold * (CEILING_DBFS - FLOOR_DBFS)
