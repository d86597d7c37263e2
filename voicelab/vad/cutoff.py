"""Cut-offs against latency: what each silence costs on both sides.

A short silence ends turns within a pause; a long one makes everybody wait.
Which pauses lie *within* a turn is a matter of labelling, so the curve is
drawn for two readings at least: spans closer than ``turn_gap_ms`` are one
turn.  A turn is cut if it is found in two pieces or more; latency runs from
the last sound of a turn to the event that ends it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from voicelab.audio import group_spans
from voicelab.vad.found_turns import find_turns
from voicelab.vad.scores import score_turns
from voicelab.vad.setting import Setting

if TYPE_CHECKING:
    import pandas as pd

    from voicelab.vad.swept import Sweep

__all__ = ["SILENCES_MS", "TURN_GAPS_MS", "cut_curve"]

SILENCES_MS = (200, 300, 400, 500, 650, 800, 1000, 1300)
TURN_GAPS_MS = (800.0, 1500.0)


def cut_curve(
    sweep: "Sweep",
    setting: Setting,
    *,
    silences_ms: Sequence[int] = SILENCES_MS,
    turn_gaps_ms: Sequence[float] = TURN_GAPS_MS,
) -> "pd.DataFrame":
    """Count turns cut in two, and the wait after turns, for each silence.

    Parameters
    ----------
    sweep : Sweep
        What was heard; nothing is heard again.
    setting : Setting
        Everything but the silence.
    silences_ms : sequence of int
        What to try.
    turn_gaps_ms : sequence of float
        Readings of the labels.

    Returns
    -------
    DataFrame
        One row a reading and silence: ``turn_gap_ms``, ``silence_duration_ms``,
        ``turns`` (those heard that hold a pause), ``cut_share``,
        ``latency_ms`` (median of all heard).
    """
    import pandas as pd

    turns = setting.turn_detection
    rows = []
    heard = [
        (sweep.activity(number, setting.condition), scene)
        for number, scene in enumerate(sweep.scenes)
        if scene.turns and not scene.gain_db
    ]
    for gap_ms in turn_gaps_ms:
        pieces, pauses, latency = [], [], []
        for activity, scene in heard:
            spans = sorted(span for turn in scene.turns for span in turn.spans)
            labelled = group_spans(spans, turn_gap_ms=gap_ms)
            found = find_turns(
                activity,
                thresholds=[turns.threshold],
                speech_durations_ms=[turns.speech_duration_ms],
                silences_ms=silences_ms,
            )
            scores = score_turns(
                found,
                labelled,
                settings=len(silences_ms),
                duration_ms=scene.duration_ms,
                prefix_padding_ms=turns.prefix_padding_ms,
            )
            pieces.append(scores.pieces)
            latency.append(scores.latency_ms)
            pauses += [len(turn.spans) > 1 for turn in labelled]
        holds_pause = np.array(pauses, bool)
        for place, silence in enumerate(silences_ms):
            found_in = np.concatenate([each[place] for each in pieces] or [np.zeros(0)])
            waits = np.concatenate([each[place] for each in latency] or [np.zeros(0)])
            counted = found_in[holds_pause & (found_in > 0)] if found_in.size else found_in
            waits = waits[~np.isnan(waits)]
            rows.append(
                {
                    "turn_gap_ms": gap_ms,
                    "silence_duration_ms": silence,
                    "turns": counted.size,
                    "cut_share": float(np.mean(counted > 1)) if counted.size else np.nan,
                    "latency_ms": float(np.median(waits)) if waits.size else np.nan,
                }
            )
    return pd.DataFrame(rows)
