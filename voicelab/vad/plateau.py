"""Plateau: stretches of neighbouring thresholds that all meet the budget.

One best point is a matter of luck; the middle of a plateau is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Kind
from voicelab.filters import Filter
from voicelab.vad.grid import Grid
from voicelab.vad.quiet import loses_quiet
from voicelab.vad.setting import Budget, Condition, Setting

if TYPE_CHECKING:
    from voicelab.vad.swept import Sweep

__all__ = [
    "Plateau",
    "Within",
    "changed",
    "narrowest",
    "plateau_of",
    "smallest_change",
    "solvable",
    "within",
]

NARROWEST = 3  # neighbouring thresholds: less is a needle's eye, unless a detector has few

Plateau = tuple[float, float] | None
Within = dict[Filter | None, NDArray[np.bool_]]


def within(
    sweep: "Sweep", detector: str, high_pass: Filter | None, budgets: Mapping[Kind, Budget]
) -> NDArray[np.bool_]:
    """Tell which settings meet the budget for which kind of noise.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    detector : str
        Whose activity.
    high_pass : Filter or None
        What the audio passed.
    budgets : mapping from Kind to Budget
        What may go wrong under each.

    Returns
    -------
    ndarray of bool, shape (kinds, settings)
        In the sweep's order.
    """
    rows = []
    for kind, scores in sweep.kinds(Condition(detector, high_pass)).items():
        budget = budgets[kind]
        deaf = scores.avoidable(short=True) > budget.missed_short
        deaf |= scores.avoidable() > budget.missed
        deaf |= scores.cut_share > budget.cut_turns  # NaN where nobody conversed: breaks nothing
        noisy = scores.false_per_min > budget.false_triggers_per_min
        rows.append(~deaf & ~noisy & (scores.never_closed == 0))
    return np.array(rows)


def solvable(kinds: tuple[Kind, ...], meeting: Within) -> tuple[tuple[Kind, ...], tuple[Kind, ...]]:
    """Keep as many kinds as one setting can serve; give up the hardest first.

    Echo goes before any other: it has cures that no threshold replaces.

    Parameters
    ----------
    kinds : tuple of Kind
        Those that were heard.
    meeting : dict from Filter or None to ndarray
        What :func:`within` told of each filter.

    Returns
    -------
    solved : tuple of Kind
        One setting meets the budget for all of these.
    unsolved : tuple of Kind
        The rest.
    """
    ease = {
        kind: sum(int(ok[row].sum()) for ok in meeting.values()) for row, kind in enumerate(kinds)
    }
    kept = [kind for kind in kinds if ease[kind]]
    while kept:
        rows = [kinds.index(kind) for kind in kept]
        if any(ok[rows].all(axis=0).any() for ok in meeting.values()):
            break
        kept.remove(min(kept, key=lambda kind: (kind != "echo", ease[kind])))
    return tuple(kept), tuple(kind for kind in kinds if kind not in kept)


@dataclass(frozen=True)
class _Slice:
    """One way to set the rest, and what meets the budget with it."""

    setting: Setting
    plane: NDArray[np.bool_]  # thresholds x speech durations
    column: int

    @property
    def stretches(self) -> list[tuple[int, int]]:
        """First and last of each run of thresholds that meet it."""
        return _stretches(self.plane[:, self.column])

    def depth(self, threshold: int) -> tuple[int, int]:
        """Steps to where the budget is broken or the grid ends: in speech duration, in threshold.

        Parameters
        ----------
        threshold : int
            Its place on the grid; it must meet the budget.

        Returns
        -------
        tuple of (int, int)
            At least 1 each.
        """
        return (
            _steps_out(self.plane[threshold], self.column),
            _steps_out(self.plane[:, self.column], threshold),
        )


def _steps_out(meets: NDArray[np.bool_], place: int) -> int:
    out = np.flatnonzero(~np.concatenate(([False], meets, [False])))
    return int(np.abs(out - (place + 1)).min())


def _slices(
    sweep: "Sweep", start: Setting, meeting: Within, solved: tuple[Kind, ...]
) -> list[_Slice]:
    """Every way to set all but the threshold."""
    grid = sweep.grid_of(start.detector)
    rows = [sweep.noise_kinds.index(kind) for kind in solved]
    # How long a silence ends a turn can only be told from conversations.
    tells = any(scene.conversational for scene in sweep.scenes)
    now = start.turn_detection.silence_duration_ms
    silences = grid.silences_ms if tells else (now,)
    slices = []
    for high_pass, ok in meeting.items():
        cube: NDArray[np.bool_] = np.reshape(np.all(ok[rows], axis=0), grid.shape)
        for (column, speech_duration), silence in product(
            enumerate(grid.speech_durations_ms), silences
        ):
            turns = replace(
                start.turn_detection,
                speech_duration_ms=speech_duration,
                silence_duration_ms=silence,
            )
            setting = replace(start, turn_detection=turns, filter=high_pass)
            slices.append(_Slice(setting, cube[:, :, grid.silences_ms.index(silence)], column))
    return slices


def smallest_change(
    sweep: "Sweep", start: Setting, meeting: Within, solved: tuple[Kind, ...], budget: Budget
) -> tuple[Setting, Plateau] | None:
    """Find the plateau that changes the fewest values; among those, where its ends are far.

    What would lose a quiet talker comes last.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    start : Setting
        What one has.
    meeting : dict from Filter or None to ndarray
        What :func:`within` told of each filter.
    solved : tuple of Kind
        Kinds that must be within the budget.
    budget : Budget
        What may be missed of a quiet talker.

    Returns
    -------
    tuple of (Setting, (float, float)) or None
        The plateau's middle, or the starting threshold where it lies on the
        plateau; and the plateau's ends.
    """
    grid = sweep.grid_of(start.detector)
    thresholds = grid.thresholds
    fewest = narrowest(grid)
    own = _place(grid, start)
    proposals = []
    for each in _slices(sweep, start, meeting, solved):
        for first, last in each.stretches:
            if last - first + 1 < fewest:
                continue
            turns = each.setting.turn_detection
            place = own if first <= own <= last else (first + last) // 2
            if place != own:
                turns = replace(turns, threshold=thresholds[place])
            proposal = replace(each.setting, turn_detection=turns)
            # Few changes first; then a silence near the start's; then far from the plateau's ends.
            moved_ms = abs(turns.silence_duration_ms - start.turn_detection.silence_duration_ms)
            lost = loses_quiet(sweep, start, proposal, budget) is not None
            durations, steps = each.depth(place)
            cost = (lost, len(changed(start, proposal)), moved_ms, -durations, -steps)
            proposals.append((cost, proposal, (thresholds[first], thresholds[last])))
    if not proposals:
        return None
    _, proposal, plateau = min(proposals, key=lambda entry: entry[0])
    return proposal, plateau


def plateau_of(
    sweep: "Sweep", setting: Setting, meeting: Within, solved: tuple[Kind, ...]
) -> Plateau:
    """Find the plateau on which a setting's threshold stands.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    setting : Setting
        Which one.
    meeting : dict from Filter or None to ndarray
        What :func:`within` told of each filter.
    solved : tuple of Kind
        Kinds that must be within the budget.

    Returns
    -------
    tuple of float or None
        First and last threshold; ``None`` if it stands on none.
    """
    grid = sweep.grid_of(setting.detector)
    own = _place(grid, setting)
    for each in _slices(sweep, setting, meeting, solved):
        if each.setting == setting:
            for first, last in each.stretches:
                if first <= own <= last:
                    return grid.thresholds[first], grid.thresholds[last]
    return None


def narrowest(grid: Grid) -> int:
    """Tell how many neighbouring thresholds make a plateau.

    Parameters
    ----------
    grid : Grid
        The detector's own.

    Returns
    -------
    int
        Three; one where a detector has few levels.
    """
    return 1 if grid.stepped else NARROWEST


def _place(grid: Grid, setting: Setting) -> int:
    """Where on its axis a setting's threshold stands."""
    return int(np.unravel_index(grid.index(setting.turn_detection), grid.shape)[0])


def _stretches(meets: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], meets.astype(np.int8), [0]))))
    return [(int(first), int(after) - 1) for first, after in edges.reshape(-1, 2)]


def changed(start: Setting, setting: Setting) -> tuple[str, ...]:
    """Name the values in which two settings differ.

    Parameters
    ----------
    start : Setting
        What one has.
    setting : Setting
        What one would take.

    Returns
    -------
    tuple of str
        Out of threshold, speech_duration_ms, silence_duration_ms and filter.
    """
    names = [
        name
        for name in ("threshold", "speech_duration_ms", "silence_duration_ms")
        if getattr(start.turn_detection, name) != getattr(setting.turn_detection, name)
    ]
    return (*names, *(["filter"] if start.filter != setting.filter else []))
