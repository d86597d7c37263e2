"""Knocking: sockets whose handshake is not over.

They cost nothing but a file, which is what runs out first.  So there is a
most, and beyond it the oldest is cut: an honest handshake takes milliseconds,
and whoever holds a socket without a word is the oldest soon.
"""

import asyncio
from typing import Any

from websockets.asyncio.server import ServerConnection

__all__ = ["Knocker", "Knocking"]


class Knocking:
    """The sockets that knock now, in order of arrival.

    Parameters
    ----------
    most : int > 0
        How many there may be.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._sockets: dict[ServerConnection, asyncio.BaseTransport] = {}
        self.cut = 0

    def __len__(self) -> int:
        return len(self._sockets)

    def begin(self, socket: ServerConnection, transport: asyncio.BaseTransport) -> None:
        """Take note of a new one; the oldest goes where there are too many.

        Parameters
        ----------
        socket : ServerConnection
            Which.
        transport : transport
            Of it.
        """
        self._sockets[socket] = transport
        if len(self._sockets) > self._most:
            oldest = next(iter(self._sockets))
            gone = self._sockets.pop(oldest)
            self.cut += 1
            assert isinstance(gone, asyncio.Transport)
            gone.abort()

    def end(self, socket: ServerConnection) -> None:
        """Take note that one has said what it wants, or is gone.

        Parameters
        ----------
        socket : ServerConnection
            Which; one that is not there is no matter.
        """
        self._sockets.pop(socket, None)


class Knocker(ServerConnection):
    """A socket that is counted until its request is there.

    Parameters
    ----------
    *args
        As the library makes one.
    knocking : Knocking
        Where it is counted.
    **kwargs
        As the library makes one.
    """

    def __init__(self, *args: Any, knocking: Knocking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._knocking = knocking

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to knock.

        Parameters
        ----------
        transport : transport
            Of the new connection.
        """
        self._knocking.begin(self, transport)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """End, whether it was heard or not.

        Parameters
        ----------
        exc : Exception or None
            Why.
        """
        self._knocking.end(self)
        super().connection_lost(exc)
