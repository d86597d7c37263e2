"""What a session was made of: connections, turns, answers, errors.

All times are milliseconds in file time, counted from the first thing that
happened, unless a name says ``audio``: those count all audio that the client
has sent on the connection, as the service counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from voicelab.diagnose.sound import Sound
from voicelab.wire.har_request import HarRequest

__all__ = ["Connection", "ErrorSaid", "SeenAnswer", "SeenTurn", "Why"]

Why = Literal["first", "reconnect", "rotation"]


@dataclass(kw_only=True)
class SeenTurn:
    """A turn of the user, as the service saw it.

    Attributes
    ----------
    began_ms, stopped_ms : float or None
        When the service said that speech began, and had stopped.
    audio_start_ms, audio_end_ms : float or None
        Where it lies in the audio; the end holds the silence that ended it.
    committed_ms : float or None
        When it became an item.
    by_hand : bool
        Whether the client committed it.
    characters : int or None
        How much was written down; ``None`` where nobody said.
    judged : dict
        What listening to it said: it is asked for often, and takes a while.
    """

    began_ms: float | None = None
    stopped_ms: float | None = None
    audio_start_ms: float | None = None
    audio_end_ms: float | None = None
    committed_ms: float | None = None
    by_hand: bool = False
    characters: int | None = None
    judged: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def at_ms(self) -> float:
        """When it is first heard of."""
        known = (self.began_ms, self.stopped_ms, self.committed_ms)
        return min((each for each in known if each is not None), default=0.0)


@dataclass(kw_only=True)
class SeenAnswer:
    """An answer, as the client saw it.

    Attributes
    ----------
    created_ms : float
        When it is first heard of.
    done_ms : float or None
        When the service said that it was over.
    status, reason : str
        How it ended, in the protocol's words; empty where nobody said.
    code : str
        Of its error, if it failed.
    arrived_ms : ndarray, shape (packets,)
        When its audio came.
    samples : ndarray of int, shape (packets,)
        How much of it.
    sound : Sound
        The audio itself.
    asked_for : bool
        Whether the client asked for it.
    truncated : list of tuple
        When, by the client or not, and after how many ms it was cut in the history.
    heard_from_ms : ndarray, shape (packets,)
        From when on each packet was played, by the player that was assumed.
    cut_ms : float or None
        When it was to fall silent: the user spoke, or the client cancelled it.
    """

    created_ms: float
    done_ms: float | None = None
    status: str = ""
    reason: str = ""
    code: str = ""
    arrived_ms: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    samples: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    sound: Sound | None = None
    asked_for: bool = False
    truncated: list[tuple[float, bool, float]] = field(default_factory=list)
    heard_from_ms: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    cut_ms: float | None = None

    @property
    def duration_ms(self) -> float:
        """How long it sounds."""
        return self.sound.duration_ms if self.sound else 0.0

    @property
    def begins_ms(self) -> float | None:
        """When its first sound was heard, by the player that was assumed."""
        heard = self.heard_from_ms[np.isfinite(self.heard_from_ms)]
        return float(heard[0]) if heard.size else None

    @property
    def ends_ms(self) -> float | None:
        """When its last sound would have been heard, had nobody cut it."""
        if self.sound is None or self.begins_ms is None:
            return None
        heard = np.isfinite(self.heard_from_ms)
        last_ms = 1000 * self.samples[heard][-1] / self.sound.rate_hz
        return float(self.heard_from_ms[heard][-1] + last_ms)

    def heard_ms(self, until_ms: float) -> float:
        """Say how much of it had been heard by a moment.

        Parameters
        ----------
        until_ms : float
            The moment.

        Returns
        -------
        float
            Milliseconds of sound.
        """
        if self.sound is None:
            return 0.0
        lengths_ms = 1000 * self.samples / self.sound.rate_hz
        return float(np.clip(until_ms - self.heard_from_ms, 0, lengths_ms).sum())


@dataclass(frozen=True, kw_only=True)
class ErrorSaid:
    """An error that the service said.

    Attributes
    ----------
    at_ms : float
        When.
    code : str
        Its code, if it looks like one.
    param : str
        The field at fault, if it looks like one.
    """

    at_ms: float
    code: str
    param: str = ""


@dataclass(kw_only=True)
class Connection:
    """One connection, or one attempt at one.

    Attributes
    ----------
    number : int
        From 1, in the order of time.
    opened_ms : float
        When it was opened, or is first heard of.
    why : {"first", "reconnect", "rotation"}
        What it was opened for.
    configured_ms : float or None
        When its settings were acknowledged.
    closed_ms : float or None
        When it ended; ``None`` if the file ends before.
    code : int or None
        Of its close; ``None`` where the file does not say.
    refused : int or None
        HTTP status that refused it.
    retry_after_s : float or None
        How long it was asked to wait.
    last_ms : float
        When anything last went through it.
    last_received_ms : float
        When anything last came from the service.
    expires_ms : float or None
        When the service will end it, where both clocks are known.
    asked, told : mapping
        Settings as the client sent them, and as the service repeated them.
    asked_ms : float or None
        When settings were last sent.
    instructions : int
        How long the instructions were that were sent.
    restored : int
        How many items the client put in before anything was said.
    request : HarRequest or None
        What the browser wrote down of the handshake.
    microphone : mapping
        What the page said of its microphone.
    sound : Sound or None
        What the client sent.
    turns, answers, errors : list
        In the order of time.
    session_events : list of dict
        Those that configured it, without secrets; a tuning's stamp is in them.
    commits_ms, creates_ms, asks_ms : list of float
        When the client committed, put in an item, asked for an answer.
    """

    number: int = 0
    opened_ms: float = 0.0
    why: Why = "first"
    configured_ms: float | None = None
    closed_ms: float | None = None
    code: int | None = None
    refused: int | None = None
    retry_after_s: float | None = None
    last_ms: float = 0.0
    last_received_ms: float = 0.0
    expires_ms: float | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    asked_ms: float | None = None
    instructions: int = 0
    restored: int = 0
    request: HarRequest | None = None
    microphone: dict[str, Any] = field(default_factory=dict)
    sound: Sound | None = None
    turns: list[SeenTurn] = field(default_factory=list)
    answers: list[SeenAnswer] = field(default_factory=list)
    errors: list[ErrorSaid] = field(default_factory=list)
    session_events: list[dict[str, Any]] = field(default_factory=list, repr=False)
    commits_ms: list[float] = field(default_factory=list)
    creates_ms: list[float] = field(default_factory=list)
    asks_ms: list[float] = field(default_factory=list)

    @property
    def detection(self) -> Mapping[str, Any] | None:
        """Turn detection as it is in effect; ``None`` where there is none."""
        found = self.told.get("turn_detection", self.asked.get("turn_detection"))
        return found if isinstance(found, Mapping) else None

    @property
    def end_ms(self) -> float:
        """When it ended, or was last heard of."""
        return self.last_ms if self.closed_ms is None else self.closed_ms

    @property
    def idle_ms(self) -> float:
        """How long nothing went through it before it ended."""
        return self.end_ms - self.last_ms

    @property
    def spoke(self) -> bool:
        """Whether there was a conversation on it."""
        return bool(self.turns or self.answers)
