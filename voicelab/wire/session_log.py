"""The session log: one line of JSON an event, as voicelab's own clients write it.

::

    {"format": "voicelab-log/1"}
    {"recv_ms": 0.0, "direction": "in", "type": "session.created", "event": {...}}
    {"recv_ms": 812.4, "direction": "in", "type": "response.audio.delta",
     "response_id": "resp_1", "item_id": "item_1", "samples": 2400}

(the last is one line).  ``recv_ms`` is when the client had or sent the event,
in milliseconds on a clock that never goes back, from any origin; ``direction``
is ``in`` or ``out``.  ``samples`` counts the audio of a delta or an append.
``levels`` says how loud it is, every 10 ms (:mod:`voicelab.wire.levels`), and
``connection`` the number of the connection it went through, where the writer
knows them.  ``event`` is the event itself without audio, words and secrets
(see :mod:`voicelab.wire.redaction`), where the writer kept it; audio is in it
only on request.

Everything here is pure: lines in, lines out.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from voicelab.wire.listening import Listened, Listening
from voicelab.wire.redaction import redacted_event

__all__ = [
    "SESSION_LOG_HEADER",
    "Direction",
    "LoggedEvent",
    "hear_session_log",
    "read_session_log",
]

Direction = Literal["in", "out"]

FORMAT = "voicelab-log/1"
SESSION_LOG_HEADER = json.dumps({"format": FORMAT})
IDS = ("event_id", "response_id", "item_id")


@dataclass(frozen=True, kw_only=True)
class LoggedEvent:
    """One line of a session log.

    Attributes
    ----------
    recv_ms : float
        When it was received, or sent, on a clock that never goes back.
    direction : {"in", "out"}
        From the service, or to it.
    type : str
        The event's type.
    ids : mapping of str to str
        Those of ``event_id``, ``response_id``, ``item_id`` that it has.
    samples : int or None
        How much audio it held; ``None`` if it was no audio event.
    levels : tuple of int or None
        How loud that audio is, in dB every 10 ms.
    connection : int or None
        Which connection it went through.
    event : mapping or None
        The event without what was not to be kept.
    """

    recv_ms: float
    direction: Direction
    type: str
    ids: Mapping[str, str]
    samples: int | None = None
    levels: tuple[int, ...] | None = None
    connection: int | None = None
    event: Mapping[str, Any] | None = None

    @classmethod
    def of(
        cls,
        event: Mapping[str, Any],
        *,
        recv_ms: float,
        direction: Direction = "in",
        samples: int | None = None,
        levels: tuple[int, ...] | None = None,
        connection: int | None = None,
        keep_audio: bool = False,
        keep_transcripts: bool = False,
    ) -> "LoggedEvent":
        """Log an event.

        Parameters
        ----------
        event : mapping
            As it is on the wire.
        recv_ms : float
            When, on a clock that never goes back.
        direction : {"in", "out"}
            From the service, or to it.
        samples : int or None
            How much audio it holds, if it is an audio event.
        levels : tuple of int or None
            How loud that audio is, in dB every 10 ms.
        connection : int or None
            Which connection it goes through.
        keep_audio : bool
            Whether the audio stays in it.
        keep_transcripts : bool
            Whether what was said stays in it.

        Returns
        -------
        LoggedEvent
            Without secrets.
        """
        kept = redacted_event(event, keep_audio=keep_audio, keep_transcripts=keep_transcripts)
        return cls(
            recv_ms=recv_ms,
            direction=direction,
            type=str(kept.get("type", "")),
            ids={name: kept[name] for name in IDS if isinstance(kept.get(name), str)},
            samples=samples,
            levels=levels,
            connection=connection,
            event=kept if samples is None or keep_audio else None,
        )

    def line(self) -> str:
        """Write it.

        Returns
        -------
        str
            One line of JSON, without the line feed.
        """
        fields: dict[str, Any] = {
            "recv_ms": round(self.recv_ms, 3),
            "direction": self.direction,
            "type": self.type,
            **self.ids,
        }
        for name in ("connection", "samples", "levels"):
            if (value := getattr(self, name)) is not None:
                fields[name] = value
        if self.event is not None:
            fields["event"] = self.event
        return json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_session_log(lines: Iterable[str]) -> tuple[tuple[LoggedEvent, ...], tuple[str, ...]]:
    """Read a session log.

    Parameters
    ----------
    lines : iterable of str
        The text, line by line.

    Returns
    -------
    events : tuple of LoggedEvent
        In the order of the lines.
    remarks : tuple of str
        Which lines did not fit and were left out.

    Raises
    ------
    ValueError
        If the first line does not say that this is a session log.
    """
    events: list[LoggedEvent] = []
    damaged: list[int] = []
    numbered = ((n, line) for n, line in enumerate(lines, start=1) if line.strip())
    _, first = next(numbered, (0, ""))
    header = _object(first.lstrip("\ufeff"))
    if header is None or header.get("format") != FORMAT:
        raise ValueError(
            f"a session log must begin with the line {SESSION_LOG_HEADER}, got something else"
        )
    for number, line in numbered:
        fields = _object(line)
        read = None if fields is None else _logged(fields)
        if read is None:
            damaged.append(number)
        else:
            events.append(read)
    if not damaged:
        return tuple(events), ()
    which = ", ".join(map(str, damaged[:5])) + (", ..." if len(damaged) > 5 else "")
    return tuple(events), (f"left out what is no event, in line {which}",)


def hear_session_log(lines: Iterable[str]) -> Listened:
    """Read from a session log what there was to hear.

    Parameters
    ----------
    lines : iterable of str
        The text, line by line.

    Returns
    -------
    Listened
        As from the connection itself.

    Raises
    ------
    ValueError
        If the first line does not say that this is a session log.
    """
    events, remarks = read_session_log(lines)
    listening = Listening()
    for logged in events:
        event = {**(logged.event or {}), **logged.ids, "type": logged.type}
        listening.feed(event, recv_ms=logged.recv_ms, samples=logged.samples)
    heard = listening.heard()
    return Listened(heard.rows, heard.rate_hz, heard.interrupted, (*remarks, *heard.remarks))


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _logged(fields: Mapping[str, Any]) -> LoggedEvent | None:
    recv_ms, samples, event = fields.get("recv_ms"), fields.get("samples"), fields.get("event")
    levels, connection = fields.get("levels"), fields.get("connection")
    is_one = (
        isinstance(recv_ms, int | float)
        and math.isfinite(recv_ms)
        and fields.get("direction") in get_args(Direction)
        and isinstance(fields.get("type"), str)
        and (samples is None or (isinstance(samples, int) and samples >= 0))
        and (event is None or isinstance(event, dict))
    )
    if not is_one:
        return None
    return LoggedEvent(
        recv_ms=float(fields["recv_ms"]),
        direction=fields["direction"],
        type=fields["type"],
        ids={name: fields[name] for name in IDS if isinstance(fields.get(name), str)},
        samples=samples,
        levels=_levels(levels),
        connection=connection if isinstance(connection, int) else None,
        event=event,
    )


def _levels(found: Any) -> tuple[int, ...] | None:
    is_one = isinstance(found, list) and all(
        isinstance(each, int) and -200 <= each <= 0 for each in found
    )
    return tuple(found) if is_one else None
