"""Shell: a session policy in an event loop, with sockets, timers and a loudspeaker.

Everything that is decided is decided by the policy; this carries it out.  One
step runs at a time and never waits: each connection has a task of its own, and
sending only hands over.  An error of ours ends the shell: it is kept in
``failure`` and raised by whoever waits, because in a task it would reach
nobody.

Times are milliseconds since the shell was made, on a clock that runs ``speed``
times as fast as the world.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from voicelab.streaming.connection import Connection
from voicelab.streaming.doorkeeper import Doorkeeper, OpenDoor
from voicelab.streaming.endpoint import Endpoint
from voicelab.streaming.loudspeaker import Speaker
from voicelab.streaming.policy import SessionPolicy
from voicelab.streaming.policy.attempts import why_refused
from voicelab.streaming.policy.messages import (
    Close,
    Closed,
    FlushPlayback,
    Input,
    Open,
    Opened,
    Output,
    PlayAudio,
    Played,
    Received,
    Refused,
    Send,
    Tell,
    Tick,
    WakeAt,
)
from voicelab.streaming.policy.notices import Ended, Notice, Ready, Retrying
from voicelab.wire import Event

__all__ = ["Listener", "Shell"]

PLAYBACK_STEP_MS = 100.0  # how often the policy is told what has been played


class Listener(Protocol):
    """Who is told of everything, such as a log."""

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

    def tell(self, notice: object, *, now_ms: float) -> None:
        """Take in what the user was told.

        Parameters
        ----------
        notice : dataclass
            What.
        now_ms : float
            When.
        """

    def hear(self, answer: str, octets: bytes) -> None:
        """Take in a piece of an answer's sound.

        Parameters
        ----------
        answer : str
            The response it belongs to.
        octets : bytes
            PCM16.
        """


class Shell:
    """A session policy with a clock and sockets; make it inside an event loop.

    Parameters
    ----------
    policy : SessionPolicy
        Decides everything.
    endpoint : Endpoint
        Where connections go.
    log : Listener
        Told of everything.
    speaker : Speaker
        Says what has been heard.
    speed : float > 0
        How many times faster than the world the clock runs.
    keepalive_s : float > 0
        How long a peer may leave a ping unanswered, on this clock.
    on_event : callable
        Called with each event that is received, once the policy has seen it.
    doorkeeper : Doorkeeper or None
        Asked before a connection is opened; ``None`` lets each through.
    """

    def __init__(
        self,
        policy: SessionPolicy,
        endpoint: Endpoint,
        *,
        log: Listener,
        speaker: Speaker,
        speed: float,
        keepalive_s: float,
        on_event: Callable[[Received], None],
        doorkeeper: Doorkeeper | None = None,
    ) -> None:
        self.policy = policy
        self.ready = False
        self.ended: Ended | None = None
        self.failure: Exception | None = None
        self._endpoint = endpoint
        self._log = log
        self._speaker = speaker
        self._speed = speed
        self._keepalive_s = keepalive_s
        self._on_event = on_event
        self._doorkeeper = doorkeeper or OpenDoor()
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._changed = asyncio.Event()
        self._connections: dict[int, Connection] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def now_ms(self) -> float:
        """Read the clock.

        Returns
        -------
        float
            Milliseconds since the shell was made.
        """
        return (self._loop.time() - self._began_s) * 1000 * self._speed

    def step(self, happened: Input) -> None:
        """Tell the policy what happened, and do what it wants.

        Parameters
        ----------
        happened : Input
            What; nothing is done once the session has ended.
        """
        if self.failure is not None:
            return
        now_ms = self.now_ms()
        try:
            for heard in self._speaker.heard(now_ms=now_ms):
                played = Played(heard.response_id, heard.item_id, heard.ms)
                self._carry_out(self.policy.step(played, now_ms), now_ms)
            self._record(happened, now_ms)
            self._carry_out(self.policy.step(happened, now_ms), now_ms)
            if isinstance(happened, Received):
                self._on_event(happened)
        except Exception as error:
            self.failure = error
            self._pulse()

    def later(self, name: str, at_ms: float, call: Callable[[], None]) -> None:
        """Call something at a time; the last of a name replaces those before it.

        Parameters
        ----------
        name : str
            Of the timer.
        at_ms : float
            When.
        call : callable
            What.
        """
        if (before := self._timers.get(name)) is not None:
            before.cancel()
        at_s = self._began_s + at_ms / 1000 / self._speed
        self._timers[name] = self._loop.call_at(at_s, call)

    async def sleep_until(self, at_ms: float) -> None:
        """Wait for a time; other tasks have their turn in any case.

        Parameters
        ----------
        at_ms : float
            On this clock.
        """
        await asyncio.sleep(max(0.0, at_ms - self.now_ms()) / 1000 / self._speed)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds; it is asked after each step that told something.

        Parameters
        ----------
        condition : callable
            What must hold.
        """
        while not condition():
            if self.failure is not None:
                raise self.failure
            await self._changed.wait()

    async def leave(self, *, within_s: float) -> None:
        """Wait for connections that are being closed, then let go of all that is left.

        Parameters
        ----------
        within_s : float
            How long to wait.
        """
        tasks = [each.task for each in self._connections.values()]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=within_s)
        finally:
            for timer in self._timers.values():
                timer.cancel()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def send(self, connection: int, event: Event) -> None:
        """Send an event that the policy need not know of.

        Parameters
        ----------
        connection : int
            On which; nothing is sent if it is gone.
        event : Event
            In neutral form.
        """
        self._carry_out([Send(connection, event)], self.now_ms())

    def tell(self, notice: object) -> None:
        """Tell the log and whoever waits.

        Parameters
        ----------
        notice : dataclass
            What.
        """
        self._log.tell(notice, now_ms=self.now_ms())
        self._pulse()

    def _record(self, happened: Input, now_ms: float) -> None:
        match happened:
            case Received(connection, event):
                self._log.record(event, now_ms=now_ms, connection=connection)
            case Opened(connection):
                self._log.note("opened", now_ms=now_ms, connection=connection)
            case Closed(connection, code, _):
                self._log.note("closed", now_ms=now_ms, connection=connection, code=str(code))
            case Refused(connection, status, headers):
                _, wait_s = why_refused(status, headers)
                self._log.note(
                    "refused", now_ms=now_ms, connection=connection, code=str(status or ""),
                    retry_after_s=wait_s,
                )  # fmt: skip

    def _pulse(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _carry_out(self, outputs: Sequence[Output], now_ms: float) -> None:
        for output in outputs:
            match output:
                case Send(number, event):
                    if (connection := self._connections.get(number)) is not None:
                        self._log.record(event, now_ms=now_ms, direction="out", connection=number)
                        connection.send(event)
                case PlayAudio(response_id, item_id, pcm16):
                    self._play(response_id, item_id, pcm16, now_ms)
                case FlushPlayback(response_id):
                    self._speaker.flush(response_id)
                case WakeAt(at_ms):
                    self.later("wake", at_ms, self._tick)
                case Tell(notice):
                    self._take(notice)
                case Open(number):
                    refused = self._doorkeeper.ask(number)
                    if refused is None:
                        self._connections[number] = self._open(number)
                    else:
                        self._loop.call_soon(self.step, refused)
                case Close(number, code):
                    if (connection := self._connections.get(number)) is not None:
                        connection.close(code)

    def _open(self, number: int) -> Connection:
        connection = Connection(
            number,
            self._endpoint,
            report=self.step,
            now_ms=self.now_ms,
            keepalive_s=self._keepalive_s / self._speed,
        )
        connection.task.add_done_callback(lambda task: self._gone(number, task))
        return connection

    def _gone(self, number: int, task: "asyncio.Task[None]") -> None:
        self._connections.pop(number, None)
        self._doorkeeper.gone(number)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self.failure = self.failure or error
            self._pulse()

    def _play(self, response_id: str, item_id: str, pcm16: bytes, now_ms: float) -> None:
        self._log.hear(response_id, pcm16)
        self._speaker.play(response_id, item_id, pcm16, now_ms=now_ms)
        if "play" not in self._timers:
            self.later("play", now_ms + PLAYBACK_STEP_MS, self._play_on)

    def _play_on(self) -> None:
        now_ms = self.now_ms()
        del self._timers["play"]
        self._tick()
        if now_ms < self._speaker.free_ms():
            self.later("play", now_ms + PLAYBACK_STEP_MS, self._play_on)

    def _tick(self) -> None:
        self.step(Tick())

    def _take(self, notice: Notice) -> None:
        if isinstance(notice, Ready):
            self.ready = True
        elif isinstance(notice, Retrying):
            self.ready = False
        elif isinstance(notice, Ended):
            self.ready, self.ended = False, notice
        self.tell(notice)
