"""The turn detection of a session, as the service understands it.

Field names and units are those of the wire.  What decides by sound and silence
is :class:`TurnDetection`, and only that is modelled here; what also decides by
words (:mod:`voicelab.vad.semantic`) can be set, checked and exported, but not
predicted.

Two fields answer what the documents leave open and exist only in the local
model; they are named in :class:`Assumptions` and stored with the evidence,
never exported.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

__all__ = ["Assumptions", "HeardTurnDetection", "TurnDetection"]


@dataclass(frozen=True, kw_only=True)
class HeardTurnDetection:
    """What every turn detection that listens for speech can be told.

    Attributes
    ----------
    type : str
        The service's name for this kind of turn detection.
    threshold : float in [0, 1]
        Activity at and above which a frame counts as speech.
    prefix_padding_ms : int >= 0
        Audio in front of the detected speech that belongs to the turn.
    silence_duration_ms : int > 0
        Silence that ends a turn.
    speech_duration_ms : int >= 0
        Consecutive speech needed before a turn starts.
    create_response : bool
        Whether the service answers by itself when a turn ends.
    interrupt_response : bool
        Whether a new turn stops the answer that is being spoken.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    type: str
    threshold: float = 0.5
    prefix_padding_ms: int
    silence_duration_ms: int = 500
    speech_duration_ms: int
    create_response: bool = True
    interrupt_response: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold must lie in [0, 1], got {self.threshold}")
        for name in ("prefix_padding_ms", "silence_duration_ms", "speech_duration_ms"):
            value = getattr(self, name)
            if not 0 <= value <= 60_000:
                raise ValueError(f"{name} must lie in 0 to 60000 ms, got {value}")
        if 0 < self.silence_duration_ms < 10:
            raise ValueError(
                f"silence_duration_ms must be at least 10, got {self.silence_duration_ms}; "
                "did you pass seconds?"
            )
        if self.silence_duration_ms == 0:
            raise ValueError("silence_duration_ms must be at least 10, got 0")


@dataclass(frozen=True, kw_only=True)
class TurnDetection(HeardTurnDetection):
    """Settings of ``server_vad``; defaults are Voice Live's of 2026-07-15."""

    type: Literal["server_vad"] = "server_vad"
    prefix_padding_ms: int = 400
    speech_duration_ms: int = 200


@dataclass(frozen=True, kw_only=True)
class Assumptions:
    """What the service's documents leave open, and how the local model answers it.

    Attributes
    ----------
    prefix_anchor : {"detection", "onset"}
        Where the prefix padding is counted back from: the moment of detection
        (the pessimistic reading) or the first frame of the run that led to it.
    release_below : float in [0, 1]
        How far below the threshold activity must fall to count as silence
        while a turn is open; 0 uses one threshold for both.
    """

    prefix_anchor: Literal["detection", "onset"] = "detection"
    release_below: float = 0.0

    def __post_init__(self) -> None:
        if self.prefix_anchor not in ("detection", "onset"):
            raise ValueError(
                f"prefix_anchor must be 'detection' or 'onset', got {self.prefix_anchor!r}"
            )
        if not 0 <= self.release_below <= 1:
            raise ValueError(f"release_below must lie in [0, 1], got {self.release_below}")
