"""Faults: what may go wrong, as values; the same script fails the same way each time.

Each says when it strikes (:class:`~voicelab.simulator.when.When`).  Some strike
the handshake, some the connection, some the service behind it.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal

from voicelab.simulator.error import RequestError
from voicelab.simulator.outputs import Refuse
from voicelab.simulator.when import When

__all__ = [
    "BeDeaf",
    "CloseSession",
    "CutConnection",
    "Disobey",
    "ExpireSession",
    "Fault",
    "FilterAnswer",
    "RefuseConnection",
    "RepeatAnnouncements",
    "SayError",
    "SendAtOnce",
    "ShortenSession",
    "SlowAudio",
    "StallAudio",
    "SwapAnnouncements",
]

ALWAYS = When()


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that goes wrong.

    Attributes
    ----------
    when : When
        The moment, and on which connection.
    """

    when: When = ALWAYS


@dataclass(frozen=True, kw_only=True)
class RefuseConnection(Fault):
    """The handshake is answered with an HTTP status.

    Attributes
    ----------
    status : int
        400, 401, 403, 404, 429, 503 or another.
    retry_after_s : int
        What a 429 or 503 asks the client to wait.
    """

    status: int
    retry_after_s: int = 10

    @property
    def refusal(self) -> Refuse:
        """What the client is told."""
        code = {400: "OpperationNotSupported", 404: "DeploymentNotFound"}  # the first is theirs
        headers = {"Retry-After": str(self.retry_after_s)} if self.status in (429, 503) else {}
        phrase = HTTPStatus(self.status).phrase
        return Refuse(self.status, code.get(self.status, str(self.status)), f"{phrase}.", headers)


@dataclass(frozen=True, kw_only=True)
class CutConnection(Fault):
    """The connection ends, or dies, without a close frame.

    Attributes
    ----------
    how : {"drop", "reset", "half-open"}
        The stream ends; it is reset; or nobody answers any more.
    """

    how: Literal["drop", "reset", "half-open"] = "drop"


@dataclass(frozen=True, kw_only=True)
class CloseSession(Fault):
    """The service closes the session.

    Attributes
    ----------
    code : int
        Of the close frame.
    reason : str
        Its text.
    """

    code: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ExpireSession(Fault):
    """The session ends as if it had lasted too long: an error event, then close 1001."""


@dataclass(frozen=True, kw_only=True)
class ShortenSession(Fault):
    """The service takes time back: a ``session.updated`` tells that the session ends sooner.

    Attributes
    ----------
    lasts_s : float > 0
        How much longer it lasts; no more than it would have.
    """

    lasts_s: float = 20.0


@dataclass(frozen=True, kw_only=True)
class SayError(Fault):
    """The service says an error, and goes on.

    Attributes
    ----------
    code, type, message : str
        Of the error.
    param : str or None
        The field at fault.
    """

    code: str
    type: str = "invalid_request_error"
    message: str = "A simulated error."
    param: str | None = None

    @property
    def error(self) -> RequestError:
        """The error to say."""
        return RequestError(self.code, self.message, param=self.param, type=self.type)


@dataclass(frozen=True, kw_only=True)
class FilterAnswer(Fault):
    """A content filter stops an answer; all of them, if none is named."""


@dataclass(frozen=True, kw_only=True)
class BeDeaf(Fault):
    """A type of turn detection is accepted and never fires.

    Attributes
    ----------
    kind : str
        The type; ``*`` for each.
    """

    kind: str = "*"


@dataclass(frozen=True, kw_only=True)
class Disobey(Fault):
    """A field of turn detection is echoed and not obeyed.

    Attributes
    ----------
    field : str
        The field; its default holds instead.
    """

    field: str


@dataclass(frozen=True, kw_only=True)
class SlowAudio(Fault):
    """Answers are sent slower than they sound.

    Attributes
    ----------
    audio_s_per_s : float > 0
        Seconds of sound sent in a second.
    """

    audio_s_per_s: float = 0.8


@dataclass(frozen=True, kw_only=True)
class SendAtOnce(Fault):
    """Answers are sent in one burst."""


@dataclass(frozen=True, kw_only=True)
class StallAudio(Fault):
    """In an answer, nothing comes for a while.

    Attributes
    ----------
    stall_ms : float > 0
        For how long.
    after_ms : float >= 0
        How much of the answer comes before it.
    """

    stall_ms: float = 1000.0
    after_ms: float = 500.0


@dataclass(frozen=True, kw_only=True)
class RepeatAnnouncements(Fault):
    """Items are announced twice more than they should be."""


@dataclass(frozen=True, kw_only=True)
class SwapAnnouncements(Fault):
    """An item is announced before what should come first."""
