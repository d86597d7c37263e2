"""Desk: what both sides of a conversation have in common, and how they speak.

Times are milliseconds on the policy's clock.
"""

import base64
from typing import Any

from voicelab.streaming.policy.barge_in import Answer, BargeIn
from voicelab.streaming.policy.history import Entry, History
from voicelab.streaming.policy.messages import FlushPlayback, Output, Send, Tell
from voicelab.streaming.policy.meters import Meters
from voicelab.streaming.policy.notices import AudioDropped, EndState, Notice, TurnSettled, Words
from voicelab.streaming.policy.outbox import Outbox, Span
from voicelab.streaming.policy.push_to_talk import PushToTalk
from voicelab.streaming.policy.rules import Rules
from voicelab.streaming.policy.turns import Turn, Turns
from voicelab.wire import Event

__all__ = ["Desk"]


class Desk:
    """What both sides of a conversation have in common.

    Parameters
    ----------
    rules : Rules
        How it is to be kept.
    meters : Meters
        Counts what it uses.
    """

    def __init__(self, rules: Rules, *, meters: Meters) -> None:
        self._rules = rules
        self._meters = meters
        self._session: dict[str, Any] = rules.configuration
        self._connection: int | None = None
        self._listening = rules.talking == "open microphone"
        self._now_ms = 0.0
        self._out: list[Output] = []
        self._owed = False  # an answer that was refused while another one was on its way
        self._summary_ms: float | None = None  # when one was asked for
        self._turn_end = 0  # where the last turn that is an item ends
        self._committing: list[int] = []  # presses whose commit was sent, oldest first
        self._stopped: dict[str, int] = {}  # where the service ended a press by itself
        self.dropped: list[Span] = []
        self.turns = Turns()
        self.history = History(most_tokens=rules.history_tokens)
        self.barge_in = BargeIn(rate_hz=rules.rate_hz)
        self.outbox = Outbox(
            rate_hz=rules.rate_hz,
            resend_s=rules.settings.resend_s,
            chunk_ms=rules.settings.chunk_ms,
            drain=rules.drain,
        )
        self.button = PushToTalk(
            rate_hz=rules.rate_hz,
            pre_roll_ms=rules.pre_roll_ms,
            keep_alive_ms=rules.keep_alive_ms,
        )
        if not self._listening:
            self.outbox.rest()

    def _begin(self, now_ms: float) -> None:
        self._now_ms = now_ms
        self._out = []

    def _send(self, event_type: str, **fields: Any) -> None:
        if self._connection is not None:
            self._out.append(Send(self._connection, Event(event_type, fields)))
            self.button.sent(now_ms=self._now_ms)

    def _tell(self, notice: Notice) -> None:
        self._out.append(Tell(notice))

    def _settle(
        self, turn: Turn, state: EndState, *, heard_ms: float = 0.0, reason: str = ""
    ) -> None:
        if not self.turns.settle(turn, state, heard_ms=heard_ms, reason=reason):
            return
        if turn.worded:
            self.outbox.settle(turn.number)
        start_ms = self.outbox.ms(turn.start)
        end_ms = self.outbox.ms(turn.start if turn.end is None else turn.end)
        self._tell(
            TurnSettled(turn.number, start_ms, end_ms, state, heard_ms, turn.repeats, reason)
        )

    def _drop(self, span: Span | None, reason: str) -> None:
        if span is not None:
            self.dropped.append(span)
            start_ms, end_ms = self.outbox.ms(span.start), self.outbox.ms(span.end)
            self._tell(AudioDropped(start_ms, end_ms, reason))

    def _append(self, octets: bytes) -> None:
        self._send("input_audio_buffer.append", audio=base64.b64encode(octets).decode("ascii"))

    def _entry_of(self, turn: Turn) -> Entry:
        key = f"vl_u{turn.number}"
        entry = self.history.find(connection=0, item_id=key)
        if entry is None:
            length_s = self.outbox.ms((turn.end or turn.start) - turn.start) / 1000
            entry = self.history.add(Entry(key, "user", turn=turn.number, length_s=length_s))
        return entry

    def _sound_of(self, number: int) -> str | None:
        octets = self.outbox.audio(number)
        return None if octets is None else base64.b64encode(octets).decode("ascii")

    def _stop(self, *, cancel: bool) -> list[Answer]:
        """Stop what sounds; give the answers of which nothing was heard."""
        connected = self._connection is not None
        own_cut = (self._session.get("turn_detection") or {}).get("auto_truncate") is True
        stopped, events = self.barge_in.stop(
            cancel=cancel and connected, truncate=connected and not own_cut
        )
        unheard = []
        for answer in stopped:
            self._out.append(FlushPlayback(answer.response_id))
            self._remember(answer)
            turn = self.turns.of(answer.turn)
            if answer.played_ms >= 1 and turn is not None:
                self._settle(turn, "answered in part", heard_ms=answer.played_ms)
            elif answer.played_ms < 1:
                unheard.append(answer)
                if turn is not None:
                    turn.response_id = None
            if answer.done:
                self.barge_in.forget(answer.response_id)
        for event in events:
            self._send(event.type, **event.fields)
        return unheard

    def _remember(self, answer: Answer) -> None:
        entry = self.history.find(connection=0, item_id=f"vl_a{answer.response_id}")
        if entry is not None:
            entry.text, entry.estimate = answer.heard()
            if entry.text:
                self._tell(Words("assistant", entry.key, entry.text))
