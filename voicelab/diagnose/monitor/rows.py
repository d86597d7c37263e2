"""MonitorRow: what Azure Monitor wrote down of one request, or one session.

Only what names, counts or times is taken over, and only if it looks like it:
a request's text, a caller's address and whatever else a workspace collects
stay in the export.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from voicelab.diagnose.monitor.exports import TIME, Record, records, time_zone

__all__ = ["MonitorRow", "read_monitor_rows"]

PLAIN = re.compile(r"[\w.:/ -]{1,128}")
SECRET = re.compile(r"(?i)\b(sk|ek|pk)[-_]\w|\beyJ|bearer|[\w+/]{48}")
# The log's own column, as text or, in some workspaces, as a number; the pack's; telemetry's.
STATUS = ("resultsignature", "resultsignature_d", "status", "resultcode", "statuscode")
# What the portal and the API write: ISO 8601, or the portal's own "5/24/2024, 12:23:02.435 PM".
PORTAL_TIME = ("%m/%d/%Y, %I:%M:%S.%f %p", "%m/%d/%Y, %I:%M:%S %p")
FINE = re.compile(r"(\.\d{6})\d+")  # seven digits of seconds, one more than Python reads


@dataclass(frozen=True, kw_only=True)
class MonitorRow:
    """One row of a diagnostic log.

    Attributes
    ----------
    at : datetime
        When it was written, in UTC.
    operation : str
        The operation's name; empty where there is none.
    status : int or None
        HTTP status.
    duration_ms : float or None
        How long it took; nobody says whether a session's row counts the session.
    deployment, model : str or None
        Their names.
    session_id : str or None
        The session's id, in telemetry of the SDK.
    correlation_id : str or None
        The service's id of the request.
    code : str or None
        The result's type, or an error's code.
    """

    at: datetime
    operation: str
    status: int | None = None
    duration_ms: float | None = None
    deployment: str | None = None
    model: str | None = None
    session_id: str | None = None
    correlation_id: str | None = None
    code: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether its status, or without one its code, says that it failed."""
        if self.status is not None:
            return self.status >= 400
        return (self.code or "").lower() in ("failed", "failure", "error", "false")

    @property
    def is_throttled(self) -> bool:
        """Whether it was refused for asking too often."""
        return self.status == 429


def read_monitor_rows(text: str) -> tuple[tuple[MonitorRow, ...], tuple[str, ...]]:
    """Read an export of Log Analytics.

    Parameters
    ----------
    text : str
        The whole file: CSV or JSON.

    Returns
    -------
    rows : tuple of MonitorRow
        By time.
    remarks : tuple of str
        How many rows were left out, and why.

    Raises
    ------
    ValueError
        If it is no such export, is damaged, or holds no row that can be read.
    """
    rows: list[MonitorRow] = []
    left_out = 0
    for record in records(text):
        row = _read(record)
        if row is None:
            left_out += 1
        else:
            rows.append(row)
    if not rows and left_out:
        raise ValueError(
            f"an export must hold rows with a time, got {left_out} that have none that can be read"
        )
    if not rows:
        raise ValueError(
            "an export must hold rows, got none; was its time range the one of the session?"
        )
    remarks = []
    if left_out:
        remarks.append(f"left out {left_out} rows without a time that can be read")
    if (zone := time_zone(text)) != "UTC":
        remarks.append(f"times are {zone!r} in the export and read as UTC; show them in UTC first")
    return tuple(sorted(rows, key=lambda row: row.at)), tuple(remarks)


def _read(record: Record) -> MonitorRow | None:
    at = _time(record.get(TIME))
    if at is None:
        return None
    inner = _properties(record.get("properties_s", record.get("properties")))
    status = _number(_first(record, *STATUS))
    duration_ms = _number(record.get("durationms"))
    code = _plain(_first(inner, "code", "errorcode")) or _plain(
        _first(record, "resulttype", "error_code_s", "success")
    )
    return MonitorRow(
        at=at,
        operation=_plain(_first(record, "operationname", "name")) or "",
        status=int(status) if status is not None and 100 <= status < 1000 else None,
        duration_ms=duration_ms if duration_ms is not None and duration_ms >= 0 else None,
        deployment=_plain(record.get("deploymentname") or inner.get("modeldeploymentname")),
        model=_plain(record.get("modelname") or _first(inner, "modelname", "gen_ai.request.model")),
        session_id=_plain(record.get("sessionid") or inner.get("gen_ai.voice.session_id")),
        correlation_id=_plain(record.get("correlationid")),
        code=code,
    )


def _first(record: Mapping[str, Any], *names: str) -> Any:
    found = (record.get(name) for name in names)
    return next((each for each in found if each not in (None, "")), None)


def _properties(found: object) -> dict[str, Any]:
    """Read the bag of properties, which is JSON in a text or an object already."""
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return {}
    return (
        {str(key).lower(): value for key, value in found.items()} if isinstance(found, dict) else {}
    )


def _time(found: object) -> datetime | None:
    if not isinstance(found, str):
        return None
    text = found.strip()
    try:
        read = datetime.fromisoformat(FINE.sub(r"\1", text))
    except ValueError:
        for form in PORTAL_TIME:
            try:
                read = datetime.strptime(text, form)
                break
            except ValueError:
                continue
        else:
            return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _number(found: object) -> float | None:
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        number = float(found.replace(",", "") if isinstance(found, str) else found)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _plain(found: object) -> str | None:
    """Keep what looks like a name, an id or a code."""
    if isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not PLAIN.fullmatch(found) or SECRET.search(found):
        return None
    return found
