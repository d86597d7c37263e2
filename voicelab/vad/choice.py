"""Choice: one setting out of a sweep, with how sure the data make us of it.

Three verdicts.  *Shown*: the bad end of every interval meets the budget.
*Plausible*: the estimates do, nothing held out refutes it, and the change can
be told from chance.
*Kept*: the starting point stays, and the choice says why.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from voicelab.audio import Kind, Recording
from voicelab.filters import nodes
from voicelab.vad.evidence import choice_evidence
from voicelab.vad.heard_turn import HeardTurn
from voicelab.vad.setting import Budget, Figures, Setting, Verdict

if TYPE_CHECKING:
    from voicelab.vad.swept import Sweep

__all__ = ["Choice", "HoldOut", "figures"]

HoldOut = Literal["none", "by speaker and noise file"]
PLACES = {
    "threshold": "/turn_detection/threshold",
    "speech_duration_ms": "/turn_detection/speech_duration_ms",
    "silence_duration_ms": "/turn_detection/silence_duration_ms",
    "filter": "/filters",
}


@dataclass(frozen=True)
class Choice:
    """What to set, and why.

    Attributes
    ----------
    start, setting : Setting
        What one had, and what to take.
    guide : Setting or None
        The guide's numbers, where they were swept.
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
    advice : tuple of str
        What helps where no setting does.
    budget : Budget
        What was asked for.
    hold_out : {"none", "by speaker and noise file"}
        What the figures were counted on: all scenes, or those that had no part in choosing.
    figures : dict from Kind to Figures
        Of ``setting``.
    start_figures, guide_figures : dict from Kind to Figures
        Of ``start``, and of the guide's numbers where they were swept.
    recordings : tuple of Recording
        What it was measured on.
    sweep : Sweep
        Where it was chosen from.
    """

    start: Setting
    setting: Setting
    guide: Setting | None
    verdict: Verdict
    changed: tuple[str, ...]
    plateau: tuple[float, float] | None
    unsolved: tuple[Kind, ...]
    reason: str
    because: dict[str, str]
    needs: tuple[str, ...]
    advice: tuple[str, ...]
    budget: Budget
    hold_out: HoldOut
    figures: dict[Kind, Figures]
    start_figures: dict[Kind, Figures]
    guide_figures: dict[Kind, Figures]
    recordings: tuple[Recording, ...] = field(repr=False)
    sweep: "Sweep" = field(repr=False, compare=False)

    @cached_property
    def false_turns(self) -> tuple[HeardTurn, ...]:
        """Every turn under the setting, in all scenes, that touches no speech or never closes."""
        return self.sweep.false_turns(self.setting)

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
            "silence_duration_ms": turns.silence_duration_ms,
            "filter": nodes(self.setting.filter),
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
            if name != "silence_duration_ms" or self.silence_was_tuned
        }

    @property
    def silence_was_tuned(self) -> bool:
        """Whether there were conversations that can tell how long a silence ends a turn."""
        return any(found.cut.n for found in self.figures.values())

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
        lines += self.advice
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
    place = sweep.grid_of(setting.detector).index(setting.turn_detection)
    kinds = sweep.kinds(setting.condition)
    return {
        kind: Figures(
            false_triggers=scores.false_rate(place),
            missed_short=scores.missed_rate(place, short=True),
            missed=scores.missed_rate(place),
            avoidable_short=scores.avoidable_rate(place, short=True),
            avoidable=scores.avoidable_rate(place),
            falsely_open_share=float(scores.falsely_open_share[place]),
            never_closed=int(scores.never_closed[place]),
            clipped_p95_ms=float(scores.clipped_p95_ms[place]),
            latency_ms=float(scores.latency_ms[place]),
            cut=scores.cut_rate(place),
        )
        for kind, scores in kinds.items()
    }
