"""A world in virtual time: a user, a loudspeaker, a network, a service, and one policy."""

import heapq
import itertools
import math
from dataclasses import dataclass, field

import numpy as np
from scripted_service import Conversation
from spoken import RATE_HZ, STEP_MS, read, stream

from voicelab.streaming.policy import (
    Alive,
    Close,
    Closed,
    FlushPlayback,
    Interrupt,
    Leave,
    Microphone,
    Open,
    Opened,
    PlayAudio,
    Played,
    Ready,
    Received,
    Refused,
    Rules,
    Send,
    SessionPolicy,
    Talk,
    Tell,
    Tick,
    TurnSettled,
    WakeAt,
)
from voicelab.wire import SessionSettings

PLAYED_MS = 200.0  # how often the loudspeaker says how far it is
LISTEN_ON_MS = 4_000.0  # longer than a turn may take to be heard again


@dataclass
class Script:
    """One session: what the user does, and what goes wrong.

    ``faults`` are (at_ms, kind, figure): ``close`` with a code, ``deaf`` for so many ms, ``refuse``
    with a status until so many ms later, ``greet and drop`` for so many ms.
    """

    seed: int = 0
    utterances: list = field(default_factory=list)  # start_ms, frames of 20 ms
    faults: list = field(default_factory=list)
    interrupts: list = field(default_factory=list)
    talking: str = "open microphone"
    duration_ms: float = 60_000.0
    session_s: float = 3600.0
    rotate_before_s: float = 20.0
    resend_s: float = 15.0
    latency_ms: float = 40.0
    transcribe_ms: float = 300.0
    writes_down_items: bool = True
    failing_answers: tuple = ()
    answer_words: tuple = (3, 25)
    attempts: int = 5
    quiet_ms: float = 30_000.0
    chunk_ms: float = 50.0
    restore: str = "items"
    history_tokens: int = 100_000


class World:
    """Runs a script to its end."""

    def __init__(self, script, *, kept_s=None):
        self.script = script
        self.rng = np.random.default_rng([script.seed, 1])
        self.now_ms = 0.0
        self.agenda, self.order = [], itertools.count()
        whole_ms = script.duration_ms + script.quiet_ms
        self.sound = stream(script.utterances, duration_ms=whole_ms).tobytes()
        self.policy = SessionPolicy(
            Rules(
                update={"turn_detection": {"type": "server_vad", "speech_duration_ms": 100}},
                settings=SessionSettings(
                    attempts=script.attempts,
                    resend_s=script.resend_s if kept_s is None else kept_s,
                    chunk_ms=script.chunk_ms,
                    rotate_before_s=script.rotate_before_s,
                ),
                session_s=script.session_s,
                talking=script.talking,
                connections_per_min=30,
                restore=script.restore,
                history_tokens=script.history_tokens,
                rate_hz=RATE_HZ,
            ),
            rng=np.random.default_rng([script.seed, 2]),
        )
        self.conversations = {}
        self.sins, self.errors, self.usage, self.answers = [], [], [], {}
        self.notices, self.outages = [], []
        self.deaf_since = 0.0  # since when no service hears the user
        self.unheard_ms = 0.0
        self.transcribe_ms = script.transcribe_ms
        self.writes_down_items = script.writes_down_items
        self.refusing = (0.0, 0.0, None)
        self.dropping = (0.0, 0.0)
        self.begun = 0
        self.queue, self.position, self.played = [], {}, {}
        self.wake_ms = None
        self.opened_ms = []
        self.live = None
        self.received_usage = []
        self.quiet_since = None
        self.taken_over, self.heard_before = [], {}  # connections; what was heard until then
        self.told_items = {}  # how many items of history each connection was sent
        self.retries_in_a_row = 0

    # What the service asks of its world

    def later(self, at_ms, act):
        heapq.heappush(self.agenda, (at_ms, next(self.order), act))

    def deliver(self, conversation, now_ms, event):
        at_ms = now_ms + self.script.latency_ms

        def arrive():
            if conversation.closed or conversation.deaf:
                return
            if event.type == "response.done":
                self.received_usage.append(event.fields["response"]["usage"])
            self.tell(Received(conversation.number, event))

        if not (conversation.closed or conversation.deaf):
            self.later(at_ms, arrive)

    def expires_at(self, conversation):
        return conversation.opened_ms / 1000 + self.script.session_s

    def words_of_an_answer(self):
        low, high = self.script.answer_words
        return int(self.rng.integers(low, high))

    def failure_of_an_answer(self):
        self.begun += 1
        return "rate_limit_exceeded" if self.begun in self.script.failing_answers else None

    # Running

    def run(self):
        script = self.script
        for at_ms, kind, figure in script.faults:
            self.later(at_ms, lambda kind=kind, figure=figure: self.fail(kind, figure))
        for at_ms in script.interrupts:
            self.later(at_ms, lambda: self.tell(Interrupt()))
        if script.talking != "open microphone":
            for start_ms, frames in script.utterances:
                down_ms = start_ms + 20 * int(self.rng.integers(-5, 11))
                self.later(max(0, down_ms), lambda: self.tell(Talk(True)))
                up_ms = start_ms + 20 * frames + script.chunk_ms + 60
                self.later(up_ms, lambda: self.tell(Talk(False)))
        self.later(0.0, lambda: self.tell(Tick()))
        self.later(script.chunk_ms, self.microphone)
        self.later(1000.0, self.ping)
        end_ms = script.duration_ms + script.quiet_ms
        self.later(end_ms, lambda: self.tell(Leave()))
        while self.agenda and self.policy.ended is None:
            self.now_ms, _, act = heapq.heappop(self.agenda)
            act()
        return self

    def microphone(self):
        last, length = (2 * round(ms / STEP_MS) for ms in (self.now_ms, self.script.chunk_ms))
        self.tell(Microphone(self.sound[last - length : last]))
        self.later(self.now_ms + self.script.chunk_ms, self.microphone)
        if self.now_ms > self.script.duration_ms:
            self.leave_when_quiet()

    def leave_when_quiet(self):
        """End early what has nothing more to show."""
        if not (self.policy.conversation.quiet and self.deaf_since is None):
            self.quiet_since = None
        elif self.quiet_since is None:
            self.quiet_since = self.now_ms
        elif self.now_ms >= self.quiet_since + LISTEN_ON_MS:
            self.tell(Leave())

    def ping(self):
        sent_ms, latency_ms = self.now_ms, self.script.latency_ms
        for conversation in self.conversations.values():
            if conversation.closed:
                continue

            def pong(conversation=conversation):
                if not (conversation.closed or conversation.deaf):
                    self.tell(Alive(conversation.number, sent_ms))

            def arrive(conversation=conversation, pong=pong):
                if not (conversation.closed or conversation.deaf):
                    self.later(self.now_ms + latency_ms, pong)

            self.later(sent_ms + latency_ms, arrive)
        self.later(self.now_ms + 1000, self.ping)

    def fail(self, kind, figure):
        if kind == "refuse":
            status, length_ms = figure
            self.refusing = (self.now_ms, self.now_ms + length_ms, status)
        elif kind == "greet and drop":
            self.dropping = (self.now_ms, self.now_ms + figure)
        elif kind == "deaf":
            for conversation in self.conversations.values():
                if not conversation.closed:
                    conversation.deaf = True
                    self.later(
                        self.now_ms + figure, lambda each=conversation: self.close(each, 1006)
                    )
            self.note_deaf()
        else:
            for conversation in list(self.conversations.values()):
                self.close(conversation, figure)

    def close(self, conversation, code):
        if not conversation.closed:
            conversation.close()
            self.note_deaf()
            self.tell(Closed(conversation.number, code))

    def note_deaf(self):
        hears = any(
            not (each.closed or each.deaf) and each.number == self.live
            for each in self.conversations.values()
        )
        if not hears and self.deaf_since is None:
            self.deaf_since = self.now_ms
            self.unheard_ms = self.first_unheard_ms()

    def first_unheard_ms(self):
        """Where the earliest utterance begins that is no item yet, wholly."""
        items = self.conversations[self.live].items if self.live else ()
        known = {
            frame
            for role, content in items
            if role == "user"
            for frame in (read(content) if isinstance(content, str) else content)
        }
        begun = [
            start_ms
            for number, (start_ms, frames) in enumerate(self.script.utterances, start=1)
            if start_ms < self.now_ms and 256 * number + frames - 1 not in known
        ]
        return min(begun, default=self.now_ms)

    def expire(self, conversation):
        if not conversation.closed and not conversation.deaf:
            conversation.say(self.now_ms, "error", error={"code": "session_expired"})
            self.later(self.now_ms + self.script.latency_ms, lambda: self.close(conversation, 1001))

    def tell(self, message):
        for output in self.policy.step(message, self.now_ms):
            self.carry_out(output)

    def carry_out(self, output):
        latency_ms = self.script.latency_ms
        match output:
            case WakeAt(at_ms):
                if at_ms != self.wake_ms and at_ms < math.inf:
                    self.wake_ms = at_ms
                    self.later(at_ms, lambda: self.wake(at_ms))
            case Open(number):
                self.opened_ms.append(self.now_ms)
                self.later(self.now_ms + 2 * latency_ms, lambda: self.answer_handshake(number))
            case Send(number, event):
                conversation = self.conversations[number]
                at_ms = self.now_ms + latency_ms
                self.later(at_ms, lambda: conversation.hear(event, at_ms))
            case Close(number, _):
                if number in self.conversations:
                    self.conversations[number].close()
            case PlayAudio(response_id, item_id, pcm16):
                if response_id not in self.position:
                    self.position[response_id] = [0.0, 0.0, item_id]
                    self.queue.append(response_id)
                    if len(self.queue) == 1:
                        self.later(self.now_ms + PLAYED_MS, self.play)
                self.position[response_id][1] += len(pcm16) // 2 * STEP_MS
            case FlushPlayback(response_id):
                if response_id in self.queue:
                    self.queue.remove(response_id)
                self.played[response_id] = self.position.get(response_id, [0.0])[0]
            case Tell(notice):
                self.notices.append((self.now_ms, notice))
                if isinstance(notice, Ready):
                    self.live = notice.connection
                    self.taken_over.append(notice.connection)
                    self.told_items[notice.connection] = notice.restored_items
                    self.quiet_since = None
                    self.heard_before[notice.connection] = {
                        response_id: (played_ms, received_ms, response_id in self.queue)
                        for response_id, (played_ms, received_ms, _) in self.position.items()
                    }
                    if self.deaf_since is not None:
                        self.outages.append((self.deaf_since, self.now_ms, self.unheard_ms))
                        self.deaf_since = None

    def wake(self, at_ms):
        if at_ms == self.wake_ms:
            self.wake_ms = None
            self.tell(Tick())

    def answer_handshake(self, number):
        begin_ms, end_ms, status = self.refusing
        if begin_ms <= self.now_ms < end_ms:
            headers = {"Retry-After": "2"} if status == 429 else {}
            self.tell(Refused(number, status, headers))
            return
        conversation = Conversation(self, number, opened_ms=self.now_ms)
        self.conversations[number] = conversation
        self.tell(Opened(number))
        conversation.greet(self.now_ms)
        if self.dropping[0] <= self.now_ms < self.dropping[1]:
            drop_ms = self.now_ms + self.script.latency_ms + 1
            self.later(drop_ms, lambda: self.close(conversation, 1006))
        self.later(self.now_ms + 1000 * self.script.session_s, lambda: self.expire(conversation))

    def play(self):
        if not self.queue:
            return
        response_id = self.queue[0]
        position = self.position[response_id]
        position[0] = min(position[0] + PLAYED_MS, position[1])
        self.tell(Played(response_id, position[2], position[0]))
        if response_id in self.queue and position[0] >= position[1] and self.is_over(response_id):
            self.queue.remove(response_id)
            self.played[response_id] = position[0]
        if self.queue:
            self.later(self.now_ms + PLAYED_MS, self.play)

    def is_over(self, response_id):
        for each in self.conversations.values():
            if each.response and each.response["id"] == response_id:
                return each.closed or each.deaf
        return True

    # What must hold

    @property
    def settled(self):
        return [notice for _, notice in self.notices if isinstance(notice, TurnSettled)]

    def last_conversation(self):
        return self.conversations[self.live]
