"""Hearing: the user's side of a conversation, from the microphone to the written words.

Times are milliseconds on the policy's clock.
"""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from voicelab.streaming.policy.conversation import Conversation
from voicelab.streaming.policy.notices import Words
from voicelab.streaming.policy.turn import Turn

__all__ = ["MARGIN_MS", "Hearing"]

MARGIN_MS = 500.0  # speech begins softly, before anybody says that it does
SAME_TURN_MS = 1_500.0
NOT_HEARD_AGAIN_MS = 3_000.0

Fields = Mapping[str, Any]


class Hearing:
    """The user's side.

    Parameters
    ----------
    conversation : Conversation
        What is heard is part of it.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.events: Mapping[str, Callable[[Fields], None]] = {
            "input_audio_buffer.speech_started": self._speech_started,
            "input_audio_buffer.speech_stopped": self._speech_stopped,
            "input_audio_buffer.committed": self._committed,
            "conversation.item.input_audio_transcription.completed": self._transcribed,
            "conversation.item.input_audio_transcription.failed": self._not_transcribed,
        }

    def microphone(self, pcm16: bytes) -> None:
        """Hear the user.

        Parameters
        ----------
        pcm16 : bytes
            Whole samples.
        """
        its = self._conversation
        its.outbox.hear(pcm16, now_ms=its.tray.now_ms)
        margin_ms = MARGIN_MS if its.listening else its.rules.pre_roll_ms
        dropped = its.outbox.trim(margin_ms=margin_ms)
        its.drop(dropped, "the outage was longer than what is kept")

    def alive(self, *, sent_ms: float) -> None:
        """Take note that all that was sent before a time has arrived.

        A turn that should have been heard again by then, and was not, is given up.

        Parameters
        ----------
        sent_ms : float
            When that was.
        """
        its = self._conversation
        its.outbox.shown_heard(sent_before_ms=sent_ms - its.rules.lag_ms)
        lost = its.turns.lost
        if lost is None or lost.end is None:
            return
        if its.outbox.heard > lost.end + its.stream.at(NOT_HEARD_AGAIN_MS):
            its.settle(lost, "dropped", reason="the new connection heard no turn there")

    def pursue(self) -> None:
        """Send the audio that is due."""
        its = self._conversation
        while (octets := its.outbox.take(now_ms=its.tray.now_ms)) is not None:
            audio = base64.b64encode(octets).decode("ascii")
            its.send("input_audio_buffer.append", audio=audio)

    def _speech_started(self, fields: Fields) -> None:
        its = self._conversation
        if not its.listening:
            return
        start = its.outbox.place(float(fields.get("audio_start_ms") or 0))
        slack = its.stream.at(SAME_TURN_MS)
        turn = its.turns.begin(max(start, its.turns.end), slack=slack)
        its.outbox.hold(turn.start)
        if (its.session.get("turn_detection") or {}).get("interrupt_response", True):
            its.stop(cancel=False)

    def _speech_stopped(self, fields: Fields) -> None:
        its = self._conversation
        turn, end = its.turns.open, its.outbox.place(float(fields.get("audio_end_ms") or 0))
        if not its.listening:
            its.button.ended_by_service(str(fields.get("item_id")), at=end)
        elif turn is not None:
            turn.end = end

    def _committed(self, fields: Fields) -> None:
        its, item_id = self._conversation, str(fields.get("item_id"))
        turn = its.turns.open if its.listening else self._pressed_turn(item_id)
        if turn is None:
            return
        if its.listening:
            its.becomes_item(turn, end=its.outbox.sent if turn.end is None else turn.end)
        entry = its.entry_of(turn)
        its.history.name(entry, connection=its.connection or 0, item_id=item_id)

    def _pressed_turn(self, item_id: str) -> Turn | None:
        """Find the press that became an item, by its own commit or by the service's."""
        its = self._conversation
        end = its.button.end_of(item_id)
        if end is not None:
            return next((turn for turn in reversed(its.turns.all) if turn.start <= end), None)
        return its.turns.of(its.button.next_item())

    def _transcribed(self, fields: Fields) -> None:
        its = self._conversation
        item_id, text = str(fields.get("item_id")), str(fields.get("transcript") or "").strip()
        entry = its.history.find(connection=its.connection or 0, item_id=item_id)
        turn = None if entry is None else its.turns.of(entry.turn)
        if entry is None or turn is None or (turn.worded and not text):
            return
        again = item_id == entry.key or entry.text in (None, "", text)
        entry.text = text if again else f"{entry.text} {text}"  # a press may become two items
        turn.worded = True
        its.outbox.turns.know_words(turn.number)
        if turn.state is not None:
            its.outbox.turns.let_go(turn.number)
        its.tray.tell(Words("user", item_id, text))

    def _not_transcribed(self, fields: Fields) -> None:
        its, item_id = self._conversation, str(fields.get("item_id"))
        entry = its.history.find(connection=its.connection or 0, item_id=item_id)
        turn = None if entry is None else its.turns.of(entry.turn)
        if turn is not None and not turn.worded:
            turn.worded = True  # nobody will ever write it down; its audio stands for it
