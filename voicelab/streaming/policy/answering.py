"""Answering: the service's side of a conversation, from an answer's first sign to its end."""

from collections.abc import Mapping
from typing import Any

from voicelab.streaming.policy.barge_in import LOST_RACES, Answer
from voicelab.streaming.policy.desk import Desk
from voicelab.streaming.policy.history import Entry
from voicelab.streaming.policy.messages import PlayAudio
from voicelab.streaming.policy.notices import EndState, FunctionCalled, ServiceSaid
from voicelab.streaming.policy.turns import Turn
from voicelab.wire import Event, audio_of, by_error_code

__all__ = ["SUMMARY", "Answering"]

SUMMARY = {"purpose": "summary"}
MOST_ASKS = 3
ASK_AGAIN_MS = 1_000.0


class Answering(Desk):
    """The service's side."""

    def _response_created(self, fields: Mapping[str, Any]) -> None:
        response = fields.get("response") or {}
        if (response.get("metadata") or {}) == SUMMARY:
            return
        turn = self.turns.owed
        if turn is not None and turn.response_id is not None and not turn.calling:
            turn = None
        self.barge_in.begin(str(response.get("id")), turn=None if turn is None else turn.number)
        if turn is not None:
            turn.response_id, turn.calling = str(response.get("id")), False
        self.history.add(Entry(f"vl_a{response.get('id')}", "assistant", text=""))

    def _sound(self, event: Event) -> None:
        response_id, item_id = str(event.fields["response_id"]), str(event.fields["item_id"])
        pcm16 = audio_of(event)
        if self.barge_in.sound(response_id, item_id, pcm16) is not None:
            self._out.append(PlayAudio(response_id, item_id, pcm16))

    def _words(self, fields: Mapping[str, Any]) -> None:
        answer = self.barge_in.answers.get(str(fields.get("response_id")))
        if answer is not None and not answer.flushed:
            answer.text += str(fields.get("delta") or "")

    def _word_time(self, fields: Mapping[str, Any]) -> None:
        answer = self.barge_in.answers.get(str(fields.get("response_id")))
        if answer is not None and not answer.flushed:
            at_ms = float(fields.get("audio_offset_ms") or 0)
            answer.words.append((at_ms, str(fields.get("text") or "")))

    def _item_done(self, fields: Mapping[str, Any]) -> None:
        item = fields.get("item") or {}
        if item.get("type") != "function_call":
            return
        answer = self.barge_in.answers.get(str(fields.get("response_id")))
        turn = self.turns.of(answer.turn) if answer is not None else None
        if turn is not None:
            turn.calling = True
        kept = {key: item.get(key) for key in ("id", "type", "call_id", "name", "arguments")}
        self.history.add(Entry(str(item.get("id")), "item", item=kept))
        call = (str(item.get(key)) for key in ("call_id", "name", "arguments"))
        self._tell(FunctionCalled(*call))

    def _response_done(self, fields: Mapping[str, Any]) -> None:
        response = fields.get("response") or {}
        self._meters.used(response.get("usage"))
        if (response.get("metadata") or {}) == SUMMARY:
            self._summed_up(response)
            return
        answer = self.barge_in.answers.get(str(response.get("id")))
        if answer is not None:
            answer.done, answer.whole = True, response.get("status") == "completed"
            self._settle_done(answer, response)
        if self._owed:
            self._owed = False
            self._send("response.create")

    def _settle_done(self, answer: Answer, response: Mapping[str, Any]) -> None:
        turn = self.turns.of(answer.turn)
        if answer.received_ms > 0 and not answer.flushed:
            self._perhaps_over(answer)
            return
        self._remember(answer)
        self.barge_in.forget(answer.response_id)
        if turn is None or turn.state is not None:
            return
        details = response.get("status_details") or {}
        status = response.get("status")
        if turn.calling:
            turn.response_id = None
        elif status == "completed":
            self._settle(turn, "answered")
        elif status == "cancelled":
            turn.response_id = None  # what the user says now will supersede it
        else:
            error = details.get("error") or {}
            self._ask_again_or_drop(turn, str(error.get("code") or details.get("reason") or status))

    def _ask_again_or_drop(self, turn: Turn, code: str) -> None:
        known = by_error_code(code)
        if known is not None and known.action == "retry" and turn.asks < MOST_ASKS:
            turn.asks += 1
            turn.response_id = None
            turn.ask_ms = self._now_ms + ASK_AGAIN_MS * 2.0**turn.asks
        else:
            self._settle(turn, "dropped", reason=code)

    def _perhaps_over(self, answer: Answer) -> None:
        """End an answer's turn once all of it was heard."""
        if answer.sounding or answer.flushed:
            return
        turn = self.turns.of(answer.turn)
        self._remember(answer)
        self.barge_in.forget(answer.response_id)
        if turn is not None and not turn.calling:
            state: EndState = "answered" if answer.whole else "answered in part"
            self._settle(turn, state, heard_ms=answer.played_ms)
        elif turn is not None:
            turn.response_id = None

    def _remember_what_sounds(self) -> None:
        """Write down the answers that still play as if all that came will be heard."""
        for answer in self.barge_in.answers.values():
            entry = self.history.find(connection=0, item_id=f"vl_a{answer.response_id}")
            if entry is not None and not answer.flushed:
                entry.text, entry.estimate = answer.text, True

    def _summed_up(self, response: Mapping[str, Any]) -> None:
        self._summary_ms = None
        texts = [
            str(part.get("text") or part.get("transcript") or "")
            for item in response.get("output") or ()
            for part in item.get("content") or ()
        ]
        text = " ".join(filter(None, texts)).strip()
        if response.get("status") == "completed" and text:
            told = sum(entry.told for entry in self.history.entries)
            self.history.summarised(text, entries=told)

    def _failed(self, fields: Mapping[str, Any]) -> None:
        error = fields.get("error") or {}
        code = str(error.get("code") or error.get("type"))
        if code == "conversation_already_has_active_response":
            self._owed = True
        if code == "input_audio_buffer_commit_empty" and self._committing:
            self._committing.pop(0)  # the service had ended the press by itself
        expected = code in LOST_RACES
        self._tell(ServiceSaid(code, str(error.get("message") or ""), expected))
