"""A small service in virtual time that knows exactly what it heard.

It hears turns in audio made by ``spoken``, writes down which frames they hold,
answers with numbered words, and notes everything a client must not do.
"""

import base64
import itertools

from spoken import RATE_HZ, STEP_MS, codes_of, ordered, read, words

from voicelab.wire import Event

WORD_MS = 200
FRAME_MS = 20
WORDS_AT_ONCE = 2
SOUND = [
    base64.b64encode(bytes(2 * count * WORD_MS * RATE_HZ // 1000)).decode("ascii")
    for count in range(WORDS_AT_ONCE + 1)
]
PREFIX_STEPS, SPEECH_STEPS, SILENCE_STEPS = 30, 10, 50


class Conversation:
    """One connection, seen from the service."""

    def __init__(self, service, number, *, opened_ms):
        self.service, self.number, self.opened_ms = service, number, opened_ms
        self.settings = None
        self.codes = []  # of all audio appended, one for 10 ms
        self.base = 0
        self.turn = None  # first step and item id
        self.run = 0
        self.silence = 0
        self.items = []  # role, frames or words
        self.restored = []  # items as they came, before the first audio
        self.audio_ms = {}  # of spoken answers, by item id
        self.cut = set()
        self.response = None
        self.appended_ms = 0.0
        self.first_append_ms = None
        self.closed = False
        self.deaf = False
        self.ids = itertools.count(1)

    def say(self, now_ms, event_type, **fields):
        self.service.deliver(self, now_ms, Event(event_type, fields))

    def error(self, now_ms, code):
        self.service.errors.append(code)
        self.say(now_ms, "error", error={"type": "invalid_request_error", "code": code})

    def new_id(self, kind):
        return f"{kind}_{self.number}_{next(self.ids)}"

    def greet(self, now_ms):
        session = {"id": self.new_id("sess"), "expires_at": self.service.expires_at(self)}
        self.say(now_ms, "session.created", session=session)

    def hear(self, event, now_ms):
        if self.closed or self.deaf:
            return
        handler = getattr(self, event.type.replace(".", "_"), None)
        if handler is None:
            self.service.sins.append(f"unknown event {event.type}")
        else:
            handler(event.fields, now_ms)

    def session_update(self, fields, now_ms):
        self.settings = {**(self.settings or {}), **fields["session"]}
        self.say(now_ms, "session.updated", session=self.settings)

    def input_audio_buffer_append(self, fields, now_ms):
        if self.settings is None:
            self.service.sins.append("audio before session.updated")
        codes = codes_of(base64.b64decode(fields["audio"]))
        self.first_append_ms = now_ms if self.first_append_ms is None else self.first_append_ms
        self.appended_ms += STEP_MS * len(codes)
        if self.appended_ms > 1.5 * (now_ms - self.first_append_ms) + 400:
            self.service.sins.append("audio faster than 1.5 times real time")
        detection = (self.settings or {}).get("turn_detection")
        if detection is None or not (self.turn or self.run or any(codes)):
            self.codes += codes
            return
        for code in codes:
            self.codes.append(code)
            self.listen(code, detection, now_ms)

    def listen(self, code, detection, now_ms):
        self.run = self.run + 1 if code else 0
        self.silence = 0 if code else self.silence + 1
        if self.turn is None and self.run >= SPEECH_STEPS:
            start = max(self.base, len(self.codes) - self.run - PREFIX_STEPS)
            self.turn = start, self.new_id("item")
            where = {"audio_start_ms": STEP_MS * start, "item_id": self.turn[1]}
            self.say(now_ms, "input_audio_buffer.speech_started", **where)
            if detection.get("interrupt_response", True) and self.response:
                self.end(now_ms, "cancelled", reason="turn_detected")
        elif self.turn is not None and self.silence >= SILENCE_STEPS:
            (start, item_id), end = self.turn, len(self.codes)
            where = {"audio_end_ms": STEP_MS * end, "item_id": item_id}
            self.say(now_ms, "input_audio_buffer.speech_stopped", **where)
            self.take(start, item_id, now_ms)
            if detection.get("create_response", True):
                self.respond(now_ms)

    def take(self, start, item_id, now_ms):
        frames = ordered(self.codes[start:])
        self.base, self.turn = len(self.codes), None
        self.items.append(("user", frames))
        self.say(now_ms, "input_audio_buffer.committed", item_id=item_id, previous_item_id=None)
        self.transcribe(item_id, frames, now_ms)

    def transcribe(self, item_id, frames, now_ms):
        kind = "conversation.item.input_audio_transcription"
        fields = {"item_id": item_id, "content_index": 0}
        fields |= {"transcript": words(frames)}
        later_ms = now_ms + self.service.transcribe_ms
        self.service.later(later_ms, lambda: self.say(later_ms, f"{kind}.completed", **fields))

    def input_audio_buffer_commit(self, fields, now_ms):
        if STEP_MS * (len(self.codes) - self.base) < 100:
            if self.settings["turn_detection"] is None:
                self.service.sins.append("commit of less than 100 ms")
            self.error(now_ms, "input_audio_buffer_commit_empty")
            return
        item_id = self.turn[1] if self.turn else self.new_id("item")
        self.take(self.base, item_id, now_ms)

    def input_audio_buffer_clear(self, fields, now_ms):
        self.base, self.turn = len(self.codes), None
        self.say(now_ms, "input_audio_buffer.cleared")

    def conversation_item_create(self, fields, now_ms):
        item = fields["item"]
        if self.first_append_ms is None:
            self.restored.append(item)
        content = item["content"][0] if "content" in item else {}
        if "audio" in content:
            frames = ordered(codes_of(base64.b64decode(content["audio"])))
            self.items.append(("user", frames))
            if self.service.writes_down_items:
                self.transcribe(item["id"], frames, now_ms)
        else:
            self.items.append((item.get("role", item["type"]), content.get("text", "")))
        self.say(now_ms, "conversation.item.created", item=item)

    def conversation_item_truncate(self, fields, now_ms):
        item_id, end_ms = fields["item_id"], fields["audio_end_ms"]
        if end_ms <= 0 or not self.audio_ms.get(item_id):
            self.service.sins.append("truncate before the first sound")
        elif end_ms > self.audio_ms[item_id] + 1:
            self.service.sins.append("truncate beyond the end")
        elif item_id in self.cut:
            self.error(now_ms, "item_already_truncated")
        else:
            self.cut.add(item_id)
            self.say(now_ms, "conversation.item.truncated", **fields)

    def response_create(self, fields, now_ms):
        wish = fields.get("response") or {}
        if wish.get("conversation") == "none":
            self.sum_up(wish, now_ms)
        else:
            self.respond(now_ms)

    def sum_up(self, wish, now_ms):
        """Answer out of band, in text, as one asks for a summary."""
        response = {"id": self.new_id("resp"), "metadata": wish["metadata"]}
        self.say(now_ms, "response.created", response={**response, "status": "in_progress"})
        part = {"type": "text", "text": f"{len(self.items)} things were said."}
        usage = {"input_tokens": 10 + len(self.items), "output_tokens": 5}
        done = {**response, "status": "completed", "output": [{"content": [part]}], "usage": usage}
        self.service.later(
            now_ms + 600, lambda: self.say(now_ms + 600, "response.done", response=done)
        )

    def response_cancel(self, fields, now_ms):
        if self.response is None or self.response["id"] != fields.get("response_id"):
            self.error(now_ms, "response_cancel_not_active")
        else:
            self.end(now_ms, "cancelled", reason="client_cancelled")

    def respond(self, now_ms):
        if self.response is not None:
            self.error(now_ms, "conversation_already_has_active_response")
            return
        response_id, item_id = self.new_id("resp"), self.new_id("item")
        count = self.service.words_of_an_answer()
        spoken = [f"{response_id}w{index}" for index in range(count)]
        self.response = {"id": response_id, "item": item_id, "words": spoken, "sent": 0}
        self.service.answers[response_id] = spoken
        self.items.append(("assistant", response_id))
        response = {"id": response_id, "status": "in_progress"}
        self.say(now_ms, "response.created", response=response)
        fault = self.service.failure_of_an_answer()
        if fault is not None:
            self.end(now_ms, "failed", error={"code": fault})
            return
        self.service.later(now_ms + 300, lambda: self.speak(now_ms + 300, response_id))

    def speak(self, now_ms, response_id):
        response = self.response
        if response is None or response["id"] != response_id or self.closed or self.deaf:
            return
        if response["sent"] == len(response["words"]):
            self.end(now_ms, "completed")
            return
        said = response["words"][response["sent"] : response["sent"] + WORDS_AT_ONCE]
        response["sent"] += len(said)
        where = {"response_id": response_id, "item_id": response["item"]}
        where |= {"output_index": 0, "content_index": 0}
        self.say(now_ms, "response.audio_transcript.delta", delta=" ".join([*said, ""]), **where)
        self.say(now_ms, "response.audio.delta", delta=SOUND[len(said)], **where)
        self.audio_ms[response["item"]] = WORD_MS * response["sent"]
        next_ms = now_ms + 50 * len(said)
        self.service.later(next_ms, lambda: self.speak(next_ms, response_id))

    def end(self, now_ms, status, **details):
        response, self.response = self.response, None
        usage = {"input_tokens": 10 + len(self.items), "output_tokens": response["sent"]}
        self.service.usage.append((self, now_ms, usage))
        done = {"id": response["id"], "status": status, "status_details": details}
        self.say(now_ms, "response.done", response={**done, "usage": usage})

    def frames_heard(self):
        """All frames that came as audio, and those that came in words."""
        heard = set(self.codes)
        for role, content in self.items:
            if role == "user":
                heard.update(read(content) if isinstance(content, str) else content)
        return heard

    def close(self):
        self.closed = True
