"""Crossed intervals: what other speakers and other noise files might have shown.

A scene has two causes, its speaker and its noise; both are drawn anew, with
replacement and apart from each other, and a scene counts as often as its
speaker times as often as its noise: the bootstrap of two crossed factors [1]_.
It is a little wider than it need be, never narrower.

With fewer than eight of either nothing can be said about others: then there
is the raw figure, without an interval.  For counts of rare events the exact
intervals of :mod:`voicelab.vad.intervals` stay.

References
----------
.. [1] A. Owen, The pigeonhole bootstrap, 2007.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voicelab.audio import Kind
from voicelab.vad.intervals import TAIL, Estimate
from voicelab.vad.setting import Setting

if TYPE_CHECKING:
    from voicelab.vad.swept import Sweep

__all__ = ["FEWEST", "crossed_figures", "crossed_share"]

FEWEST = 8
DRAWS = 2000


def crossed_share(
    amounts: ArrayLike,
    totals: ArrayLike,
    *,
    speakers: Sequence[str],
    noises: Sequence[str],
    generator: np.random.Generator,
    draws: int = DRAWS,
) -> Estimate:
    """Estimate a ratio of sums over scenes.

    Parameters
    ----------
    amounts, totals : array_like, shape (scenes,)
        What was counted in each scene, and out of what.
    speakers, noises : sequence of str
        Who speaks in each scene, and over which file.
    generator : numpy.random.Generator
        Draws speakers and noise files.
    draws : int
        How often.

    Returns
    -------
    Estimate
        With a 90 % interval; ``n`` is the smaller number of speakers and
        files.  The ends are NaN below eight of either.
    """
    part, whole = np.asarray(amounts, float), np.asarray(totals, float)
    value = float(part.sum() / whole.sum()) if whole.sum() > 0 else math.nan
    fewest = min(len(set(speakers)), len(set(noises)))
    if fewest < FEWEST or math.isnan(value):
        return Estimate(value, math.nan, math.nan, fewest)
    weights = _drawn(speakers, generator, draws) * _drawn(noises, generator, draws)
    drawn = weights @ whole
    ratios = (weights @ part)[drawn > 0] / drawn[drawn > 0]
    low, high = np.quantile(ratios, [TAIL, 1 - TAIL])
    return Estimate(value, float(low), float(high), fewest)


def _drawn(names: Sequence[str], generator: np.random.Generator, draws: int) -> NDArray[np.float64]:
    """How often each scene's name was drawn, shape (draws, scenes)."""
    known, number = np.unique(np.array(names), return_inverse=True)
    counts = generator.multinomial(known.size, np.full(known.size, 1 / known.size), size=draws)
    return np.asarray(counts[:, number], float)


def crossed_figures(
    sweep: "Sweep", setting: Setting, *, generator: np.random.Generator, draws: int = DRAWS
) -> dict[Kind, dict[str, Estimate]]:
    """Estimate what is not a count, for one setting.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    setting : Setting
        Must have been swept.
    generator : numpy.random.Generator
        Draws speakers and noise files.
    draws : int
        How often.

    Returns
    -------
    dict from Kind to (dict from str to Estimate)
        ``falsely_open_share``, ``missed_speech_share``, ``clipped_ms`` and
        ``latency_ms`` (means over heard turns).
    """
    place = sweep.grid_of(setting.detector).index(setting.turn_detection)
    found: dict[Kind, dict[str, Estimate]] = {}
    for kind in sweep.noise_kinds:
        rows = [
            (scene, scores)
            for scene, scores in zip(sweep.scenes, sweep.scores[setting.condition], strict=True)
            if scene.kind == kind and not scene.gain_db
        ]
        scored = [scores for _, scores in rows]
        quiet_ms = [each.at_risk_ms[place] + each.falsely_open_ms[place] for each in scored]
        columns = {
            "falsely_open_share": (
                [each.falsely_open_sounding_ms[place] for each in scored],
                quiet_ms,
            ),
            "missed_speech_share": (
                [each.missed_speech_ms[place] for each in scored],
                [each.speech_ms for each in scored],
            ),
            "clipped_ms": _known([each.clipped_ms[place] for each in scored]),
            "latency_ms": _known([each.latency_ms[place] for each in scored]),
        }
        found[kind] = {
            name: crossed_share(
                part,
                whole,
                speakers=[scene.conversation.name for scene, _ in rows],
                noises=[scene.noise.name for scene, _ in rows],
                generator=generator,
                draws=draws,
            )
            for name, (part, whole) in columns.items()
        }
    return found


def _known(rows: list[NDArray[np.float32]]) -> tuple[list[float], list[float]]:
    """Sum and number of what is known in each scene."""
    return [float(np.nansum(row)) for row in rows], [
        float(np.count_nonzero(~np.isnan(row))) for row in rows
    ]
