"""Answering: the service's side of a conversation, from an answer's first sign to its end.

Times are milliseconds on the policy's clock.
"""

from collections.abc import Callable, Mapping
from typing import Any

from voicelab.streaming.policy.answer import Answer
from voicelab.streaming.policy.barge_in import LOST_RACES
from voicelab.streaming.policy.conversation import Conversation
from voicelab.streaming.policy.entry import Entry
from voicelab.streaming.policy.messages import PlayAudio
from voicelab.streaming.policy.meters import Meters
from voicelab.streaming.policy.notices import EndState, FunctionCalled, ServiceSaid
from voicelab.wire import Event, audio_of

__all__ = ["Answering"]

CALL_FIELDS = ("id", "type", "call_id", "name", "arguments")

Fields = Mapping[str, Any]


class Answering:
    """The service's side.

    Parameters
    ----------
    conversation : Conversation
        What is answered is part of it.
    meters : Meters
        Counts what answers use.
    """

    def __init__(self, conversation: Conversation, *, meters: Meters) -> None:
        self._conversation = conversation
        self._meters = meters
        self.events: Mapping[str, Callable[[Fields], None]] = {
            "response.created": self._created,
            "response.audio.delta": self._sounds,
            "response.audio_transcript.delta": self._words,
            "response.text.delta": self._words,
            "response.audio_timestamp.delta": self._word_time,
            "response.output_item.done": self._item_done,
            "response.done": self._done,
            "error": self._error,
        }

    def played(self, response_id: str, *, ms: float) -> None:
        """Take note of how much of an answer was heard.

        Parameters
        ----------
        response_id : str
            Which answer.
        ms : float
            From its first sample.
        """
        answer = self._conversation.barge_in.played(response_id, ms=ms)
        if answer is not None:
            self._perhaps_over(answer)

    def pursue(self) -> None:
        """Ask again where that is due."""
        its = self._conversation
        if its.connection is not None:
            for _ in its.asks.due(now_ms=its.tray.now_ms):
                its.send("response.create")

    def lost(self) -> None:
        """Go on with what came of each answer: its connection is gone."""
        its = self._conversation
        for answer in list(its.barge_in.answers.values()):
            answer.item_id = None  # no other connection knows it
            answer.done = True
            turn = its.turns.of(answer.turn)
            if answer.received_ms > 0:
                self._perhaps_over(answer)
                continue
            its.barge_in.forget(answer.response_id)
            if turn is not None and turn.response_id == answer.response_id:
                turn.response_id = None

    def _created(self, fields: Fields) -> None:
        its, response = self._conversation, fields.get("response") or {}
        if its.summary.is_meant(response):
            return
        response_id, turn = str(response.get("id")), its.turns.owed
        if turn is not None and turn.response_id is not None and not turn.calling:
            turn = None
        its.barge_in.begin(response_id, turn=None if turn is None else turn.number)
        if turn is not None:
            turn.response_id, turn.calling = response_id, False
        its.history.add(Entry(f"vl_a{response_id}", "assistant", text=""))

    def _sounds(self, fields: Fields) -> None:
        its = self._conversation
        response_id, item_id = str(fields["response_id"]), str(fields["item_id"])
        pcm16 = audio_of(Event("response.audio.delta", fields))
        if its.barge_in.sound(response_id, item_id, pcm16) is not None:
            its.tray.put(PlayAudio(response_id, item_id, pcm16))

    def _words(self, fields: Fields) -> None:
        answer = self._running(fields)
        if answer is not None:
            answer.text += str(fields.get("delta") or "")

    def _word_time(self, fields: Fields) -> None:
        answer = self._running(fields)
        if answer is not None:
            at_ms = float(fields.get("audio_offset_ms") or 0)
            answer.words.append((at_ms, str(fields.get("text") or "")))

    def _running(self, fields: Fields) -> Answer | None:
        """Find the answer that an event is part of, unless it was stopped."""
        answer = self._conversation.barge_in.answers.get(str(fields.get("response_id")))
        return None if answer is None or answer.flushed else answer

    def _item_done(self, fields: Fields) -> None:
        its, item = self._conversation, fields.get("item") or {}
        if item.get("type") != "function_call":
            return
        answer = its.barge_in.answers.get(str(fields.get("response_id")))
        turn = its.turns.of(answer.turn) if answer is not None else None
        if turn is not None:
            turn.calling = True
        kept = {key: item.get(key) for key in CALL_FIELDS}
        its.history.add(Entry(str(item.get("id")), "item", item=kept))
        its.tray.tell(FunctionCalled(*(str(item.get(key)) for key in CALL_FIELDS[2:])))

    def _done(self, fields: Fields) -> None:
        its, response = self._conversation, fields.get("response") or {}
        self._meters.used(response.get("usage"))
        if its.summary.is_meant(response):
            its.history.summarised(its.summary.take(response))
            return
        answer = its.barge_in.answers.get(str(response.get("id")))
        if answer is not None:
            answer.done, answer.whole = True, response.get("status") == "completed"
            if answer.received_ms > 0 and not answer.flushed:
                self._perhaps_over(answer)
            else:
                self._ended_unheard(answer, response)
        if its.asks.paid():
            its.send("response.create")

    def _ended_unheard(self, answer: Answer, response: Fields) -> None:
        """Take note of an answer that has ended with nothing left to hear."""
        its = self._conversation
        its.remember(answer)
        its.barge_in.forget(answer.response_id)
        turn, status = its.turns.of(answer.turn), response.get("status")
        if turn is None or turn.state is not None:
            return
        if turn.calling or status == "cancelled":  # what the user says now will supersede it
            turn.response_id = None
        elif status == "completed":
            its.settle(turn, "answered")
        else:
            details = response.get("status_details") or {}
            error = details.get("error") or {}
            code = str(error.get("code") or details.get("reason") or status)
            if its.asks.failed(turn.number, code, now_ms=its.tray.now_ms):
                turn.response_id = None
            else:
                its.settle(turn, "dropped", reason=code)

    def _perhaps_over(self, answer: Answer) -> None:
        """End an answer's turn once all of it was heard."""
        if answer.sounding or answer.flushed:
            return
        its = self._conversation
        turn = its.turns.of(answer.turn)
        its.remember(answer)
        its.barge_in.forget(answer.response_id)
        if turn is not None and not turn.calling:
            state: EndState = "answered" if answer.whole else "answered in part"
            its.settle(turn, state, heard_ms=answer.played_ms)
        elif turn is not None:
            turn.response_id = None

    def _error(self, fields: Fields) -> None:
        its, error = self._conversation, fields.get("error") or {}
        code = str(error.get("code") or error.get("type"))
        if code == "conversation_already_has_active_response":
            its.asks.owe()
        elif code == "input_audio_buffer_commit_empty":
            its.button.next_item()  # the service had ended the press by itself
        its.tray.tell(ServiceSaid(code, str(error.get("message") or ""), code in LOST_RACES))
