"""Speaker: answers played in the page, by the worklet that the export ships.

The kernel hands over pieces of answers; the page plays them by the rules of a
:class:`~voicelab.jitter.Player` and reports what was played and where it ran
dry.  It can be given to a live session as it is.

A page starts no sound before somebody has clicked in it: until then answers wait.
"""

import math
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

import numpy as np
import traitlets

from voicelab.export.worklet import player_rules
from voicelab.jitter import Answer, Arrivals, Player
from voicelab.streaming.loudspeaker import Heard
from voicelab.views.browser.assembly import joined, source
from voicelab.views.browser.played import Played
from voicelab.views.browser.widget import BrowserWidget

__all__ = ["Speaker"]

STATES = ("asleep", "needs a click", "ready", "playing", "failed")


class Speaker(BrowserWidget):
    """A loudspeaker in a cell; it plays what a live session hands it.

    Parameters
    ----------
    player : Player or None
        How it plays; at once and without buffer unless told.

    Attributes
    ----------
    state : str
        ``asleep`` (not shown anywhere yet), ``needs a click``, ``ready``,
        ``playing`` or ``failed``.
    said : str
        The words that the page shows for it.
    """

    _esm = joined("speaker.js")
    _css = source("browser.css")

    state = traitlets.Enum(STATES, "asleep").tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)
    _rules = traitlets.Dict().tag(sync=True)

    def __init__(self, player: Player | None = None) -> None:
        super().__init__()
        self._played = Played()
        self._log: dict[str, list[tuple[float, int]]] = {}
        self._ended: dict[str, float] = {}
        self._dropped_samples = 0
        self._clock_ms = (0.0, monotonic())  # the caller's, and when it was told
        self.player = player or Player()

    @property
    def player(self) -> Player:
        """How it plays; settable, and holds from the next answer on that finds silence."""
        return self._player

    @player.setter
    def player(self, player: Player) -> None:  # numpydoc ignore=GL08
        self._player = player
        self._played.rate_hz = player.rate_hz
        self._rules = player_rules(player)

    @property
    def underruns(self) -> int:
        """How often an answer that had begun ran dry, as the page last counted."""
        return self._played.underruns

    @property
    def silent_ms(self) -> float:
        """How long they were together."""
        return self._played.ms(self._played.silent_samples)

    @property
    def reported_s(self) -> float:
        """When the page last reported, on the machine's monotonic clock."""
        return self._played.reported_s

    @property
    def dropped_ms(self) -> float:
        """How much the page threw away because its queue was full."""
        return self._played.ms(self._dropped_samples)

    @property
    def arrivals(self) -> Arrivals:
        """When the page's worklet could first read each piece, by its own clock."""
        with self.lock:
            answers = [
                Answer(
                    name,
                    np.array([at_ms for at_ms, _ in pieces]),
                    np.array([samples for _, samples in pieces]),
                    max(self._ended.get(name, pieces[-1][0]), pieces[-1][0]),
                )
                for name, pieces in self._log.items()
            ]
        return Arrivals("the page's loudspeaker", tuple(answers))

    def play(self, response_id: str, item_id: str, pcm16: bytes, *, now_ms: float) -> None:
        """Take the next piece of an answer.

        Parameters
        ----------
        response_id, item_id : str
            Which answer.
        pcm16 : bytes
            The piece.
        now_ms : float
            Now.
        """
        with self.lock:
            self._clock_ms = (now_ms, monotonic())
            self._played.queue(response_id, item_id, len(pcm16) // 2, at_s=monotonic())
        self.post({"type": "audio", "response": response_id}, pcm16)

    def done(self, response_id: str) -> None:
        """Say that nothing more of an answer will come.

        Parameters
        ----------
        response_id : str
            Which.
        """
        self.post({"type": "done", "response": response_id})

    def flush(self, response_id: str) -> None:
        """Throw away what is left of an answer.

        Parameters
        ----------
        response_id : str
            Which.
        """
        with self.lock:
            self._played.flush(response_id)
        self.post({"type": "flush", "response": response_id})

    def heard(self, *, now_ms: float) -> Iterator[Heard]:
        """Say what more has been heard, as the page has reported.

        Parameters
        ----------
        now_ms : float
            Now.

        Yields
        ------
        Heard
            Each answer that has gone on since the last call.
        """
        with self.lock:
            self._clock_ms = (now_ms, monotonic())
            more = self._played.news()
        for response_id, item_id, ms in more:
            yield Heard(response_id, item_id, ms)

    def free_ms(self) -> float:
        """Say when it will have played, or has played, everything.

        Returns
        -------
        float
            A time on the caller's clock; minus infinity before the first answer.
        """
        with self.lock:
            if not self._played.begun:
                return -math.inf
            told_ms, told = self._clock_ms
            reported_ms = told_ms + 1000 * (self._played.reported_s - told)
            return reported_ms + self._played.ms(self._played.waiting_samples)

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
            case "report":
                self._dropped_samples = message["dropped"]
                self._played.report(message["answers"], at_s=monotonic())
                for name, samples, at_ms in message["log"]:
                    if samples:
                        self._log.setdefault(name, []).append((at_ms, samples))
                    else:
                        self._ended[name] = at_ms
