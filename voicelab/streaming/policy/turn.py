"""Turn: one user turn, from its first sound to its end.

Positions are samples of the microphone's audio.
"""

from dataclasses import dataclass
from typing import Literal

from voicelab.streaming.policy.notices import EndState

__all__ = ["Turn"]


@dataclass
class Turn:
    """One user turn.

    Attributes
    ----------
    number : int
        From 1.
    start : int
        Where it begins.
    end : int or None
        Where it ends, as far as anybody knows.
    stage : {"open", "lost", "committed"}
        The user speaks; its connection was lost meanwhile; it is an item.
    worded : bool
        Whether its words are known, or will never be.
    calling : bool
        Whether its answer waits for a function's output.
    response_id : str or None
        The answer on its way.
    state : str or None
        Its end, once it is there.
    heard_ms : float
        How much of its answer was heard.
    repeats : int
        How often it was sent again.
    reason : str
        Why it was dropped.
    """

    number: int
    start: int
    end: int | None = None
    stage: Literal["open", "lost", "committed"] = "open"
    worded: bool = False
    calling: bool = False
    response_id: str | None = None
    state: EndState | None = None
    heard_ms: float = 0.0
    repeats: int = 0
    reason: str = ""
