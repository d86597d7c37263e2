"""Microphone: the browser's, with permission first.

The page shows in words what stands between the person and a recording, asks
for permission only when a button is pressed, and shows a light while it
listens.  Sound passes the filters as Web Audio's own nodes and comes out at
24 kHz, mono, 16 bit.  A *chunk* is a piece of it, sent at once; a *take* is
kept in the page until it is over and then delivered whole.

Places in the sound are counted in samples at 24 kHz since the page first listened.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

import traitlets

from voicelab.audio import Capture, Processing, Recording
from voicelab.export.worklet import node_settings
from voicelab.filters import Filter, Node, nodes
from voicelab.views.browser.assembly import joined, source
from voicelab.views.browser.ordering import InOrder
from voicelab.views.browser.takes import IncomingTake
from voicelab.views.browser.widget import BrowserWidget

__all__ = ["CHUNK_MS", "Microphone"]

CHUNK_MS = (40, 100)
LONGEST_PRE_ROLL_MS = 2000
STATES = (
    *("asleep", "prompt", "granted", "listening", "recording"),
    *("denied", "no device", "device busy", "insecure page", "frame without permission", "ended"),
)


class Microphone(BrowserWidget):
    """A microphone in a cell: permission, device, light, takes and chunks.

    Callbacks are called on the thread that the kernel uses for the page's
    messages, one at a time, in order; hand over to an event loop with
    ``loop.call_soon_threadsafe``.

    Parameters
    ----------
    filters : Filter or sequence of filters
        What the sound passes in the page.
    chunk_ms : int in [40, 100]
        Length of a live chunk.
    pre_roll_ms : int in [0, 2000]
        With the button, how much from before it was pressed is sent as well.
    processing : Processing
        What the browser is asked to do to the sound; the page's switches show
        it and change it.
    hold_to_talk : bool
        Whether chunks flow only while the button or its key is held.

    Attributes
    ----------
    state : str
        What the page is at: one of ``asleep`` (not shown anywhere yet),
        ``prompt``, ``granted``, ``listening``, ``recording``, or what is in the
        way: ``denied``, ``no device``, ``device busy``, ``insecure page``,
        ``frame without permission``, ``ended``.
    said : str
        The words that the page shows for it.
    muted : bool
        Whether silence is sent in place of sound; settable.
    take_s : float
        How long the next take lasts at most; 0 is until it is stopped.
    take_name : str
        What the next take is called.
    prompts : list of [float, str]
        What the page shows during a take, each from so many seconds on.
    accompaniment : bytes
        A sound file that the page plays during a take.
    offers_takes : bool
        Whether the page shows a button for takes.

    Raises
    ------
    ValueError
        If a length is out of its range, or a filter is none that a browser has.
    """

    _esm = joined("microphone.js")
    _css = source("browser.css")

    state = traitlets.Enum(STATES, "asleep").tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)
    muted = traitlets.Bool(False).tag(sync=True)
    hold_to_talk = traitlets.Bool(False).tag(sync=True)
    take_s = traitlets.Float(0.0).tag(sync=True)
    take_name = traitlets.Unicode("take").tag(sync=True)
    prompts: Any = traitlets.List().tag(sync=True)
    accompaniment = traitlets.Bytes(b"").tag(sync=True)
    chunk_ms = traitlets.Int(50).tag(sync=True)
    pre_roll_ms = traitlets.Int(300).tag(sync=True)
    offers_takes = traitlets.Bool(True).tag(sync=True)
    wants_chunks = traitlets.Bool(False).tag(sync=True)
    _nodes: Any = traitlets.List().tag(sync=True)
    _asked = traitlets.Dict().tag(sync=True)
    _got = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        filters: Filter | Sequence[Filter] = (),
        *,
        chunk_ms: int = 50,
        pre_roll_ms: int = 300,
        processing: Processing | None = None,
        hold_to_talk: bool = False,
    ) -> None:
        low_ms, high_ms = CHUNK_MS
        if not low_ms <= chunk_ms <= high_ms:
            raise ValueError(f"chunk_ms must lie in {low_ms} to {high_ms}, got {chunk_ms}")
        if not 0 <= pre_roll_ms <= LONGEST_PRE_ROLL_MS:
            raise ValueError(
                f"pre_roll_ms must lie in 0 to {LONGEST_PRE_ROLL_MS}, got {pre_roll_ms}"
            )
        super().__init__()
        self._filters: tuple[Node, ...] = ()
        self._on_chunk: list[Callable[[bytes, int], object]] = []
        self._on_talk: list[Callable[[bool], object]] = []
        self._on_take: list[Callable[[Recording], object]] = []
        self._stream, self._live = "", InOrder[tuple[dict[str, Any], bytes]]()
        self._incoming: dict[str, IncomingTake] = {}
        self._take: Recording | None = None
        self._lost_chunks = 0
        self.filters = filters
        self.processing = processing or Processing()
        self.chunk_ms, self.pre_roll_ms = chunk_ms, pre_roll_ms
        self.hold_to_talk = hold_to_talk

    @property
    def filters(self) -> tuple[Node, ...]:
        """What the sound passes in the page; settable while it listens."""
        return self._filters

    @filters.setter
    def filters(self, filters: Filter | Iterable[Filter]) -> None:  # numpydoc ignore=GL08
        given = (filters,) if isinstance(filters, Filter) else tuple(filters)
        row = tuple(node for each in given for node in nodes(each))
        self._nodes = [node_settings(each) for each in row]
        self._filters = row

    @property
    def processing(self) -> Processing:
        """What the browser is asked to do; set while it listens, it opens the device again."""
        return Processing(**self._asked)

    @processing.setter
    def processing(self, processing: Processing) -> None:  # numpydoc ignore=GL08
        self._asked = asdict(processing)

    @property
    def settings(self) -> Capture | None:
        """What the browser says that it does; ``None`` before it has listened."""
        return Capture(**self._got) if self._got else None

    @property
    def noted(self) -> dict[str, bool | int | float | str]:
        """What a session log notes of it: its state and what the browser says that it does."""
        facts = {"status": self.state, "muted": self.muted, **self._got}
        return {name: value for name, value in facts.items() if value is not None}

    @property
    def take(self) -> Recording | None:
        """The last take; ``None`` before there is one."""
        return self._take

    @property
    def lost_chunks(self) -> int:
        """How many chunks never came, because the page's line was cut."""
        return self._lost_chunks + self._live.lost

    def on_chunk(self, callback: Callable[[bytes, int], object]) -> None:
        """Call back with each live chunk.

        Parameters
        ----------
        callback : callable
            Takes PCM16 at 24 kHz and the place of its first sample.
        """
        self._on_chunk.append(callback)
        self.wants_chunks = True

    def on_talk(self, callback: Callable[[bool], object]) -> None:
        """Call back when the button or its key is pressed, and when it is let go.

        Parameters
        ----------
        callback : callable
            Takes whether it was pressed.  The chunks of what is said come
            between the two calls, the pre-roll first.
        """
        self._on_talk.append(callback)

    def on_take(self, callback: Callable[[Recording], object]) -> None:
        """Call back with each take, when all of it has arrived.

        Parameters
        ----------
        callback : callable
            Takes the recording.
        """
        self._on_take.append(callback)

    def stop(self) -> None:
        """Close the device and turn the light off; a take that runs is delivered."""
        self.post({"type": "stop"})

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        """Take a message of the page; the lock is held.

        Parameters
        ----------
        message : dict
            With a ``type``.
        buffers : sequence of memoryview
            Beside it.
        """
        match message["type"]:
            case "chunk" | "talk":
                self._take_live(message, bytes(buffers[0]) if buffers else b"")
            case "ping":
                self.post({"type": "pong", "n": message["n"], "taken": self._live.taken})
            case "take" if message["id"] not in self._incoming:
                self._incoming[message["id"]] = IncomingTake.announced(message)
            case "part" if message["id"] in self._incoming:
                self._incoming[message["id"]].put(message["number"], bytes(buffers[0]))
            case "complete?":
                self._complete(message["id"])

    def _take_live(self, message: dict[str, Any], octets: bytes) -> None:
        if message["stream"] != self._stream:
            self._lost_chunks += self._live.lost
            self._stream, self._live = message["stream"], InOrder()
        for due, sound in self._live.push(message["number"], (message, octets)):
            if due["type"] == "talk":
                self.call(self._on_talk, due["pressed"])
            else:
                self.call(self._on_chunk, sound, due["first"])

    def _complete(self, name: str) -> None:
        """Say what is missing of a take; hand it over once when nothing is."""
        incoming = self._incoming.get(name)
        if incoming is None:
            self.post({"type": "take", "id": name, "state": "unknown"})
        elif missing := incoming.missing:
            self.post({"type": "take", "id": name, "state": "missing", "missing": missing})
        elif incoming.arrived:
            self.post({"type": "take", "id": name, "state": "arrived"})
        elif (recording := incoming.assembled()) is None:
            missing = incoming.missing
            self.post({"type": "take", "id": name, "state": "missing", "missing": missing})
        else:
            self._take = recording
            self.post({"type": "take", "id": name, "state": "arrived"})
            self.call(self._on_take, recording)
