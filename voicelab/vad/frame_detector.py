"""FrameDetector: a detector made of a name, a hop and ears.

``ears`` gives a function from frames to values that remembers what it heard;
everything else follows.  A detector of your own is this much::

    class Zeros(FrameDetector):
        name, hop_ms = "zeros", 20.0

        def ears(self):
            return lambda frames: np.mean(np.diff(np.sign(frames)) != 0, axis=1)
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording
from voicelab.vad.activity import DETECTOR_RATE_HZ, Activity, frames_of
from voicelab.vad.activity_stream import ActivityStream, Ears

__all__ = ["FrameDetector"]


class FrameDetector(ABC):
    """A detector that hears frame after frame, forwards only.

    Attributes
    ----------
    name : str
        Name in tables and evidence.
    hop_ms : float
        Length of a frame; a whole number of samples at 16 kHz.
    version : str or None
        What changes when its answers change; without one nothing is remembered.
    levels : tuple of float or None
        The only values that it ever gives, ascending; ``None`` for any in [0, 1].
    """

    name: str
    hop_ms: float
    version: str | None = None
    levels: ClassVar[tuple[float, ...] | None] = None

    @abstractmethod
    def ears(self) -> Ears:
        """Give a function from frames to values, at rest.

        Returns
        -------
        callable
            From float32 of shape (n, samples) to values in [0, 1] of shape (n,).
            It is called with frames in order, however many at a time.
        """

    @property
    def hop_samples(self) -> int:
        """How many samples a frame holds."""
        return round(self.hop_ms * DETECTOR_RATE_HZ / 1000)

    def stream(self, *, rate_hz: int = DETECTOR_RATE_HZ) -> ActivityStream:
        """Start listening to sound as it comes in.

        Parameters
        ----------
        rate_hz : int
            Sample rate of the chunks.

        Returns
        -------
        ActivityStream
            At rest.
        """
        return ActivityStream(self.ears(), self.hop_samples, rate_hz=rate_hz)

    def activities(self, recordings: Sequence[Recording]) -> list[Activity]:
        """Listen to recordings, each from a state of rest.

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
            Activity(self._heard(frames_of(recording, self.hop_samples)), self.hop_ms, self.name)
            for recording in recordings
        ]

    def _heard(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(self.ears()(frames), np.float32)
