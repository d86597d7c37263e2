"""What the service does towards a client: send, close, cut, refuse.

The machines of this package return lists of these; whoever owns a socket, or
a virtual clock, carries them out in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from voicelab.wire.event import Event

__all__ = ["Close", "Cut", "Output", "Refuse", "Send"]


@dataclass(frozen=True, slots=True)
class Send:
    """An event for the client.

    Attributes
    ----------
    event : Event
        In the neutral form.
    """

    event: Event


@dataclass(frozen=True, slots=True)
class Close:
    """A close frame; the session is over.

    Attributes
    ----------
    code : int
        As on the wire.
    reason : str
        Its text, at most 123 bytes.
    """

    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """An end without a close frame.

    Attributes
    ----------
    how : {"drop", "reset", "half-open"}
        The stream ends; it is reset; or it stays and nobody answers any more.
    """

    how: Literal["drop", "reset", "half-open"]


@dataclass(frozen=True, slots=True)
class Refuse:
    """An answer to the handshake that opens no socket.

    Attributes
    ----------
    status : int
        HTTP status.
    code : str
        The error's code in the body.
    message : str
        The error's message in the body.
    headers : mapping of str to str
        Beyond the usual ones.
    """

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


Output = Send | Close | Cut
