"""Frame figures: what a detector is worth before any turn is formed.

A footnote: a caller feels turns, not frames.  Frames within the labels' own
error of a span's edge (60 ms before it, 120 ms after it) are left out.  The
area under the curve is the probability that a frame of speech has the higher
activity, equals counting half [1]_.

References
----------
.. [1] J. Hanley and B. McNeil, The meaning and use of the area under a
   receiver operating characteristic curve, 1982.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Turn
from voicelab.vad.activity import Activity
from voicelab.vad.serving import COLLAR_AFTER_MS, COLLAR_BEFORE_MS

__all__ = ["FrameFigures", "frame_figures", "frame_truth"]


class FrameFigures(NamedTuple):
    """A detector's frames against the labels.

    Attributes
    ----------
    area_share : float in [0, 1]
        Area under the receiver operating characteristic.
    hit_share : float in [0, 1]
        Share of the frames of speech at or above the threshold.
    false_share : float in [0, 1]
        Share of the other frames at or above it.
    frames : int
        How many were counted.
    """

    area_share: float
    hit_share: float
    false_share: float
    frames: int


def frame_truth(turns: tuple[Turn, ...], *, frames: int, hop_ms: float) -> NDArray[np.int8]:
    """Say what the labels say of each frame's middle.

    Parameters
    ----------
    turns : tuple of Turn
        Labelled.
    frames : int
        How many.
    hop_ms : float > 0
        Length of a frame.

    Returns
    -------
    ndarray of int8, shape (frames,)
        1 is speech, 0 is none, -1 is too near to an edge to tell.
    """
    middle_ms = (np.arange(frames) + 0.5) * hop_ms
    truth = np.zeros(frames, np.int8)
    spans = [span for turn in turns for span in turn.spans]
    for begin, end in spans:
        truth[(middle_ms >= begin) & (middle_ms < end)] = 1
    for begin, end in spans:
        for edge in (begin, end):
            near = (middle_ms >= edge - COLLAR_BEFORE_MS) & (middle_ms < edge + COLLAR_AFTER_MS)
            truth[near] = -1
    return truth


def frame_figures(activity: Activity, turns: tuple[Turn, ...], *, threshold: float) -> FrameFigures:
    """Compare a detector's frames with the labels.

    Parameters
    ----------
    activity : Activity
        What it heard.
    turns : tuple of Turn
        Labelled.
    threshold : float in [0, 1]
        From where on a frame counts as speech.

    Returns
    -------
    FrameFigures
        NaN where one of the two kinds of frame is missing.
    """
    from scipy.stats import rankdata

    truth = frame_truth(turns, frames=activity.values.size, hop_ms=activity.hop_ms)
    values, speech = activity.values[truth >= 0], truth[truth >= 0] == 1
    n_speech, n_other = int(speech.sum()), int((~speech).sum())
    if not n_speech or not n_other:
        return FrameFigures(math.nan, math.nan, math.nan, values.size)
    ranks = rankdata(values)[speech].sum()
    area = (ranks - n_speech * (n_speech + 1) / 2) / (n_speech * n_other)
    above = values >= np.float32(threshold)
    return FrameFigures(
        float(area), float(above[speech].mean()), float(above[~speech].mean()), values.size
    )
