"""Resuming: a page keeps one socket while the relay changes connections behind it.

The session policy runs here, as in voicelab's own client, and the page is its
microphone and its loudspeaker.  Each connection is a lease of the page's call.

A step of the policy never waits, so what the page does not take is kept, up
to ``MOST_WAITING_BYTES``; beyond it the page counts as gone.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from websockets.exceptions import ConnectionClosed

from voicelab.relay.inspection import Inspection
from voicelab.relay.leasing import Leasing
from voicelab.relay.page_speaker import PageSpeaker
from voicelab.relay.peer import TICKS, Peer
from voicelab.relay.record import Record
from voicelab.relay.retelling import Retelling
from voicelab.relay.rules import RelayRules
from voicelab.relay.told import BUSY, FAILED, GOING_AWAY, Farewell, error_text
from voicelab.relay.usage import tokens_of
from voicelab.relay.wishes import Objection, Wish, Wishes
from voicelab.streaming.endpoint import Endpoint
from voicelab.streaming.live_rules import rules_of
from voicelab.streaming.policy import SessionPolicy
from voicelab.streaming.policy.messages import Leave, Played, Received, Tick, UpdateSettings
from voicelab.streaming.policy.notices import Ended
from voicelab.streaming.shell import Shell
from voicelab.tuning import Tuning
from voicelab.wire import Event, WireError, build, explain, parse
from voicelab.wire.session_log import Direction

__all__ = ["Resumed", "Resuming"]

MOST_WAITING_BYTES = 8 * 2**20
LEAVE_TIMEOUT_S = 2.0
LEAVE_STEP_S = 0.01
ITEM_PATIENCE_S = 0.05  # how long an item waits for the response.create that belongs to it


@dataclass(frozen=True, kw_only=True)
class Resuming:
    """How sessions are kept.

    Attributes
    ----------
    tuning : Tuning
        Turn detection, player, attempts, rotation: as it was tuned.
    instructions : str
        For the model; empty leaves the service's own.
    keepalive_s : float > 0
        How long the service may leave a ping unanswered.
    speed : float > 0
        How many times faster than the world the policy's clock runs; 1 but in rehearsals.
    seed : int or None
        Of the jitter of attempts; ``None`` takes chance.
    """

    tuning: Tuning
    instructions: str = ""
    keepalive_s: float = 8.0
    speed: float = 1.0
    seed: int | None = None


class Resumed:
    """One page's session.

    Parameters
    ----------
    page : Peer
        The page.
    resuming : Resuming
        How it is kept.
    upstream : Endpoint
        The service.
    rules : RelayRules
        How long the page is waited for.
    inspection : Inspection
        Of what the page sends.
    leasing : Leasing
        Asked before each connection.
    spend : callable
        Called with the tokens of each answer.
    record : Record or None
        Told of everything.
    """

    def __init__(
        self,
        page: Peer,
        resuming: Resuming,
        upstream: Endpoint,
        *,
        rules: RelayRules,
        inspection: Inspection,
        leasing: Leasing,
        spend: Callable[[int], None],
        record: Record | None = None,
    ) -> None:
        self._page = page
        self._dialect = upstream.dialect
        self._ping_s = rules.ping_s
        self._inspection = inspection
        self._spend = spend
        self._record = record
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        tuning = resuming.tuning
        kept = rules_of(
            tuning,
            dialect=upstream.dialect,
            epoch_s=time.time(),
            instructions=resuming.instructions,
        )
        self._wishes = Wishes(kept.talking)
        self._retelling = Retelling(place_ms=self._place_ms)
        player = tuning.player
        self._speaker = PageSpeaker(
            rate_hz=player.rate_hz, start_ms=player.start_ms, on_flush=self._flush
        )
        self._policy = SessionPolicy(kept, rng=np.random.default_rng(resuming.seed))
        self._shell = Shell(
            self._policy,
            upstream,
            log=self,
            speaker=self._speaker,
            speed=resuming.speed,
            keepalive_s=resuming.keepalive_s,
            on_event=self._take,
            doorkeeper=leasing,
        )

    async def run(self) -> Farewell:
        """Keep the session until the page leaves, or nothing helps any more.

        Returns
        -------
        Farewell
            For the page.
        """
        shell = self._shell
        shell.step(Tick())
        works = (self._listen(), self._speak(), self._watch(), self._end())
        jobs = [asyncio.create_task(work) for work in works]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            return next(job for job in jobs if job.done()).result()
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            shell.step(Leave())
            await asyncio.shield(shell.leave(within_s=LEAVE_TIMEOUT_S))

    # What the shell tells of

    def record(
        self,
        event: Event,
        *,
        now_ms: float,
        direction: str = "in",
        connection: int | None = None,
    ) -> None:
        """Take in an event that was received or sent.

        Parameters
        ----------
        event : Event
            In neutral form.
        now_ms : float
            When.
        direction : {"in", "out"}
            From the service, or to it.
        connection : int or None
            Which connection it went through.
        """
        if direction == "out":
            self._retelling.sent(event)
        if self._record is not None:
            whole = {"type": event.type, **event.fields}
            way: Direction = "out" if direction == "out" else "in"
            self._record.note(whole, way, now_ms=now_ms, connection=connection)

    def note(self, what: str, *, now_ms: float, **facts: int | str | float | None) -> None:
        """Take in what happened to a connection, beside all events.

        Parameters
        ----------
        what : str
            In one word: ``opened``, ``refused``, ``closed``.
        now_ms : float
            When.
        **facts
            Numbers and codes.
        """
        if self._record is not None:
            self._record.note({"type": f"client.{what}", **facts}, "in", now_ms=now_ms)

    def tell(self, notice: object, *, now_ms: float) -> None:
        """Tell the page what became of its session.

        Parameters
        ----------
        notice : dataclass
            What.
        now_ms : float
            When.
        """
        self._tell(self._retelling.told(notice))

    def hear(self, answer: str, octets: bytes) -> None:
        """Keep no sound.

        Parameters
        ----------
        answer : str
            The response it belongs to.
        octets : bytes
            PCM16.
        """

    def _take(self, received: Received) -> None:
        took, self._speaker.took = self._speaker.took, False
        event = received.event
        if event.type == "response.done":
            self._spend(tokens_of(event.fields))
        live = self._policy.connections.is_live(received.connection)
        self._tell(self._retelling.heard(event, live=live, played=took))

    def _tell(self, events: list[Event]) -> None:
        for event in events:
            self._put(build(event, dialect=self._dialect))

    def _put(self, text: str) -> None:
        if self._waiting_bytes > MOST_WAITING_BYTES:
            self._page.wire.transport.abort()
            return
        self._waiting.append(text)
        self._waiting_bytes += len(text)
        self._wake.set()

    def _flush(self, response_id: str) -> None:
        self._tell([Event("relay.flush", {"response_id": response_id})])

    def _place_ms(self, audio_ms: float) -> float:
        conversation = self._policy.conversation
        return conversation.stream.ms(conversation.outbox.place(audio_ms))

    # What the page does

    async def _listen(self) -> Farewell:
        """Hear the page until it is gone."""
        loop, page = asyncio.get_running_loop(), self._page
        settling: asyncio.TimerHandle | None = None
        try:
            while True:
                message = await page.wire.recv()
                page.held = True
                passes = await self._inspection.passes(message)
                if isinstance(passes, Farewell):
                    return passes
                if passes:
                    if settling is not None:
                        settling.cancel()
                    refused = await self._read(message)
                    if isinstance(refused, Farewell):
                        return refused
                    if self._wishes.has_more:
                        settling = loop.call_later(ITEM_PATIENCE_S, self._settle)
                page.held = False
        except ConnectionClosed:
            return Farewell(GOING_AWAY)

    async def _read(self, message: str | bytes) -> bool | Farewell:
        try:
            event = parse(message, dialect=self._dialect, sender="client")
            wishes = self._wishes.read(event)
        except WireError as error:
            return await self._inspection.object(error.code, error.sentence)
        except Objection as error:
            return await self._inspection.object("not_through_a_relay", str(error))
        for wish in wishes:
            self._grant(wish)
        return True

    def _settle(self) -> None:
        for wish in self._wishes.settle():
            self._grant(wish)

    def _grant(self, wish: Wish) -> None:
        match wish:
            case Event():
                live = self._policy.connections.live
                if live is not None:
                    self._shell.send(live.number, wish)
                else:
                    said = f"{wish.type} must wait until the relay is connected again; ask again."
                    self._put(error_text("connection_error", said))
            case Played(response_id, _, ms):
                self._speaker.report(response_id, ms=ms)
                self._shell.step(Tick())
            case UpdateSettings():
                self._retelling.updates()
                self._shell.step(wish)
            case _:
                self._shell.step(wish)

    async def _speak(self) -> Farewell:
        """Tell the page what waits for it until it is gone."""
        try:
            while True:
                await self._empty()
                self._wake.clear()
                await self._wake.wait()
        except ConnectionClosed:
            return Farewell(GOING_AWAY)

    async def _empty(self) -> None:
        while self._waiting:
            text = self._waiting[0]
            await self._page.send(text)
            self._waiting.popleft()
            self._waiting_bytes -= len(text)

    async def _watch(self) -> Farewell:
        while True:
            await asyncio.sleep(self._ping_s / TICKS)
            if not await self._page.look():
                self._page.wire.transport.abort()
                return Farewell(GOING_AWAY)
            if (farewell := self._inspection.overdue()) is not None:
                return farewell

    async def _end(self) -> Farewell:
        await self._shell.until(lambda: self._shell.ended is not None)
        ended = self._shell.ended
        assert ended is not None
        self._tell(self._retelling.cut_off())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_TIMEOUT_S):
                while self._waiting:
                    await asyncio.sleep(LEAVE_STEP_S)
        return _farewell(ended)


def _farewell(ended: Ended) -> Farewell:
    why = explain(ended.why)
    said = f"The relay could not keep the session: {ended.sentence}"
    status = int(why.name) if why.kind == "HTTP status" and why.name.isdecimal() else None
    told = error_text(
        "connection_error", said, name=why.name, status=status, action=why.action, remedy=why.change
    )
    return Farewell(BUSY if why.action == "retry" else FAILED, "session lost", told)
