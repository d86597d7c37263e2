"""Evidence: what a choice was measured on, in a tuned config's own words."""

import math
from typing import TYPE_CHECKING, Any

from voicelab.audio import Kind
from voicelab.audio.stock import SHORT_TURNS
from voicelab.vad.intervals import Estimate, share
from voicelab.vad.quiet import quiet_missed
from voicelab.vad.setting import Figures

if TYPE_CHECKING:
    from voicelab.vad.choice import Choice

__all__ = ["choice_evidence", "worst_kind"]

# What a room should hold; kinds of noise that were not heard are listed as not tested.
EXPECTED: tuple[Kind, ...] = ("fan", "keyboard", "room", "babble", "echo")
ASKED = ("false_triggers_per_min", "missed_short_turns", "cut_turns", "removed_false_triggers")


def choice_evidence(choice: "Choice") -> dict[str, Any]:
    """Write down what stands behind a choice.

    Parameters
    ----------
    choice : Choice
        With its figures.

    Returns
    -------
    dict from str to object
        Plain values: ``recordings``, ``turns``, ``not_tested``.
    """
    heard = {recording.kind for recording in choice.recordings}
    few = all(found.missed_short.n < SHORT_TURNS for found in choice.figures.values())
    return {
        "recordings": [
            {
                "name": take.name,
                "kind": take.kind,
                "seconds": round(take.unique_ms / 1000, 1),
                "sha256": take.fingerprint,
                "turns": None if take.turns is None else len(take.turns),
                "labels": take.labels,
                "labels_sha256": take.labels_sha256,
                "capture": take.capture,
            }
            for take in choice.recordings
        ],
        "turns": {
            "measured_on": "local",
            "detector": choice.setting.detector,
            "calibrated": False,
            "hold_out": choice.hold_out,
            "plateau": {} if choice.plateau is None else {"threshold": choice.plateau},
            "budget": {name: getattr(choice.budget, name) for name in ASKED},
            "metrics": _metrics(choice),
            "assumptions": {"prefix_anchor": "detection", "release_below": 0.0},
        },
        "not_tested": [
            *(kind for kind in EXPECTED if kind not in heard),
            *(["short_turns"] if few else []),
            *([] if choice.silence_was_tuned else ["conversation"]),
            *(["hold_out"] if choice.hold_out == "none" else []),
            "service_calibration",
        ],
    }


def worst_kind(figures: dict[Kind, Figures], *, short: bool) -> Kind:
    """Find the kind of noise under which the most turns are missed.

    Echo is no noise in this sense: turns missed under it are missed barge-ins.

    Parameters
    ----------
    figures : dict from Kind to Figures
        At least one kind.
    short : bool
        Only short turns.

    Returns
    -------
    str
        The kind; the first where there are no turns to tell by.
    """
    share = "missed_short" if short else "missed"
    noises: list[Kind] = [kind for kind in figures if kind != "echo"]
    return max(noises or figures, key=lambda kind: _known(getattr(figures[kind], share).value))


def _metrics(choice: "Choice") -> dict[str, dict[str, float]]:
    metrics: dict[str, dict[str, float]] = {}
    for kind, found in choice.figures.items():
        metrics[f"{kind}/false_triggers_per_min"] = _metric(
            found.false_triggers,
            "exposure_s",
            at_default=choice.start_figures[kind].false_triggers,
            at_guide=choice.guide_figures[kind].false_triggers if choice.guide_figures else None,
        )
    sides = [
        (name, field, worst_kind(choice.figures, short=field == "missed_short"))
        for name, field in (("missed_short_turns", "missed_short"), ("missed_turns", "missed"))
    ]
    if "echo" in choice.figures:
        sides.append(("echo/missed_barge_ins", "missed", "echo"))
    for name, field, kind in sides:
        estimate: Estimate = getattr(choice.figures[kind], field)
        if estimate.n:
            metrics[name] = _metric(
                estimate,
                "n",
                at_default=getattr(choice.start_figures[kind], field),
                at_guide=getattr(choice.guide_figures[kind], field)
                if choice.guide_figures
                else None,
            )
    for kind, found in choice.figures.items():
        apart = found.missed_short.n - found.avoidable_short.n
        if round(apart, 9) > 0:
            metrics[f"{kind}/short_turns_heard_by_no_setting"] = _metric(
                share(apart, found.missed_short.n), "n"
            )
    ladder = [
        quiet_missed(choice.sweep, setting) if setting else {}
        for setting in (choice.setting, choice.start, choice.guide)
    ]
    for gain_db, missed in ladder[0].items():
        metrics[f"quiet_{-gain_db:.0f}_db/missed_turns"] = _metric(
            missed, "n", at_default=ladder[1][gain_db], at_guide=ladder[2].get(gain_db)
        )
    return {name: metric for name, metric in metrics.items() if metric}


def _metric(estimate: Estimate, exposure: str, **others: Estimate | None) -> dict[str, float]:
    if not math.isfinite(estimate.value):
        return {}
    beside = {
        name: round(other.value, 4)
        for name, other in others.items()
        if other is not None and math.isfinite(other.value)
    }
    return {
        "value": round(estimate.value, 4),
        "low": round(estimate.low, 4),
        "high": round(estimate.high, 4),
        exposure: round(estimate.n),
        **beside,
    }


def _known(value: float) -> float:
    return -1.0 if math.isnan(value) else value
