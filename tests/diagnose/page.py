"""A browser page in virtual time: microphone, loudspeaker, socket, and what pages do wrong.

It talks to the embedded service and is watched as developer tools watch a page: what it sends and
receives becomes a HAR.  Nothing here knows a rule of the diagnosis.
"""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from voicelab.audio import to_pcm16
from voicelab.simulator import Close, Cut, Rehearsal, Send
from voicelab.wire.event import build

RATE_HZ = 24_000
EPOCH_S = 1_763_800_000.0
STEP_MS = 10


@dataclass(kw_only=True)
class Habits:
    """What a page does; the defaults are those of a good one.

    Times are ms. ``said`` is the user's sound for the whole session, full scale +-1; ``muted``
    when the page sends nothing; ``presses`` makes it a push-to-talk page; ``blocked`` when its
    main thread is busy; ``asleep`` when its tab is in the background.
    """

    said: np.ndarray
    duration_ms: int = 60_000
    session: dict = field(default_factory=dict)
    chunk_ms: int = 50
    hold_ms: float = 200.0
    echo_db: float | None = None
    echo_delay_ms: float = 80.0
    muted: tuple = ()
    presses: tuple = ()
    pre_roll_ms: int = 300
    asks: bool = True  # after a commit
    truncates: bool = True
    flushes: bool = True
    restores: bool = True
    reconnects: bool = True
    backoff_ms: float = 1_000.0
    patient: bool = True  # waits as Retry-After tells
    blocked: tuple = ()
    asleep: tuple = ()
    microphone: bool = True
    encode: object = None  # of float samples: bytes
    proxy_idle_ms: float | None = None
    rotate_ms: float | None = None
    url: str = "wss://app.example.com/api/voice"
    origin: str = "https://app.example.com"
    protocols: str = ""
    leaves: bool = True


class Page:
    """One page, from the first connection to the end."""

    def __init__(self, service, habits):
        self.service, self.habits = service, habits
        service.epoch_s = EPOCH_S
        self.now_ms = 0.0
        self.entries, self.entry = [], None
        self.speaker = np.zeros(RATE_HZ * (habits.duration_ms // 1000 + 40), np.float32)
        self.free_ms = 0.0
        self.playing = {}  # item: [begins_ms, length_ms, flushed_ms]
        self.history = []
        self.held = []  # events that a busy page has not sent yet
        self.taken = 0
        self.mic_ms = 0.0
        self.client = self.old = None
        self.ready = False
        self.open_ms = 0.0
        self.attempts = 0
        self.last_frame_ms = 0.0
        self.pressed = False
        self.wanted_id = 0

    def run(self):
        """Live through the session; give the HAR's bytes."""
        habits = self.habits
        while self.now_ms < habits.duration_ms:
            if self.client is None and self.open_ms <= self.now_ms:
                self.connect()
            self.now_ms += STEP_MS
            if self.client is not None:
                self.client.wait(self.now_ms - self.client.now_ms)
                self.receive()
            if self.client is not None:
                self.listen()
                self.proxy()
                self.rotate()
        if self.client is not None and habits.leaves:
            self.end()
        return json.dumps({"log": {"version": "1.2", "entries": self.entries}}).encode()

    # The socket

    def connect(self):
        habits = self.habits
        self.client = Rehearsal(self.service, now_ms=self.now_ms)
        self.client.connect()
        stamp = datetime.fromtimestamp(EPOCH_S + self.now_ms / 1000, UTC)
        headers = [{"name": "Origin", "value": habits.origin}]
        if habits.protocols:
            headers.append({"name": "Sec-WebSocket-Protocol", "value": habits.protocols})
        self.entry = {
            "_resourceType": "websocket",
            "_webSocketMessages": [],
            "request": {"method": "GET", "url": habits.url, "headers": headers, "cookies": []},
            "response": {"status": 101, "headers": []},
            "startedDateTime": stamp.isoformat().replace("+00:00", "Z"),
            "time": 0,
        }
        self.entries.append(self.entry)
        self.began_ms = self.last_frame_ms = self.now_ms
        self.taken, self.ready, self.held = 0, False, []
        self.mic_ms = self.now_ms
        refused = self.client.refused
        if refused is not None:
            self.entry["response"]["status"] = refused.status
            pairs = [{"name": name, "value": each} for name, each in refused.headers.items()]
            self.entry["response"]["headers"] = pairs
            self.entry["time"] = 20
            self.client = None
            wait_ms = habits.backoff_ms
            if habits.patient:
                wait_ms = max(wait_ms, 1000 * float(refused.headers.get("Retry-After", 0)))
            self.open_ms = self.now_ms + wait_ms if habits.reconnects else np.inf

    def end(self, *, lost=False):
        self.entry["time"] = max(self.now_ms - self.began_ms, 1)
        self.client.leave()
        self.client, self.ready = None, False
        self.open_ms = self.now_ms + self.habits.backoff_ms
        if lost and not self.habits.reconnects:
            self.open_ms = np.inf

    def proxy(self):
        idle_ms = self.habits.proxy_idle_ms
        if idle_ms is not None and self.now_ms - self.last_frame_ms >= idle_ms:
            self.end(lost=True)

    def rotate(self):
        """A new connection first, then the old one goes, at a quiet moment."""
        at_ms = self.habits.rotate_ms
        quiet = self.now_ms > self.free_ms + 500
        if at_ms is not None and self.now_ms >= at_ms and quiet and not self.speaks():
            self.habits.rotate_ms = None
            old, entry, began_ms = self.client, self.entry, self.began_ms
            self.connect()
            self.receive()
            entry["time"] = self.now_ms + 150 - began_ms
            old.leave()

    def speaks(self):
        last = round(self.now_ms * RATE_HZ / 1000)
        near = self.habits.said[max(0, last - RATE_HZ) : last + RATE_HZ // 2]
        return near.size > 0 and float(np.sqrt(np.mean(near**2))) > 0.005

    def send(self, kind, **fields):
        event = {"type": kind, **fields}
        self.note("send", self.now_ms, json.dumps(event))
        self.client.send(kind, **fields)

    def note(self, kind, at_ms, data):
        self.last_frame_ms = at_ms
        self.entry["_webSocketMessages"].append(
            {"type": kind, "time": EPOCH_S + at_ms / 1000, "opcode": 1, "data": data}
        )

    # What comes

    def receive(self):
        for received in self.client.received[self.taken :]:
            self.taken += 1
            if isinstance(received.output, Send):
                event = received.output.event
                self.note("receive", received.at_ms, build(event, dialect="voice-live"))
                self.take(event)
            elif isinstance(received.output, Close | Cut):
                self.end(lost=True)
                return

    def take(self, event):
        habits, fields = self.habits, event.fields
        if event.type == "session.created":
            self.send("session.update", session={**habits.session})
        elif event.type == "session.updated" and not self.ready:
            self.ready = True
            if habits.restores:
                for role, text in self.history:
                    part = {"type": "input_text" if role == "user" else "text", "text": text}
                    item = {"type": "message", "role": role, "content": [part]}
                    self.send("conversation.item.create", item=item)
        elif event.type == "response.audio.delta":
            self.play(fields["item_id"], base64.b64decode(fields["delta"]))
        elif event.type == "input_audio_buffer.speech_started":
            self.hush()
        elif event.type == "input_audio_buffer.committed":
            self.history.append(("user", "something"))
        elif event.type == "response.done":
            self.history.append(("assistant", "an answer"))

    def play(self, item, octets):
        sound = np.frombuffer(octets, "<i2").astype(np.float32) / 32768
        if item not in self.playing:
            begins_ms = max(self.now_ms + self.habits.hold_ms, self.free_ms)
            self.playing[item] = [begins_ms, 0.0, None]
            self.free_ms = begins_ms
        at = self.playing[item]
        if at[2] is not None:
            return
        begins_ms = max(self.free_ms, self.now_ms)
        first = round(begins_ms * RATE_HZ / 1000)
        self.speaker[first : first + sound.size] = sound[: self.speaker.size - first]
        self.free_ms = begins_ms + 1000 * sound.size / RATE_HZ
        at[1] += 1000 * sound.size / RATE_HZ

    def hush(self):
        if not self.habits.flushes:
            return
        for item, at in self.playing.items():
            heard_ms = min(self.now_ms - at[0], at[1])
            if at[2] is None and heard_ms < at[1]:
                at[2] = self.now_ms
                if self.habits.truncates and heard_ms >= 1:
                    self.send(
                        "conversation.item.truncate",
                        item_id=item, content_index=0, audio_end_ms=int(heard_ms),
                    )  # fmt: skip
        self.speaker[round(self.now_ms * RATE_HZ / 1000) :] = 0
        self.free_ms = self.now_ms

    # What the microphone gives

    def heard_by_microphone(self, first_ms, last_ms):
        first, last = (round(ms * RATE_HZ / 1000) for ms in (first_ms, last_ms))
        sound = np.zeros(last - first, np.float32)
        said = self.habits.said[first:last]
        sound[: said.size] = said
        if self.habits.echo_db is not None:
            late = round(self.habits.echo_delay_ms * RATE_HZ / 1000)
            gain = 10 ** (self.habits.echo_db / 20)
            # The direct sound and a few walls.
            for share, more_ms in ((1.0, 0), (0.5, 7), (0.35, 13), (0.25, 23)):
                begin = first - late - round(more_ms * RATE_HZ / 1000)
                if begin >= 0:
                    sound += gain * share * self.speaker[begin : begin + sound.size]
        return sound

    def listen(self):
        habits = self.habits
        if not habits.microphone or not self.ready:
            self.mic_ms = self.now_ms
            return
        if habits.presses:
            self.push()
        while self.mic_ms + habits.chunk_ms <= self.now_ms:
            first_ms, self.mic_ms = self.mic_ms, self.mic_ms + habits.chunk_ms
            is_off = any(low <= first_ms < high for low, high in habits.muted)
            if is_off or (habits.presses and not self.pressed):
                continue
            self.append(self.heard_by_microphone(first_ms, self.mic_ms))
        busy = any(low <= self.now_ms < high for low, high in habits.blocked)
        sleeps = any(low <= self.now_ms < high for low, high in habits.asleep)
        if busy or (sleeps and self.now_ms % 1000 >= STEP_MS):
            return
        for octets in self.held:
            if self.client is not None:
                audio = base64.b64encode(octets).decode()
                self.send("input_audio_buffer.append", audio=audio)
        self.held = []

    def append(self, sound):
        encode = self.habits.encode
        self.held.append(encode(sound) if encode else to_pcm16(sound).octets)

    def push(self):
        habits = self.habits
        down = any(low <= self.now_ms < high for low, high in habits.presses)
        if down and not self.pressed:
            first_ms = max(0.0, self.now_ms - habits.pre_roll_ms)
            if habits.pre_roll_ms:
                self.append(self.heard_by_microphone(first_ms, self.now_ms))
            self.mic_ms = self.now_ms
            self.hush()
        elif self.pressed and not down:
            for octets in self.held:
                audio = base64.b64encode(octets).decode()
                self.send("input_audio_buffer.append", audio=audio)
            self.held = []
            self.send("input_audio_buffer.commit")
            if habits.asks:
                self.send("response.create")
        self.pressed = down
