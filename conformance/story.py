"""The story that every client lives through, told once; what differs is how each sends and hears.

A client hands over :class:`Line`: how it sends an event and receives one, as
plain dictionaries, typed on the way by its own SDK.  Each chapter raises
``AssertionError`` with a sentence when the service does something else.
"""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import speech

PATIENCE_S = 20.0
TYPES = {  # GA's names for the same
    "response.output_audio.delta": "response.audio.delta",
    "response.output_audio.done": "response.audio.done",
    "response.output_text.delta": "response.text.delta",
    "response.output_text.done": "response.text.done",
    "response.output_audio_transcript.delta": "response.audio_transcript.delta",
    "response.output_audio_transcript.done": "response.audio_transcript.done",
    "conversation.item.added": "conversation.item.created",
}


@dataclass
class Line:
    """A connection that is open."""

    append: Callable[[str], Awaitable[None]]
    commit: Callable[[], Awaitable[None]]
    answer: Callable[[], Awaitable[None]]
    truncate: Callable[[str, int], Awaitable[None]]
    turn_detection: Callable[[bool], Awaitable[None]]
    receive: Callable[[], Awaitable[Mapping[str, Any]]]
    close_code: Callable[[], Awaitable[int]]
    send: Callable[[Any], Awaitable[None]]
    nested: bool  # the generally available dialect
    heard: list[Mapping[str, Any]] = field(default_factory=list)

    async def until(self, name: str) -> Mapping[str, Any]:
        """Listen until an event comes; an error event that nobody waits for is a failure."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            async with asyncio.timeout_at(
                asyncio.get_running_loop().time() + deadline - time.monotonic()
            ):
                event = await self.receive()
            kind = TYPES.get(event["type"], event["type"])
            self.heard.append(event)
            if kind == name:
                return event
            assert kind != "error", f"waiting for {name}, got {event['error']}"

    def names(self) -> list[str]:
        """Give the events so far by their neutral names."""
        return [TYPES.get(event["type"], event["type"]) for event in self.heard]


async def speak(line: Line, pcm: bytes, *, times_real_time: float = 1.0) -> None:
    """Send speech at the pace of a microphone, or faster."""
    for audio in speech.chunks(pcm):
        await line.append(audio)
        await asyncio.sleep(speech.CHUNK_MS / 1000 / times_real_time)


async def conversation(line: Line, pcm: bytes) -> str:
    """Speak, be heard, be answered."""
    await line.until("session.created")
    await line.turn_detection(True)
    await line.until("session.updated")
    speaking = asyncio.create_task(speak(line, pcm))
    started = await line.until("input_audio_buffer.speech_started")
    stopped = await line.until("input_audio_buffer.speech_stopped")
    assert stopped["item_id"] == started["item_id"], "the turn changed its item"
    assert stopped["audio_end_ms"] > started["audio_start_ms"], "the turn ended before it began"
    await line.until("input_audio_buffer.committed")
    await line.until("conversation.item.created")
    await line.until("response.created")
    done = await line.until("response.done")
    await speaking
    assert done["response"]["status"] == "completed", f"got {done['response']['status']}"
    in_order(
        line.names(),
        *("response.output_item.added", "response.content_part.added", "response.audio.delta"),
        *("response.audio.done", "response.output_item.done"),
    )
    seconds = audio_s(line)
    assert seconds > 0.2, f"the answer is only {seconds:.2f} s long"
    return f"answered with {seconds:.1f} s of audio"


async def barge_in(line: Line, pcm: bytes) -> str:
    """Speak into the answer: it is cut off, or can be cut."""
    await line.until("session.created")
    await line.turn_detection(True)
    await line.until("session.updated")
    first = asyncio.create_task(speak(line, pcm))
    delta = await line.until("response.audio.delta")
    first.cancel()
    second = asyncio.create_task(speak(line, pcm, times_real_time=8))
    await line.until("input_audio_buffer.speech_started")
    if "response.done" not in line.names():
        done = await line.until("response.done")
        if done["response"]["status"] == "cancelled":
            reason = done["response"]["status_details"]["reason"]
            assert reason == "turn_detected", f"cancelled because of {reason}"
            second.cancel()
            return "the answer was cancelled by the turn"
    await line.truncate(delta["item_id"], 100)
    cut = await line.until("conversation.item.truncated")
    second.cancel()
    assert cut["audio_end_ms"] == 100, f"cut at {cut['audio_end_ms']} ms"
    return "the answer was whole already, and was truncated"


async def push_to_talk(line: Line, pcm: bytes) -> str:
    """Turn detection off: nothing happens until commit, nobody answers until asked."""
    await line.until("session.created")
    await line.turn_detection(False)
    await line.until("session.updated")
    await speak(line, pcm, times_real_time=8)
    await line.commit()
    await line.until("input_audio_buffer.committed")
    assert "response.created" not in line.names(), "answered without being asked"
    assert "input_audio_buffer.speech_started" not in line.names(), "turn detection is still on"
    await line.answer()
    done = await line.until("response.done")
    assert done["response"]["status"] == "completed", f"got {done['response']['status']}"
    return f"answered with {audio_s(line):.1f} s of audio"


TOOL = {"type": "function", "name": "look_up", "description": "Look something up.",
        "parameters": {"type": "object", "properties": {}}}  # fmt: skip
ASKED = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}


async def errands(line: Line, pcm: bytes) -> str:
    """Ask for whatever else there is: text, transcripts, a function call, items, errors."""
    await line.until("session.created")
    heard = {"model": "whisper-1"}
    asked = {"audio": {"input": {"transcription": heard}}, "type": "realtime"}
    settings = asked if line.nested else {"input_audio_transcription": heard}
    await line.send({"type": "session.update", "session": settings})
    await line.until("session.updated")
    await line.send({"type": "input_audio_buffer.clear"})
    await line.until("input_audio_buffer.cleared")
    await line.send({"type": "conversation.item.create", "item": ASKED})
    item_id = (await line.until("conversation.item.created"))["item"]["id"]
    await line.send({"type": "conversation.item.retrieve", "item_id": item_id})
    assert (await line.until("conversation.item.retrieved"))["item"]["id"] == item_id
    modalities = "output_modalities" if line.nested else "modalities"
    for wish in ({modalities: ["text"]}, {"tools": [TOOL], "tool_choice": "required"}):
        await line.send({"type": "response.create", "response": wish})
        status = (await line.until("response.done"))["response"]["status"]
        assert status == "completed", f"{wish} ended {status}"
    in_order(line.names(), "response.text.delta", "response.text.done", "response.done",
             "response.function_call_arguments.done", "response.done")  # fmt: skip
    await line.send({"type": "conversation.item.delete", "item_id": item_id})
    await line.until("conversation.item.deleted")
    await line.send({"type": "response.cancel", "event_id": "mine"})
    error = (await line.until("error"))["error"]
    assert error["code"] == "response_cancel_not_active", f"got {error}"
    assert error["event_id"] == "mine", "the error does not name its event"
    await speak(line, pcm, times_real_time=8)
    await line.until("conversation.item.input_audio_transcription.completed")
    return f"{len(set(line.names()))} types of events"


async def expiry(line: Line) -> str:
    """Wait for the end of the session: an error event says so, then the code of the close."""
    await line.until("session.created")
    error = (await line.until("error"))["error"]
    assert error["code"] == "session_expired", f"got {error}"
    code = await line.close_code()
    assert code == 1001, f"closed with {code}"
    return error["message"]


def in_order(names: list[str], *wanted: str) -> None:
    """Check that events come in this order, others between them."""
    rest = iter(names)
    for name in wanted:
        assert name in rest, f"{name} is missing, or too early"


def audio_s(line: Line) -> float:
    """Measure the audio that was received."""
    deltas = [event["delta"] for event, name in zip(line.heard, line.names(), strict=True)
              if name == "response.audio.delta"]  # fmt: skip
    return sum(len(base64.b64decode(each)) for each in deltas) / 2 / speech.RATE_HZ
