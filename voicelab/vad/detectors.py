"""The detectors by name."""

from collections.abc import Callable

from voicelab.vad.activity import Detector
from voicelab.vad.level import AdaptiveLevelDetector, LevelDetector
from voicelab.vad.silero import SileroDetector
from voicelab.vad.webrtc import WebRtcDetector

__all__ = ["DETECTORS", "detector"]

DETECTORS: dict[str, Callable[[], Detector]] = {
    "level": LevelDetector,
    "level-adaptive": AdaptiveLevelDetector,
    "webrtc": WebRtcDetector,
    "silero": SileroDetector,
}


def detector(name: str | Detector) -> Detector:
    """Give a detector by its name.

    Parameters
    ----------
    name : str or Detector
        One of :data:`DETECTORS`; a detector of your own is given back as it is.

    Returns
    -------
    Detector
        Ready to listen.

    Raises
    ------
    ValueError
        If there is none of that name, or it cannot run here.
    """
    if not isinstance(name, str):
        return name
    if name not in DETECTORS:
        raise ValueError(f"detector must be one of {', '.join(DETECTORS)}, got {name!r}")
    return DETECTORS[name]()
