"""Diagnosis: a timeline, and what went wrong in it, the worst first."""

from dataclasses import asdict, dataclass
from typing import Any

from voicelab.diagnose.rows import rows
from voicelab.diagnose.rules import RULES
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Edit, Trouble, TroubleName, rank
from voicelab.tuning import Tuning, TuningError

__all__ = ["Diagnosis", "diagnose"]

# Where the first was found, the others are its consequences and not worth a word.
OVERRIDES: dict[TroubleName, tuple[TroubleName, ...]] = {
    "wrong_audio_format": (
        "false_triggers",
        "first_words_clipped",
        "setting_not_obeyed",
        "suppressors_stacked",
        "turns_cut",
    ),
    "no_microphone": ("setting_not_obeyed",),
}


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """What went wrong in a session.

    Attributes
    ----------
    timeline : Timeline
        What happened.
    troubles : tuple of Trouble
        What went wrong, the worst first; empty if nothing was found.
    """

    timeline: Timeline
    troubles: tuple[Trouble, ...]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The changes to a tuning, one a value; the worse trouble's wins."""
        kept: dict[str, Edit] = {}
        for trouble in self.troubles:
            for edit in trouble.edits:
                kept.setdefault(edit.path, edit)
        return tuple(kept.values())

    def apply(self, tuning: Tuning) -> tuple[Tuning, tuple[Edit, ...]]:
        """Make all changes that a tuning has a place for.

        Parameters
        ----------
        tuning : Tuning
            Stays as it is.

        Returns
        -------
        changed : Tuning
            With the changes, set by hand.
        edits : tuple of Edit
            Those that were made.
        """
        made = []
        for edit in self.edits:
            try:
                tuning = edit.apply(tuning)
            except TuningError:
                continue
            made.append(edit)
        return tuning, tuple(made)

    def named(self, name: str) -> Trouble:
        """Find a trouble.

        Parameters
        ----------
        name : str
            Its name, such as ``idle_close``.

        Returns
        -------
        Trouble
            The worst of that name.

        Raises
        ------
        ValueError
            If it was not found.
        """
        for each in self.troubles:
            if each.name == name:
                return each
        found = ", ".join(dict.fromkeys(each.name for each in self.troubles)) or "nothing"
        raise ValueError(f"name must be one of what was found, {found}, got {name[:40]!r}")

    def to_dict(self) -> dict[str, Any]:
        """Write it as plain values.

        Returns
        -------
        dict
            Without a secret and without a word that was said.
        """
        timeline = self.timeline
        return {
            "name": timeline.name,
            "source": timeline.source,
            "duration_ms": round(timeline.end_ms),
            "remarks": list(timeline.remarks),
            "findings": [asdict(each) for each in self.troubles],
            "timeline": [asdict(each) for each in rows(timeline)],
        }

    def __str__(self) -> str:
        timeline = self.timeline
        head = (
            f"{timeline.name}: {timeline.source}, {timeline.end_ms / 1000:.1f} s, "
            f"{len(timeline.carried)} connections, {len(timeline.turns)} turns, "
            f"{len(timeline.answers)} answers"
        )
        lines = [head, *(f"  note: {remark}" for remark in timeline.remarks)]
        if not self.troubles:
            lines.append("  nothing went wrong that this tool knows to look for")
        for number, trouble in enumerate(self.troubles, start=1):
            lines += ["", f"{number}. {trouble}"]
        return "\n".join(lines)


def diagnose(timeline: Timeline) -> Diagnosis:
    """Look for what went wrong.

    Parameters
    ----------
    timeline : Timeline
        What happened.

    Returns
    -------
    Diagnosis
        With the findings ranked: by how bad, by how sure, by how often.
    """
    found = [trouble for rule in RULES for trouble in rule(timeline)]
    hidden = {name for each in found for name in OVERRIDES.get(each.name, ())}
    kept = (each for each in found if each.name not in hidden)
    return Diagnosis(timeline=timeline, troubles=tuple(sorted(kept, key=rank)))
