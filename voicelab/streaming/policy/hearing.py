"""Hearing: the user's side of a conversation, from the first sound to the written words."""

from collections.abc import Mapping
from typing import Any

from voicelab.streaming.policy.desk import Desk
from voicelab.streaming.policy.notices import Words
from voicelab.streaming.policy.outbox import Span
from voicelab.streaming.policy.turns import Turn

__all__ = ["Hearing"]

SAME_TURN_MS = 1_500.0
NOT_HEARD_AGAIN_MS = 3_000.0


class Hearing(Desk):
    """The user's side."""

    def _speech_started(self, fields: Mapping[str, Any]) -> None:
        if not self._listening:
            return
        start = self.outbox.place(float(fields.get("audio_start_ms") or 0))
        slack = self.outbox.at(SAME_TURN_MS)
        turn = self.turns.begin(max(start, self._turn_end), slack=slack)
        self.outbox.hold(turn.start)
        if (self._session.get("turn_detection") or {}).get("interrupt_response", True):
            self._stop(cancel=False)

    def _speech_stopped(self, fields: Mapping[str, Any]) -> None:
        turn, end = self.turns.open, self.outbox.place(float(fields.get("audio_end_ms") or 0))
        if not self._listening:
            self._stopped[str(fields.get("item_id"))] = end
        elif turn is not None:
            turn.end = end

    def _committed(self, fields: Mapping[str, Any]) -> None:
        item_id = str(fields.get("item_id"))
        turn = self.turns.open if self._listening else self._pressed_turn(item_id)
        if turn is None:
            return
        if self._listening:
            self._becomes_item(turn, end=self.outbox.sent if turn.end is None else turn.end)
        entry = self._entry_of(turn)
        self.history.name(entry, connection=self._connection or 0, item_id=item_id)

    def _becomes_item(self, turn: Turn, *, end: int) -> None:
        """Close a turn's audio; whatever waited for an answer before it is superseded."""
        turn.stage, turn.end = "committed", end
        self._turn_end = end
        self.outbox.keep(turn.number, Span(turn.start, end))
        self.outbox.hold(None)
        self.outbox.shown_heard(upto=end)
        for other in self.turns.unsettled:
            if other is not turn and other.stage == "committed":
                self._settle(other, "superseded")
        self._entry_of(turn)

    def _pressed_turn(self, item_id: str) -> Turn | None:
        """Find the press that became an item, by its own commit or by the service's."""
        if item_id in self._stopped:
            end = self._stopped.pop(item_id)
            return next((turn for turn in reversed(self.turns.all) if turn.start <= end), None)
        return self.turns.of(self._committing.pop(0)) if self._committing else None

    def _transcribed(self, fields: Mapping[str, Any]) -> None:
        item_id, text = str(fields.get("item_id")), str(fields.get("transcript") or "").strip()
        entry = self.history.find(connection=self._connection or 0, item_id=item_id)
        turn = None if entry is None else self.turns.of(entry.turn)
        if entry is None or turn is None or (turn.worded and not text):
            return
        again = item_id == entry.key or entry.text in (None, "", text)
        entry.text = text if again else f"{entry.text} {text}"  # a press may become two items
        self._worded(turn)
        self._tell(Words("user", item_id, text))

    def _not_transcribed(self, fields: Mapping[str, Any]) -> None:
        item_id = str(fields.get("item_id"))
        entry = self.history.find(connection=self._connection or 0, item_id=item_id)
        turn = None if entry is None else self.turns.of(entry.turn)
        if turn is not None and not turn.worded:
            turn.worded = True  # nobody will ever write it down; its audio stands for it

    def _worded(self, turn: Turn) -> None:
        turn.worded = True
        self.outbox.know_words(turn.number)
        if turn.state is not None:
            self.outbox.settle(turn.number)

    def _give_up_unheard(self) -> None:
        lost = self.turns.lost
        if lost is None or lost.end is None:
            return
        if self.outbox.heard > lost.end + self.outbox.at(NOT_HEARD_AGAIN_MS):
            self._settle(lost, "dropped", reason="the new connection heard no turn there")
