"""Passing: a page and the service, message by message, as they are.

Nothing is read from one side before the other has taken what came before it,
so a slow reader holds up its own sender and nobody's memory.  What was read
is passed on even where its sender has gone meanwhile.

Two things change a message: a secret of the handshake that the service
repeats is blotted out, and an event that may not pass does not.
"""

import asyncio
from collections.abc import Callable
from typing import Literal

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from voicelab.relay.inspection import Inspection
from voicelab.relay.peer import TICKS, Peer
from voicelab.relay.record import Record
from voicelab.relay.rules import RelayRules
from voicelab.relay.told import GOING_AWAY, Farewell, farewell_after, may_be_sent
from voicelab.relay.usage import tokens_in
from voicelab.streaming.handshake import Secrets

__all__ = ["Ending", "Passing"]

NO_CODE = 1005

Ending = Literal["page", "service"] | Farewell


class Passing:
    """One call that passes through.

    Parameters
    ----------
    page : Peer
        The one side.
    rules : RelayRules
        How long both sides are waited for.
    inspection : Inspection
        Of what the page sends.
    spend : callable
        Called with the tokens of each answer.
    record : Record or None
        Told of everything.
    """

    def __init__(
        self,
        page: Peer,
        *,
        rules: RelayRules,
        inspection: Inspection,
        spend: Callable[[int], None],
        record: Record | None = None,
    ) -> None:
        self._page = page
        self._rules = rules
        self._inspection = inspection
        self._spend = spend
        self._record = record

    async def run(self, wire: ClientConnection, secrets: Secrets) -> Farewell:
        """Pass messages on until one side ends.

        Parameters
        ----------
        wire : ClientConnection
            The service's side; it is gone afterwards.
        secrets : Secrets
            What nobody may be shown.

        Returns
        -------
        Farewell
            For the page.
        """
        service = Peer(wire, self._rules)
        down = asyncio.create_task(self._down(service, secrets))
        up = asyncio.create_task(self._up(service))
        watch = asyncio.create_task(self._watch(service))
        jobs = (down, up, watch)
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            first = next(job for job in jobs if job.done())
            ending = first.result()
            # What the one that left had sent before is still on its way to the other.
            rest = down if ending == "service" else up
            if first is not watch and not isinstance(ending, Farewell) and not rest.done():
                await asyncio.wait((rest,), timeout=self._rules.slow_reader_s)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            if service.wire.close_code is None:
                await asyncio.shield(service.leave(self._for_service()))
            wire.transport.abort()
        if isinstance(ending, Farewell):
            return ending
        if ending == "page":
            return Farewell(GOING_AWAY)
        return farewell_after(service.close_code, secrets.blotted(wire.close_reason or ""))

    def _for_service(self) -> Farewell:
        code = self._page.close_code
        reason = self._page.wire.close_reason or ""
        if code == NO_CODE:
            return Farewell(1000)
        return Farewell(code, reason) if may_be_sent(code) else Farewell(GOING_AWAY)

    async def _down(self, service: Peer, secrets: Secrets) -> Ending:
        try:
            while True:
                message = await service.wire.recv()
                service.held = True
                if isinstance(message, str):
                    message = secrets.blotted(message)
                    if tokens := tokens_in(message):
                        self._spend(tokens)
                if self._record is not None:
                    self._record.take(message, "in", now_ms=self._inspection.now_ms)
                await self._page.send(message)
                service.held = False
        except ConnectionClosed:
            return "page" if service.held else "service"

    async def _up(self, service: Peer) -> Ending:
        page = self._page
        try:
            while True:
                message = await page.wire.recv()
                page.held = True
                passes = await self._inspection.passes(message)
                if isinstance(passes, Farewell):
                    return passes
                if passes:
                    if self._record is not None:
                        self._record.take(message, "out", now_ms=self._inspection.now_ms)
                    await service.send(message)
                page.held = False
        except ConnectionClosed:
            return "service" if page.held and page.wire.close_code is None else "page"

    async def _watch(self, service: Peer) -> Ending:
        while True:
            await asyncio.sleep(self._rules.ping_s / TICKS)
            if not await self._page.look():
                return "page"
            if not await service.look():
                service.wire.transport.abort()
                return farewell_after(1006, "")
            if (farewell := self._inspection.overdue()) is not None:
                return farewell
