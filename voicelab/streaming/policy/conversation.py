"""Conversation: the machines that one conversation consists of, and its turns' ends.

It outlives connections.  Those who act in it, :mod:`hearing`, :mod:`pressing`,
:mod:`answering` and :mod:`handover`, share it; what more than one of them does
is done here.

Times are milliseconds on the policy's clock.
"""

import base64
import math
from typing import Any

from voicelab.streaming.policy.answer import Answer
from voicelab.streaming.policy.asks import Asks
from voicelab.streaming.policy.barge_in import BargeIn
from voicelab.streaming.policy.entry import Entry
from voicelab.streaming.policy.history import History
from voicelab.streaming.policy.messages import FlushPlayback
from voicelab.streaming.policy.notices import AudioDropped, EndState, TurnSettled, Words
from voicelab.streaming.policy.outbox import Outbox
from voicelab.streaming.policy.push_to_talk import PushToTalk
from voicelab.streaming.policy.rules import Rules
from voicelab.streaming.policy.span import Span
from voicelab.streaming.policy.summary import Summary
from voicelab.streaming.policy.tray import Tray
from voicelab.streaming.policy.turn import Turn
from voicelab.streaming.policy.turns import Turns

__all__ = ["Conversation"]

WORDS_WITHIN_MS = 10_000.0  # some services never write down what they are told again


class Conversation:
    """One conversation.

    Parameters
    ----------
    rules : Rules
        How it is to be kept.
    tray : Tray
        Where it lays what is to be done.
    """

    def __init__(self, rules: Rules, *, tray: Tray) -> None:
        self.rules = rules
        self.tray = tray
        self.session: dict[str, Any] = rules.configuration
        self.connection: int | None = None  # the one that carries it
        self.listening = rules.talking == "open microphone"
        self.dropped: list[Span] = []
        self.turns = Turns()
        self.asks = Asks()
        self.summary = Summary()
        self.history = History(most_tokens=rules.history_tokens)
        self.barge_in = BargeIn(rate_hz=rules.rate_hz)
        self.outbox = Outbox(
            rate_hz=rules.rate_hz,
            resend_s=rules.settings.resend_s,
            chunk_ms=rules.settings.chunk_ms,
            drain=rules.drain,
        )
        self.stream = self.outbox.stream
        self.button = PushToTalk(
            rate_hz=rules.rate_hz,
            pre_roll_ms=rules.pre_roll_ms,
            keep_alive_ms=rules.keep_alive_ms,
        )
        if not self.listening:
            self.outbox.rest()

    @property
    def quiet(self) -> bool:
        """Whether nobody speaks, all is sent and nothing is owed: a connection may be left."""
        if self.summary.waits or not self.button.is_up or self.asks.owed or self.turns.unsettled:
            return False
        if self.outbox.is_behind:
            return False  # there may be speech in what waits
        since = self.stream.end - self.stream.at(WORDS_WITHIN_MS)
        unworded = any(
            turn.stage == "committed" and not turn.worded and (turn.end or 0) > since
            for turn in self.turns.all
        )
        return not (unworded or self.barge_in.sounds)

    @property
    def next_ms(self) -> float:
        """When time alone will ask for something; infinite if it will not."""
        if self.connection is None:
            return self.summary.next_ms
        is_up = not self.listening and self.button.is_up
        sign_ms = self.button.sign_due_ms if is_up else math.inf
        return min(self.summary.next_ms, self.asks.next_ms, self.outbox.next_ms, sign_ms)

    def send(self, event_type: str, **fields: Any) -> None:
        """Send an event to whichever connection carries the conversation, if one does.

        Parameters
        ----------
        event_type : str
            Its neutral name.
        **fields
            Everything else of it.
        """
        if self.connection is not None:
            self.tray.send(self.connection, event_type, fields)
            self.button.sent(now_ms=self.tray.now_ms)

    def entry_of(self, turn: Turn) -> Entry:
        """Give a turn's place in the history, a new one if it has none.

        Parameters
        ----------
        turn : Turn
            The turn.

        Returns
        -------
        Entry
            Its words are not known at first.
        """
        key = f"vl_u{turn.number}"
        entry = self.history.find(connection=0, item_id=key)
        if entry is None:
            length_s = self.stream.ms((turn.end or turn.start) - turn.start) / 1000
            entry = self.history.add(Entry(key, "user", turn=turn.number, length_s=length_s))
        return entry

    def sound_of(self, number: int) -> str | None:
        """Give the audio of a turn as it stands on the wire.

        Parameters
        ----------
        number : int
            Its number.

        Returns
        -------
        str or None
            In base64; ``None`` unless all of it is kept.
        """
        octets = self.outbox.turns.audio(number)
        return None if octets is None else base64.b64encode(octets).decode("ascii")

    def becomes_item(self, turn: Turn, *, end: int) -> None:
        """Close a turn's audio; whatever waited for an answer before it is superseded.

        Parameters
        ----------
        turn : Turn
            The turn.
        end : int
            Where its audio ends.
        """
        turn.stage, turn.end, self.turns.end = "committed", end, end
        self.outbox.keep(turn.number, Span(turn.start, end))
        self.outbox.hold(None)
        self.outbox.shown_heard(upto=end)
        for other in self.turns.unsettled:
            if other is not turn and other.stage == "committed":
                self.settle(other, "superseded")
        self.entry_of(turn)

    def stop(self, *, cancel: bool) -> list[Answer]:
        """Stop what sounds.

        Parameters
        ----------
        cancel : bool
            Whether the service has to be told; it knows where it heard the user.

        Returns
        -------
        list of Answer
            Those of which nothing was heard.
        """
        connected = self.connection is not None
        own_cut = (self.session.get("turn_detection") or {}).get("auto_truncate") is True
        stopped, events = self.barge_in.stop(
            cancel=cancel and connected, truncate=connected and not own_cut
        )
        for answer in stopped:
            self.tray.put(FlushPlayback(answer.response_id))
            self.remember(answer)
            turn = self.turns.of(answer.turn)
            if turn is not None and answer.played_ms >= 1:
                self.settle(turn, "answered in part", heard_ms=answer.played_ms)
            elif turn is not None:
                turn.response_id = None
            if answer.done:
                self.barge_in.forget(answer.response_id)
        for event in events:
            self.send(event.type, **event.fields)
        return [answer for answer in stopped if answer.played_ms < 1]

    def remember(self, answer: Answer) -> None:
        """Write down what was heard of an answer.

        Parameters
        ----------
        answer : Answer
            Which.
        """
        entry = self.history.find(connection=0, item_id=f"vl_a{answer.response_id}")
        if entry is not None:
            entry.text, entry.estimate = answer.heard()
            if entry.text:
                self.tray.tell(Words("assistant", entry.key, entry.text))

    def settle(
        self, turn: Turn, state: EndState, *, heard_ms: float = 0.0, reason: str = ""
    ) -> None:
        """End a turn, unless it has ended.

        Parameters
        ----------
        turn : Turn
            Which.
        state : {"answered", "answered in part", "superseded", "dropped"}
            How.
        heard_ms : float
            How much of its answer was heard.
        reason : str
            Why it was dropped.
        """
        if not self.turns.settle(turn, state, heard_ms=heard_ms, reason=reason):
            return
        self.asks.cancel(turn.number)
        if turn.worded:
            self.outbox.turns.let_go(turn.number)
        start_ms, end_ms = self.stream.ms(turn.start), self.stream.ms(turn.end or turn.start)
        self.tray.tell(
            TurnSettled(turn.number, start_ms, end_ms, state, heard_ms, turn.repeats, reason)
        )

    def drop(self, span: Span | None, reason: str) -> None:
        """Tell of user audio that is lost for good.

        Parameters
        ----------
        span : Span or None
            Where it lies; nothing is told of ``None``.
        reason : str
            Why.
        """
        if span is not None:
            self.dropped.append(span)
            start_ms, end_ms = self.stream.ms(span.start), self.stream.ms(span.end)
            self.tray.tell(AudioDropped(start_ms, end_ms, reason))

    def finish(self, reason: str) -> None:
        """End every turn: the session is over.

        Parameters
        ----------
        reason : str
            Why.
        """
        self.connection = None
        self.stop(cancel=False)
        for turn in self.turns.unsettled:
            self.settle(turn, "dropped", reason=reason)
