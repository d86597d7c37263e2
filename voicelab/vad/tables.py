"""Tables of a sweep: all of it, what each part does, and what nothing beats."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voicelab.vad.setting import Condition, Setting
from voicelab.vad.turn_detection import TurnDetection

if TYPE_CHECKING:
    import pandas as pd

    from voicelab.vad.swept import Sweep

__all__ = ["ablation", "front", "table"]


def table(sweep: "Sweep") -> "pd.DataFrame":
    """Lay a sweep out as a tidy table.

    Parameters
    ----------
    sweep : Sweep
        What was measured.

    Returns
    -------
    DataFrame
        One row a condition, kind, gain and setting.
    """
    import pandas as pd

    tables = []
    for condition in sweep.scores:
        threshold, speech_duration, silence = zip(*sweep.grid_of(condition.detector), strict=True)
        for gain_db in sweep.gains_db:
            for kind, scores in sweep.kinds(condition, gain_db=gain_db).items():
                columns = {
                    "detector": condition.detector,
                    "filter": str(condition.filter or "none"),
                    "kind": kind,
                    "gain_db": gain_db,
                    "threshold": threshold,
                    "speech_duration_ms": speech_duration,
                    "silence_duration_ms": silence,
                    **scores.columns(),
                }
                tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def ablation(sweep: "Sweep", setting: Setting) -> "pd.DataFrame":
    """Show what each filter and each detector does to both sides.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    setting : Setting
        Everything but filter and detector.

    Returns
    -------
    DataFrame
        One row a kind, detector and filter; the setting's own has ``own`` true.
    """
    import pandas as pd

    rows = []
    for condition in sweep.scores:
        place = sweep.grid_of(condition.detector).index(setting.turn_detection)
        for kind, scores in sweep.kinds(condition).items():
            rows.append(
                {
                    "kind": kind,
                    "detector": condition.detector,
                    "filter": str(condition.filter or "none"),
                    "own": condition == setting.condition,
                    **{name: column[place] for name, column in scores.columns().items()},
                }
            )
    frame = pd.DataFrame(rows)
    return frame.sort_values(["kind", "detector", "filter"], ignore_index=True)


def front(sweep: "Sweep", detector: str) -> tuple[Setting, ...]:
    """List the settings that no other one beats on both sides.

    The two sides are the worst kind's false triggers a minute and the worst
    kind's share of missed turns, short ones apart.  A turn that never closes
    is no false trigger but worse: such settings are left out.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    detector : str
        Whose activity.

    Returns
    -------
    tuple of Setting
        From the fewest false triggers to the fewest missed turns; of equals the first.
    """
    grid = sweep.grid_of(detector)
    settings, noisy, deaf = [], [], []
    for condition in sweep.scores:
        if condition.detector == detector:
            sides = _sides(sweep, condition)
            settings += [(condition, values) for values in grid]
            noisy.append(sides[0])
            deaf.append(sides[1])
    noise, loss = np.concatenate(noisy), np.concatenate(deaf)
    best, kept = np.inf, []
    for place in np.lexsort((loss, noise)):
        if np.isfinite(noise[place]) and loss[place] < best:
            best = loss[place]
            kept.append(settings[place])
    return tuple(
        Setting(
            detector,
            TurnDetection(
                threshold=threshold,
                speech_duration_ms=speech_duration,
                silence_duration_ms=silence,
                prefix_padding_ms=sweep.prefix_padding_ms,
            ),
            condition.filter,
        )
        for condition, (threshold, speech_duration, silence) in kept
    )


def _sides(sweep: "Sweep", condition: Condition) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    scores = sweep.kinds(condition).values()
    noise = np.max(
        [np.where(each.never_closed > 0, np.inf, each.false_per_min) for each in scores], axis=0
    )
    losses = [np.fmax(np.fmax(each.missed, each.missed_short), 0) for each in scores]
    return noise, np.max(np.nan_to_num(losses), axis=0)
