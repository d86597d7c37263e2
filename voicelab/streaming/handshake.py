"""Handshake: the way to a service until its WebSocket is open.

The key goes into a header and follows no redirect.  What the service says
later may repeat it; :class:`Secrets` blots it out.
"""

import asyncio
import logging
import socket
from collections.abc import Iterable
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect

from voicelab.streaming.endpoint import Endpoint
from voicelab.wire.event import MAX_MESSAGE_BYTES

__all__ = ["OPEN_TIMEOUT_S", "Secrets", "no_delay", "open_wire"]

OPEN_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 2.0
MOST_AHEAD = 16  # messages that were received and not yet read
SHORTEST_SECRET = 8
BLOT = "[secret]"

# The library would write whole requests at DEBUG, keys included.
library_log = logging.getLogger("voicelab.streaming.websockets")
library_log.setLevel(logging.WARNING)


class _Connect(connect):
    """A handshake that follows no redirect: the key is for one host."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


class Secrets:
    """What was sent to open a door, and must be shown to nobody.

    Parameters
    ----------
    values : iterable of str
        Header values; of a bearer token, the token.

    Examples
    --------
    >>> Secrets(["Bearer abc/defgh"]).blotted("no such key: abc%2Fdefgh")
    'no such key: [secret]'
    """

    def __init__(self, values: Iterable[str] = ()) -> None:
        bare = (value.removeprefix("Bearer ") for value in values)
        secrets = [each for each in bare if len(each) >= SHORTEST_SECRET]
        # As it is, as a URL holds it, and as some JSON writers escape it.
        forms = [[each, quote(each, safe=""), each.replace("/", "\\/")] for each in secrets]
        self._forms = tuple(dict.fromkeys(form for each in forms for form in each))

    def blotted(self, text: str) -> str:
        """Blot them out of a text.

        Parameters
        ----------
        text : str
            What somebody said.

        Returns
        -------
        str
            The very text if there is none in it.
        """
        for form in self._forms:
            if form in text:
                text = text.replace(form, BLOT)
        return text


async def open_wire(
    endpoint: Endpoint, *, most_ahead: int = MOST_AHEAD
) -> tuple[ClientConnection, Secrets]:
    """Open a WebSocket to a service.

    Parameters
    ----------
    endpoint : Endpoint
        Where it goes.
    most_ahead : int > 0
        How many messages are received before the network is made to wait.

    Returns
    -------
    wire : ClientConnection
        It sends no pings by itself.
    secrets : Secrets
        Those of the handshake.

    Raises
    ------
    websockets.exceptions.InvalidStatus
        If it was refused with an HTTP status; a redirect is one.
    OSError or websockets.exceptions.WebSocketException
        If nobody answered as a service does; a time-out is the first.
    """
    async with asyncio.timeout(OPEN_TIMEOUT_S):
        headers = await endpoint.headers()
        wire = await _Connect(
            endpoint.url,
            additional_headers=headers,
            proxy=None if endpoint.is_local else True,
            compression=None,  # base64 of sound hardly shrinks, and each chunk would wait
            max_size=MAX_MESSAGE_BYTES,
            max_queue=most_ahead,
            open_timeout=None,
            close_timeout=CLOSE_TIMEOUT_S,
            ping_interval=None,  # own pings say when they were answered
            logger=library_log,
        )
    no_delay(wire.transport)
    return wire, Secrets(headers.values())


def no_delay(transport: asyncio.BaseTransport) -> None:
    """Let small messages leave at once.

    Parameters
    ----------
    transport : transport
        Of a TCP connection.
    """
    tcp: socket.socket = transport.get_extra_info("socket")
    tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
