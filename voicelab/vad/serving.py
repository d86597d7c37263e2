"""Serving: which found turn answers which labelled turn.

A found turn *serves* the first labelled turn whose speech it touches, and that
one only: what else was said while it was open is not answered.  It is *false*
if it touches no speech at all, not even within the labels' own error: 60 ms
before a span and 120 ms after it.  It opened *early* if its onset lies more
than 250 ms before the turn that it serves.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Turn
from voicelab.vad.found_turns import FoundTurns

__all__ = ["COLLAR_AFTER_MS", "COLLAR_BEFORE_MS", "EARLY_MS", "Serving", "serve"]

COLLAR_BEFORE_MS = 60.0
COLLAR_AFTER_MS = 120.0
EARLY_MS = 250.0


class Serving(NamedTuple):
    """What each found turn is to the labelled ones.

    Attributes
    ----------
    turn : ndarray of int, shape (found,)
        The labelled turn that it serves; -1 for none.
    false, early : ndarray of bool, shape (found,)
        As the module says.
    """

    turn: NDArray[np.int64]
    false: NDArray[np.bool_]
    early: NDArray[np.bool_]


def serve(found: FoundTurns, turns: tuple[Turn, ...], *, duration_ms: float) -> Serving:
    """Match found turns to labelled ones.

    Parameters
    ----------
    found : FoundTurns
        Of any number of settings.
    turns : tuple of Turn
        Labelled; may be empty.
    duration_ms : float
        Length of the scene; nothing sounds beyond it.

    Returns
    -------
    Serving
        One entry a found turn.
    """
    spans = np.array([span for turn in turns for span in turn.spans]).reshape(-1, 2)
    owner = np.array([i for i, turn in enumerate(turns) for _ in turn.spans], dtype=int)
    ends_ms = np.minimum(found.sounding_end_ms, duration_ms)
    near = _first_touched(found.onset_ms, ends_ms, spans, COLLAR_BEFORE_MS, COLLAR_AFTER_MS)
    span = _first_touched(found.onset_ms, ends_ms, spans, 0.0, 0.0)
    if not turns:
        return Serving(span, near < 0, np.zeros(len(found), bool))
    turn = np.where(span >= 0, owner[span], -1)
    begins_ms = np.array([each.start_ms for each in turns])[turn]
    return Serving(turn, near < 0, (turn >= 0) & (found.onset_ms < begins_ms - EARLY_MS))


def _first_touched(
    begins: NDArray[np.float64],
    ends: NDArray[np.float64],
    spans: NDArray[np.float64],
    before_ms: float,
    after_ms: float,
) -> NDArray[np.int64]:
    """Index of the first span that each stretch touches, or -1."""
    if not spans.size:
        return np.full(begins.size, -1)
    index = np.searchsorted(spans[:, 1] + after_ms, begins, side="right")
    inside = np.minimum(index, len(spans) - 1)
    touches = (index < len(spans)) & (spans[inside, 0] - before_ms < ends)
    return np.where(touches, inside, -1)
