"""A session log as a timeline: events, and what the client wrote down of itself.

A log that numbers no connections, as those of earlier writers, is told apart
by its greetings.
"""

from collections.abc import Iterable

from voicelab.diagnose.gathering import Gathering
from voicelab.diagnose.happened import Happened
from voicelab.diagnose.redacted import happened_from
from voicelab.diagnose.session import Connection
from voicelab.diagnose.sound import KEPT_S
from voicelab.diagnose.timeline import Timeline
from voicelab.jitter import Player
from voicelab.wire.session_log import LoggedEvent, read_session_log

__all__ = ["log_timeline"]

NOBODY = 0  # the status where nobody answered the handshake


def log_timeline(
    lines: Iterable[str], *, name: str = "session.jsonl", player: Player | None = None
) -> Timeline:
    """Read a session log.

    Parameters
    ----------
    lines : iterable of str
        Its text.
    name : str
        Names it in reports.
    player : Player or None
        Who played the answers.

    Returns
    -------
    Timeline
        Of all its connections.

    Raises
    ------
    ValueError
        If it is no session log, or holds nothing of a session.
    """
    events, remarks = read_session_log(lines)
    gathered: dict[int, Gathering] = {}
    microphone: dict[str, object] = {}  # the page's, whatever connection it is heard on
    current, is_whole = 0, False
    origin_ms = events[0].recv_ms if events else 0.0
    for logged in events:
        happened = _happened(logged, origin_ms)
        is_whole = is_whole or happened.type == "client.ended"
        number = happened.connection
        if number is None and happened.type == "session.created":
            current += 1
        if happened.type == "client.microphone":
            microphone |= happened.fields
        number = number or current or max(gathered, default=0)
        if number == 0:
            continue
        if number not in gathered:
            gathered[number] = Gathering(opened_ms=happened.at_ms, kept_s=KEPT_S)
            gathered[number].record.microphone |= microphone
        _client_says(happened, gathered[number].record)
        gathered[number].take(happened)
    if not gathered:
        raise ValueError("a session log must hold a session's events, got none")
    return Timeline.of(
        [each.finish() for each in gathered.values()],
        player=player,
        name=name,
        source="session log",
        remarks=remarks,
        is_whole=is_whole,
    )


def _happened(logged: LoggedEvent, origin_ms: float) -> Happened:
    event = {**(logged.event or {}), **logged.ids, "type": logged.type}
    number = logged.connection
    if number is None and isinstance(told := event.get("connection"), int):
        number = told
    return happened_from(
        event,
        at_ms=logged.recv_ms - origin_ms,
        sent=logged.direction == "out",
        connection=number,
        samples=logged.samples,
        levels_db=logged.levels,
    )


def _client_says(happened: Happened, record: Connection) -> None:
    """Learn what the client wrote down of a connection."""
    fields, code = happened.fields, str(happened.fields.get("code") or "")
    if happened.type == "client.opened":
        record.opened_ms = happened.at_ms
    elif happened.type == "client.closed":
        record.closed_ms = happened.at_ms
        record.code = int(code) if code.isdecimal() else None
    elif happened.type == "client.refused":
        record.closed_ms = happened.at_ms
        record.refused = int(code) if code.isdecimal() else NOBODY
        wait_s = fields.get("retry_after_s")
        record.retry_after_s = float(wait_s) if isinstance(wait_s, int | float) else None
    elif happened.type == "client.ready":
        if code in ("first", "reconnect", "rotation"):
            record.why = code  # type: ignore[assignment]
        restored = fields.get("restored_items")
        record.restored = max(record.restored, restored if isinstance(restored, int) else 0)
