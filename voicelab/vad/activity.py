"""Activity: how much a detector thinks that somebody speaks, frame by frame.

One value in [0, 1] per frame of ``hop_ms``; frame ``i`` covers the time from
``i * hop_ms`` to ``(i + 1) * hop_ms``.  Only some detectors mean a probability
by it.  All detectors listen at 16 kHz, so that they share one clock and one
resampled signal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording, resample

__all__ = ["DETECTOR_RATE_HZ", "Activity", "Detector", "frames_of"]

DETECTOR_RATE_HZ = 16_000


@dataclass(frozen=True, eq=False)
class Activity:
    """What one detector heard in one recording.

    Attributes
    ----------
    values : ndarray, shape (frames,)
        float32 in [0, 1].
    hop_ms : float
        Length of a frame.
    detector : str
        Who says so.
    """

    values: NDArray[np.float32]
    hop_ms: float
    detector: str

    @property
    def duration_ms(self) -> float:
        """Length of all frames."""
        return self.values.size * self.hop_ms


@runtime_checkable
class Detector(Protocol):
    """Anything that turns recordings into activity.

    Attributes
    ----------
    name : str
        Names the detector in tables and evidence.
    hop_ms : float
        Length of its frames.
    """

    @property
    def name(self) -> str:
        """Name in tables and evidence."""
        ...

    @property
    def hop_ms(self) -> float:
        """Length of a frame."""
        ...

    def activities(self, recordings: Sequence[Recording]) -> list[Activity]:
        """Listen to recordings, each from a state of rest.

        Parameters
        ----------
        recordings : sequence of Recording
            Independent of each other; a detector may process them side by side.

        Returns
        -------
        list of Activity
            In the same order.
        """
        ...


def frames_of(recording: Recording, hop_samples: int) -> NDArray[np.float32]:
    """Cut a recording into frames at the detectors' rate.

    Parameters
    ----------
    recording : Recording
        At any rate.
    hop_samples : int
        Samples in a frame.

    Returns
    -------
    ndarray, shape (frames, hop_samples)
        The last frame is filled up with silence.
    """
    samples = resample(recording, DETECTOR_RATE_HZ).samples
    count = -(-samples.size // hop_samples)
    padded = np.zeros(count * hop_samples, np.float32)
    padded[: samples.size] = samples
    return padded.reshape(count, hop_samples)
