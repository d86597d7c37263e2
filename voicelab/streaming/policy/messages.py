"""Messages: what a session policy is told, and what it wants done.

The owner of a socket, a microphone and a loudspeaker turns what happens into
inputs, hands them to :meth:`~voicelab.streaming.policy.SessionPolicy.step`
with the time, and carries out the outputs in order.  Connections have numbers,
given out by the policy with :class:`Open` and never used twice; whatever comes
late from a connection that is gone is harmless.

Times are milliseconds on one clock that never goes back.  Audio is mono pcm16,
little endian, at the rate the policy was made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicelab.streaming.policy.notices import Notice
from voicelab.wire import Event

__all__ = [
    "Alive",
    "Close",
    "Closed",
    "FlushPlayback",
    "Input",
    "Interrupt",
    "Leave",
    "Microphone",
    "Open",
    "Opened",
    "Output",
    "PlayAudio",
    "Played",
    "Received",
    "Refused",
    "Send",
    "SendItem",
    "Talk",
    "Tell",
    "Tick",
    "UpdateSettings",
    "WakeAt",
]


@dataclass(frozen=True, slots=True)
class Opened:
    """The handshake of a connection was answered with a socket.

    Attributes
    ----------
    connection : int
        Its number, from :class:`Open`.
    """

    connection: int


@dataclass(frozen=True, slots=True)
class Received:
    """An event came.

    Attributes
    ----------
    connection : int
        On which.
    event : Event
        In neutral form.
    """

    connection: int
    event: Event


@dataclass(frozen=True, slots=True)
class Alive:
    """The peer answered a ping: what was sent before the ping has reached it.

    Attributes
    ----------
    connection : int
        On which.
    sent_ms : float
        When the ping was sent.
    """

    connection: int
    sent_ms: float


@dataclass(frozen=True, slots=True)
class Closed:
    """A connection has ended, with or without a close frame.

    Attributes
    ----------
    connection : int
        Which.
    code : int
        Of the close frame; 1006 where there was none.
    reason : str
        Its text.
    """

    connection: int
    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The handshake of a connection failed.

    Attributes
    ----------
    connection : int
        Which.
    status : int or None
        HTTP status; ``None`` where nobody answered.
    headers : mapping of str to str
        Of the answer, among them Retry-After.
    """

    connection: int
    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed; owed at the latest at the last :class:`WakeAt`."""


@dataclass(frozen=True, slots=True)
class Microphone:
    """The user's side was heard for a while.

    Attributes
    ----------
    pcm16 : bytes
        Any number of whole samples.
    """

    pcm16: bytes


@dataclass(frozen=True, slots=True)
class Played:
    """How much of an answer has come out of the loudspeaker.

    Attributes
    ----------
    response_id, item_id : str
        As they were in :class:`PlayAudio`.
    ms : float
        From the answer's first sample; never goes back.
    """

    response_id: str
    item_id: str
    ms: float


@dataclass(frozen=True, slots=True)
class Talk:
    """The push-to-talk button.

    Attributes
    ----------
    pressed : bool
        Whether it went down or up.
    """

    pressed: bool


@dataclass(frozen=True, slots=True)
class Interrupt:
    """The user wants the answer to stop, without a word."""


@dataclass(frozen=True, slots=True)
class SendItem:
    """Put an item into the conversation: a function's output, or typed words.

    Attributes
    ----------
    item : mapping
        As it stands on the wire.
    respond : bool
        Whether it is to be answered.
    """

    item: Mapping[str, Any]
    respond: bool = True


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """Change settings of the running session.

    Attributes
    ----------
    session : mapping
        The fields of a ``session.update`` that change.
    """

    session: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Leave:
    """The user is done."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open a connection, and answer with :class:`Opened` or :class:`Refused`.

    Attributes
    ----------
    connection : int
        The number it gets.
    """

    connection: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send an event.

    Attributes
    ----------
    connection : int
        On which.
    event : Event
        In neutral form.
    """

    connection: int
    event: Event


@dataclass(frozen=True, slots=True)
class Close:
    """Close a connection; :class:`Closed` may follow and means nothing more.

    Attributes
    ----------
    connection : int
        Which.
    code : int
        For the close frame.
    """

    connection: int
    code: int = 1000


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Call with :class:`Tick` at this time if nothing comes before; replaces the last one.

    Attributes
    ----------
    at_ms : float
        When.
    """

    at_ms: float


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the user, and the log.

    Attributes
    ----------
    notice : Notice
        What.
    """

    notice: Notice


@dataclass(frozen=True, slots=True)
class PlayAudio:
    """Play the next piece of an answer.

    Attributes
    ----------
    response_id, item_id : str
        Which answer.
    pcm16 : bytes
        The piece.
    """

    response_id: str
    item_id: str
    pcm16: bytes


@dataclass(frozen=True, slots=True)
class FlushPlayback:
    """Throw away what is left of an answer, at once.

    Attributes
    ----------
    response_id : str
        Which answer.
    """

    response_id: str


Input = (
    Opened
    | Received
    | Alive
    | Closed
    | Refused
    | Tick
    | Microphone
    | Played
    | Talk
    | Interrupt
    | SendItem
    | UpdateSettings
    | Leave
)
Output = Open | Send | Close | WakeAt | Tell | PlayAudio | FlushPlayback
