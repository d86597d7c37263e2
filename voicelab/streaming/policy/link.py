"""Link: what a session policy knows of one connection."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Link", "Why"]

Why = Literal["first", "reconnect", "rotation"]


@dataclass
class Link:
    """One connection.

    Attributes
    ----------
    number : int
        Its number.
    why : {"first", "reconnect", "rotation"}
        What it was opened for.
    asked_ms : float
        When it was asked for.
    opened_ms : float or None
        When its handshake was over.
    ready : bool
        Whether the service has taken its settings.
    expires_at_s : float or None
        Unix time at which the service ends it, if it says so.
    last_error : str or None
        Code of the last error event on it.
    """

    number: int
    why: Why
    asked_ms: float
    opened_ms: float | None = None
    ready: bool = False
    expires_at_s: float | None = None
    last_error: str | None = None
