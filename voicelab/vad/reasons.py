"""Reasons: what a choice says for itself, in sentences and counts."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from voicelab.audio import Kind
from voicelab.vad.choice import figures
from voicelab.vad.evidence import worst_kind
from voicelab.vad.intervals import seconds_to_show, turns_to_show
from voicelab.vad.plateau import changed
from voicelab.vad.setting import Budget, Figures, Setting

if TYPE_CHECKING:
    from voicelab.vad.swept import Sweep

__all__ = [
    "because",
    "difference",
    "listed",
    "needs",
    "still_lost",
    "told_apart",
    "too_few",
    "unheard",
]

CHANCE = 0.05
PLACE_MS = 500.0


def because(sweep: "Sweep", start: Setting, setting: Setting) -> dict[str, str]:
    """Say for each changed value what the others would do without it.

    Parameters
    ----------
    sweep : Sweep
        What judges.
    start, setting : Setting
        Before and after.

    Returns
    -------
    dict from str to str
        By name of the value.
    """
    reasons = {}
    after = figures(sweep, setting)
    for name in changed(start, setting):
        if name == "filter":
            without = replace(setting, filter=start.filter)
        else:
            old = {name: getattr(start.turn_detection, name)}
            without = replace(setting, turn_detection=replace(setting.turn_detection, **old))
        differences = [
            difference(kind, found, after[kind])
            for kind, found in figures(sweep, without).items()
            if found != after[kind]
        ]
        reasons[name] = "; ".join(differences) or "makes no difference to the counts"
    return reasons


def told_apart(
    sweep: "Sweep", kind: Kind, start: Setting, setting: Setting, budget: Budget
) -> bool:
    """Tell whether chance alone would rarely make the change look this good.

    Both settings heard the same noise, so places in it are compared where one
    of them triggers and the other does not: if nothing had changed, each such
    place would fall to either side alike.  The same key, heard in many scenes,
    is one place.

    Parameters
    ----------
    sweep : Sweep
        What judges.
    kind : Kind
        The noise.
    start, setting : Setting
        Before and after.
    budget : Budget
        What was asked for.

    Returns
    -------
    bool
        True if fewer than one chance in twenty is left, on any side that got better.
    """
    before, after = figures(sweep, start)[kind], figures(sweep, setting)[kind]
    if after.never_closed < before.never_closed:
        return True
    old, new = _places(sweep, kind, start), _places(sweep, kind, setting)
    if _at_most(len(new - old), len(new ^ old)) <= CHANCE:
        return True
    sides = (
        (before.avoidable_short, after.avoidable_short, budget.missed_short),
        (before.avoidable, after.avoidable, budget.missed),
        (before.cut, after.cut, budget.cut_turns),
    )
    return any(
        was.value > limit >= now.value
        and _at_most(now.value * now.n, was.value * was.n + now.value * now.n) <= CHANCE
        for was, now, limit in sides
    )


def _places(sweep: "Sweep", kind: Kind, setting: Setting) -> set[tuple[str, int]]:
    """Where in the noise files a setting triggers, to half a second."""
    places = set()
    for number, scene in enumerate(sweep.scenes):
        if scene.kind == kind and not scene.gain_db:
            for turn in sweep.turns(number, setting):
                if turn.outcome == "false":
                    at_ms = (scene.offset_ms + turn.onset_ms) % scene.noise.duration_ms
                    places.add((scene.noise.name, round(at_ms / PLACE_MS)))
    return places


def _at_most(count: float, n: float) -> float:
    """Probability of at most ``count`` heads in ``n`` fair throws; fractions allowed."""
    from scipy.special import betainc

    return float(betainc(n - count, count + 1, 0.5)) if n > count else 1.0


def difference(kind: Kind, before: Figures, after: Figures) -> str:
    """Say in half a sentence what changed under one kind of noise.

    Parameters
    ----------
    kind : Kind
        The noise.
    before, after : Figures
        Both sides, twice.

    Returns
    -------
    str
        Two figures, each before and after.
    """
    return (
        f"{kind}: false triggers {before.false_triggers.value:.1f} -> "
        f"{after.false_triggers.value:.1f} a minute, short turns missed "
        f"{100 * before.missed_short.value:.0f} -> {100 * after.missed_short.value:.0f} %"
    )


def still_lost(kind: Kind, *, everywhere: bool) -> str:
    """Say that turns stay lost, though no more than before.

    Parameters
    ----------
    kind : Kind
        The noise.
    everywhere : bool
        Whether no setting at all would serve.

    Returns
    -------
    str
        Half a sentence.
    """
    why = "no setting that keeps it out brings" if everywhere else "this one does not bring"
    return (
        f"{kind}: {why} the missed turns within the budget, but it misses no more than the "
        "starting point"
    )


def too_few(kind: Kind, after: Figures, budget: Budget) -> str:
    """Say of which turns too few were held out to refute a setting.

    Parameters
    ----------
    kind : Kind
        The noise.
    after : Figures
        Of the setting, on what was held out.
    budget : Budget
        What it was held to, which its estimates do not meet.

    Returns
    -------
    str
        Half a sentence, with how many turns would show it.
    """
    told = (
        ("misses", "short turns", "heard", after.avoidable_short, budget.missed_short),
        ("misses", "turns", "heard", after.avoidable, budget.missed),
        ("cuts", "turns", "whole", after.cut, budget.cut_turns),
    )
    verb, turns, well, share, _ = next(each for each in told if each[3].value > each[4])
    wanted = turns_to_show(0.0, budget.cut_turns if verb == "cuts" else budget.missed_short_turns)
    return (
        f"{kind}: it {verb} {100 * share.value:.0f} % of the {turns} held out, and "
        f"{share.n:.0f} are too few to refute it; {wanted:.0f}, all {well}, would show it"
    )


def unheard(after: dict[Kind, Figures]) -> tuple[str, ...]:
    """Name the short turns, or else the turns, that no setting hears.

    Parameters
    ----------
    after : dict from Kind to Figures
        Of any setting: it is the same for all.

    Returns
    -------
    tuple of str
        One sentence a kind of noise.  A turn that is heard in some of its
        scenes counts in part: the number is then a mean over them.
    """
    said = []
    for kind, found in after.items():
        for name, every, told in (
            ("short words", found.missed_short.n, found.avoidable_short.n),
            ("turns", found.missed.n, found.avoidable.n),
        ):
            lost = round(every - told, 9)
            if lost > 0:
                number = f"{lost:.0f}" if lost.is_integer() else f"in the mean {lost:.1f}"
                said.append(
                    f"{kind}: {number} of {every:.0f} {name} are heard by no setting: "
                    "too faint, or a label to correct"
                )
                break
    return tuple(said)


def needs(after: dict[Kind, Figures], budget: Budget) -> tuple[str, ...]:
    """Say what to record so that more could be shown.

    Where an estimate is beyond the budget no amount would show that it is met;
    but as long as there is less than would show a perfect setting, more may
    tell another story.

    Parameters
    ----------
    after : dict from Kind to Figures
        Of what was chosen.
    budget : Budget
        What was asked for.

    Returns
    -------
    tuple of str
        Requests; empty if there is enough.
    """
    wishes: list[str] = []
    if not after:
        return ()
    for kind, found in after.items():
        rate = found.false_triggers
        wanted_s = seconds_to_show(rate.value, budget.false_triggers_per_min)
        if not math.isfinite(wanted_s):
            wanted_s = seconds_to_show(0.0, budget.false_triggers_per_min)
        if rate.n < wanted_s:
            sound = "your agent's voice, as echo" if kind == "echo" else kind
            wishes.append(f"record {wanted_s:.0f} s of {sound} (now {rate.n:.0f} s)")
    short = after[worst_kind(after, short=True)].missed_short
    wanted = turns_to_show(short.value if short.n else 0.0, budget.missed_short_turns)
    if not math.isfinite(wanted):
        wanted = turns_to_show(0.0, budget.missed_short_turns)
    if short.n < wanted:
        wishes.append(f"record {wanted:.0f} one-word answers (now {short.n:.0f})")
    return tuple(wishes)


def listed(kinds: Sequence[str]) -> str:
    """Write a list as one does in a sentence.

    Parameters
    ----------
    kinds : sequence of str
        At least one.

    Returns
    -------
    str
        With commas and an "and".
    """
    *most, last = kinds
    return f"{', '.join(most)} and {last}" if most else last
