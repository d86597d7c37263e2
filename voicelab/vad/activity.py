"""Activity: how much a detector thinks that somebody speaks, frame by frame.

One value in [0, 1] per frame of ``hop_ms``; frame ``i`` covers the time from
``i * hop_ms`` to ``(i + 1) * hop_ms``.  Only some detectors mean a probability
by it.  All detectors listen at 16 kHz, so that they share one clock and one
resampled signal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording, resample
from voicelab.vad.activity_stream import DETECTOR_RATE_HZ, ActivityStream

__all__ = ["DETECTOR_RATE_HZ", "Activity", "Detector", "frames_of"]


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


class Detector(Protocol):
    """Anything that turns recordings, or sound as it comes in, into activity.

    :class:`voicelab.vad.FrameDetector` makes one out of a name, a hop and a
    function of frames.
    """

    @property
    def name(self) -> str:
        """Name in tables and evidence."""

    @property
    def hop_ms(self) -> float:
        """Length of a frame."""

    @property
    def version(self) -> str | None:
        """What changes when its answers change; ``None`` where nobody keeps count.

        Only the activity of a detector that has a version is remembered.
        """

    @property
    def levels(self) -> tuple[float, ...] | None:
        """The only values that it ever gives, ascending; ``None`` for any in [0, 1]."""

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

    def stream(self, *, rate_hz: int = DETECTOR_RATE_HZ) -> ActivityStream:
        """Start listening to sound as it comes in, from a state of rest.

        Parameters
        ----------
        rate_hz : int
            Sample rate of the chunks.

        Returns
        -------
        ActivityStream
            Fed chunk by chunk it gives what :meth:`activities` gives of the whole.
        """


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
