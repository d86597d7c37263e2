"""Calls: files of sessions, as the few events that tell what a call asked for.

A session log is one call.  A HAR is one call too, however many sockets it
took; only when something was said, that a connection began and what an answer
used are kept of it, so that its length costs nothing.
"""

import json
from pathlib import Path

from voicelab.wire import HarError, LoggedEvent, read_session_log
from voicelab.wire.har import har_frames

__all__ = ["read_call"]

TELLING = ("session.created", "response.done")


def read_call(path: str | Path) -> list[LoggedEvent]:
    """Read what a call asked of its service.

    Parameters
    ----------
    path : str or Path
        A session log (``.jsonl``) or a HAR (``.har``).

    Returns
    -------
    list of LoggedEvent
        By time.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is neither, or damaged.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist, or is no file; check the path")
    try:
        if path.suffix.lower() == ".har":
            return _har(path)
        with path.open(encoding="utf-8") as lines:
            return list(read_session_log(lines)[0])
    except UnicodeDecodeError:
        raise ValueError(f"{path.name}: a session log must be text, got other bytes") from None
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None


def _har(path: Path) -> list[LoggedEvent]:
    told, times = [], []
    with path.open("rb") as stream:
        for frame in har_frames(stream):
            if frame.time_ms is None:
                continue
            times.append(frame.time_ms)
            event = None if frame.sent else _telling(frame.text)
            if event is not None:
                told.append(LoggedEvent.of(event, recv_ms=frame.time_ms))
    if not times:
        raise HarError("a HAR must hold WebSocket frames with their times, got none")
    ends = [_moment(min(times)), _moment(max(times))]
    return sorted([*told, *ends], key=lambda each: each.recv_ms)


def _telling(text: str | None) -> dict[str, object] | None:
    """Parse only what may be asked for: most frames are sound."""
    if text is None or not any(name in text for name in TELLING):
        return None
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and event.get("type") in TELLING else None


def _moment(time_ms: float) -> LoggedEvent:
    return LoggedEvent(recv_ms=time_ms, direction="out", type="", ids={})
