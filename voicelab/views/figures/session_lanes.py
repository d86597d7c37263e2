"""A session as it went: connections, turns and answers in lanes, and where what went wrong.

Above, one lane each for connections, turns and answers, with the stretches in
which playback ran dry in red, and below them one lane a finding, at the times
that show it.  Underneath, how loud the microphone was, where the file tells.
"""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from voicelab.diagnose import Diagnosis, Timeline
from voicelab.views.figures.palette import (
    AMBER,
    BLACK,
    BLUE,
    GREEN,
    GREY,
    PALE,
    RED,
    SKY,
    Source,
    tidy,
)
from voicelab.views.figures.picture import Picture

__all__ = ["SessionLanes", "draw_session"]

LANES = ("connections", "turns", "answers")
MOST_FINDINGS = 8
SEVERITY_COLORS = {3: RED, 2: AMBER, 1: GREY}
CONNECTION_COLORS = (PALE, "#BDBDBD")  # by turns: one may follow the other at once
CUT_OFF = "#CDE6DC"
BAR = 0.62
LEAST_SHARE = 0.004  # of the width: what is shorter would not be seen
LEVEL_COLUMNS = 1200
QUIETEST_DB = -80.0


class SessionLanes(Picture):
    """A session that one can go closer to.

    Parameters
    ----------
    diagnosis : Diagnosis
        A timeline and its findings.
    source : {"service", "simulator", "local model"}
        Who the session was with.
    """

    def __init__(self, diagnosis: Diagnosis, *, source: Source = "service") -> None:
        super().__init__(draw_session(diagnosis, source=source))
        self._whole = self.figure.axes[0].get_xlim()

    def zoom(self, from_ms: float | None = None, until_ms: float | None = None) -> None:
        """Show a stretch.

        Parameters
        ----------
        from_ms, until_ms : float or None
            Where it lies; ``None`` shows all.
        """
        first_s, last_s = self._whole
        for axes in self.figure.axes:
            axes.set_xlim(
                first_s if from_ms is None else max(first_s, from_ms / 1000),
                last_s if until_ms is None else min(last_s, until_ms / 1000),
            )
        self.redraw()


def draw_session(diagnosis: Diagnosis, *, source: Source = "service") -> Figure:
    """Draw a session with what went wrong in it.

    Parameters
    ----------
    diagnosis : Diagnosis
        A timeline and its findings.
    source : {"service", "simulator", "local model"}
        Who the session was with.

    Returns
    -------
    Figure
        1000 pixels wide.
    """
    timeline, troubles = diagnosis.timeline, diagnosis.troubles[:MOST_FINDINGS]
    names = (*LANES, *(f"{n}. {each.name}" for n, each in enumerate(troubles, start=1)))
    lanes_inch = 0.30 * len(names) + 0.9
    has_levels = any(each.sound and each.sound.is_measured for each in timeline.carried)
    figure = Figure(figsize=(10, lanes_inch + 1.3 * has_levels), dpi=100, layout="constrained")
    if has_levels:
        lanes, levels = figure.subplots(2, 1, sharex=True, height_ratios=(lanes_inch, 1.3))
        lanes.tick_params(labelbottom=False, bottom=False)
        _draw_levels(levels, timeline)
    else:
        lanes = levels = figure.subplots()
    span_s = max(timeline.end_ms / 1000, 1e-3)
    lanes.set_title(_title(diagnosis, source), loc="left", fontsize=10, parse_math=False)
    _draw_lanes(lanes, timeline, least_s=LEAST_SHARE * span_s)
    for place, trouble in enumerate(troubles, start=len(LANES)):
        color = SEVERITY_COLORS[trouble.severity]
        shown = ((each.at_ms, each.until_ms) for each in trouble.evidence)
        _bars(lanes, place, shown, color, least_s=LEAST_SHARE * span_s)
        lanes.axhline(place - 0.5, color="#ECECEC", linewidth=0.8, zorder=0)
    lanes.set_yticks(range(len(names)), names, parse_math=False)
    lanes.set(ylim=(len(names) - 0.45, -0.55), xlim=(-0.01 * span_s, 1.01 * span_s))
    if troubles:
        lanes.axhline(len(LANES) - 0.5, color=GREY, linewidth=0.8)
    tidy(lanes, grid="x")
    lanes.tick_params(left=False)
    lanes.spines[["left", "bottom"]].set_visible(not has_levels)
    lanes.set_title("answers: pale was never heard, red ran dry", loc="right", fontsize=8,
                    color=GREY)  # fmt: skip
    levels.set_xlabel("time (s)")
    return figure


def _title(diagnosis: Diagnosis, source: Source) -> str:
    timeline = diagnosis.timeline
    found = len(diagnosis.troubles)
    what = f"{found} finding{'s' * (found != 1)}" if found else "nothing found"
    more = f", the worst {MOST_FINDINGS} shown" if found > MOST_FINDINGS else ""
    return f"{timeline.name} ({source}): {what}{more}"


def _draw_lanes(axes: Axes, timeline: Timeline, *, least_s: float) -> None:
    for index, each in enumerate(timeline.connections):
        color = RED if each.refused is not None else CONNECTION_COLORS[index % 2]
        _bars(axes, 0, [(each.opened_ms, each.end_ms)], color, least_s=least_s)
        if each.code is not None:
            axes.text(each.end_ms / 1000, 0, f" {each.code}", fontsize=7, va="center", color=BLACK)
    turns = [(each.at_ms, each.stopped_ms or each.committed_ms or each.at_ms)
             for each in timeline.turns]  # fmt: skip
    _bars(axes, 1, turns, BLUE, least_s=least_s)
    heard, cut = [], []
    for answer in timeline.answers:
        begins_ms, ends_ms = answer.begins_ms, answer.ends_ms
        if begins_ms is not None and ends_ms is not None:
            until_ms = min(ends_ms, max(answer.cut_ms or ends_ms, begins_ms))
            heard.append((begins_ms, until_ms))
            if until_ms < ends_ms:
                cut.append((until_ms, ends_ms))
    _bars(axes, 2, cut, CUT_OFF, least_s=0)
    _bars(axes, 2, heard, GREEN, least_s=least_s)
    dry = [(begins_ms, ends_ms) for _, begins_ms, ends_ms in timeline.silences()]
    _bars(axes, 2, dry, RED, least_s=least_s / 2)
    for row in timeline.rows:
        failed = (row.status or 0) >= 400
        until_ms = row.at_ms + (row.duration_ms or 0)
        _bars(axes, 0, [(row.at_ms, until_ms)], RED if failed else SKY, least_s=least_s)


def _bars(
    axes: Axes,
    place: int,
    spans_ms: Iterable[tuple[float, float]],
    color: str,
    *,
    least_s: float,
) -> None:
    spans = [
        (first_ms / 1000, max((last_ms - first_ms) / 1000, least_s))
        for first_ms, last_ms in spans_ms
    ]
    if spans:
        axes.broken_barh(spans, (place - BAR / 2, BAR), facecolor=color, linewidth=0)


def _draw_levels(axes: Axes, timeline: Timeline) -> None:
    """Draw the loudest and the quietest 10 ms of each column."""
    for each in timeline.carried:
        sound = each.sound
        if sound is None or not sound.is_measured:
            continue
        ends_ms = np.minimum(10.0 * np.arange(1, sound.levels_db.size + 1), sound.duration_ms)
        found = np.searchsorted(sound.start_ms[1:], ends_ms - 1, side="left")
        found = np.minimum(found, sound.at_ms.size - 1)
        at_s = (sound.at_ms[found] - (sound.start_ms[found + 1] - ends_ms)) / 1000
        known = np.isfinite(sound.levels_db)
        levels, at_s = np.maximum(sound.levels_db[known], QUIETEST_DB), at_s[known]
        step = max(1, levels.size // LEVEL_COLUMNS)
        whole = levels.size // step * step
        columns = levels[:whole].reshape(-1, step)
        axes.fill_between(
            at_s[:whole:step], columns.min(axis=1), columns.max(axis=1), color=SKY, linewidth=0.5
        )
    axes.set(ylabel="microphone\n(dBFS)", ylim=(QUIETEST_DB, 0), yticks=(-80, -40, 0))
    tidy(axes, grid="both")
