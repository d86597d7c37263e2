"""Conversation: a live session that a person has in hand; no widget is here.

It runs on a thread of its own, so it goes on while a cell runs, and a cell may
wait for it.  Whatever microphone and loudspeaker it is given, whoever presses
a button: all of it is handed over to that thread, in order.  What it tells is
in ``seen``; ``on_change`` is called on its thread a few times a second.

A setting that is changed meanwhile holds at once in the tuning and, where it
is the service's, is asked for; it is *effective* when the service has said so.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from voicelab.simulator import Service, Simulator
from voicelab.streaming import LiveLog, LiveSession, SessionEnded, TokenProvider
from voicelab.streaming.live_rules import rules_of
from voicelab.streaming.loudspeaker import Speaker
from voicelab.streaming.policy import Input, Interrupt, Price, Received, Talk
from voicelab.streaming.policy.meters import Meters
from voicelab.streaming.policy.rules import Talking
from voicelab.tuning import Tuning
from voicelab.views.live.asked import Asked
from voicelab.views.live.faults import BAD_LINE, FAULTS
from voicelab.views.live.own_loop import OwnLoop
from voicelab.views.live.seen import Seen
from voicelab.views.live.session_file import SessionFile
from voicelab.views.live.speech_end import SpeechEnd
from voicelab.views.live.watched import Watched
from voicelab.wire import Dialect

__all__ = ["Conversation"]

REFRESH_S = 0.25
KEEP_SOUND_S = 60.0
LEAVES_WITHIN_S = 10.0


class Conversation:
    """A live session in hand.

    Parameters
    ----------
    tuning : Tuning
        Its settings; changed by :meth:`change`.
    speaker : Speaker
        Plays the answers; one that has ``done`` is told when an answer is complete.
    service : Service or None
        The embedded service; ``None`` is a good one.
    is_real : bool
        Whether the real service is talked to instead.
    talking : str or None
        Who ends a turn, as in :class:`~voicelab.streaming.LiveSession`.
    speed : float > 0
        How many times faster than the world the embedded service runs.
    token : callable or None
        Gives an Entra token for the real service, instead of a key.
    price : Price or None
        What tokens cost.
    environ : mapping or None
        Holds a real service's address and key; ``None`` is the environment.
    keep_transcripts : bool
        Whether the session log holds what was said.
    on_change : callable
        Called when there may be something new to see.

    Attributes
    ----------
    tuning : Tuning
        With what was changed meanwhile.
    seen : Seen
        What a person is told.
    asked : Asked
        What the service was asked for, and when it obeyed.
    speech : SpeechEnd
        How long answers were waited for, in the world's time.
    failure : Exception or None
        A mistake of ours that ended it.
    elapsed_s : float
        How long it has lasted, on its clock.
    microphone : mapping
        What is known of the microphone; the session log notes it where it changes.
    """

    def __init__(
        self,
        tuning: Tuning,
        *,
        speaker: Speaker,
        service: Service | None = None,
        is_real: bool = False,
        talking: Talking | None = None,
        speed: float = 1.0,
        token: TokenProvider | None = None,
        price: Price | None = None,
        environ: Mapping[str, str] | None = None,
        keep_transcripts: bool = False,
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        self.tuning = tuning
        self.is_real = is_real
        self.seen, self.asked, self.speech = Seen(), Asked(), SpeechEnd()
        self.failure: Exception | None = None
        self.elapsed_s = 0.0
        self.microphone: Mapping[str, Any] = {}
        self._speaker = speaker
        self._service = None if is_real else service or Service()
        self._options: dict[str, Any] = {
            "talking": talking,
            "speed": speed,
            "token": token,
            "price": price,
            "environ": environ,
            "keep_transcripts": keep_transcripts,
        }
        self._speed = speed
        self._by_button = (talking or "open microphone") != "open microphone"
        self._on_change = on_change
        self._file = SessionFile()
        self._own = OwnLoop(self._converse, name="voicelab conversation")
        self._leaves = asyncio.Event()
        self._news = threading.Condition()
        self._simulator: Simulator | None = None
        self._live: LiveSession | None = None
        self._told = 0  # notices that were taken in

    @property
    def is_running(self) -> bool:
        """Whether it has begun and is not over."""
        return self._own.is_running

    @property
    def state(self) -> str:
        """``not begun``, ``connecting``, ``live``, ``reconnecting`` or ``over``."""
        if not self._own.is_running:
            return "over" if self._own.has_begun else "not begun"
        if self.seen.connection is not None:
            return "live"
        return "reconnecting" if self.seen.connections else "connecting"

    @property
    def log(self) -> LiveLog | None:
        """The session's log; ``None`` before there is a session."""
        return None if self._live is None else self._live.log

    @property
    def meters(self) -> Meters | None:
        """What was used, in tokens and cost; ``None`` before there is a session."""
        return None if self._live is None or not self.elapsed_s else self._live.meters

    def begin(self) -> None:
        """Begin; once."""
        self._own.begin()

    def leave(self) -> None:
        """End it, and wait until everything is let go."""
        self._own.soon(self._leaves.set)
        self._own.join(LEAVES_WITHIN_S)

    def until(self, condition: Callable[["Conversation"], object], *, within_s: float) -> None:
        """Wait for something.

        Parameters
        ----------
        condition : callable
            Takes this conversation; asked whenever something has happened.
        within_s : float
            How long, in the world's time.

        Raises
        ------
        TimeoutError
            If it does not come about.
        """
        with self._news:
            if not self._news.wait_for(lambda: condition(self), timeout=within_s):
                raise TimeoutError(
                    f"it must come about within {within_s:g} s; the session is {self.state}, "
                    f"{len(self.seen.turns)} turns so far. {self.seen.ended}"
                )

    def hear(self, pcm16: bytes, first: int = 0) -> None:
        """Take in sound of the microphone.

        Parameters
        ----------
        pcm16 : bytes
            Mono, 24 kHz; already filtered.
        first : int
            Place of its first sample, which does not matter here.
        """
        self._own.soon(self._hear, pcm16, self._own.now_s)

    def talk(self, pressed: bool) -> None:
        """Press the button, or let it go.

        Parameters
        ----------
        pressed : bool
            Which of them.
        """
        self._own.soon(self._talk, pressed)

    def interrupt(self) -> None:
        """Stop the answer."""
        self._own.soon(self._tell, Interrupt())

    def change(self, path: str, value: object) -> None:
        """Change a setting, also while it runs.

        Parameters
        ----------
        path : str
            Its place in a tuning, such as ``/turn_detection/threshold``.
        value : object
            The new value.

        Raises
        ------
        TuningError
            If it cannot be this; then nothing has changed.
        """
        changed = self.tuning.with_value(path, value)
        if changed.turn_detection != self.tuning.turn_detection and not self._by_button:
            is_openai = self.is_real and self.tuning.target.profile.startswith("openai-")
            dialect: Dialect = "openai-ga" if is_openai else "voice-live"
            rules = rules_of(changed, dialect=dialect, epoch_s=0.0)
            if self._live is not None and self.seen.connections:
                self.asked.ask(rules.update["turn_detection"], now_ms=self._live.now_ms)
            self._own.soon(self._ask, dict(rules.update["turn_detection"]))
        self.tuning = changed

    def plant(self, fault: str) -> None:
        """Let something go wrong at the embedded service, now.

        Parameters
        ----------
        fault : str
            One of :data:`~voicelab.views.live.faults.FAULTS`.

        Raises
        ------
        ValueError
            If there is no such fault, or the service is a real one.
        """
        self._needs_embedded()
        if fault not in FAULTS:
            raise ValueError(f"a fault must be one of {', '.join(FAULTS)}, got {fault!r}")
        for each in FAULTS[fault].faults:
            self._own.soon(self._plant, each)

    def spoil_line(self, is_bad: bool) -> None:
        """Let the way from the embedded service be bad, or good again.

        Parameters
        ----------
        is_bad : bool
            Which.

        Raises
        ------
        ValueError
            If the service is a real one.
        """
        service = self._needs_embedded()
        self._own.soon(service.lay, BAD_LINE if is_bad else None)

    def save_log(self, path: str | Path) -> None:
        """Write the session log so far, without sound, keys and, unless asked for, words.

        Parameters
        ----------
        path : path
            Where; a file that is there is replaced.

        Raises
        ------
        ValueError
            If there is none yet.
        """
        self._file.keep(path)

    def _needs_embedded(self) -> Service:
        if self._service is None:
            raise ValueError("faults must be planted at the embedded service, got a real one")
        return self._service

    async def _converse(self) -> None:
        try:
            async with contextlib.AsyncExitStack() as stack:
                await self._talk_on(await self._opened(stack))
        except (SessionEnded, ValueError) as error:
            self._take_notices()
            self.seen.ended = self.seen.ended or str(error)
        except Exception as error:
            self.failure = error
            self.seen.ended = f"{type(error).__name__}: {error}"
        finally:
            self.seen.connection = None
            self._changed()

    async def _opened(self, stack: contextlib.AsyncExitStack) -> LiveSession:
        target = "service"
        if self._service is not None:
            simulator = Simulator(self._service, speed=self._speed)
            self._simulator = await stack.enter_async_context(simulator)
            target = simulator.url
        self._live = LiveSession(
            self.tuning,
            target=target,
            speaker=Watched(self._speaker, self._first_heard),
            log_path=self._file.path,
            keep_sound_s=KEEP_SOUND_S,
            on_event=self._take,
            **self._options,
        )
        return await stack.enter_async_context(self._live)

    async def _talk_on(self, live: LiveSession) -> None:
        noted: Mapping[str, Any] = {}
        while not self._leaves.is_set() and not self.seen.ended:
            if self.microphone != noted:
                noted = self.microphone
                live.log.note("microphone", now_ms=live.now_ms, **noted)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaves.wait(), REFRESH_S)
            self.elapsed_s = live.now_ms / 1000
            if live.now_ms > self._speaker.free_ms():
                self.seen.fall_silent()
            self._changed()

    def _hear(self, pcm16: bytes, at_s: float) -> None:
        self.speech.hear(pcm16, now_s=at_s)
        if self._live is not None and self.is_running:
            with contextlib.suppress(SessionEnded):
                self._live.hear(pcm16)

    def _talk(self, pressed: bool) -> None:
        self._tell(Talk(pressed))
        if pressed:
            self.seen.floor = "hearing you"
        else:
            self.speech.stopped()
            self.seen.floor = "thinking"

    def _tell(self, command: Input) -> None:
        if self._live is not None:
            with contextlib.suppress(SessionEnded):
                self._live.tell(command)

    def _ask(self, turn_detection: dict[str, Any]) -> None:
        if self._live is not None:
            with contextlib.suppress(SessionEnded):
                self._live.update(turn_detection=turn_detection)

    def _plant(self, fault: Any) -> None:
        if self._simulator is not None:
            self._simulator.plant(fault)

    def _take(self, received: Received, now_ms: float) -> None:
        event = received.event
        self.seen.take_event(received.connection, event)
        if event.type in ("session.created", "session.updated"):
            self.asked.told(event.fields.get("session") or {}, now_ms=now_ms)
        elif event.type == "input_audio_buffer.speech_stopped":
            self.speech.stopped()
        elif event.type == "response.created":
            self.speech.answered(str((event.fields.get("response") or {}).get("id")))
        elif event.type == "response.audio.done" and hasattr(self._speaker, "done"):
            self._speaker.done(str(event.fields.get("response_id")))
        self._take_notices()
        if event.type.startswith(("session.", "input_audio_buffer.speech_")):
            self._on_change()  # what somebody who watches should not have to wait for
        with self._news:
            self._news.notify_all()

    def _take_notices(self) -> None:
        notices = [] if self._live is None else self._live.log.notices
        for notice in notices[self._told :]:
            self.seen.take_notice(notice)
        self._told = len(notices)

    def _first_heard(self, response_id: str, ago_ms: float) -> None:
        """Count from the voice's end in the world's time: only there it is a latency."""
        if self._speed == 1:
            heard_s = self._own.now_s - ago_ms / 1000
            latency = self.speech.heard(response_id, now_s=heard_s)
            if latency is not None:
                self.seen.answered_after(response_id, latency.ms)

    def _changed(self) -> None:
        self._take_notices()
        with self._news:
            self._news.notify_all()
        self._on_change()
