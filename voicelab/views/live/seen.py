"""Seen: what a person is told of a live session, from its events and its notices.

It knows no widget and no clock, and keeps no more than is shown: the last
lines, turns and troubles, and counts of the rest.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from voicelab.streaming import LimitReached
from voicelab.streaming.policy import (
    AudioDropped,
    Ended,
    Ready,
    Retrying,
    ServiceSaid,
    TurnSettled,
    Words,
)
from voicelab.wire import Event, by_error_code, explain

__all__ = ["Said", "Seen", "in_words"]

MOST_LINES = 40
MOST_TURNS = 60
MOST_TROUBLES = 6
ANSWER = "vl_a"  # in front of a response's id, what the policy calls its item


@dataclass
class Said:
    """A line of the conversation.

    Attributes
    ----------
    who : {"user", "assistant"}
        Who said it.
    text : str
        The words so far; of an answer that is over, those that were heard.
    is_over : bool
        Whether they will not change any more.
    is_cut : bool
        Whether the answer was stopped before its end.
    latency_ms : float or None
        How long the answer was waited for.
    """

    who: Literal["user", "assistant"]
    text: str = ""
    is_over: bool = False
    is_cut: bool = False
    latency_ms: float | None = None


class Seen:
    """What a person is told.

    Attributes
    ----------
    floor : str
        ``listening``, ``hearing you``, ``thinking`` or ``answering``.
    connections : Counter
        How many there were, by why each was opened.
    connection : int or None
        Which one carries the conversation; ``None`` while none does.
    turns : deque of TurnSettled
        The last turns, each with its end.
    endings : Counter
        How many turns ended in which way.
    troubles : deque of str
        What went wrong last, in the words of the error reference.
    dropped_ms : float
        How much of what the user said was lost.
    ended : str
        Why it is over; empty while it is not.
    """

    def __init__(self) -> None:
        self.floor = "listening"
        self.connections: Counter[str] = Counter()
        self.connection: int | None = None
        self.turns: deque[TurnSettled] = deque(maxlen=MOST_TURNS)
        self.endings: Counter[str] = Counter()
        self.troubles: deque[str] = deque(maxlen=MOST_TROUBLES)
        self.dropped_ms = 0.0
        self.ended = ""
        self._said: dict[str, Said] = {}
        self._sounding = ""  # the answer that was sent last
        self._sessions: dict[int, Mapping[str, Any]] = {}

    @property
    def lines(self) -> tuple[Said, ...]:
        """What was said last, in order; nothing without words."""
        return tuple(each for each in self._said.values() if each.text or each.is_cut)

    @property
    def session(self) -> Mapping[str, Any]:
        """The session as the service last said that it holds; empty before it did."""
        return self._sessions.get(self.connection or 0, {})

    @property
    def expires_at_s(self) -> float | None:
        """Unix time at which the service ends the session, where it says so."""
        at_s = self.session.get("expires_at")
        return float(at_s) if isinstance(at_s, int | float) else None

    def take_event(self, connection: int, event: Event) -> None:
        """Take in what the service said.

        Parameters
        ----------
        connection : int
            On which connection.
        event : Event
            In neutral form.
        """
        fields = event.fields
        match event.type:
            case "session.created" | "session.updated":
                self._sessions[connection] = fields.get("session") or {}
            case "input_audio_buffer.speech_started":
                self.floor = "hearing you"
                self._line(str(fields.get("item_id")), "user")
            case "input_audio_buffer.speech_stopped" | "input_audio_buffer.committed":
                self.floor = "thinking"
                self._line(str(fields.get("item_id")), "user")
            case "response.created":
                response = fields.get("response") or {}
                if not response.get("metadata"):  # a summary that the session asks for itself
                    self._line(f"{ANSWER}{response.get('id')}", "assistant")
            case "response.audio.delta":
                self._sounding = f"{ANSWER}{fields.get('response_id')}"
                if self.floor == "thinking":
                    self.floor = "answering"
            case "response.audio_transcript.delta" | "response.text.delta":
                said = self._said.get(f"{ANSWER}{fields.get('response_id')}")
                if said is not None and not said.is_over:
                    said.text += str(fields.get("delta") or "")

    def take_notice(self, notice: object) -> None:
        """Take in what the session told.

        Parameters
        ----------
        notice : dataclass
            One of :mod:`voicelab.streaming.policy.notices`, or ``LimitReached``.
        """
        match notice:
            case Ready(connection, why):
                self._sessions = {connection: self._sessions.get(connection, {})}
                self.connection = connection
                self.connections[why] += 1
            case Retrying(attempt, wait_ms, why, sentence):
                self.connection = None
                after = "at once" if wait_ms < 100 else f"in {wait_ms / 1000:.1f} s"
                self.troubles.append(f"{in_words(why, sentence)} Attempt {attempt} {after}.")
            case Words(role, item_id, text):
                said = self._line(item_id, role)
                said.text, said.is_over = text, True
            case TurnSettled():
                self.turns.append(notice)
                self.endings[notice.state] += 1
                if notice.state == "dropped":
                    self.troubles.append(
                        f"Turn {notice.turn} was dropped: {_sentence(notice.reason)}"
                    )
                self._cut(notice)
            case AudioDropped(start_ms, end_ms, reason):
                self.dropped_ms += end_ms - start_ms
                self.troubles.append(
                    f"{(end_ms - start_ms) / 1000:.1f} s were lost: {_sentence(reason)}"
                )
            case ServiceSaid(code, sentence, expected) if not expected:
                self.troubles.append(in_words(code, sentence))
            case LimitReached(sentence):
                self.ended = sentence
            case Ended(why, sentence):
                self.connection = None
                if why != "left":
                    self.ended = in_words(why, sentence)

    def answered_after(self, response_id: str, latency_ms: float) -> None:
        """Note how long an answer was waited for.

        Parameters
        ----------
        response_id : str
            Which.
        latency_ms : float
            From the end of the voice to the answer's first sample.
        """
        said = self._said.get(f"{ANSWER}{response_id}")
        if said is not None:
            said.latency_ms = latency_ms

    def fall_silent(self) -> None:
        """Take note that everything has been heard."""
        if self.floor == "answering":
            self.floor = "listening"

    def _line(self, key: str, who: Literal["user", "assistant"]) -> Said:
        if key not in self._said:
            self._said[key] = Said(who)
            while len(self._said) > MOST_LINES:
                del self._said[next(iter(self._said))]
        return self._said[key]

    def _cut(self, turn: TurnSettled) -> None:
        """Mark the answer that was just stopped; of one too short for a word nothing stays."""
        said = self._said.get(self._sounding)
        if said is not None and turn.state == "answered in part":
            said.text *= said.is_over
            said.is_over = said.is_cut = True


def in_words(name: str, sentence: str) -> str:
    """Say what a failure means and what to do, in the words of the error reference.

    Parameters
    ----------
    name : str
        A close code, a status or an error code.
    sentence : str
        What is known of this one; told where the reference has nothing better.

    Returns
    -------
    str
        Its name, what happened, and what to change where somebody has to.
    """
    known = by_error_code(name)
    if known is None:
        try:
            known = explain(name)
        except ValueError:
            return f"{name}: {sentence}"
    to_do = f" {known.change}" if known.action == "fix" else ""
    return f"{name}: {known.meaning}{to_do}"


def _sentence(reason: str) -> str:
    return f"{reason.rstrip('.')}."
