"""LivePanel: talk to an agent from a cell, with the tuning in hand.

Answers come from the embedded service unless the switch *real service* is on,
which is off first; what the environment holds never moves it.  The key of a
real service stays in the kernel: the page sends sound and gets sound.

One conversation runs at a time: a panel that begins one ends the one before.
"""

import threading
import time
import weakref
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from voicelab.audio import Recording
from voicelab.jitter import Arrivals
from voicelab.simulator import Service
from voicelab.streaming import LiveLog, TokenProvider
from voicelab.streaming.policy import Price
from voicelab.tuning import Tuning
from voicelab.views.browser import Meter, Microphone, Speaker
from voicelab.views.live.conversation import Conversation
from voicelab.views.live.ears import Ears
from voicelab.views.live.front import TALKING, Front
from voicelab.views.live.knobs import Knobs
from voicelab.views.live.recorded import RecordedMicrophone
from voicelab.views.live.validity import Validity, validity
from voicelab.views.live.watched import CountingSpeaker
from voicelab.views.panel import Panel, PanelError

__all__ = ["LivePanel"]

CHUNKS_MS = (40, 100)
CHUNKS_A_MESSAGE = 3
RUNNING: "weakref.WeakSet[LivePanel]" = weakref.WeakSet()


class LivePanel(Panel):
    """Talk, listen, change what is tuned, let things go wrong.

    ``front`` has the buttons and ``knobs`` the sliders; ``conversation`` is the
    session that runs, or ran last.

    Parameters
    ----------
    tuning : Tuning or None
        Where it starts; the service's defaults, unless told.
    microphone : Microphone, RecordedMicrophone, Recording or None
        Who is heard; a recording is played in a microphone's place.  The
        browser's, unless told.
    speaker : Speaker or None
        Who plays the answers.  The browser's, unless told; with a recording as
        the microphone answers are counted and not heard.
    service : Service or None
        The embedded service; ``None`` is a good one.
    speed : float > 0
        How many times faster than the world all of it runs; only with a
        recording as the microphone.
    token : callable or None
        Gives an Entra token for the real service, instead of a key.
    price : Price or None
        What tokens cost.

    Raises
    ------
    ValueError
        If a browser's microphone is to run faster than the world.
    """

    def __init__(
        self,
        tuning: Tuning | None = None,
        *,
        microphone: Microphone | RecordedMicrophone | Recording | None = None,
        speaker: Any = None,
        service: Service | None = None,
        speed: float = 1.0,
        token: TokenProvider | None = None,
        price: Price | None = None,
    ) -> None:
        start = tuning or Tuning.from_profile("voice-live-2026-07-15")
        chunk_ms = round(min(max(start.session.chunk_ms, CHUNKS_MS[0]), CHUNKS_MS[1]))
        self._recording = microphone if isinstance(microphone, Recording) else None
        if isinstance(microphone, Recording):
            microphone = RecordedMicrophone(chunk_ms=chunk_ms, speed=speed)
        self.microphone = microphone or Microphone(chunk_ms=chunk_ms)
        self._is_recorded = isinstance(self.microphone, RecordedMicrophone)
        self.meter = None
        if isinstance(self.microphone, Microphone):
            self.microphone.offers_takes = False
            self.meter = Meter(self.microphone)
        if speed != 1 and not self._is_recorded:
            raise ValueError(f"speed must be 1 with the browser's microphone, got {speed}")
        counts = CountingSpeaker if self._is_recorded else Speaker
        self.speaker: Any = speaker or counts(start.player)
        self.conversation: Conversation | None = None
        self._asked: dict[str, Any] = {
            "service": service,
            "speed": speed,
            "token": token,
            "price": price,
        }
        self._ears = Ears()
        self._activity: list[tuple[int, Any]] = []  # that the meter has not drawn
        self._turn: int | None = None  # where the open one begins
        self._lock = threading.RLock()
        self.front, self.knobs = Front(by_button=start.turn_detection is None), Knobs(start)
        super().__init__(controls=self.knobs.all, tuning=start)
        _, error, saving = self.widget.children
        self.widget.children = self.front.laid_out(
            sound=self._sound(), knobs=self.knobs.widget, error=error, saving=saving
        )
        self._follow()

    def __repr__(self) -> str:
        return f"<LivePanel: {self.state}>"

    @property
    def state(self) -> str:
        """``not begun``, ``connecting``, ``live``, ``reconnecting`` or ``over``."""
        return "not begun" if self.conversation is None else self.conversation.state

    @property
    def log(self) -> LiveLog:
        """The session's log."""
        log = None if self.conversation is None else self.conversation.log
        if log is None:
            raise PanelError("there must have been a session, got none; press talk first")
        return log

    @property
    def arrivals(self) -> Arrivals:
        """When the answers' sound came: to the page's player, or to the kernel without one."""
        return self.speaker.arrivals if hasattr(self.speaker, "arrivals") else self.log.arrivals

    @property
    def validity(self) -> Validity:
        """Whether the tuning may be called valid for this microphone."""
        return validity(self.tuning, self.microphone.settings)

    def edits(self) -> Mapping[str, object]:
        """Give the values that the sliders hold, by their place in a config.

        Returns
        -------
        mapping of str to object
            Those that the tuning has.
        """
        return self.knobs.edits()

    def update(self) -> None:
        """Let what the sliders say hold, here and at the service."""
        self.microphone.filters = self.knobs.filters
        if self.speaker.player != self.knobs.player:
            self.speaker.player = self.knobs.player
        if self.conversation is not None:
            for path, value in self.edits().items():
                self.conversation.change(path, value)
        self.show()

    def begin(self) -> Conversation:
        """Begin a session; the one that runs, here or in another panel, ends.

        Returns
        -------
        Conversation
            The new one.
        """
        for panel in tuple(RUNNING):
            panel.leave()
        front, asked = self.front, dict(self._asked)
        if front.real.value:
            asked |= {"service": None, "speed": 1.0}
        talking = TALKING[front.talking.value]
        self.microphone.hold_to_talk = talking != "open microphone"
        front.bad_line.value = False
        self.conversation = Conversation(
            self.tuning,
            speaker=self.speaker,
            is_real=front.real.value,
            talking=talking,
            keep_transcripts=front.keeps_words.value,
            on_change=self.show,
            **asked,
        )
        RUNNING.add(self)
        self.conversation.begin()
        if isinstance(self.microphone, RecordedMicrophone):
            self.microphone.listen()
        self.show()
        return self.conversation

    def leave(self) -> None:
        """End the session, and let the microphone go."""
        RUNNING.discard(self)
        if self.conversation is not None:
            self.microphone.stop()
            self.conversation.leave()
            self.show()

    def say(self, recording: Recording | None = None) -> None:
        """Let a recording be said.

        Parameters
        ----------
        recording : Recording or None
            At any rate; the panel's own, unless told.

        Raises
        ------
        PanelError
            If a person is the microphone, or there is no recording.
        """
        said = recording or self._recording
        if said is None or not isinstance(self.microphone, RecordedMicrophone):
            raise PanelError("a recording must be the microphone, got none; pass microphone=")
        self.microphone.say(said)

    def save_log(self, path: str | Path) -> None:
        """Write the session log so far: its events, without sound and keys.

        Parameters
        ----------
        path : str or Path
            Where; a file that is there is replaced.

        Raises
        ------
        PanelError
            If there was no session.
        """
        if self.conversation is None:
            raise PanelError("there must have been a session, got none; press talk first")
        self.conversation.save_log(path)
        self.front.wrote(path)

    def plant(self, fault: str) -> None:
        """Let something go wrong at the embedded service, now.

        Parameters
        ----------
        fault : str
            The name of a button.

        Raises
        ------
        PanelError
            If no session runs.
        """
        self._running.plant(fault)

    def show(self) -> None:
        """Bring what is told up to date; any thread may call it."""
        with self._lock:
            self._show_words()
            self._show_turn()

    @property
    def _running(self) -> Conversation:
        if self.conversation is None or not self.conversation.is_running:
            raise PanelError("a session must run, got none; press talk first")
        return self.conversation

    def _sound(self) -> list[Any]:
        heard = [self.speaker] if isinstance(self.speaker, Speaker) else []
        if self.meter is None:
            return [self.front.played, *heard]
        sound = widgets.VBox([self.microphone, *heard], layout=widgets.Layout(flex="1 1 27em"))
        self.meter.layout.flex = "1 1 24em"
        return [sound, self.meter]

    def _follow(self) -> None:
        front = self.front
        self.microphone.on_chunk(self._hear)
        self.microphone.on_talk(self._talk)
        self.watch(front.begins, self._begin)
        self.watch(front.leaves, lambda _: self.leave())
        self.watch(front.interrupts, lambda _: self._running.interrupt())
        self.watch(front.says, lambda _: self.say())
        self.watch(front.saves_log, lambda _: self.save_log(front.log_path.value))
        self.watch(front.real, lambda _: self.show())
        self.watch(front.bad_line, self._spoil)
        for name, button in front.faults.items():
            self.watch(button, partial(self._press, name))

    def _begin(self, _pressed: object) -> None:
        self.begin()

    def _press(self, fault: str, _pressed: object) -> None:
        self.plant(fault)

    def _hear(self, pcm16: bytes, first: int) -> None:
        if self.conversation is not None:
            self.conversation.hear(pcm16, first)
        if self.meter is not None:
            self._activity += self._ears.feed(pcm16, first)
            if len(self._activity) >= CHUNKS_A_MESSAGE:
                self._show_activity(self.meter)

    def _talk(self, pressed: bool) -> None:
        if self.conversation is not None:
            self.conversation.talk(pressed)

    def _spoil(self, is_bad: bool) -> None:
        if self.conversation is not None and self.conversation.is_running:
            self.conversation.spoil_line(is_bad)

    def _show_activity(self, meter: Meter) -> None:
        """Draw what was heard; a few chunks share a message, for each costs the page."""
        first, hop = self._activity[0][0], self._ears.hop_samples
        values: list[float] = []
        for place, heard in self._activity:
            if place != first + hop * len(values):  # the button was up meanwhile
                meter.show_activity(values, first=first, hop_samples=hop)
                first, values = place, []
            values += [float(each) for each in heard]
        meter.show_activity(values, first=first, hop_samples=hop)
        self._activity.clear()

    def _show_words(self) -> None:
        talk = self.conversation
        if talk is not None and isinstance(self.microphone, Microphone):
            talk.microphone = self.microphone.noted
        self.front.tell(
            talk,
            profile=self._start.target.profile,
            underruns=self.speaker.underruns,
            silent_ms=self.speaker.silent_ms,
            counted_by="counted in the kernel" if self._is_recorded else "the page's player",
            now_s=time.time(),
        )
        self.front.judge(self.validity)
        self.front.say_of(getattr(self.microphone, "said", ""))
        self.knobs.show(None if talk is None else talk.asked)

    def _show_turn(self) -> None:
        """Draw the turn that is open, or its end, where its sound is."""
        if self.meter is None or self.conversation is None:
            return
        threshold = self.conversation.asked.effective("threshold")
        if threshold is not None and threshold != self.meter.threshold:
            self.meter.threshold = self._ears.threshold = float(threshold)
        is_open = self.conversation.seen.floor == "hearing you"
        if is_open and self._turn is None:
            self._turn = self._ears.since
            self.meter.show_turn(first=self._turn)
        elif self._turn is not None and not is_open:
            self.meter.show_turn(first=self._turn, last=max(self._turn + 1, self._ears.until))
            self._turn = None
