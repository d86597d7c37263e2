"""How a client keeps a session alive: attempts, rotation, what it sends again.

The live client obeys these settings; a tuned config carries them.  Times are
in the unit that the field's name ends in.
"""

from dataclasses import dataclass
from typing import ClassVar

__all__ = ["SessionSettings"]


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """The client's side of a session's life.

    Attributes
    ----------
    attempts : int >= 0
        How often a lost connection is tried again before the session is given up.
    backoff_ms : tuple of float
        Shortest and longest wait between two attempts; equal ends make a fixed wait.
    rotate_before_s : float >= 0
        How long before the service's limit a new connection takes over.
    resend_s : float >= 0
        How many seconds of unsettled user audio are kept to be sent again.
    chunk_ms : float > 0
        Length of one audio append.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    attempts: int = 5
    backoff_ms: tuple[float, float] = (500.0, 8000.0)
    rotate_before_s: float = 120.0
    resend_s: float = 15.0
    chunk_ms: float = 50.0

    def __post_init__(self) -> None:
        if self.attempts < 0:
            raise ValueError(f"attempts must not be negative, got {self.attempts}")
        low, high = self.backoff_ms
        if not 0 <= low <= high:
            raise ValueError(f"backoff_ms must be (shortest, longest), got {self.backoff_ms}")
        if self.rotate_before_s < 0 or self.resend_s < 0:
            raise ValueError(
                "rotate_before_s and resend_s must not be negative, "
                f"got {self.rotate_before_s} and {self.resend_s}"
            )
        if not 0 < self.chunk_ms <= 1000:
            raise ValueError(
                f"chunk_ms must be above 0 and at most 1000, got {self.chunk_ms}; "
                "did you pass seconds or samples?"
            )
