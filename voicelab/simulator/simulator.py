"""Simulator: the service behind a real socket.

It carries the pure machines' outputs out and their clock in.  It listens on
loopback only unless told otherwise, checks no key unless one is set, and
writes no secret of a request into any log line.

One task serves one client: what is due is sent before the next message is
read.  So a client that does not read is not heard either; what it has sent
waits in its own socket, and after ``SEND_TIMEOUT_S`` it is cut off.
"""

import asyncio
import contextlib
import json
import logging
import socket
import struct
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from voicelab.simulator.address import shown_path
from voicelab.simulator.connection import Connection
from voicelab.simulator.faults import Fault
from voicelab.simulator.outputs import Close, Cut, Output, Refuse, Send
from voicelab.simulator.service import Service
from voicelab.wire.event import MAX_MESSAGE_BYTES, build

__all__ = ["Simulator"]

LOOPBACK = "127.0.0.1"
SEND_TIMEOUT_S = 30.0
HANDSHAKE_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 2.0
MOST_MESSAGES_AHEAD = 4  # read from a socket and not yet heard
REALTIME = Subprotocol("realtime")  # what Foundry's voice agents and browsers ask for

log = logging.getLogger("voicelab.simulator")
# The library would write whole requests at DEBUG, keys included.
library_log = logging.getLogger("voicelab.simulator.websockets")
library_log.setLevel(logging.WARNING)


class Simulator:
    """A service that listens; use it in ``async with``.

    Parameters
    ----------
    service : Service or None
        What answers; ``None`` takes one with its defaults.
    host : str
        Where it listens.
    port : int
        On which port; 0 takes a free one.
    speed : float > 0
        How fast the service's clock runs; its ``expires_at`` is meant on that clock.
    """

    def __init__(
        self,
        service: Service | None = None,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        speed: float = 1.0,
    ) -> None:
        if not 0 < speed <= 1000:
            raise ValueError(f"speed must lie above 0 and at most at 1000, got {speed}")
        self.service = Service() if service is None else service
        self._host = host
        self._port = port
        self._speed = speed
        self._server: Server | None = None
        self._clock: Callable[[], float] = lambda: 0.0
        self._started_s = 0.0
        self._let_in: dict[ServerConnection, Connection] = {}
        self._half_open: set[ServerConnection] = set()
        self._waits: set[asyncio.Timeout] = set()

    @property
    def url(self) -> str:
        """Where it listens, as ``ws://host:port``; a path of a service follows."""
        if self._server is None:
            raise ValueError("the simulator must listen before it has a URL; use it in async with")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"ws://{host}:{self._port}"

    @property
    def voice_live_url(self) -> str:
        """A whole URL for a client of Voice Live."""
        version = self.service.profile.api_version or "2026-07-15"
        return f"{self.url}/voice-live/realtime?api-version={version}&model=gpt-realtime"

    @property
    def openai_url(self) -> str:
        """A whole URL for a client of the generally available OpenAI dialect."""
        return f"{self.url}/v1/realtime?model=gpt-realtime"

    def plant(self, fault: Fault) -> None:
        """Let something go wrong now; call it in the event loop that it runs in.

        Parameters
        ----------
        fault : Fault
            As :meth:`Service.plant` takes it.
        """
        self.service.plant(fault, now_ms=self._now_ms())
        for wait in self._waits:
            if not wait.expired():
                wait.reschedule(self._clock())

    async def __aenter__(self) -> Self:
        self.service.warm_up()
        self._clock = asyncio.get_running_loop().time
        self._started_s = self._clock()
        self.service.epoch_s = time.time()
        self._server = await serve(
            self._serve,
            self._host,
            self._port,
            process_request=self._admit,
            select_subprotocol=_subprotocol,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=MOST_MESSAGES_AHEAD,
            ping_interval=None,  # it answers pings and sends none: a half-open peer is silent
            close_timeout=CLOSE_TIMEOUT_S,
            open_timeout=HANDSHAKE_TIMEOUT_S,
            server_header=None,
            logger=library_log,
        )
        self._port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._server is not None:
            for peer in tuple(self._half_open):  # they would not answer a close frame
                peer.transport.abort()
            self._server.close()
            await self._server.wait_closed()

    def _now_ms(self) -> float:
        return (self._clock() - self._started_s) * 1000 * self._speed

    def _admit(self, peer: ServerConnection, request: Request) -> Response | None:
        """Answer the handshake: a refusal, or nothing and a connection that waits for its peer."""
        if "upgrade" not in request.headers.get("Connection", "").lower():
            return None  # the library refuses what is no WebSocket
        headers = dict(request.headers.raw_items())
        answer = self.service.connect(request.path, headers=headers, now_ms=self._now_ms())
        path = shown_path(request.path)
        if isinstance(answer, Refuse):
            log.info("refused with %s: %s", answer.status, path)
            return _refusal(peer, answer)
        log.info("let in: %s", path)
        self._let_in[peer] = answer
        # A handshake that fails after this point must not hold a session for ever.
        asyncio.get_running_loop().call_later(2 * HANDSHAKE_TIMEOUT_S, self._forget, peer)
        return None

    def _forget(self, peer: ServerConnection) -> None:
        connection = self._let_in.pop(peer, None)
        if connection is not None:
            connection.leave()

    async def _serve(self, peer: ServerConnection) -> None:
        connection = self._let_in.pop(peer)
        try:
            await self._converse(peer, connection)
        except ConnectionClosed:
            pass  # the client is gone
        except TimeoutError:
            log.info("cut off a client that does not read")
            peer.transport.abort()
        finally:
            connection.leave()

    async def _converse(self, peer: ServerConnection, connection: Connection) -> None:
        while True:
            outputs = connection.advance(now_ms=self._now_ms())
            await self._carry_out(peer, connection, outputs)
            if connection.ended:
                return
            due_ms = connection.next_ms
            wait_s = None if due_ms is None else (due_ms - self._now_ms()) / 1000 / self._speed
            if wait_s is not None and wait_s <= 0:
                continue
            try:
                async with asyncio.timeout(wait_s) as wait:
                    self._waits.add(wait)
                    try:
                        message = await peer.recv()
                    finally:
                        self._waits.discard(wait)
            except TimeoutError:
                continue
            outputs = connection.receive(message, now_ms=self._now_ms())
            await self._carry_out(peer, connection, outputs)

    async def _carry_out(
        self, peer: ServerConnection, connection: Connection, outputs: Sequence[Output]
    ) -> None:
        for output in outputs:
            if isinstance(output, Send):
                text = build(output.event, dialect=connection.address.dialect)
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    await peer.send(text)
            elif isinstance(output, Close):
                log.info("closed with %s", output.code)
                await peer.close(output.code, output.reason)
            else:
                log.info("cut: %s", output.how)
                await self._cut(peer, output)

    async def _cut(self, peer: ServerConnection, cut: Cut) -> None:
        if cut.how == "drop":
            peer.transport.close()
        elif cut.how == "reset":
            wire: socket.socket = peer.transport.get_extra_info("socket")
            # To linger for no time is to send RST instead of FIN.
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.transport.abort()
        else:
            peer.transport.pause_reading()  # pings are not answered either
            self._half_open.add(peer)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.service.limits.session_s / self._speed):
                    await peer.wait_closed()
            self._half_open.discard(peer)
            peer.transport.abort()


def _subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    return REALTIME if REALTIME in offered else None


def _refusal(peer: ServerConnection, refuse: Refuse) -> Response:
    body = json.dumps({"error": {"code": refuse.code, "message": refuse.message}})
    response = peer.respond(HTTPStatus(refuse.status), body)
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = "application/json"
    for name, value in refuse.headers.items():
        response.headers[name] = value
    return response
