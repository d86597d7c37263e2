"""Peer: one side of a relay's session, and whether it is still there.

Silence says nothing: a muted microphone is silent for half an hour.  A peer is
gone when it leaves pings unanswered, or leaves lying for too long what waits
for it.  Pings also keep up what stands between: proxies cut a connection on
which nothing has moved for a minute.
"""

import asyncio
import contextlib

from websockets.asyncio.connection import Connection
from websockets.exceptions import ConnectionClosed

from voicelab.relay.rules import RelayRules
from voicelab.relay.told import Farewell

__all__ = ["TICKS", "Peer"]

TICKS = 4  # looks at a peer between two pings
ABNORMAL = 1006
LEAVE_TIMEOUT_S = 2.0
MOST_WAITING_BYTES = 32_768  # where the library stops to take more to send


class Peer:
    """One side.

    Parameters
    ----------
    wire : Connection
        Its socket, without pings of its own.
    rules : RelayRules
        How long it is waited for.
    """

    def __init__(self, wire: Connection, rules: RelayRules) -> None:
        self.wire = wire
        self.held = False  # nothing is read from it now, its pongs neither
        self.missed = 0
        self._rules = rules
        self._blocked_s: float | None = None  # since when it takes nothing
        self._pong: asyncio.Future[float] | None = None
        self._was_held = False
        self._tick = 0

    async def send(self, message: str | bytes) -> None:
        """Send a message, and wait until the network has taken what lies before it.

        Parameters
        ----------
        message : str or bytes
            Text or binary.
        """
        self._blocked_s = asyncio.get_running_loop().time()
        await self.wire.send(message)
        self._blocked_s = None

    async def look(self) -> bool:
        """Look after it; to be called ``TICKS`` times in each period of pings.

        Returns
        -------
        bool
            Whether it is still there.
        """
        now_s = asyncio.get_running_loop().time()
        if self._blocked_s is not None and now_s - self._blocked_s > self._rules.slow_reader_s:
            return False
        self._was_held = self._was_held or self.held
        self._tick += 1
        if self._tick % TICKS:
            return True
        if self._pong is not None:
            answered = self._pong.done()
            self.missed = 0 if answered or self._was_held else self.missed + 1
        if self.missed >= self._rules.most_missed_pongs:
            return False
        self._was_held = False
        if self.wire.transport.get_write_buffer_size() <= MOST_WAITING_BYTES:
            with contextlib.suppress(ConnectionClosed):
                self._pong = asyncio.ensure_future(await self.wire.ping())
        return True

    @property
    def close_code(self) -> int:
        """How it ended; 1006 where nobody said."""
        code = self.wire.close_code
        return ABNORMAL if code is None else code

    async def leave(self, farewell: Farewell) -> None:
        """Take leave of it; whatever it does, its socket is gone afterwards.

        Parameters
        ----------
        farewell : Farewell
            What it is told.
        """
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(LEAVE_TIMEOUT_S):
                if farewell.error:
                    await self.wire.send(farewell.error)
                await self.wire.close(farewell.code, farewell.reason)
        self.wire.transport.abort()
