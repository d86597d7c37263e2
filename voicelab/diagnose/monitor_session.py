"""An export of Log Analytics as a timeline: requests, for the service's log knows no events."""

from voicelab.diagnose.monitor import read_monitor_rows, summarise
from voicelab.diagnose.timeline import ServiceRequest, Timeline

__all__ = ["monitor_timeline"]


def monitor_timeline(text: str, *, name: str = "export.csv") -> Timeline:
    """Read an export of Log Analytics.

    Parameters
    ----------
    text : str
        CSV or JSON.
    name : str
        Names it in reports.

    Returns
    -------
    Timeline
        Of rows, without connections.

    Raises
    ------
    ValueError
        If it is no such export.
    """
    found, remarks = read_monitor_rows(text)
    ordered = sorted(found, key=lambda row: row.at)
    rows = tuple(
        ServiceRequest(
            at_ms=(row.at - ordered[0].at).total_seconds() * 1000,
            status=row.status,
            code=row.code or "",
            operation=row.operation,
            duration_ms=row.duration_ms,
            deployment=row.deployment or "",
        )
        for row in ordered
    )
    return Timeline.of(
        (),
        name=name,
        source="Log Analytics",
        rows=rows,
        remarks=(
            *remarks,
            *summarise(ordered).sentences,
            "the service's log knows requests, not turns and answers",
        ),
        end_ms=rows[-1].at_ms if rows else 0.0,
    )
