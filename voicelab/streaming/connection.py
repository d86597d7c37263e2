"""Connection: one WebSocket, as the session policy sees it.

It opens once, reports what happens to it and sends what it is given, in
order.  It never waits for anybody: what the network does not take yet is kept,
and a peer that leaves more than ``MOST_WAITING_BYTES`` lying, a minute of
audio, or a ping unanswered for ``keepalive_s``, counts as gone with close code
1006.  Pings are more frequent than that: what was sent before an answered one
need not be sent again.

Only the close code is reported, never an exception: libraries call 1001, which
is how sessions expire, a clean end.  What the service sends is searched for
the secrets of the handshake, and these are blotted out.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from voicelab.streaming.endpoint import Endpoint
from voicelab.streaming.handshake import Secrets, open_wire
from voicelab.streaming.policy.messages import Alive, Closed, Input, Opened, Received, Refused
from voicelab.wire import Event, WireError, build, parse

__all__ = ["Connection"]

PINGS = 8  # in a keepalive period
SHORTEST_PATIENCE_S = 1.0  # with a ping, however fast the clock runs
MOST_WAITING_BYTES = 4 * 2**20
ABNORMAL = 1006
TOLD_HEADERS = ("Retry-After", "retry-after-ms")


class Connection:
    """One WebSocket.

    Parameters
    ----------
    number : int
        As the policy gave it out.
    endpoint : Endpoint
        Where it goes.
    report : callable
        Called with each input for the policy.
    now_ms : callable
        The session's clock.
    keepalive_s : float > 0
        How long a peer may leave a ping unanswered, in the world's time.
    """

    def __init__(
        self,
        number: int,
        endpoint: Endpoint,
        *,
        report: Callable[[Input], None],
        now_ms: Callable[[], float],
        keepalive_s: float,
    ) -> None:
        self.number = number
        self._endpoint = endpoint
        self._report = report
        self._now_ms = now_ms
        self._keepalive_s = keepalive_s
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._close_code: int | None = None
        self._secrets = Secrets()
        self.task = asyncio.create_task(self._live(), name=f"voicelab connection {number}")

    def send(self, event: Event) -> None:
        """Send an event, after those before it.

        Parameters
        ----------
        event : Event
            In neutral form.
        """
        if self._close_code is not None:
            return
        text = build(event, dialect=self._endpoint.dialect)
        self._waiting.append(text)
        self._waiting_bytes += len(text)
        if self._waiting_bytes > MOST_WAITING_BYTES:
            self._close_code = ABNORMAL
        self._wake.set()

    def close(self, code: int) -> None:
        """Close it once everything has been sent.

        Parameters
        ----------
        code : int
            For the close frame.
        """
        if self._close_code is None:
            self._close_code = code
        self._wake.set()

    async def _live(self) -> None:
        try:
            wire, self._secrets = await open_wire(self._endpoint)
        except InvalidStatus as refusal:
            answer = refusal.response
            told = {name: answer.headers[name] for name in TOLD_HEADERS if name in answer.headers}
            self._report(Refused(self.number, answer.status_code, told))
            return
        except (OSError, WebSocketException):  # among them a time-out
            self._report(Refused(self.number, None))
            return
        try:
            self._report(Opened(self.number))
            code, reason = await self._converse(wire)
        finally:
            # Reached by cancellation too; nothing of the socket may outlive the task.
            wire.transport.abort()
        self._report(Closed(self.number, code, self._secrets.blotted(reason)))

    async def _converse(self, wire: ClientConnection) -> tuple[int, str]:
        """Read, write and ping until one of them ends; give the close code and its reason."""
        jobs = [
            asyncio.create_task(job)
            for job in (self._read(wire), self._write(wire), self._keep_alive(wire))
        ]
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
        for job in done:
            job.result()
        if self._close_code not in (None, ABNORMAL):
            await wire.close(self._close_code or 1000)
        if wire.close_code is None:
            return ABNORMAL, ""
        return wire.close_code, wire.close_reason or ""

    async def _read(self, wire: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                message = await wire.recv()
                text = message if isinstance(message, str) else message.decode("utf-8", "replace")
                text = self._secrets.blotted(text)
                try:
                    event = parse(text, dialect=self._endpoint.dialect, sender="server")
                except WireError:
                    continue  # what is no event is nobody's; the validator is not at work here
                self._report(Received(self.number, event))

    async def _write(self, wire: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                while self._waiting:
                    if self._close_code == ABNORMAL:
                        return
                    text = self._waiting.popleft()
                    self._waiting_bytes -= len(text)
                    await wire.send(text)
                if self._close_code is not None:
                    return
                self._wake.clear()
                await self._wake.wait()

    async def _keep_alive(self, wire: ClientConnection) -> None:
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            while True:
                await asyncio.sleep(self._keepalive_s / PINGS)
                sent_ms = self._now_ms()
                async with asyncio.timeout(max(SHORTEST_PATIENCE_S, self._keepalive_s)):
                    await (await wire.ping())
                self._report(Alive(self.number, sent_ms))
