"""What is lost already: turns that the starting point misses as well.

Where no setting meets both sides of the budget, a setting may still keep the
noise out and lose nothing more than one loses now.  What was lost already is
not held against it, but neither is it forgiven: such a change is never called
shown, and says that turns are still missed.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.audio import Kind
from voicelab.vad.setting import Budget, Figures

if TYPE_CHECKING:
    from voicelab.vad.plateau import Within

__all__ = ["as_lost", "no_worse"]

DEAF = 0.5  # who misses more than half is no measure for anything
ROUNDING = 1e-9  # of shares that were counts before


def as_lost(budget: Budget, start: Figures) -> Budget:
    """Allow what the starting point misses, where that is more than the budget.

    Parameters
    ----------
    budget : Budget
        What was asked for.
    start : Figures
        Of the starting point.

    Returns
    -------
    Budget
        Its noise side unchanged; nothing is allowed beyond half of the turns.
    """
    return replace(
        budget,
        missed_short_turns=_limit(budget.missed_short_turns, start.avoidable_short.value),
        missed_turns=_limit(budget.missed, start.avoidable.value),
    )


def no_worse(
    budget: Budget, start: Mapping[Kind, Figures], meeting: "Within"
) -> dict[Kind, Budget]:
    """Find the kinds of noise where only what is lost already stands in the way.

    Parameters
    ----------
    budget : Budget
        What was asked for.
    start : mapping from Kind to Figures
        Of the starting point, where the choosing is done.
    meeting : dict from Filter or None to ndarray
        Which settings meet the budget for which kind.

    Returns
    -------
    dict from Kind to Budget
        For kinds that no setting serves and under which the starting point
        triggers too often; not for echo, which hides words itself.
    """
    return {
        kind: as_lost(budget, found)
        for row, (kind, found) in enumerate(start.items())
        if kind != "echo"
        and not any(ok[row].any() for ok in meeting.values())
        and (found.false_triggers.value > budget.false_triggers_per_min or found.never_closed > 0)
    }


def _limit(asked: float, lost: float) -> float:
    return max(asked, lost + ROUNDING) if lost <= DEAF else asked
