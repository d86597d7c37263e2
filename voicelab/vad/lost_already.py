"""What is lost already: turns that the starting point misses as well.

Where no setting meets both sides of the budget, one may still keep the noise
out and lose no more than one loses now.  What was lost already is not held
against it, but neither is it forgiven: of what keeps the noise out the least
deaf is asked for, such a change is never called shown, and it says that turns
are still missed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from voicelab.audio import Kind
from voicelab.vad.choice import figures
from voicelab.vad.plateau import narrowest
from voicelab.vad.setting import Budget, Condition, Figures, Setting

if TYPE_CHECKING:
    from voicelab.vad.plateau import Within
    from voicelab.vad.swept import Sweep

__all__ = ["as_lost", "no_worse"]

DEAF = 0.5  # of all turns; who misses more is no measure for anything
ROUNDING = 1e-9  # of shares that were counts before


def as_lost(budget: Budget, start: Figures, *, times: float = np.inf) -> Budget:
    """Allow what the starting point misses, where that is more than the budget.

    Parameters
    ----------
    budget : Budget
        What was asked for.
    start : Figures
        Of the starting point.
    times : float >= 1
        How many times the budget is enough.

    Returns
    -------
    Budget
        Its noise side unchanged; no more than half of all turns may be missed.
    """
    enough = times * budget.missed_short_turns
    lost, lost_short = min(start.avoidable.value, DEAF), start.avoidable_short.value
    return replace(
        budget,
        lost_short=min(lost_short, enough) + ROUNDING if lost_short >= 0 else 0.0,
        lost=min(lost, enough) + ROUNDING if lost >= 0 else 0.0,
    )


def no_worse(
    sweep: "Sweep", start: Setting, budgets: Mapping[Kind, Budget], meeting: "Within"
) -> dict[Kind, Budget]:
    """Find the kinds of noise where only what is lost already stands in the way.

    Parameters
    ----------
    sweep : Sweep
        Where the choosing is done.
    start : Setting
        What one has.
    budgets : mapping from Kind to Budget
        What was asked for.
    meeting : dict from Filter or None to ndarray
        Which settings meet the budget for which kind.

    Returns
    -------
    dict from Kind to Budget
        For kinds that no setting serves and under which the starting point
        triggers too often; not for echo, which hides words itself.
    """
    return {
        kind: as_lost(budgets[kind], found, times=_least(sweep, start, kind, budgets, meeting))
        for row, (kind, found) in enumerate(figures(sweep, start).items())
        if kind != "echo"
        and not any(ok[row].any() for ok in meeting.values())
        and (
            found.false_triggers.value > budgets[kind].false_triggers_per_min
            or found.never_closed > 0
        )
    }


def _least(
    sweep: "Sweep",
    start: Setting,
    kind: Kind,
    budgets: Mapping[Kind, Budget],
    meeting: "Within",
) -> float:
    """How many times the budget of missed turns a plateau that keeps the noise out needs."""
    budget, grid = budgets[kind], sweep.grid_of(start.detector)
    silence = grid.silences_ms.index(start.turn_detection.silence_duration_ms)
    least = np.inf
    for each in meeting:
        scores = sweep.kinds(Condition(start.detector, each))[kind]
        deaf = np.fmax(scores.avoidable(short=True), scores.avoidable())
        deaf /= budget.missed_short_turns
        deaf[scores.false_per_min > budget.false_triggers_per_min] = np.inf
        deaf[scores.never_closed > 0] = np.inf
        plane = deaf.reshape(grid.shape)[:, :, silence]
        if len(plane) >= narrowest(grid):
            stretches = sliding_window_view(plane, narrowest(grid), axis=0)
            least = min(least, float(stretches.max(axis=-1).min()))
    return least
