"""MonitorSummary: sessions, latency, throttling and failures of an export's rows.

Figures are of the service's own log, by deployment.  A percentile is of the
rows that tell a duration; where there are none, there is none.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from voicelab.diagnose.monitor.rows import MonitorRow

__all__ = ["DeploymentSummary", "MonitorSummary", "summarise"]

MINUTE = timedelta(minutes=1)
UNNAMED = "(no deployment named)"
HEADINGS = (
    "deployment",
    "rows",
    "sessions",
    "median ms",
    "p95 ms",
    "throttled",
    "failed",
    "busiest min",
)


@dataclass(frozen=True, kw_only=True)
class DeploymentSummary:
    """What the rows of one deployment say.

    Attributes
    ----------
    deployment : str
        Its name.
    rows : int
        How many there are.
    sessions : int or None
        How many ids of sessions, or else of requests; ``None`` where no row has one.
    median_ms, p95_ms : float or None
        Of the durations.
    throttled, failed : int
        Refused with 429; failed in any way, those too.
    codes : mapping of str to int
        Failures by status and code.
    busiest_per_min : int
        Most rows within any 60 s.
    """

    deployment: str
    rows: int
    sessions: int | None
    median_ms: float | None
    p95_ms: float | None
    throttled: int
    failed: int
    codes: Counter[str]
    busiest_per_min: int


@dataclass(frozen=True, kw_only=True)
class MonitorSummary:
    """What an export says.

    Attributes
    ----------
    first, last : datetime
        Its first and last row.
    deployments : tuple of DeploymentSummary
        By the number of their rows, the most first.
    """

    first: datetime
    last: datetime
    deployments: tuple[DeploymentSummary, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The same in words, one deployment a sentence."""
        return tuple(map(_sentence, self.deployments))

    def __str__(self) -> str:
        lines = [f"the service's log, {_at(self.first)} to {_at(self.last)} UTC"]
        cells = [HEADINGS, *(_cells(each) for each in self.deployments)]
        widths = [max(len(row[at]) for row in cells) for at in range(len(HEADINGS))]
        for row in cells:
            rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
            lines.append("  ".join((row[0].ljust(widths[0]), *rest)).rstrip())
        for each in self.deployments:
            for code, n in each.codes.most_common():
                lines.append(f"{each.deployment}: {n} failed with {code}")
        return "\n".join(lines)


def summarise(rows: Sequence[MonitorRow]) -> MonitorSummary:
    """Sum an export up, by deployment.

    Parameters
    ----------
    rows : sequence of MonitorRow
        By time, at least one.

    Returns
    -------
    MonitorSummary
        What they say.

    Raises
    ------
    ValueError
        If there are none.
    """
    if not rows:
        raise ValueError("there must be rows to sum up, got none")
    named: dict[str, list[MonitorRow]] = {}
    for row in rows:
        named.setdefault(row.deployment or UNNAMED, []).append(row)
    return MonitorSummary(
        first=min(row.at for row in rows),
        last=max(row.at for row in rows),
        deployments=tuple(
            _summary(name, found)
            for name, found in sorted(named.items(), key=lambda each: (-len(each[1]), each[0]))
        ),
    )


def _summary(name: str, rows: list[MonitorRow]) -> DeploymentSummary:
    ids = {row.session_id or row.correlation_id for row in rows} - {None}
    durations = [row.duration_ms for row in rows if row.duration_ms is not None]
    failed = [row for row in rows if row.has_failed]
    return DeploymentSummary(
        deployment=name,
        rows=len(rows),
        sessions=len(ids) or None,
        median_ms=float(np.percentile(durations, 50)) if durations else None,
        p95_ms=float(np.percentile(durations, 95)) if durations else None,
        throttled=sum(row.is_throttled for row in rows),
        failed=len(failed),
        codes=Counter(_code(row) for row in failed),
        busiest_per_min=_busiest(row.at for row in rows),
    )


def _code(row: MonitorRow) -> str:
    said = [str(row.status)] if row.status is not None else []
    return " ".join([*said, *([row.code] if row.code else [])]) or "no code"


def _busiest(times: Iterable[datetime]) -> int:
    ordered = sorted(times)
    most = first = 0
    for last, at in enumerate(ordered):
        while at - ordered[first] >= MINUTE:
            first += 1
        most = max(most, last - first + 1)
    return most


def _cells(each: DeploymentSummary) -> tuple[str, ...]:
    numbers = (
        each.rows,
        each.sessions,
        each.median_ms,
        each.p95_ms,
        each.throttled,
        each.failed,
        each.busiest_per_min,
    )
    return (each.deployment, *("-" if n is None else f"{n:,.0f}" for n in numbers))


def _sentence(each: DeploymentSummary) -> str:
    said = [f"{each.deployment}: {each.rows} row{'s' * (each.rows != 1)}"]
    if each.sessions is not None:
        said.append(f"of {each.sessions} request{'s' * (each.sessions != 1)} or sessions")
    if each.median_ms is not None and each.p95_ms is not None:
        said.append(f"median {each.median_ms:,.0f} ms, p95 {each.p95_ms:,.0f} ms")
    said.append(f"at most {each.busiest_per_min} within a minute")
    codes = ", ".join(f"{n} with {code}" for code, n in each.codes.most_common())
    said.append(f"{each.failed} failed ({codes})" if codes else "none failed")
    return ", ".join(said)


def _at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"
