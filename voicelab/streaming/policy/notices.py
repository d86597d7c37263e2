"""Notices: what the user, and the log, are told of a session's life.

Times are milliseconds; those of user audio count from the first sample that
the microphone gave.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "AudioDropped",
    "EndState",
    "Ended",
    "FunctionCalled",
    "Notice",
    "Ready",
    "Retrying",
    "ServiceSaid",
    "TurnSettled",
    "Words",
]

EndState = Literal["answered", "answered in part", "superseded", "dropped"]


@dataclass(frozen=True, slots=True)
class Ready:
    """A connection is configured and carries the conversation.

    Attributes
    ----------
    connection : int
        Which.
    why : {"first", "reconnect", "rotation"}
        What it was opened for.
    restored_items : int
        Items of history that were sent to it.
    gap_ms : float
        How long nobody listened.
    """

    connection: int
    why: Literal["first", "reconnect", "rotation"]
    restored_items: int
    gap_ms: float


@dataclass(frozen=True, slots=True)
class Retrying:
    """A connection was lost or refused; another attempt follows.

    Attributes
    ----------
    attempt : int
        Number of the attempt, from 1.
    wait_ms : float
        How long until it is made.
    why : str
        Name in the error reference: a close code, a status or an error code.
    sentence : str
        What happened.
    """

    attempt: int
    wait_ms: float
    why: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over.

    Attributes
    ----------
    why : str
        Name in the error reference, or ``left``.
    sentence : str
        What happened, and what to change.
    """

    why: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TurnSettled:
    """A user turn has reached its one end.

    Attributes
    ----------
    turn : int
        Its number, from 1.
    start_ms, end_ms : float
        Where it lies in the microphone's audio.
    state : {"answered", "answered in part", "superseded", "dropped"}
        How it ended.
    heard_ms : float
        How much of its answer was heard.
    repeats : int
        How often it was sent again.
    reason : str
        Why it was dropped; empty otherwise.
    """

    turn: int
    start_ms: float
    end_ms: float
    state: EndState
    heard_ms: float
    repeats: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AudioDropped:
    """User audio was lost for good.

    Attributes
    ----------
    start_ms, end_ms : float
        Where it lies in the microphone's audio.
    reason : str
        Why.
    """

    start_ms: float
    end_ms: float
    reason: str


@dataclass(frozen=True, slots=True)
class Words:
    """What was said, as far as the service wrote it down.

    Attributes
    ----------
    role : {"user", "assistant"}
        By whom.
    item_id : str
        The item's name on its connection.
    text : str
        The words.
    """

    role: Literal["user", "assistant"]
    item_id: str
    text: str


@dataclass(frozen=True, slots=True)
class FunctionCalled:
    """The service wants a function called; answer with an item of its output.

    Attributes
    ----------
    call_id, name, arguments : str
        As the service gave them.
    """

    call_id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ServiceSaid:
    """The service said an error that ends nothing.

    Attributes
    ----------
    code : str
        Its code.
    sentence : str
        Its text.
    expected : bool
        Whether it is the harmless loser of a race.
    """

    code: str
    sentence: str
    expected: bool


Notice = (
    Ready | Retrying | Ended | TurnSettled | AudioDropped | Words | FunctionCalled | ServiceSaid
)
