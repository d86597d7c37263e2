"""HeardTurn: a stretch of user audio that was committed, and what stands for its words.

There is no recogniser here.  The transcript of a turn is a rule: unless one is
planted, it says only that there was speech, and how long.  Times are
milliseconds of all audio that the client has sent.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["HeardTurn", "Transcribe", "transcribe_by_rule"]


@dataclass(frozen=True, eq=False)
class HeardTurn:
    """What the user said once.

    Attributes
    ----------
    samples : ndarray, shape (n,)
        float32, full scale +-1; of a long turn only the end is kept.
    rate_hz : int
        Sample rate.
    start_ms, end_ms : float
        Where it lies in the audio sent.
    """

    samples: NDArray[np.float32]
    rate_hz: int
    start_ms: float
    end_ms: float

    @property
    def duration_ms(self) -> float:
        """How long it is, kept or not."""
        return self.end_ms - self.start_ms


Transcribe = Callable[[HeardTurn], str]


def transcribe_by_rule(turn: HeardTurn) -> str:
    """Write down that somebody spoke, and for how long.

    Parameters
    ----------
    turn : HeardTurn
        What was committed.

    Returns
    -------
    str
        Such as ``[speech, 1.3 s]``.
    """
    return f"[speech, {turn.duration_ms / 1000:.1f} s]"
