"""RecordedMicrophone: recordings in a microphone's place.

It gives what the browser's microphone gives, chunks at the pace of speech, and
takes what that takes.  Between recordings, and behind the last, there is
silence: a microphone that is open never ends.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count

import numpy as np

from voicelab.audio import Capture, Recording, resample, to_pcm16
from voicelab.filters import FilterStream, Node, joined

__all__ = ["RecordedMicrophone"]

RATE_HZ = 24_000


class RecordedMicrophone:
    """A microphone in front of which recordings are played.

    Callbacks are called on a thread of its own, one at a time.

    Parameters
    ----------
    recording : Recording or None
        What is played first, once it listens.
    filters : filters
        What the sound passes.
    chunk_ms : int > 0
        Length of a chunk.
    speed : float > 0
        How many times faster than the world it runs.
    hold_to_talk : bool
        Whether a button is held for as long as a recording lasts, and chunks
        flow only then.

    Attributes
    ----------
    muted : bool
        Whether silence is sent in place of sound.
    hold_to_talk : bool
        As above; settable.
    """

    def __init__(
        self,
        recording: Recording | None = None,
        filters: Iterable[Node] = (),
        *,
        chunk_ms: int = 50,
        speed: float = 1.0,
        hold_to_talk: bool = False,
    ) -> None:
        self.muted = False
        self.hold_to_talk = hold_to_talk
        self._chunk_samples = round(chunk_ms * RATE_HZ / 1000)
        self._chunk_s = chunk_ms / 1000 / speed
        self._on_chunk: list[Callable[[bytes, int], object]] = []
        self._on_talk: list[Callable[[bool], object]] = []
        self._lock = threading.Lock()
        self._to_play: deque[np.ndarray] = deque()
        self._capture: Capture | None = None
        self._name = ""
        self._stream: FilterStream | None = None
        self._thread: threading.Thread | None = None
        self._leaves = threading.Event()
        self._silent = threading.Event()
        self._silent.set()
        self.filters = filters
        if recording is not None:
            self.say(recording)

    @property
    def filters(self) -> tuple[Node, ...]:
        """What the sound passes; settable while it listens."""
        return self._filters

    @filters.setter
    def filters(self, filters: Iterable[Node]) -> None:  # numpydoc ignore=GL08
        row = tuple(filters)
        whole = joined(row)
        stream = None if whole is None else whole.stream(RATE_HZ)
        if stream is not None:
            stream.feed(np.zeros(0, np.float32))  # what it loads, no chunk waits for
        with self._lock:
            self._filters, self._stream = row, stream

    @property
    def state(self) -> str:
        """``listening``, or ``granted`` while it does not."""
        return "granted" if self._thread is None else "listening"

    @property
    def said(self) -> str:
        """What a person is told."""
        return f"A recording is the microphone: {self._name or 'silence'}."

    @property
    def settings(self) -> Capture | None:
        """How the last recording was captured, where that is known."""
        return self._capture

    @property
    def silent(self) -> bool:
        """Whether everything has been played."""
        return self._silent.is_set()

    def on_chunk(self, callback: Callable[[bytes, int], object]) -> None:
        """Call back with each chunk.

        Parameters
        ----------
        callback : callable
            Takes PCM16 at 24 kHz and the place of its first sample.
        """
        self._on_chunk.append(callback)

    def on_talk(self, callback: Callable[[bool], object]) -> None:
        """Call back when the button goes down, and when it goes up.

        Parameters
        ----------
        callback : callable
            Takes whether it was pressed.
        """
        self._on_talk.append(callback)

    def say(self, recording: Recording) -> None:
        """Play a recording, behind those that still play.

        Parameters
        ----------
        recording : Recording
            At any rate.
        """
        samples = resample(recording, RATE_HZ).samples
        with self._lock:
            self._to_play.append(samples)
            self._capture, self._name = recording.capture, recording.name
            self._silent.clear()

    def listen(self) -> None:
        """Open it; nothing happens if it is open."""
        if self._thread is None:
            self._leaves.clear()
            self._thread = threading.Thread(target=self._run, name="voicelab recording")
            self._thread.daemon = True
            self._thread.start()

    def stop(self) -> None:
        """Close it; what has not been played waits."""
        thread, self._thread = self._thread, None
        self._leaves.set()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self) -> None:
        began_s, place, pressed = time.monotonic(), 0, False
        for number in count(1):
            due_s = began_s + number * self._chunk_s
            if self._leaves.wait(max(0.0, due_s - time.monotonic())):
                break
            samples, is_sound = self._next()
            if is_sound and self.hold_to_talk and not pressed:
                pressed = self._press(True)
            if pressed or not self.hold_to_talk:
                octets = to_pcm16(samples * (not self.muted)).octets
                for call in self._on_chunk:
                    call(octets, place)
                place += samples.size
            if not is_sound:
                pressed = pressed and self._press(False)
                self._silent.set()
        if pressed:
            self._press(False)

    def _press(self, pressed: bool) -> bool:
        for call in self._on_talk:
            call(pressed)
        return pressed

    def _next(self) -> tuple[np.ndarray, bool]:
        """Cut the next chunk; say whether there was anything left to play."""
        chunk = np.zeros(self._chunk_samples, np.float32)
        with self._lock:
            is_sound = bool(self._to_play)
            if is_sound:
                head = self._to_play[0]
                chunk[: head.size] = head[: chunk.size]
                if head.size > chunk.size:
                    self._to_play[0] = head[chunk.size :]
                else:
                    self._to_play.popleft()
            return (chunk if self._stream is None else self._stream.feed(chunk)), is_sound
