"""LiveSession: talk to a service, as your page would.

The service is the embedded one unless ``target="service"`` is written; what
the environment holds never changes that.  A session with a real service ends
by itself after a while, or after a number of tokens or a cost, and says so.

A microphone does not wait for a network, and nothing here does: what the
network does not take yet is kept as :mod:`voicelab.streaming.connection` says,
and what the service has not heard for certain is sent again as the tuning's
``resend_s`` says.  Nor does the service wait for a listener: notices are kept
in order for whoever asks.

Times are milliseconds since the session was opened, on a clock that runs
``speed`` times as fast as the world, which only the embedded service can.
"""

import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from voicelab.audio import Recording
from voicelab.simulator import Service, Simulator
from voicelab.streaming import endpoint
from voicelab.streaming.ending import LimitReached, SessionEnded
from voicelab.streaming.limit import Limit
from voicelab.streaming.live_log import LiveLog
from voicelab.streaming.live_rules import rules_of
from voicelab.streaming.loudspeaker import Loudspeaker, Speaker
from voicelab.streaming.policy import SessionPolicy
from voicelab.streaming.policy.messages import (
    Input,
    Leave,
    Microphone,
    Received,
    Tick,
    UpdateSettings,
)
from voicelab.streaming.policy.meters import Meters
from voicelab.streaming.policy.rules import Restore, Talking
from voicelab.streaming.shell import Shell
from voicelab.streaming.speaking import PATIENCE_MS, speak
from voicelab.tuning import Tuning
from voicelab.wire.price import Price

__all__ = ["LiveSession"]

DEFAULT_PROFILE = "voice-live-2026-07-15"
LEAVE_TIMEOUT_S = 3.0
LISTEN_ON_MS = 1500.0  # after the last thing that happened
CONVERSATION = ("input_audio_buffer.", "conversation.", "response.")


class LiveSession:
    """A live conversation; use it in ``async with``.

    Parameters
    ----------
    tuning : Tuning or None
        Its turn detection, filters, player and session settings; ``None`` is
        Voice Live's defaults.
    target : str
        ``embedded``, ``service``, or the ``ws://`` URL of an embedded service
        in another process of this machine.
    service : Service or None
        The embedded service to start, with its faults; ``None`` is a good one.
    speed : float > 0
        How many times faster than the world clock, microphone and embedded
        service run; 1 with a real service.
    instructions : str
        For the model; empty leaves the service's own.
    talking : str or None
        Who ends a turn; ``None`` takes a button where the tuning detects no turns.
    restore : {"items", "instructions"}
        How history reaches a new connection: item by item, or pasted into its
        instructions, as the guide does it.
    speaker : Speaker or None
        Plays the answers; ``None`` is one that only counts.
    token : callable or None
        Gives an Entra token for a real service, instead of a key.
    longest_s : float > 0
        How long a session with a real service may last.
    most_tokens : int > 0
        How many tokens it may use.
    most_cost : float > 0 or None
        What they may cost; it needs ``price``.
    price : Price or None
        What tokens cost, for the meters.
    log_path : path or None
        Where the session log is written.
    keep_transcripts : bool
        Whether that file holds what was said.
    keep_audio : bool
        Whether that file holds the sound of both sides.
    keepalive_s : float > 0
        How long a peer may leave a ping unanswered before it counts as gone;
        shorter than ``resend_s``, or what was said meanwhile is lost.
    keep_sound_s : float or None
        How much of the answers' sound the log keeps; ``None`` keeps all.
    on_event : callable or None
        Called with each event that was received, and with the time in ms.
    seed : int or None
        Of the jitter of attempts and rotations; ``None`` takes chance.
    environ : mapping or None
        Holds a real service's address and key; ``None`` is the environment.
    """

    def __init__(
        self,
        tuning: Tuning | None = None,
        *,
        target: str = "embedded",
        service: Service | None = None,
        speed: float = 1.0,
        instructions: str = "",
        talking: Talking | None = None,
        restore: Restore = "items",
        speaker: Speaker | None = None,
        token: endpoint.TokenProvider | None = None,
        longest_s: float = 600.0,
        most_tokens: int = 200_000,
        most_cost: float | None = None,
        price: Price | None = None,
        log_path: str | os.PathLike[str] | None = None,
        keep_transcripts: bool = False,
        keep_audio: bool = False,
        keepalive_s: float = 8.0,
        keep_sound_s: float | None = None,
        on_event: Callable[[Received, float], None] | None = None,
        seed: int | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.tuning = tuning or Tuning.from_profile(DEFAULT_PROFILE)
        if service is not None and target != "embedded":
            raise ValueError("service must be left out unless target is 'embedded'")
        if speed != 1 and target == "service":
            raise ValueError(f"speed must be 1 with a real service, got {speed}")
        if min(speed, keepalive_s) <= 0:
            raise ValueError(f"speed and keepalive_s must be positive, got {speed}, {keepalive_s}")
        if most_cost is not None and price is None:
            raise ValueError("most_cost needs price, or nobody knows what tokens cost")
        self._limit = Limit(longest_s=longest_s, most_tokens=most_tokens, most_cost=most_cost)
        self._endpoint: endpoint.Endpoint | None = None
        if target == "service":
            self._endpoint = endpoint.service(
                self.tuning, environ=os.environ if environ is None else environ, token=token
            )
        elif target != "embedded":
            self._endpoint = endpoint.local(target)
        self._is_limited = target == "service"
        self._service = service
        self._speed = speed
        self._asked: dict[str, Any] = {
            "instructions": instructions,
            "talking": talking,
            "restore": restore,
            "price": price,
        }
        self._log_path = None if log_path is None else Path(log_path)
        self._kept: dict[str, Any] = {
            "keep_transcripts": keep_transcripts,
            "keep_audio": keep_audio,
            "keep_sound_s": keep_sound_s,
        }
        self._keepalive_s = keepalive_s
        self._on_event = on_event
        self._rng = np.random.default_rng(seed)
        self._resources = contextlib.AsyncExitStack()
        player = self.tuning.player
        self._speaker = speaker or Loudspeaker(rate_hz=player.rate_hz, start_ms=player.start_ms)
        self._last_ms = 0.0  # when something last happened in the conversation
        self._shell: Shell | None = None
        self._is_left = False
        self._talks_by_button = False
        self.log = LiveLog(rate_hz=player.rate_hz)

    def __repr__(self) -> str:
        where = self._endpoint or "the embedded service"
        state = "not open"
        if self._shell is not None:
            state = "ended" if self._shell.ended else "ready" if self._shell.ready else "waiting"
        return f"<LiveSession with {where}: {state}>"

    async def __aenter__(self) -> Self:
        if self._shell is not None:
            raise ValueError("a session must be opened once; make another one")
        try:
            shell = await self._begin()
            await shell.until(lambda: shell.ready or shell.ended is not None)
        except BaseException:
            await self._release(within_s=0)
            raise
        if shell.ended is not None:
            await self._release()
            raise SessionEnded(shell.ended)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._leave()
        await self._release()
        if error is None:
            self._check()

    async def __aiter__(self) -> AsyncIterator[object]:
        """Give every notice, from the first on, until the session has ended."""
        shell, notices, given = self._running, self.log.notices, 0

        def is_more_or_over() -> bool:
            return len(notices) > given or shell.ended is not None

        while True:
            await shell.until(is_more_or_over)
            if len(notices) == given:
                return
            given += 1
            yield notices[given - 1]

    @property
    def now_ms(self) -> float:
        """Time on the session's clock, in ms since it was opened."""
        return self._running.now_ms()

    @property
    def meters(self) -> Meters:
        """Tokens, cost, connections, and what the service says is left."""
        return self._running.policy.meters

    @property
    def history(self) -> tuple[dict[str, Any], ...]:
        """The items that a new connection would be told, without sound."""
        return tuple(self._running.policy.conversation.history.items(audio=lambda _turn: None))

    async def say(self, recording: Recording, *, patience_ms: float = PATIENCE_MS) -> LiveLog:
        """Stream a recording as a microphone would, and listen to the answer.

        It takes as long as the recording, through outages too.  After it the
        microphone stays open, in silence, until all that was said has been
        answered and heard.  Cancelled, it leaves the session as it is.

        Parameters
        ----------
        recording : Recording
            What the user says, at any rate; the tuning's filters are applied.
        patience_ms : float
            How long after the recording an answer is waited for.

        Returns
        -------
        LiveLog
            The session's log so far; all of it, if a limit was reached meanwhile.

        Raises
        ------
        SessionEnded
            If the session ended for another reason before that.
        """
        await speak(
            self._running,
            recording,
            self.tuning,
            hear=self.hear,
            by_button=self._talks_by_button,
            has_settled=self._has_settled,
            patience_ms=patience_ms,
        )
        return self.log

    def hear(self, pcm16: bytes) -> None:
        """Take in sound of a microphone; it never waits.

        Parameters
        ----------
        pcm16 : bytes
            Mono, 24 kHz, any number of whole samples; already filtered.

        Raises
        ------
        SessionEnded
            If nobody listens any more, unless a limit was reached.
        """
        self.tell(Microphone(pcm16))

    def update(self, **session: Any) -> None:
        """Change settings of the running session, on later connections too.

        Parameters
        ----------
        **session
            Fields of a ``session.update``, such as ``turn_detection``.
        """
        self.tell(UpdateSettings(session))

    def tell(self, command: Input) -> None:
        """Give the policy a command, such as Talk, Interrupt or SendItem.

        Parameters
        ----------
        command : Input
            One of :mod:`voicelab.streaming.policy.messages`.

        Raises
        ------
        SessionEnded
            If the session has ended, unless a limit was reached.
        """
        self._running.step(command)
        self._check()

    @property
    def _running(self) -> Shell:
        if self._shell is None:
            raise ValueError("the session must be open; use it in async with")
        return self._shell

    async def _begin(self) -> Shell:
        if self._endpoint is None:
            simulator = await self._resources.enter_async_context(
                Simulator(self._service, speed=self._speed)
            )
            self._endpoint = endpoint.local(simulator.url)
        stream = None
        if self._log_path is not None:
            file = self._log_path.open("w", encoding="utf-8", buffering=1)
            stream = self._resources.enter_context(file)
        self.log = LiveLog(stream, rate_hz=self.tuning.player.rate_hz, **self._kept)
        rules = rules_of(
            self.tuning, dialect=self._endpoint.dialect, epoch_s=time.time(), **self._asked
        )
        self._talks_by_button = rules.talking != "open microphone"
        self._shell = shell = Shell(
            SessionPolicy(rules, rng=self._rng),
            self._endpoint,
            log=self.log,
            speaker=self._speaker,
            speed=self._speed,
            keepalive_s=self._keepalive_s,
            on_event=self._take,
        )
        if self._is_limited:
            shell.later("limit", 1000 * self._limit.longest_s, self._stop_for_time)
        shell.step(Tick())
        return shell

    async def _release(self, *, within_s: float = LEAVE_TIMEOUT_S) -> None:
        """Let go of every timer, task, socket and file."""
        try:
            if self._shell is not None:
                await self._shell.leave(within_s=within_s)
        finally:
            await self._resources.aclose()

    def _take(self, received: Received) -> None:
        """Look at an event for what it means to whoever waits, and for what it cost."""
        if received.event.type.startswith(CONVERSATION):
            self._last_ms = self._running.now_ms()
        if self._on_event is not None:
            self._on_event(received, self._running.now_ms())
        if self._is_limited and received.event.type == "response.done":
            spent = self._limit.spent(self._running.policy.meters)
            if spent is not None:
                self._stop(spent)

    def _stop_for_time(self) -> None:
        self._stop(self._limit.lasted)

    def _stop(self, why: str) -> None:
        if not self._is_left:
            self._running.tell(LimitReached(f"the session was left because {why}"))
            self._leave()

    def _leave(self) -> None:
        if not self._is_left:
            self._is_left = True
            self._running.step(Leave())

    def _has_settled(self, since_ms: float) -> bool:
        """Tell whether all was answered and heard, and it stayed quiet for a while."""
        shell = self._running
        if shell.ended is not None:
            return True
        quiet_ms = shell.now_ms() - max(since_ms, self._last_ms, self._speaker.free_ms())
        return shell.ready and shell.policy.conversation.quiet and quiet_ms >= LISTEN_ON_MS

    def _check(self) -> None:
        shell = self._running
        if shell.failure is not None:
            raise shell.failure
        if shell.ended is not None and not self._is_left:
            raise SessionEnded(shell.ended)
