"""Finding: one thing that is wrong with a recording.

A check takes a recording and returns what it found, with its figure and the
fix, or ``None``.  The limits of all checks were set on 105 recordings of
speech, keyboards, fans and rooms, so that none of them is accused wrongly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from voicelab.audio.recording import Recording

__all__ = ["LONG_ENOUGH_MS", "Check", "Finding", "Symptom"]

Symptom = Literal[
    "rate",
    "channels",
    "too_short",
    "float_as_int16",
    "int16_as_float",
    "clipping",
    "dc",
    "dropouts",
    "quiet",
    "hum",
    "half_rate",
    "telephone",
]

LONG_ENOUGH_MS = 5_000.0  # what the spectrum shows, it shows only over some seconds


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a recording.

    Attributes
    ----------
    name : str
        Names the symptom, such as ``hum``.
    figure : float
        How much of it there is.
    unit : str
        Unit of ``figure``.
    sentence : str
        What is wrong, with its figure, and what to do.
    serious : bool
        Whether it would spoil a session; otherwise it is a remark.
    """

    name: Symptom
    figure: float
    unit: str
    sentence: str
    serious: bool = True

    def __str__(self) -> str:
        return f"{'!' if self.serious else '-'} {self.name}: {self.sentence}"


Check = Callable[[Recording], Finding | None]
