"""Choosing: the smallest change that meets the budget for every kind of noise.

A *plateau* is a stretch of neighbouring thresholds that all meet the budget;
the proposal is its middle, not the one best point.  Few changes are better
than many: where a plateau holds the starting point's own threshold, that stays.

Where speakers and noise files can be split, one half chooses and the other
judges (:mod:`voicelab.vad.holdout`); all figures are then the judging half's,
and a setting that they refute is not proposed.  What would lose a quiet
talker is taken only where nothing else will do, and never called shown.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from voicelab.audio import Kind, Recording
from voicelab.filters import Filter
from voicelab.vad.choice import Choice, figures
from voicelab.vad.echo import ADVICE
from voicelab.vad.holdout import halves
from voicelab.vad.lost_already import as_lost, no_worse
from voicelab.vad.plateau import (
    Plateau,
    Within,
    changed,
    plateau_of,
    smallest_change,
    solvable,
    within,
)
from voicelab.vad.quiet import loses_quiet
from voicelab.vad.reasons import (
    because,
    difference,
    listed,
    needs,
    still_lost,
    told_apart,
    too_few,
    unheard,
)
from voicelab.vad.setting import Budget, Figures, Setting, Verdict

if TYPE_CHECKING:
    from voicelab.vad.swept import Sweep

__all__ = ["choose"]


def choose(
    sweep: "Sweep",
    *,
    start: Setting,
    budget: Budget,
    filters: Sequence[Filter | None],
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
    filters : sequence of Filter or None
        Filters that may be proposed, out of those that were swept.
    guide : Setting or None
        The guide's numbers, to be shown beside.

    Returns
    -------
    Choice
        Never without a setting: where nothing can be told, the start stays.
    """
    split = halves(sweep.scenes)
    choosing, judging = map(sweep.only, split) if split else (sweep, sweep)
    chosen_on, before = figures(choosing, start), figures(judging, start)
    asked = {kind: budget.against(found) for kind, found in chosen_on.items()}

    def met() -> Within:
        return {each: within(choosing, start.detector, each, asked) for each in filters}

    meeting = met()
    spared = no_worse(choosing, start, asked, meeting)
    if spared:
        asked |= spared
        meeting = met()
    solved, unsolved = solvable(sweep.noise_kinds, meeting)
    held_out = {kind: budget.against(found) for kind, found in before.items()}

    def result(setting: Setting, verdict: Verdict, reason: str, plateau: Plateau) -> Choice:
        after = figures(judging, setting)
        return Choice(
            start=start,
            setting=setting,
            guide=guide,
            verdict=verdict,
            changed=changed(start, setting),
            plateau=plateau,
            unsolved=unsolved,
            reason=reason,
            because=because(judging, start, setting),
            needs=needs(_recorded(after, solved), budget),
            advice=(*_advice(unsolved, sweep.noise_kinds, meeting), *unheard(after)),
            budget=budget,
            hold_out="by speaker and noise file" if split else "none",
            figures=after,
            start_figures=before,
            guide_figures=figures(judging, guide) if guide else {},
            recordings=_heard(sweep),
            sweep=sweep,
        )

    def kept(reason: str, plateau: Plateau = None) -> Choice:
        return result(start, "kept", reason, plateau)

    if not solved:
        return kept("no setting meets the budget for any kind of noise")
    failing = [
        kind
        for kind in solved
        if not chosen_on[kind].meets(asked[kind]) or before[kind].contradict(held_out[kind])
    ]
    if not failing:
        surely = all(before[kind].meets(held_out[kind], surely=True) for kind in solved)
        sure = "is shown to meet" if surely else "meets, as far as these data tell,"
        reason = f"the starting point {sure} the budget for {listed(solved)}"
        return kept(reason, plateau_of(choosing, start, meeting, solved))
    found = smallest_change(choosing, start, meeting, solved, budget)
    if found is None:
        return kept(f"no plateau of settings meets the budget for {listed(solved)}")
    setting, plateau = found
    after = figures(judging, setting)
    held_to = {kind: as_lost(held_out[kind], before[kind]) for kind in solved}
    broken = [kind for kind in solved if after[kind].refute(held_to[kind])]
    if broken:
        return kept(
            f"{setting} meets the budget where it was chosen, but not for {listed(broken)} "
            "on the recordings held out",
            plateau,
        )
    if not any(told_apart(judging, kind, start, setting, budget) for kind in failing):
        return kept(
            f"{setting} would meet the budget, but so few events ({listed(failing)}) "
            "cannot tell it from the starting point",
            plateau,
        )
    lost = loses_quiet(sweep, start, setting, budget)
    surely = not lost and all(after[kind].meets(held_out[kind], surely=True) for kind in solved)
    reasons = [difference(kind, before[kind], after[kind]) for kind in failing]
    for kind in solved:
        if not after[kind].meets(held_to[kind]):
            reasons.append(too_few(kind, after[kind], budget))
        elif kind in spared or not after[kind].meets(held_out[kind]):
            reasons.append(still_lost(kind, everywhere=kind in spared))
    reason = "; ".join([*reasons, lost] if lost else reasons)
    return result(setting, "shown" if surely else "plausible", reason, plateau)


def _recorded(after: dict[Kind, Figures], solved: tuple[Kind, ...]) -> dict[Kind, Figures]:
    """All kinds; without echo where advice takes its place."""
    return {kind: each for kind, each in after.items() if kind != "echo" or kind in solved}


def _heard(sweep: "Sweep") -> tuple[Recording, ...]:
    takes = [
        take
        for scene in sweep.scenes
        for take in (scene.conversation, scene.noise)
        if take.kind != "speech" or take.turns
    ]
    return tuple({take.name: take for take in takes}.values())


def _advice(
    unsolved: tuple[Kind, ...], kinds: tuple[Kind, ...], meeting: Within
) -> tuple[str, ...]:
    if "echo" not in unsolved:
        return ()
    if any(ok[kinds.index("echo")].any() for ok in meeting.values()):
        said = "what keeps the agent's own echo out does not serve the other noises"
    else:
        said = "no threshold separates the user from the agent's own echo"
    return (f"{said}: use {ADVICE}",)
