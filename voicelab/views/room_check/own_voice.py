"""Own voice: how often the agent would interrupt itself.

The agent's voice, as it came back through the loudspeaker and the browser, is
no noise of the room: nobody can ask it to be quiet.  So it is counted apart.
"""

from typing import NamedTuple

from voicelab.audio import Recording
from voicelab.vad import Setting, detector, find_turns

__all__ = ["SelfTriggers", "self_triggers"]


class SelfTriggers(NamedTuple):
    """Turns that a setting finds in the agent's own voice.

    Attributes
    ----------
    turns : int
        How many.
    seconds : float
        In how long a recording.
    """

    turns: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.turns} in {self.seconds:.0f} s"


def self_triggers(echo: Recording, setting: Setting) -> SelfTriggers:
    """Count the turns that the local model finds in the agent's own voice.

    Parameters
    ----------
    echo : Recording
        Nobody speaks in it but the loudspeaker.
    setting : Setting
        Detector, turn detection and filter.

    Returns
    -------
    SelfTriggers
        On the local model.
    """
    heard = setting.filter.apply(echo) if setting.filter else echo
    (activity,) = detector(setting.detector).activities([heard])
    turns = setting.turn_detection
    found = find_turns(
        activity,
        thresholds=[turns.threshold],
        speech_durations_ms=[turns.speech_duration_ms],
        silences_ms=[turns.silence_duration_ms],
    )
    return SelfTriggers(len(found), echo.duration_ms / 1000)
