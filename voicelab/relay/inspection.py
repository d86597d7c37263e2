"""Inspection: what becomes of a page's message before anybody acts on it.

A page that is faster than its rate waits; an event that may not pass is
answered; a page that goes on with such events is closed.
"""

import asyncio

from voicelab.relay.bucket import Bucket
from voicelab.relay.peer import Peer
from voicelab.relay.rules import RelayRules
from voicelab.relay.screening import Screening
from voicelab.relay.told import POLICY, Farewell, error_text

__all__ = ["Inspection"]

BURST_S = 4.0
MOST_OBJECTIONS = 20


class Inspection:
    """The inspection of one page.

    Parameters
    ----------
    page : Peer
        Whose messages.
    rules : RelayRules
        How fast it may be.
    screening : Screening
        What it may send.
    """

    def __init__(self, page: Peer, rules: RelayRules, screening: Screening) -> None:
        self._page = page
        self._rules = rules
        self._screening = screening
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._has_spoken = False
        self._bytes = Bucket(per_s=rules.bytes_per_s, burst_s=BURST_S)
        self._messages = Bucket(per_s=rules.messages_per_s, burst_s=BURST_S)
        self._objections = 0

    @property
    def now_ms(self) -> float:
        """Since it began."""
        return 1000 * (self._loop.time() - self._began_s)

    async def passes(self, message: str | bytes) -> bool | Farewell:
        """Look at a message, perhaps after a while.

        Parameters
        ----------
        message : str or bytes
            As it came.

        Returns
        -------
        bool or Farewell
            Whether it may pass; a farewell if there were too many that may not.
        """
        self._has_spoken = True
        now_ms = self.now_ms
        wait_ms = max(
            self._bytes.take(len(message), now_ms=now_ms),
            self._messages.take(1, now_ms=now_ms),
        )
        if wait_ms > 0:
            await asyncio.sleep(wait_ms / 1000)
        objection = self._screening.objection(message)
        return objection is None or await self.object("event_not_allowed", objection)

    async def object(self, code: str, sentence: str) -> bool | Farewell:
        """Tell a page what it may not do.

        Parameters
        ----------
        code : str
            For its program.
        sentence : str
            For its author.

        Returns
        -------
        bool or Farewell
            False, until it was too often.
        """
        self._objections += 1
        if self._objections > MOST_OBJECTIONS:
            return Farewell(POLICY, "too many events that may not pass")
        await self._page.send(error_text(code, sentence))
        return False

    def overdue(self) -> Farewell | None:
        """Tell whether it has been silent for longer than a new page may.

        Returns
        -------
        Farewell or None
            ``None`` as long as it may go on.
        """
        if self._has_spoken or self.now_ms <= 1000 * self._rules.first_message_s:
            return None
        said = (
            f"A page must say something within {self._rules.first_message_s:g} s, got nothing; "
            "send session.update first."
        )
        return Farewell(POLICY, "no first message", error_text("too_late", said))
