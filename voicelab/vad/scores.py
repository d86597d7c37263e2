"""Two-sided scores: what a setting lets in, and what it loses.

Labelled turns against found turns, for many settings at once.  Times are in
ms; counts are whole.

Noise side.  A **false trigger** is a found turn that touches no labelled
speech (collar 60 ms before a span and 120 ms after it: the labels' own
error).  Its rate counts per minute **at risk**: time in which nobody speaks
*and* no turn is open, so that a detector that sticks open is not flattered.
A turn that opens more than 250 ms early and runs into speech is an **early
open**.  Open time is counted from start event to stop event, and without the
hangover that every turn ends in.

Speech side.  A found turn *serves* the first labelled turn that it touches.  A
labelled turn that none serves is **missed**, also when a turn that was opened
for somebody else ran through it: it would not have been answered.  Served by
two or more it was **cut**.  **Clipped** is the speech before ``audio_start_ms``,
under both readings of the prefix anchor.  **Latency** runs from the acoustic
end to the stop event.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Turn
from voicelab.audio.stock import SHORT_TURN_MS
from voicelab.vad.found_turns import FoundTurns
from voicelab.vad.serving import COLLAR_AFTER_MS, COLLAR_BEFORE_MS, EARLY_MS, serve

__all__ = [
    "COLLAR_AFTER_MS",
    "COLLAR_BEFORE_MS",
    "EARLY_MS",
    "SHORT_TURN_MS",
    "SceneScores",
    "is_short",
    "score_turns",
]


def is_short(turn: Turn) -> bool:
    """Tell whether a turn is a short one: a word or two.

    Parameters
    ----------
    turn : Turn
        A labelled turn.

    Returns
    -------
    bool
        True up to 700 ms.
    """
    return turn.end_ms - turn.start_ms <= SHORT_TURN_MS


@dataclass(frozen=True, eq=False)
class SceneScores:
    """Scores of one scene under many settings.

    Attributes
    ----------
    false_triggers, early_opens, never_closed : ndarray of int, shape (settings,)
        Counts.
    at_risk_ms : ndarray, shape (settings,)
        Time in which a false trigger could have happened.
    falsely_open_ms, falsely_open_sounding_ms : ndarray, shape (settings,)
        Open time outside labelled turns, with and without hangover.
    missed_speech_ms : ndarray, shape (settings,)
        Labelled speech that is in no found turn's audio.
    speech_ms : float
        Labelled speech in all.
    short : ndarray of bool, shape (turns,)
        Which labelled turns are short ones.
    pieces : ndarray of int, shape (settings, turns)
        How many found turns serve each labelled turn; 0 is missed.
    clipped_ms, clipped_from_onset_ms : ndarray, shape (settings, turns)
        Speech lost at the start if the prefix is anchored at the detection, or
        at the onset; NaN where missed.
    latency_ms : ndarray, shape (settings, turns)
        From acoustic end to stop event; NaN where missed or never closed.
    """

    false_triggers: NDArray[np.int64]
    early_opens: NDArray[np.int64]
    never_closed: NDArray[np.int64]
    at_risk_ms: NDArray[np.float64]
    falsely_open_ms: NDArray[np.float64]
    falsely_open_sounding_ms: NDArray[np.float64]
    missed_speech_ms: NDArray[np.float64]
    speech_ms: float
    short: NDArray[np.bool_]
    pieces: NDArray[np.int16]
    clipped_ms: NDArray[np.float32]
    clipped_from_onset_ms: NDArray[np.float32]
    latency_ms: NDArray[np.float32]


def score_turns(
    found: FoundTurns,
    turns: tuple[Turn, ...],
    *,
    settings: int,
    duration_ms: float,
    prefix_padding_ms: float,
) -> SceneScores:
    """Score the turns found under many settings against the labels.

    Parameters
    ----------
    found : FoundTurns
        Flat, by setting.
    turns : tuple of Turn
        Labelled; may be empty.
    settings : int
        How many settings there are, also those that found nothing.
    duration_ms : float
        Length of the scene; a turn that is never closed is open until then.
    prefix_padding_ms : float
        Audio in front of each turn.

    Returns
    -------
    SceneScores
        One row a setting.
    """
    spans = np.array([span for turn in turns for span in turn.spans]).reshape(-1, 2)
    starts_ms = np.array([turn.start_ms for turn in turns])
    ends_ms = np.array([turn.end_ms for turn in turns])
    stopped = np.where(np.isnan(found.stopped_ms), duration_ms, found.stopped_ms)
    stopped = np.minimum(stopped, duration_ms)
    sounding_end = np.minimum(found.sounding_end_ms, duration_ms)
    audio_start = found.audio_start_ms(prefix_padding_ms=prefix_padding_ms)

    serving = serve(found, turns, duration_ms=duration_ms)

    def count(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.bincount(found.setting[which], minlength=settings)

    def total(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(found.setting, weights=amounts, minlength=settings).astype(np.float64)

    busy = _TimeWithin(
        np.column_stack((np.maximum(starts_ms - COLLAR_BEFORE_MS, 0.0), ends_ms + COLLAR_AFTER_MS))
        if turns
        else spans
    )
    falsely_open = (stopped - found.started_ms) - busy.between(found.started_ms, stopped)
    sounding_from = np.minimum(found.started_ms, sounding_end)
    falsely_sounding = (sounding_end - sounding_from) - busy.between(sounding_from, sounding_end)
    quiet_ms = duration_ms - float(busy.between(np.zeros(1), np.full(1, duration_ms))[0])
    spoken = _TimeWithin(spans)
    speech_ms = float((spans[:, 1] - spans[:, 0]).sum())

    serves = serving.turn >= 0
    served_turn = serving.turn[serves]
    cell = found.setting[serves] * len(turns) + served_turn
    shape = (settings, len(turns))
    pieces = np.bincount(cell, minlength=settings * len(turns)).reshape(shape).astype(np.int16)

    from_onset = found.audio_start_ms(prefix_padding_ms=prefix_padding_ms, anchor="onset")
    clipped = _first_of(cell, np.maximum(audio_start[serves] - starts_ms[served_turn], 0.0), shape)
    clipped_onset = _first_of(
        cell, np.maximum(from_onset[serves] - starts_ms[served_turn], 0.0), shape
    )
    latency = _last_of(cell, found.stopped_ms[serves] - ends_ms[served_turn], shape)
    return SceneScores(
        false_triggers=count(serving.false),
        early_opens=count(serving.early),
        never_closed=count(np.isnan(found.stopped_ms)),
        at_risk_ms=np.maximum(quiet_ms - total(falsely_open), 0.0),
        falsely_open_ms=total(falsely_open),
        falsely_open_sounding_ms=total(falsely_sounding),
        missed_speech_ms=speech_ms - total(spoken.between(audio_start, stopped)),
        speech_ms=speech_ms,
        short=np.array([is_short(turn) for turn in turns], dtype=bool),
        pieces=pieces,
        clipped_ms=clipped,
        clipped_from_onset_ms=clipped_onset,
        latency_ms=latency,
    )


def _first_of(
    cell: NDArray[np.int64], values: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Place the first value of each cell; later pieces of a turn do not count."""
    placed = np.full(shape, np.nan, np.float32)  # a table of hours of scenes stays small
    placed.flat[cell[::-1]] = values[::-1]
    return placed


def _last_of(
    cell: NDArray[np.int64], values: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float32]:
    """Place the last value of each cell."""
    placed = np.full(shape, np.nan, np.float32)
    placed.flat[cell] = values
    return placed


class _TimeWithin:
    """How much of any stretch lies inside some intervals, by one running total."""

    def __init__(self, intervals: NDArray[np.float64]) -> None:
        merged: list[list[float]] = []
        for begin, end in intervals:
            if merged and begin <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], end)
            else:
                merged.append([begin, end])
        edges = np.array(merged).reshape(-1, 2)
        lengths = edges[:, 1] - edges[:, 0]
        self._times = edges.ravel()
        self._totals = np.column_stack((np.cumsum(lengths) - lengths, np.cumsum(lengths))).ravel()

    def between(
        self, begins: NDArray[np.float64], ends: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if not self._times.size:
            return np.zeros(begins.size)
        upto = np.interp(ends, self._times, self._totals)
        return np.asarray(upto - np.interp(begins, self._times, self._totals))
