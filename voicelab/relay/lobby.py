"""Lobby: the gate in an event loop, where those who wait are told their place.

Whoever waits holds a socket, and the place ends with it.  Times are
milliseconds on the loop's clock.
"""

import asyncio
import math

from voicelab.relay.admission import Call, Refusal, Ticket
from voicelab.relay.gate import SessionGate
from voicelab.relay.peer import TICKS, Peer
from voicelab.relay.rules import RelayRules
from voicelab.relay.told import GOING_AWAY, Farewell, full, waiting_text
from voicelab.relay.window import MINUTE_MS

__all__ = ["Lobby"]


class Lobby:
    """The gate's face.

    Parameters
    ----------
    gate : SessionGate
        Decides.
    rules : RelayRules
        How long a page is waited for.
    """

    def __init__(self, gate: SessionGate, rules: RelayRules) -> None:
        self.gate = gate
        self._rules = rules
        self._waiting: dict[Ticket, asyncio.Future[Call | Farewell]] = {}
        self._alarm: asyncio.TimerHandle | None = None

    def now_ms(self) -> float:
        """Read the clock.

        Returns
        -------
        float
            Milliseconds from the loop's origin.
        """
        return 1000 * asyncio.get_running_loop().time()

    async def enter(self, page: Peer) -> Call | Farewell:
        """Let a page in, perhaps after a while in the queue.

        Parameters
        ----------
        page : Peer
            Whose socket is open.

        Returns
        -------
        Call or Farewell
            In, or turned away.
        """
        answer = self.gate.knock(now_ms=self.now_ms())
        if isinstance(answer, Call):
            return answer
        if isinstance(answer, Refusal):
            return full(answer)
        admitted: asyncio.Future[Call | Farewell] = asyncio.get_running_loop().create_future()
        self._waiting[answer] = admitted
        self._set_alarm()
        company = asyncio.create_task(self._keep_company(page, answer))
        try:
            await asyncio.wait((admitted, company), return_when=asyncio.FIRST_COMPLETED)
            return admitted.result() if admitted.done() else Farewell(GOING_AWAY)
        except asyncio.CancelledError:
            if admitted.done() and isinstance(call := admitted.result(), Call):
                self.leave(call)
            raise
        finally:
            company.cancel()
            await asyncio.gather(company, return_exceptions=True)
            del self._waiting[answer]
            self.gate.give_up(answer)

    def leave(self, call: Call) -> None:
        """Take a call back, and let in whom that helps.

        Parameters
        ----------
        call : Call
            Which.
        """
        self.gate.hang_up(call, now_ms=self.now_ms())
        self.look()

    def look(self) -> None:
        """Let in whoever may come in by now."""
        for ticket, call in self.gate.advance(now_ms=self.now_ms()):
            self._waiting[ticket].set_result(call)
        self._set_alarm()

    def drain(self) -> None:
        """Let nobody in any more, and tell those who wait."""
        for place, ticket in enumerate(self.gate.drain(), start=1):
            refusal = Refusal("draining", MINUTE_MS, place)
            self._waiting[ticket].set_result(full(refusal))
        self._set_alarm()

    def _set_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        due_ms = self.gate.next_ms(now_ms=self.now_ms())
        if math.isfinite(due_ms):
            loop = asyncio.get_running_loop()
            self._alarm = loop.call_at(due_ms / 1000 + 0.001, self.look)

    async def _keep_company(self, page: Peer, ticket: Ticket) -> None:
        """Tell a page its place whenever that changes, until it is gone."""
        told, closed = 0, asyncio.create_task(page.wire.wait_closed())
        try:
            while not closed.done():
                place = self.gate.place(ticket, now_ms=self.now_ms())
                if place.place != told:
                    await page.send(waiting_text(place))
                    told = place.place
                await asyncio.wait((closed,), timeout=self._rules.ping_s / TICKS)
                if not await page.look():
                    page.wire.transport.abort()
                    return
        finally:
            closed.cancel()
