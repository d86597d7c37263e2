"""Timelines made by hand, for cases that one can work out on paper."""

import base64

import numpy as np

from voicelab.diagnose import Timeline
from voicelab.diagnose.log_session import log_timeline
from voicelab.diagnose.session import Connection
from voicelab.wire import SESSION_LOG_HEADER, LoggedEvent
from voicelab.wire.levels import levels_db

CHUNK_MS = 50


def timeline(*connections, **more):
    more = {"name": "made", "source": "session log", **more}
    return Timeline.of(connections, **more)


def connection(opened_s=0.0, *, closed_s=None, last_s=None, code=None, **more):
    """A connection that was configured at once; times in seconds."""
    more.setdefault("configured_ms", 1000 * opened_s)
    last_s = (closed_s if closed_s is not None else opened_s) if last_s is None else last_s
    return Connection(
        opened_ms=1000 * opened_s,
        closed_ms=None if closed_s is None else 1000 * closed_s,
        last_ms=1000 * last_s,
        code=code,
        **more,
    )


def names(rule, *connections, **more):
    """What a rule finds."""
    return [trouble.name for trouble in rule(timeline(*connections, **more))]


class Log:
    """A session log, line by line: with levels, as it is written, or with the sound itself."""

    def __init__(self, *, keeps_audio=False, **session):
        self.lines, self.keeps_audio = [SESSION_LOG_HEADER], keeps_audio
        self.event(0, "session.created", session={"turn_detection": {"type": "server_vad"}})
        self.event(1, "session.updated", session=session)

    def event(self, at_ms, kind, *, sent=False, connection=1, levels=None, **fields):
        if "transcript" in fields:
            fields["characters"] = len(fields["transcript"])
        logged = LoggedEvent.of(
            {"type": kind, **fields},
            recv_ms=at_ms,
            direction="out" if sent else "in",
            connection=connection,
            levels=levels,
            keep_audio=self.keeps_audio,
        )
        self.lines.append(logged.line())
        return self

    def speak(self, from_ms, sound, *, at_ms=None, connection=1):
        """Append sound, full scale +-1, a chunk every 50 ms, or at the times that are given."""
        octets = np.rint(32767 * np.asarray(sound)).astype("<i2").tobytes()
        step = 48 * CHUNK_MS
        for index, first in enumerate(range(0, len(octets), step)):
            when = from_ms + CHUNK_MS * (index + 1) if at_ms is None else at_ms[index]
            piece = octets[first : first + step]
            self.event(when, "input_audio_buffer.append", sent=True, connection=connection,
                       audio=base64.b64encode(piece).decode(),
                       levels=levels_db(np.frombuffer(piece, "<i2"), rate_hz=24_000))  # fmt: skip
        return self

    def turn(self, item, began_ms, stopped_ms, audio_start_ms, audio_end_ms):
        self.event(began_ms, "input_audio_buffer.speech_started", item_id=item,
                   audio_start_ms=audio_start_ms)  # fmt: skip
        self.event(stopped_ms, "input_audio_buffer.speech_stopped", item_id=item,
                   audio_end_ms=audio_end_ms)  # fmt: skip
        return self.event(stopped_ms, "input_audio_buffer.committed", item_id=item)

    def answer(self, name, created_ms, packets, *, done_ms=None, status="completed", **details):
        """An answer whose packets are (at_ms, ms of sound)."""
        self.event(created_ms, "response.created", response={"id": name})
        for at_ms, length_ms in packets:
            audio = base64.b64encode(bytes(48 * length_ms)).decode()
            self.event(at_ms, "response.audio.delta", response_id=name, item_id=f"item of {name}",
                       delta=audio)  # fmt: skip
        response = {"id": name, "status": status, "status_details": details or None}
        at_ms = packets[-1][0] if done_ms is None else done_ms
        return self.event(at_ms, "response.done", response=response)

    def timeline(self, **more):
        def at(line):
            return float(line.split('"recv_ms":')[1].split(",")[0])

        head, *lines = self.lines
        return log_timeline([head, *sorted(lines, key=at)], **more)


def noise(duration_ms, level_db=-65.0):
    """A quiet room."""
    rng = np.random.default_rng(3)
    return 10 ** (level_db / 20) * rng.standard_normal(round(24 * duration_ms))


def tone(duration_ms, level_db=-20.0):
    """As loud as a voice."""
    t = np.arange(round(24 * duration_ms)) / 24_000
    return 2**0.5 * 10 ** (level_db / 20) * np.sin(2 * np.pi * 300 * t)


def laid(*pieces):
    return np.concatenate(pieces)
