"""Choice: one setting out of a sweep, with how sure the data make us of it.

A *plateau* is a stretch of neighbouring thresholds that all meet the budget
for every kind of noise; the proposal is its middle, not the one best point.
Few changes are better than many: where a plateau holds the starting point's
own threshold, that stays.

Three verdicts.  *Shown*: the bad end of every interval meets the budget.
*Plausible*: the estimates do, and the change can be told from chance.
*Kept*: the starting point stays, and the choice says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.audio import Kind, Recording
from voicelab.filters import HighPass
from voicelab.vad.evidence import choice_evidence
from voicelab.vad.intervals import seconds_to_show, turns_to_show
from voicelab.vad.plateau import (
    Plateau,
    changed,
    plateau_of,
    smallest_change,
    solvable,
    within,
)
from voicelab.vad.setting import Budget, Figures, Setting, Verdict

if TYPE_CHECKING:
    from voicelab.vad.sweep import Sweep

__all__ = ["Choice", "choose", "figures"]

CHANCE = 0.05
PLACES = {
    "threshold": "/turn_detection/threshold",
    "speech_duration_ms": "/turn_detection/speech_duration_ms",
    "filter": "/filters",
}


@dataclass(frozen=True)
class Choice:
    """What to set, and why.

    Attributes
    ----------
    start, setting : Setting
        What one had, and what to take.
    verdict : {"shown", "plausible", "kept"}
        Of the change; ``kept`` where nothing changes.
    changed : tuple of str
        Names of the values that change: threshold, speech_duration_ms, filter, ...
    plateau : tuple of float or None
        First and last threshold that meet the budget, all else as in ``setting``.
    unsolved : tuple of Kind
        Kinds of noise for which no setting meets the budget.
    reason : str
        One sentence.
    because : dict from str to str
        For each changed value, what would happen without it.
    needs : tuple of str
        What to record to show more.
    budget : Budget
        What was asked for.
    figures : dict from Kind to Figures
        Of ``setting``.
    start_figures, guide_figures : dict from Kind to Figures
        Of ``start``, and of the guide's numbers where they were swept.
    recordings : tuple of Recording
        What it was measured on.
    """

    start: Setting
    setting: Setting
    verdict: Verdict
    changed: tuple[str, ...]
    plateau: tuple[float, float] | None
    unsolved: tuple[Kind, ...]
    reason: str
    because: dict[str, str]
    needs: tuple[str, ...]
    budget: Budget
    figures: dict[Kind, Figures]
    start_figures: dict[Kind, Figures]
    guide_figures: dict[Kind, Figures]
    recordings: tuple[Recording, ...] = field(repr=False)

    def settings(self) -> dict[str, object]:
        """Give the values that change, by their place in a tuned config.

        Returns
        -------
        dict from str to object
            JSON pointers to values.
        """
        turns = self.setting.turn_detection
        places: dict[str, object] = {
            "threshold": turns.threshold,
            "speech_duration_ms": turns.speech_duration_ms,
            "filter": (self.setting.filter,) if self.setting.filter else (),
        }
        return {PLACES[name]: places[name] for name in self.changed}

    def verdicts(self) -> dict[str, Verdict]:
        """Say how sure each value is that was looked at.

        Returns
        -------
        dict from str to str
            JSON pointers to verdicts; what did not change is kept.
        """
        return {
            place: self.verdict if name in self.changed else "kept"
            for name, place in PLACES.items()
        }

    def evidence(self) -> dict[str, Any]:
        """Give what stands behind it, as plain values.

        Returns
        -------
        dict from str to object
            The parts ``recordings``, ``turns`` and ``not_tested`` of a config's evidence.
        """
        return choice_evidence(self)

    def __str__(self) -> str:
        lines = [f"{self.verdict}: {self.setting} (on {self.setting.detector})", self.reason]
        return "\n".join([*lines, *(f"to show more: {need}" for need in self.needs)])


def figures(sweep: "Sweep", setting: Setting) -> dict[Kind, Figures]:
    """Look up both sides of one setting, by kind of noise.

    Parameters
    ----------
    sweep : Sweep
        Must hold the setting.
    setting : Setting
        Which one.

    Returns
    -------
    dict from Kind to Figures
        With intervals.
    """
    place = sweep.grid.index(setting.turn_detection)
    kinds = sweep.kinds(setting.condition)
    return {
        kind: Figures(
            false_triggers=scores.false_rate(place),
            missed_short=scores.missed_rate(place, short=True),
            missed=scores.missed_rate(place),
            falsely_open_share=float(scores.falsely_open_share[place]),
            never_closed=int(scores.never_closed[place]),
            clipped_p95_ms=float(scores.clipped_p95_ms[place]),
            latency_ms=float(scores.latency_ms[place]),
        )
        for kind, scores in kinds.items()
    }


def choose(
    sweep: "Sweep",
    *,
    start: Setting,
    budget: Budget,
    filters: Sequence[HighPass | None],
    guide: Setting | None = None,
) -> Choice:
    """Choose the smallest change that meets the budget for every kind of noise.

    Parameters
    ----------
    sweep : Sweep
        Must hold the starting point.
    start : Setting
        What one has; also decides the detector.
    budget : Budget
        What may go wrong.
    filters : sequence of HighPass or None
        Filters that may be proposed, out of those that were swept.
    guide : Setting or None
        The guide's numbers, to be shown beside.

    Returns
    -------
    Choice
        Never without a setting: where nothing can be told, the start stays.
    """
    meeting = {each: within(sweep, start.detector, each, budget) for each in filters}
    solved, unsolved = solvable(sweep.noise_kinds, meeting)
    before = figures(sweep, start)

    def result(setting: Setting, verdict: Verdict, reason: str, plateau: Plateau) -> Choice:
        after = figures(sweep, setting)
        return Choice(
            start=start,
            setting=setting,
            verdict=verdict,
            changed=changed(start, setting),
            plateau=plateau,
            unsolved=unsolved,
            reason=reason,
            because=_because(sweep, start, setting),
            needs=_needs(after, budget, unsolved),
            budget=budget,
            figures=after,
            start_figures=before,
            guide_figures=figures(sweep, guide) if guide else {},
            recordings=_heard(sweep),
        )

    if not solved:
        return result(start, "kept", "no setting meets the budget for any kind of noise", None)
    if all(before[kind].meets(budget) for kind in solved):
        surely = all(before[kind].meets(budget, surely=True) for kind in solved)
        sure = "is shown to meet" if surely else "meets, as far as these data tell,"
        reason = f"the starting point {sure} the budget for {_listed(solved)}"
        return result(start, "kept", reason, plateau_of(sweep, start, meeting, solved))
    found = smallest_change(sweep, start, meeting, solved)
    if found is None:
        reason = f"no plateau of settings meets the budget for {_listed(solved)}"
        return result(start, "kept", reason, None)
    setting, plateau = found
    after = figures(sweep, setting)
    failing = [kind for kind in solved if not before[kind].meets(budget)]
    if not any(_told_apart(before[kind], after[kind], budget) for kind in failing):
        reason = (
            f"{setting} would meet the budget, but so few events ({_listed(failing)}) "
            "cannot tell it from the starting point"
        )
        return result(start, "kept", reason, plateau)
    surely = all(after[kind].meets(budget, surely=True) for kind in solved)
    reason = "; ".join(_difference(kind, before[kind], after[kind]) for kind in failing)
    return result(setting, "shown" if surely else "plausible", reason, plateau)


def _because(sweep: "Sweep", start: Setting, setting: Setting) -> dict[str, str]:
    """Say for each changed value what the others would do without it."""
    reasons = {}
    after = figures(sweep, setting)
    for name in changed(start, setting):
        if name == "filter":
            without = replace(setting, filter=start.filter)
        else:
            old = {name: getattr(start.turn_detection, name)}
            without = replace(setting, turn_detection=replace(setting.turn_detection, **old))
        differences = [
            _difference(kind, found, after[kind])
            for kind, found in figures(sweep, without).items()
            if found != after[kind]
        ]
        reasons[name] = "; ".join(differences) or "makes no difference to the counts"
    return reasons


def _heard(sweep: "Sweep") -> tuple[Recording, ...]:
    takes = [take for scene in sweep.scenes for take in (scene.conversation, scene.noise)]
    return tuple({take.name: take for take in takes}.values())


def _told_apart(before: Figures, after: Figures, budget: Budget) -> bool:
    """Whether chance alone would rarely make the change look this good."""
    sides = (
        (before.false_triggers, after.false_triggers, budget.false_triggers_per_min, 1 / 60),
        (before.missed_short, after.missed_short, budget.missed_short_turns, 1.0),
        (before.missed, after.missed, budget.missed_short_turns, 1.0),
    )
    for old, new, limit, per in sides:
        if old.value > limit >= new.value:
            # Given all events, each falls on either side alike if nothing changed.
            events = old.value * old.n * per, new.value * new.n * per
            if _at_most(events[1], sum(events)) <= CHANCE:
                return True
    return after.never_closed < before.never_closed


def _at_most(count: float, n: float) -> float:
    """Probability of at most ``count`` heads in ``n`` fair throws; fractions allowed."""
    from scipy.special import betainc

    return float(betainc(n - count, count + 1, 0.5)) if n > count else 1.0


def _difference(kind: Kind, before: Figures, after: Figures) -> str:
    return (
        f"{kind}: false triggers {before.false_triggers.value:.1f} -> "
        f"{after.false_triggers.value:.1f} a minute, short turns missed "
        f"{100 * before.missed_short.value:.0f} -> {100 * after.missed_short.value:.0f} %"
    )


def _needs(
    after: dict[Kind, Figures], budget: Budget, unsolved: tuple[Kind, ...]
) -> tuple[str, ...]:
    needs = []
    for kind, found in after.items():
        rate = found.false_triggers
        wanted_s = seconds_to_show(rate.value, budget.false_triggers_per_min)
        if kind not in unsolved and np.isfinite(wanted_s) and rate.n < wanted_s:
            needs.append(f"record {wanted_s:.0f} s of {kind} (now {rate.n:.0f} s)")
    short = max((found.missed_short for found in after.values()), key=lambda e: e.value)
    if short.n == 0:
        needs.append(f"record {turns_to_show(0.0, budget.missed_short_turns):.0f} one-word answers")
    else:
        wanted = turns_to_show(short.value, budget.missed_short_turns)
        if np.isfinite(wanted) and short.n < wanted:
            needs.append(f"record {wanted:.0f} one-word answers (now {short.n:.0f})")
    return tuple(needs)


def _listed(kinds: Sequence[str]) -> str:
    *most, last = kinds
    return f"{', '.join(most)} and {last}" if most else last
