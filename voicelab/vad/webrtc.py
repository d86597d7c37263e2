"""The WebRTC detector: a small statistical model of speech in six bands.

It answers yes or no in four modes, from lenient to strict.  A frame's activity
is the share of the modes that say yes, so it has five levels and no others: a
threshold between two levels means the upper one.  It looks for novelty rather
than speech [1]_, so keys and fans trip it.

The model hears 20 ms of 16-bit sound at 16 kHz and remembers what went before.

References
----------
.. [1] dpirch/libfvad, discussion of false speech on fans and taps.
"""

import numpy as np
from numpy.typing import NDArray

from voicelab.vad.activity import DETECTOR_RATE_HZ
from voicelab.vad.activity_stream import Ears
from voicelab.vad.frame_detector import FrameDetector

__all__ = ["WebRtcDetector"]

MODES = (0, 1, 2, 3)
FULL_SCALE = 32_768


class WebRtcDetector(FrameDetector):
    """Activity as the share of WebRTC's four modes that hear speech.

    Raises
    ------
    ValueError
        If webrtcvad-wheels is not installed.
    """

    name, hop_ms, version = "webrtc", 20.0, "1"
    levels = (0.0, 0.25, 0.5, 0.75, 1.0)

    def __init__(self) -> None:
        self.ears()  # what is missing is said here, not in the middle of a sweep

    def ears(self) -> Ears:
        """Give a function from frames to the share of modes that say yes.

        Returns
        -------
        callable
            One of five levels a frame; each mode has a memory of its own.
        """
        try:
            from webrtcvad import Vad
        except ImportError:
            raise ValueError(
                "the webrtc detector must have the package webrtcvad-wheels, got none installed; "
                "install it, or choose another detector"
            ) from None
        modes = [Vad(mode) for mode in MODES]

        def hear(frames: NDArray[np.float32]) -> NDArray[np.float32]:
            pcm = np.clip(np.rint(frames * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
            sounds = [frame.tobytes() for frame in pcm.astype("<i2")]
            # One mode after the other: they do not know of each other.
            yes = [[mode.is_speech(sound, DETECTOR_RATE_HZ) for sound in sounds] for mode in modes]
            return np.asarray(np.mean(np.array(yes, np.float32), axis=0))

        return hear
