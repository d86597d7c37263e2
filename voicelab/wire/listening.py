"""Listening: the events of one connection, read for the audio in them.

Feed it events in the order in which they came, of either dialect, and ask it
what was heard: one row an audio delta, told apart by response, and one where
an answer was complete.  Audio is measured and let go.  What is damaged costs
only itself: it is left out or mended, and a sentence says so.

Times are in milliseconds, on any one clock.
"""

import binascii
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicelab.wire.arrivals_csv import ArrivalRow
from voicelab.wire.audio_format import PCM16, AudioFormat, output_format
from voicelab.wire.redaction import AUDIO_BYTES

__all__ = ["AUDIO_DELTAS", "Listened", "Listening"]

AUDIO_DELTAS = frozenset(["response.audio.delta", "response.output_audio.delta"])
AUDIO_DONES = frozenset(["response.audio.done", "response.output_audio.done"])
SESSION_EVENTS = frozenset(["session.created", "session.updated", "session.update"])
LARGE_BYTES = 1 << 20  # more than some clients take in one message

# What is counted: what it is counted in, and what became of it.
SENTENCES = {
    "no_json": ("frame", "held no JSON object and stayed out"),
    "binary": ("binary frame", "stayed out: audio is read from JSON events only"),
    "no_time": ("frame", "had no time and counts as come with the one before"),
    "backwards": ("frame", "had a time before the one in front and counts as come with it"),
    "twice": ("audio delta", "came twice with the same event_id and counts once"),
    "no_base64": ("audio delta", "held no base64 and stayed out"),
    "odd": ("audio delta", "ended in the middle of a sample, which stayed out"),
    "large": ("audio delta", "had more than 1 MiB, which some clients refuse"),
    "late": ("audio delta", "came after another answer had begun and stayed out"),
    "other_rate": ("audio delta", "had another sample rate than most and stayed out"),
    "no_audio": ("answer", "held no audio"),
    "interrupted": ("answer", "ended in an interruption"),
}


@dataclass(frozen=True)
class Listened:
    """What a connection carried for the ear.

    Attributes
    ----------
    rows : tuple of ArrivalRow
        In the order of arrival; times never fall, and an answer begins when
        the one before has come.
    rate_hz : int
        Sample rate of the audio.
    interrupted : mapping of str to float
        By answer, when the listener learned in ms that it was cut off.
    remarks : tuple of str
        One sentence for each kind of damage, with its count.
    """

    rows: tuple[ArrivalRow, ...]
    rate_hz: int
    interrupted: Mapping[str, float]
    remarks: tuple[str, ...]

    @property
    def samples(self) -> int:
        """How much audio there is."""
        return sum(row.samples for row in self.rows)


@dataclass
class _Came:
    """One answer so far."""

    format: AudioFormat
    deltas: list[tuple[float, int]] = field(default_factory=list)
    done_ms: float | None = None
    interrupted_ms: float | None = None


class Listening:
    """What one connection has said so far, for the ear."""

    def __init__(self) -> None:
        self._format: AudioFormat | None = None
        self._answers: dict[str, _Came] = {}
        self._speaking: str | None = None
        self._unnamed = 0
        self._seen: set[str] = set()
        self._now_ms = -math.inf
        self._counts: Counter[str] = Counter()

    def skip(self, *, is_binary: bool) -> None:
        """Note a frame that is no event.

        Parameters
        ----------
        is_binary : bool
            Whether it was no text.
        """
        self._counts["binary" if is_binary else "no_json"] += 1

    def feed(
        self, event: Mapping[str, Any], *, recv_ms: float | None, samples: int | None = None
    ) -> None:
        """Take in the next event, sent or received.

        Parameters
        ----------
        event : mapping
            As it is on the wire.
        recv_ms : float or None
            When the listener had it; ``None`` means with the event before.
        samples : int or None
            How much audio a delta held, where it was measured before and is
            no longer in the event.
        """
        now_ms = self._clock(recv_ms)
        kind = event.get("type")
        if kind in AUDIO_DELTAS:
            self._delta(event, now_ms, samples)
        elif kind in AUDIO_DONES:
            if came := self._answers.get(self._name(event)):
                came.done_ms = now_ms
            self._unnamed += "response_id" not in event and "item_id" not in event
        elif kind == "response.created":
            self._answers.setdefault(self._name(event), _Came(self._format or PCM16))
        elif kind == "response.done":
            self._response_done(event, now_ms)
        elif kind == "input_audio_buffer.speech_started":
            self._speech_started(now_ms)
        elif kind in SESSION_EVENTS:
            session = event.get("session")
            told = output_format(session) if isinstance(session, Mapping) else None
            self._format = told or self._format

    def heard(self) -> Listened:
        """Sum up.

        Returns
        -------
        Listened
            All that was fed, in order.
        """
        counts = self._counts.copy()
        spoken = {name: came for name, came in self._answers.items() if came.deltas}
        counts["no_audio"] = len(self._answers) - len(spoken)
        weights: Counter[AudioFormat] = Counter()
        for came in spoken.values():
            weights[came.format] += len(came.deltas)
        format = max(weights, key=lambda each: weights[each], default=self._format or PCM16)
        for name, came in list(spoken.items()):
            if came.format.rate_hz != format.rate_hz:
                counts["other_rate"] += len(came.deltas)
                del spoken[name]
        counts["interrupted"] = sum(came.interrupted_ms is not None for came in spoken.values())
        rows = [
            ArrivalRow(name, at_ms, samples, False)
            for name, came in spoken.items()
            for at_ms, samples in came.deltas
        ]
        rows += [
            ArrivalRow(name, came.done_ms, 0, True)
            for name, came in spoken.items()
            if came.done_ms is not None and came.done_ms >= came.deltas[-1][0]
        ]
        return Listened(
            tuple(sorted(rows, key=lambda row: (row.recv_ms, row.is_done))),
            format.rate_hz,
            {
                name: came.interrupted_ms
                for name, came in spoken.items()
                if came.interrupted_ms is not None
            },
            self._remarks(counts, format),
        )

    def _clock(self, recv_ms: float | None) -> float:
        if recv_ms is None or not math.isfinite(recv_ms):
            self._counts["no_time"] += 1
            recv_ms = self._now_ms if math.isfinite(self._now_ms) else 0.0
        self._counts["backwards"] += recv_ms < self._now_ms
        self._now_ms = max(self._now_ms, recv_ms)
        return self._now_ms

    def _name(self, event: Mapping[str, Any]) -> str:
        response = event.get("response")
        named = response.get("id") if isinstance(response, Mapping) else None
        named = named or event.get("response_id") or event.get("item_id")
        return named if isinstance(named, str) else f"unnamed {self._unnamed + 1}"

    def _delta(self, event: Mapping[str, Any], now_ms: float, samples: int | None) -> None:
        event_id = event.get("event_id")
        if isinstance(event_id, str):
            if event_id in self._seen:
                self._counts["twice"] += 1
                return
            self._seen.add(event_id)
        name = self._name(event)
        came = self._answers.setdefault(name, _Came(self._format or PCM16))
        if not came.deltas:
            came.format = self._format or PCM16
        if samples is None:
            samples = self._measured(event, came.format)
        if not samples:
            return
        if came.deltas and name != self._speaking:
            self._counts["late"] += 1
            return
        self._speaking = name
        came.deltas.append((now_ms, samples))

    def _measured(self, event: Mapping[str, Any], format: AudioFormat) -> int | None:
        """Whole samples in a delta; ``None`` if it is no audio."""
        delta, octets = event.get("delta"), event.get(AUDIO_BYTES)
        if not (delta == "" and isinstance(octets, int)):
            try:
                octets = len(binascii.a2b_base64(delta, strict_mode=True))  # type: ignore[arg-type]
            except (binascii.Error, TypeError, ValueError):
                self._counts["no_base64"] += 1
                return None
        self._counts["odd"] += octets % format.sample_bytes != 0
        self._counts["large"] += octets > LARGE_BYTES
        return octets // format.sample_bytes

    def _response_done(self, event: Mapping[str, Any], now_ms: float) -> None:
        came = self._answers.setdefault(self._name(event), _Came(self._format or PCM16))
        if came.done_ms is None or (came.deltas and came.done_ms < came.deltas[-1][0]):
            came.done_ms = now_ms
        response = event.get("response")
        cancelled = isinstance(response, Mapping) and response.get("status") == "cancelled"
        if cancelled and came.interrupted_ms is None:
            came.interrupted_ms = now_ms

    def _speech_started(self, now_ms: float) -> None:
        """Take an answer for cut off whose audio cannot have been played to its end yet."""
        came = self._answers.get(self._speaking or "")
        if came and came.interrupted_ms is None:
            duration_ms = 1000 * sum(size for _, size in came.deltas) / came.format.rate_hz
            if now_ms < came.deltas[0][0] + duration_ms:
                came.interrupted_ms = now_ms

    def _remarks(self, counts: Mapping[str, int], format: AudioFormat) -> tuple[str, ...]:
        remarks = [
            f"{counts[what]} {noun}{'s' * (counts[what] > 1)} {became}"
            for what, (noun, became) in SENTENCES.items()
            if counts[what]
        ]
        if self._format is None and self._answers:
            remarks.append(
                f"no event told the audio format: {format.name} at {format.rate_hz} Hz was assumed"
            )
        elif format.rate_hz != PCM16.rate_hz:
            remarks.append(
                f"the audio is {format.name} at {format.rate_hz} Hz, not {PCM16.rate_hz}: "
                "a player for it needs that rate_hz"
            )
        return tuple(remarks)
