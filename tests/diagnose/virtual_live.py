"""A live session in virtual time: voicelab's own policy, loudspeaker and log, and the service.

What :class:`voicelab.streaming.LiveSession` does in an event loop is done here on an agenda, so
that minutes pass in a moment; the log is written by the same class.
"""

import heapq
import io
import itertools
import math

import numpy as np

from voicelab.simulator import Close as ServiceCloses
from voicelab.simulator import Cut, Refuse
from voicelab.simulator import Send as ServiceSends
from voicelab.streaming.live_log import LiveLog
from voicelab.streaming.live_rules import rules_of
from voicelab.streaming.loudspeaker import Loudspeaker
from voicelab.streaming.policy import (
    Alive,
    Close,
    Closed,
    FlushPlayback,
    Leave,
    Microphone,
    Open,
    Opened,
    PlayAudio,
    Played,
    Received,
    Refused,
    Send,
    SessionPolicy,
    Tell,
    Tick,
    WakeAt,
)

PATH = "/voice-live/realtime?api-version=2026-07-15&model=gpt-realtime"


class VirtualLive:
    """One session of ``duration_ms``; ``said`` is PCM16 of the user, 24 kHz."""

    def __init__(self, service, tuning, said, *, duration_ms, seed=0, keep_audio=False):
        self.service, self.duration_ms = service, duration_ms
        self.chunk_ms = tuning.session.chunk_ms
        self.said = said
        self.stream = io.StringIO()
        self.log = LiveLog(self.stream, keep_audio=keep_audio)
        self.policy = SessionPolicy(
            rules_of(tuning, dialect="voice-live", epoch_s=0.0),
            rng=np.random.default_rng(seed),
        )
        self.speaker = Loudspeaker(start_ms=tuning.player.start_ms)
        self.agenda, self.order = [], itertools.count()
        self.lines = {}  # number: connection of the service
        self.now_ms, self.wake_ms = 0.0, math.inf

    def later(self, at_ms, act):
        heapq.heappush(self.agenda, (at_ms, next(self.order), act))

    def run(self):
        """Live through it; give the log's lines."""
        self.later(0.0, lambda: self.step(Tick()))
        self.later(self.chunk_ms, self.microphone)
        self.later(1000.0, self.ping)
        self.later(self.duration_ms, lambda: self.step(Leave()))
        while self.agenda and self.agenda[0][0] <= self.duration_ms:
            self.now_ms, _, act = heapq.heappop(self.agenda)
            act()
        return self.stream.getvalue().splitlines()

    def step(self, happened):
        match happened:
            case Received(number, event):
                self.log.record(event, now_ms=self.now_ms, connection=number)
            case Opened(number):
                self.log.note("opened", now_ms=self.now_ms, connection=number)
            case Closed(number, code, _):
                self.log.note("closed", now_ms=self.now_ms, connection=number, code=str(code))
            case Refused(number, status, headers):
                wait_s = float(headers["Retry-After"]) if "Retry-After" in headers else None
                told = {"code": str(status), "retry_after_s": wait_s}
                self.log.note("refused", now_ms=self.now_ms, connection=number, **told)
        for heard in list(self.speaker.heard(now_ms=self.now_ms)):
            self.carry_out(
                self.policy.step(Played(heard.response_id, heard.item_id, heard.ms), self.now_ms)
            )
        self.carry_out(self.policy.step(happened, self.now_ms))

    def carry_out(self, outputs):
        for output in outputs:
            match output:
                case Send(number, event):
                    if number in self.lines:
                        self.log.record(
                            event, now_ms=self.now_ms, direction="out", connection=number
                        )
                        self.hear(number, self.lines[number].receive(event, now_ms=self.now_ms))
                case PlayAudio(response_id, item_id, pcm16):
                    self.speaker.play(response_id, item_id, pcm16, now_ms=self.now_ms)
                case FlushPlayback(response_id):
                    self.speaker.flush(response_id)
                case Tell(notice):
                    self.log.tell(notice, now_ms=self.now_ms)
                case WakeAt(at_ms):
                    if math.isfinite(at_ms) and at_ms != self.wake_ms:
                        self.wake_ms = at_ms
                        self.later(at_ms, lambda at=at_ms: self.wake(at))
                case Open(number):
                    self.open(number)
                case Close(number, code):
                    line = self.lines.pop(number, None)
                    if line is not None:
                        line.leave()
                        self.later(
                            self.now_ms + 20, lambda n=number, c=code: self.step(Closed(n, c))
                        )

    def open(self, number):
        answer = self.service.connect(PATH, now_ms=self.now_ms)
        if isinstance(answer, Refuse):
            refused = Refused(number, answer.status, dict(answer.headers))
            self.later(self.now_ms + 30, lambda: self.step(refused))
            return
        self.lines[number] = answer

        def opened():
            self.step(Opened(number))
            self.pump(number)

        self.later(self.now_ms + 30, opened)

    def pump(self, number):
        line = self.lines.get(number)
        if line is None:
            return
        self.hear(number, line.advance(now_ms=self.now_ms))
        if number in self.lines and line.next_ms is not None:
            self.later(max(line.next_ms, self.now_ms + 1), lambda: self.pump(number))

    def hear(self, number, outputs):
        for output in outputs:
            if isinstance(output, ServiceSends):
                self.later(self.now_ms, lambda e=output.event: self.step(Received(number, e)))
            elif isinstance(output, ServiceCloses | Cut):
                code = output.code if isinstance(output, ServiceCloses) else 1006
                self.lines.pop(number, None)
                self.later(self.now_ms, lambda c=code: self.step(Closed(number, c)))

    def wake(self, at_ms):
        if at_ms == self.wake_ms:
            self.wake_ms = math.inf
            self.step(Tick())

    def microphone(self):
        last = round(self.now_ms * 24) * 2
        first = last - round(self.chunk_ms * 24) * 2
        chunk = self.said[first:last]
        self.step(Microphone(chunk + bytes(last - first - len(chunk))))
        for number in list(self.lines):
            self.pump_once(number)
        self.later(self.now_ms + self.chunk_ms, self.microphone)

    def pump_once(self, number):
        line = self.lines.get(number)
        if line is not None and line.next_ms is not None and line.next_ms <= self.now_ms:
            self.hear(number, line.advance(now_ms=self.now_ms))

    def ping(self):
        for number in self.lines:
            self.later(self.now_ms + 30, lambda n=number, at=self.now_ms: self.step(Alive(n, at)))
        self.later(self.now_ms + 1000, self.ping)
