"""The quiet talker: what a setting loses of somebody who speaks softly.

A threshold that keeps a loud noise out may keep a soft voice out as well, and
the usual figures, counted on a voice at its usual level, do not show it.  So
the same turns are heard some dB down over the same noise: the gain ladder.

A setting *loses* the quiet talker if, on some rung, it misses more of the
turns than the budget allows and more than the starting point does.
"""

from typing import TYPE_CHECKING

from voicelab.vad.intervals import Estimate
from voicelab.vad.setting import Budget, Setting

if TYPE_CHECKING:
    from voicelab.vad.swept_scenes import SweptScenes

__all__ = ["loses_quiet", "quiet_missed"]


def quiet_missed(sweep: "SweptScenes", setting: Setting) -> dict[float, Estimate]:
    """Look up the turns missed on each rung of the gain ladder.

    Parameters
    ----------
    sweep : SweptScenes
        Must hold the setting.
    setting : Setting
        Which one.

    Returns
    -------
    dict from float to Estimate
        By gain in dB, below 0, of the kind of noise under which most are missed;
        empty where nobody spoke softly.
    """
    place = sweep.grid_of(setting.detector).index(setting.turn_detection)
    rungs = {}
    for gain_db in sweep.gains_db:
        if gain_db < 0:
            kinds = sweep.kinds(setting.condition, gain_db=gain_db).values()
            missed = [scores.missed_rate(place) for scores in kinds if scores.turns]
            rungs[gain_db] = max(missed, key=lambda estimate: estimate.value)
    return rungs


def loses_quiet(
    sweep: "SweptScenes", start: Setting, setting: Setting, budget: Budget
) -> str | None:
    """Say how much of a quiet talker a setting loses.

    Parameters
    ----------
    sweep : SweptScenes
        Must hold both settings.
    start, setting : Setting
        Before and after.
    budget : Budget
        What may be missed.

    Returns
    -------
    str or None
        The first rung on which too much is lost; ``None`` where none is.
    """
    before = quiet_missed(sweep, start)
    for gain_db, now in quiet_missed(sweep, setting).items():
        was = before[gain_db]
        if now.value > max(was.value, budget.missed_short_turns):
            return (
                f"a talker {-gain_db:g} dB down loses by it: turns missed "
                f"{100 * was.value:.0f} -> {100 * now.value:.0f} %"
            )
    return None
