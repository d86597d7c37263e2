"""LiveLog: what happened in a live session, kept as it happens.

It is told of every event with its time, of every answer's sound and of what
the client told its user, and can be asked at any moment.  With a file it also
writes a session log (:mod:`voicelab.wire.session_log`), a line an event, each
line whole before the next: a process that dies leaves a log that can be read.
Secrets are never in it; sound and what was said are in the file only on
request.  How loud the sound was, every 10 ms, and how many characters were
written down is always in it: by that one can tell afterwards what went wrong.

What the client itself did stands in the same log, as events of a type
``client.*`` that no service has.  Times are milliseconds since the session
was opened.
"""

import binascii
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TextIO, TypeVar

import numpy as np

from voicelab.audio import Recording, from_pcm16
from voicelab.jitter import Arrivals
from voicelab.streaming.policy.notices import (
    AudioDropped,
    Ended,
    Ready,
    Retrying,
    TurnSettled,
    Words,
)
from voicelab.wire import SESSION_LOG_HEADER, Event, Listening, LoggedEvent
from voicelab.wire.levels import levels_db

__all__ = ["Line", "LiveLog"]

Told = TypeVar("Told")
AUDIO_FIELDS = {"input_audio_buffer.append": "audio", "response.audio.delta": "delta"}


@dataclass(frozen=True)
class Line:
    """What one side said.

    Attributes
    ----------
    who : {"user", "assistant"}
        Who said it.
    text : str
        The words, as the service wrote them down.
    """

    who: str
    text: str

    def __str__(self) -> str:
        return f"{self.who}: {self.text}"


class LiveLog:
    """What happened in a live session.

    Parameters
    ----------
    stream : text file or None
        Where the session log goes.
    rate_hz : int
        Sample rate of the answers.
    keep_transcripts : bool
        Whether the file holds what was said.
    keep_audio : bool
        Whether the file holds the sound of both sides.
    keep_sound_s : float or None
        How much of the answers' sound is kept, whole answers, the last one in
        any case; ``None`` keeps all.
    """

    def __init__(
        self,
        stream: TextIO | None = None,
        *,
        rate_hz: int = 24_000,
        keep_transcripts: bool = False,
        keep_audio: bool = False,
        keep_sound_s: float | None = None,
    ) -> None:
        self.rate_hz = rate_hz
        self.counts: Counter[str] = Counter()
        self.notices: list[object] = []
        self.now_ms = 0.0
        self._stream = stream
        self._keep_transcripts = keep_transcripts
        self._keep_audio = keep_audio
        self._keep_bytes = None if keep_sound_s is None else int(2 * rate_hz * keep_sound_s)
        self._listening = Listening()
        self._answers: dict[str, bytearray] = {}
        self._places: dict[str, int] = {}
        self._lines: dict[str, Line] = {}
        if stream is not None:
            stream.write(SESSION_LOG_HEADER + "\n")

    def record(
        self,
        event: Event,
        *,
        now_ms: float,
        direction: str = "in",
        samples: int | None = None,
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
        samples : int or None
            How much audio it holds, if it is an audio event.
        connection : int or None
            Which connection it went through.
        """
        self.now_ms = max(self.now_ms, now_ms)
        self.counts[f"{direction} {event.type}"] += 1
        whole = {"type": event.type, **event.fields}
        if direction == "in":
            self._listening.feed(whole, recv_ms=self.now_ms, samples=samples)
            self._place(event)
        self._write(whole, direction, samples, connection)

    def tell(self, notice: object, *, now_ms: float) -> None:
        """Take in what the user was told.

        Parameters
        ----------
        notice : dataclass
            A notice of the policy, or of the session itself.
        now_ms : float
            When.
        """
        self.now_ms = max(self.now_ms, now_ms)
        self.notices.append(notice)
        facts = {each.name: getattr(notice, each.name) for each in fields(notice)}  # type: ignore[arg-type]
        if isinstance(notice, Words):
            self._places.setdefault(notice.item_id, len(self._places))
            self._lines[notice.item_id] = Line(notice.role, notice.text)
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(notice).__name__).lower()
        # Under keys whose texts the log may hold if they look like a code.
        for mine, its in (("why", "code"), ("state", "status")):
            if mine in facts:
                facts[its] = facts.pop(mine)
        self._write({"type": f"client.{name}", **facts}, "in")

    def note(self, what: str, *, now_ms: float, **facts: int | str | float | None) -> None:
        """Take in what happened to a connection, or to the page, beside all events.

        Parameters
        ----------
        what : str
            In one word: ``opened``, ``refused``, ``closed``, ``microphone``.
        now_ms : float
            When.
        **facts
            Numbers and codes.
        """
        self.now_ms = max(self.now_ms, now_ms)
        self._write({"type": f"client.{what}", **facts}, "in")

    def hear(self, answer: str, octets: bytes) -> None:
        """Take in a piece of an answer's sound.

        Parameters
        ----------
        answer : str
            The response it belongs to.
        octets : bytes
            PCM16.
        """
        self._answers.setdefault(answer, bytearray()).extend(octets)
        while self._keep_bytes is not None and len(self._answers) > 1:
            if sum(map(len, self._answers.values())) <= self._keep_bytes:
                break
            del self._answers[next(iter(self._answers))]

    @property
    def answers(self) -> tuple[Recording, ...]:
        """The answers' sound, in the order in which they began."""
        return tuple(
            Recording(from_pcm16(octets), self.rate_hz, name)
            for name, octets in self._answers.items()
            if octets
        )

    @property
    def audio(self) -> Recording:
        """All answers, one after the other."""
        answers = self.answers
        if not answers:
            raise ValueError(
                "there must have been an answer with sound, got none; look at the notices"
            )
        return Recording(np.concatenate([each.samples for each in answers]), self.rate_hz, "answer")

    @property
    def arrivals(self) -> Arrivals:
        """When the sound of each answer came."""
        heard = self._listening.heard()
        return Arrivals.from_rows(heard.rows, name="live session", rate_hz=heard.rate_hz)

    @property
    def transcript(self) -> tuple[Line, ...]:
        """What both sides said, in the order in which it was said."""
        ordered = sorted(self._lines, key=lambda item: self._places[item])
        return tuple(self._lines[item] for item in ordered)

    def told(self, kind: type[Told]) -> list[Told]:
        """Give the notices of one kind.

        Parameters
        ----------
        kind : type
            One of :mod:`voicelab.streaming.policy.notices`, or ``LimitReached``.

        Returns
        -------
        list
            In order.
        """
        return [each for each in self.notices if isinstance(each, kind)]

    def summary(self) -> str:
        """Say what happened.

        Returns
        -------
        str
            A few lines: connections, turns, answers, and what was told.
        """
        settled = Counter(each.state for each in self.told(TurnSettled))
        opened = Counter(each.why for each in self.told(Ready))
        dropped_ms = sum(each.end_ms - each.start_ms for each in self.told(AudioDropped))
        answers = self.answers
        seconds = sum(each.duration_ms for each in answers) / 1000
        said = [
            f"{self.now_ms / 1000:.1f} s on {_counted(opened.total(), 'connection')}"
            f" ({opened['reconnect']} after a loss, {opened['rotation']} by rotation)",
            f"{_counted(settled.total(), 'turn')}: "
            + (", ".join(f"{n} {state}" for state, n in settled.items()) or "nothing was said"),
            f"{_counted(len(answers), 'answer')} with {seconds:.1f} s of sound",
            f"{dropped_ms / 1000:.1f} s of user audio lost",
        ]
        said += [each.sentence for each in self.told(Retrying)]
        said += [each.sentence for each in self.told(Ended) if each.why != "left"]
        return "\n".join(said)

    def _place(self, event: Event) -> None:
        """Remember when an item was first heard of: words may come in another order."""
        item = event.fields.get("item")
        item_id = item.get("id") if isinstance(item, Mapping) else event.fields.get("item_id")
        if isinstance(item_id, str):
            self._places.setdefault(item_id, len(self._places))

    def _write(
        self,
        event: Mapping[str, Any],
        direction: str,
        samples: int | None = None,
        connection: int | None = None,
    ) -> None:
        if self._stream is None:
            return
        if isinstance(words := event.get("transcript"), str):
            event = {**event, "characters": len(words)}
        logged = LoggedEvent.of(
            event,
            recv_ms=self.now_ms,
            direction="out" if direction == "out" else "in",
            samples=samples,
            levels=_levels(event, self.rate_hz),
            connection=connection,
            keep_audio=self._keep_audio,
            keep_transcripts=self._keep_transcripts,
        )
        self._stream.write(logged.line() + "\n")


def _levels(event: Mapping[str, Any], rate_hz: int) -> tuple[int, ...] | None:
    """Measure an audio event, of either side; anything else is not loud."""
    key = AUDIO_FIELDS.get(str(event.get("type")))
    try:
        octets = binascii.a2b_base64(event.get(key or "") or "")
    except (binascii.Error, TypeError, ValueError):
        return None
    return levels_db(np.frombuffer(octets[: len(octets) // 2 * 2], "<i2"), rate_hz=rate_hz) or None


def _counted(n: int, noun: str) -> str:
    return f"{n} {noun}{'s' * (n != 1)}"
