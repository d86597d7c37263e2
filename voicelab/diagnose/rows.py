"""Rows: a timeline line by line, as text and as a table."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from voicelab.diagnose.session import Connection
from voicelab.diagnose.timeline import Timeline

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Row", "rows", "table", "text"]

OPENED = {"first": "opened", "reconnect": "reconnected", "rotation": "rotated"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a timeline.

    Attributes
    ----------
    at_ms, until_ms : float
        When; equal for a moment.
    connection : int or None
        On which connection.
    what : str
        In one word.
    detail : str
        With its figures.
    """

    at_ms: float
    until_ms: float
    connection: int | None
    what: str
    detail: str

    def __str__(self) -> str:
        where = "" if self.connection is None else f"#{self.connection}"
        return f"{self.at_ms / 1000:9.2f} s  {where:>3}  {self.what:<12} {self.detail}".rstrip()


def rows(timeline: Timeline) -> list[Row]:
    """List what happened.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Returns
    -------
    list of Row
        In the order of time.
    """
    found = [row for each in timeline.connections for row in _connection(each)]
    for _, begins_ms, ends_ms in timeline.silences():
        detail = f"nothing to play for {ends_ms - begins_ms:.0f} ms"
        found.append(_row(begins_ms, "underrun", detail, until_ms=ends_ms))
    for each in timeline.rows:
        facts = (each.operation, str(each.status or ""), each.code, each.deployment)
        found.append(_row(each.at_ms, "request", " ".join(fact for fact in facts if fact)))
    return sorted(found, key=lambda row: row.at_ms)


def text(timeline: Timeline) -> str:
    """Write a timeline for a reader.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Returns
    -------
    str
        A line each.
    """
    return "\n".join(map(str, rows(timeline)))


def table(timeline: Timeline) -> "pd.DataFrame":
    """Give a timeline as a table.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Returns
    -------
    DataFrame
        Columns ``at_ms``, ``until_ms``, ``connection``, ``what``, ``detail``.
    """
    import pandas as pd

    columns = list(Row.__dataclass_fields__)
    frame = pd.DataFrame([asdict(row) for row in rows(timeline)], columns=columns)
    return frame.astype({"connection": "Int64"})


def _connection(each: Connection) -> Iterator[Row]:
    number = each.number
    if each.refused is not None:
        wait = "" if each.retry_after_s is None else f", wait {each.retry_after_s:g} s"
        what = "rate limit" if each.refused == 429 else "refused"
        said = f"HTTP {each.refused}" if each.refused else "nobody answered"
        yield _row(each.opened_ms, what, said + wait, number)
        return
    restored = f"{each.restored} items restored" if each.restored else ""
    yield _row(each.opened_ms, OPENED[each.why], restored, number)
    if each.configured_ms is not None:
        yield _row(each.configured_ms, "configured", _settings(each), number)
    for count, turn in enumerate(each.turns, start=1):
        until_ms = turn.stopped_ms or turn.committed_ms or turn.at_ms
        how = "committed by hand" if turn.by_hand else "heard"
        length = ""
        if turn.audio_start_ms is not None and turn.audio_end_ms is not None:
            length = f", {(turn.audio_end_ms - turn.audio_start_ms) / 1000:.1f} s of audio"
        yield _row(turn.at_ms, "turn", f"{count} {how}{length}", number, until_ms=until_ms)
    for count, answer in enumerate(each.answers, start=1):
        ends_ms = answer.ends_ms or answer.done_ms or answer.created_ms
        ends_ms = min(ends_ms, answer.cut_ms or ends_ms)
        how = answer.status or "not finished"
        why = answer.reason or answer.code
        detail = f"{count} {how}{f' ({why})' if why else ''}, {answer.duration_ms / 1000:.1f} s"
        yield _row(answer.created_ms, "answer", detail, number, until_ms=ends_ms)
        for at_ms, by_client, end_ms in answer.truncated:
            who = "by the client" if by_client else "by the service"
            yield _row(at_ms, "truncated", f"{count} at {end_ms / 1000:.1f} s {who}", number)
    for error in each.errors:
        what = "rate limit" if error.code == "rate_limit_exceeded" else "error"
        yield _row(error.at_ms, what, error.code, number)
    if each.closed_ms is not None:
        code = "no close code in this file" if each.code is None else str(each.code)
        idle = f", {each.idle_ms / 1000:.1f} s after the last frame"
        yield _row(each.closed_ms, "closed", code + idle, number)


def _settings(each: Connection) -> str:
    detection = each.detection
    if detection is None:
        return "no turn detection"
    words = [str(detection.get("type", "turn detection"))]
    for name in ("threshold", "silence_duration_ms", "prefix_padding_ms"):
        value = detection.get(name)
        if isinstance(value, int | float):
            words.append(f"{name.split('_')[0]} {value:g}")
    return ", ".join(words)


def _row(
    at_ms: float,
    what: str,
    detail: str,
    connection: int | None = None,
    *,
    until_ms: float | None = None,
) -> Row:
    return Row(
        at_ms=at_ms,
        until_ms=at_ms if until_ms is None else until_ms,
        connection=connection,
        what=what,
        detail=detail,
    )
