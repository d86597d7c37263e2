"""Response: one answer on its way, from ``response.created`` to ``response.done``.

It is a sequence of steps, each with the time at which it is due, counted in
milliseconds from the moment the answer was asked for.  It can be ended at any
time; the ``done`` family is said then too, with what was sent so far.
"""

import base64
import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voicelab.simulator.conversation import Conversation, Item
from voicelab.simulator.ids import Ids
from voicelab.simulator.pace import Pace
from voicelab.simulator.reply import Call, Speech, Written
from voicelab.simulator.tokens import OUTPUT_PER_S, Usage
from voicelab.wire.audio_format import PCM16, output_format
from voicelab.wire.event import Event

__all__ = ["Order", "Response", "Status"]

Status = Literal["completed", "cancelled", "incomplete", "failed"]
Step = tuple[float, Callable[[], list[Event]]]  # when it is due, and what does it
WRITING_MS, WRITTEN_LETTERS = 20.0, 24  # a written answer's deltas
FILTERED_AFTER = 2  # deltas that pass before a content filter speaks


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a response is to be.

    Attributes
    ----------
    reply : Speech or Written or Call
        What is answered.
    pace : Pace
        When its pieces are sent.
    answer : int
        Number of the answer in its session, from 1.
    usage : Usage
        What was read for it.
    settings : mapping
        The fields that the response repeats: voice, modalities, format and so on.
    in_conversation : bool
        Whether its item joins the conversation.
    filtered : bool
        Whether a content filter stops it.
    """

    reply: Speech | Written | Call
    pace: Pace
    answer: int
    usage: Usage
    settings: Mapping[str, Any] = field(default_factory=dict)
    in_conversation: bool = True
    filtered: bool = False


class Response:
    """One answer on its way.

    Parameters
    ----------
    order : Order
        What it is to be.
    ids : Ids
        Gives the names.
    conversation : Conversation
        Where its item goes.
    asked_ms : float
        When it was asked for.
    """

    def __init__(
        self, order: Order, *, ids: Ids, conversation: Conversation, asked_ms: float
    ) -> None:
        self.id = ids("resp")
        self.order = order
        self.asked_ms = asked_ms
        self.status: Status | None = None  # once it has ended
        self.first_audio_ms: float | None = None  # when its first sound was sent
        self.item = Item({"id": ids("item"), "object": "realtime.item", "status": "in_progress"})
        self._conversation = conversation
        self._call_id = ids("call") if isinstance(order.reply, Call) else ""
        self._announced = False
        self._sent = ""  # words, letters or arguments sent so far
        self._steps = self._laid_out()

    def next_step(self) -> Step | None:
        """Take the next step.

        Returns
        -------
        tuple of float and callable, or None
            When it is due, and what does it and gives what is said; ``None``
            once it has ended.  Take a step only after the one before was done.
        """
        return None if self.status else next(self._steps, None)

    def end(self, status: Status, *, reason: str | None = None, error: Any = None) -> list[Event]:
        """End it.

        Parameters
        ----------
        status : {"completed", "cancelled", "incomplete", "failed"}
            How it ends.
        reason : str or None
            Why, where it does not complete.
        error : mapping or None
            What failed.

        Returns
        -------
        list of Event
            The ``done`` family.
        """
        self.status = status
        details: dict[str, Any] | None = None
        if status != "completed":
            details = {"type": status}
            details |= {"reason": reason} if reason else {}
            details |= {"error": dict(error)} if error else {}
        closing = self._closing() if self._announced else []
        done = self._response(status, details=details, usage=self.usage)
        return [*closing, Event("response.done", {"response": done})]

    @property
    def usage(self) -> Usage:
        """What it cost so far."""
        return self.order.usage.with_output(text=self._sent, audio_ms=self.item.audio_ms)

    def heard_ms(self, now_ms: float) -> float:
        """Tell how much a listener has heard who plays in real time.

        Parameters
        ----------
        now_ms : float
            The service's clock.

        Returns
        -------
        float
            Never more than was sent.
        """
        if self.first_audio_ms is None:
            return 0.0
        return min(now_ms - self.first_audio_ms, self.item.audio_ms)

    def _laid_out(self) -> Iterator[Step]:
        created = Event("response.created", {"response": self._response("in_progress")})
        yield self.asked_ms, lambda: [created]
        reply = self.order.reply
        if isinstance(reply, Speech):
            yield from self._speak(reply)
        elif isinstance(reply, Written):
            yield from self._write(reply)
        else:
            yield from self._call(reply)

    def _speak(self, reply: Speech) -> Iterator[Step]:
        wire_format = str(self.order.settings.get("output_audio_format", "pcm16"))
        rate = output_format({"output_audio_format": wire_format}) or PCM16
        octets = reply.octets(wire_format)
        width = rate.sample_bytes
        samples = len(octets) // width
        most_ms = self._most_tokens() / OUTPUT_PER_S * 1000
        at_ms, sent_ms = self.asked_ms, 0.0
        yield self.asked_ms, lambda: self._announce({"type": "audio", "transcript": ""})
        deltas = self.order.pace.deltas(1000 * samples / rate.rate_hz, answer=self.order.answer)
        for count, delta in enumerate(deltas):
            at_ms = max(at_ms, self.asked_ms + delta.sent_ms)
            if sent_ms >= most_ms:
                yield at_ms, lambda: self.end("incomplete", reason="max_output_tokens")
                return
            if self.order.filtered and count == FILTERED_AFTER:
                yield at_ms, lambda: self.end("incomplete", reason="content_filter")
                return
            first = round(sent_ms * rate.rate_hz / 1000)
            sent_ms += delta.length_ms
            last = round(sent_ms * rate.rate_hz / 1000)
            upto = _word_end(reply.text, last / max(samples, 1))
            say = functools.partial(
                self._say,
                reply.text[:upto],
                octets[first * width : last * width],
                length_ms=delta.length_ms,
                at_ms=at_ms,
            )
            yield at_ms, say
        yield at_ms, lambda: self.end("completed")

    def _say(self, upto: str, piece: bytes, *, length_ms: float, at_ms: float) -> list[Event]:
        words, self._sent = upto[len(self._sent) :], upto
        self.item.audio_ms += length_ms
        self.item.fields["content"][0]["transcript"] = self._sent
        events = []
        if words:
            events.append(self._part_event("response.audio_transcript.delta", delta=words))
        if piece:
            if self.first_audio_ms is None:
                self.first_audio_ms = at_ms
            text = base64.b64encode(piece).decode("ascii")
            events.append(self._part_event("response.audio.delta", delta=text))
        return events

    def _write(self, reply: Written) -> Iterator[Step]:
        yield self.asked_ms, lambda: self._announce({"type": "text", "text": ""})
        most = int(min(4 * self._most_tokens(), len(reply.text)))
        at_ms = self.asked_ms
        for first in range(0, most, WRITTEN_LETTERS):
            at_ms += WRITING_MS
            if self.order.filtered and first:
                yield at_ms, lambda: self.end("incomplete", reason="content_filter")
                return
            upto = reply.text[: min(first + WRITTEN_LETTERS, most)]
            yield at_ms, functools.partial(self._write_upto, upto)
        if most < len(reply.text):
            yield at_ms, lambda: self.end("incomplete", reason="max_output_tokens")
        else:
            yield at_ms, lambda: self.end("completed")

    def _write_upto(self, upto: str) -> list[Event]:
        piece, self._sent = upto[len(self._sent) :], upto
        self.item.fields["content"][0]["text"] = upto
        return [self._part_event("response.text.delta", delta=piece)]

    def _call(self, reply: Call) -> Iterator[Step]:
        self.item.fields |= {
            "type": "function_call",
            "name": reply.name,
            "call_id": self._call_id,
            "arguments": "",
        }
        yield self.asked_ms, self._added
        at_ms = self.asked_ms + WRITING_MS
        yield at_ms, lambda: self._argue(reply.arguments)
        yield at_ms, lambda: self.end("completed")

    def _argue(self, arguments: str) -> list[Event]:
        self._sent = self.item.fields["arguments"] = arguments
        return [
            Event(
                "response.function_call_arguments.delta",
                {**self._call_where(), "delta": arguments},
            )
        ]

    def _announce(self, part: dict[str, Any]) -> list[Event]:
        self.item.fields |= {"type": "message", "role": "assistant", "content": []}
        events = self._added()
        self.item.fields["content"] = [part]
        events.append(self._part_event("response.content_part.added", part=dict(part)))
        return events

    def _added(self) -> list[Event]:
        """Announce the item: to the response and, where it joins it, to the conversation."""
        self._announced = True
        item = self.item.wire()
        events = [
            Event(
                "response.output_item.added",
                {"response_id": self.id, "output_index": 0, "item": item},
            )
        ]
        if self.order.in_conversation:
            before = self._conversation.insert(self.item)
            events.append(
                Event(
                    "conversation.item.created",
                    {"item": self.item.wire(), "previous_item_id": before},
                )
            )
        return events

    def _closing(self) -> list[Event]:
        fields, reply = self.item.fields, self.order.reply
        fields["status"] = "completed" if self.status == "completed" else "incomplete"
        if isinstance(reply, Call):
            whole = {"name": reply.name, "arguments": self._sent}
            events = [
                Event("response.function_call_arguments.done", {**self._call_where(), **whole})
            ]
        elif isinstance(reply, Speech):
            events = [
                self._part_event("response.audio.done"),
                self._part_event("response.audio_transcript.done", transcript=self._sent),
                self._part_event(
                    "response.content_part.done", part={"type": "audio", "transcript": self._sent}
                ),
            ]
        else:
            events = [
                self._part_event("response.text.done", text=self._sent),
                self._part_event(
                    "response.content_part.done", part={"type": "text", "text": self._sent}
                ),
            ]
        done = {"response_id": self.id, "output_index": 0, "item": self.item.wire()}
        return [*events, Event("response.output_item.done", done)]

    def _where(self) -> dict[str, Any]:
        return {
            "response_id": self.id,
            "item_id": self.item.id,
            "output_index": 0,
            "content_index": 0,
        }

    def _call_where(self) -> dict[str, Any]:
        where = self._where()
        del where["content_index"]
        return {**where, "call_id": self._call_id}

    def _part_event(self, event_type: str, **fields: Any) -> Event:
        return Event(event_type, {**self._where(), **fields})

    def _most_tokens(self) -> float:
        wanted = self.order.settings.get("max_output_tokens", "inf")
        return float(wanted)

    def _response(
        self,
        status: str,
        *,
        details: Mapping[str, Any] | None = None,
        usage: Usage | None = None,
    ) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "realtime.response",
            "status": status,
            "status_details": details,
            "output": [self.item.wire()] if usage and self._announced else [],
            "usage": usage.wire() if usage else None,
            **self.order.settings,
        }


def _word_end(text: str, share: float) -> int:
    """Find where the words end that were said after a share of the sound."""
    reach = round(share * len(text))
    if reach >= len(text):
        return len(text)
    return text.rfind(" ", 0, reach) + 1
