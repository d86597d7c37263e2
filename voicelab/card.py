"""Verdict card: guide, default and yours side by side, and what to do next.

The card is rows of text; a terminal prints it, a picture draws it, a report
embeds it.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from voicelab.audio import Kind
from voicelab.autotune import Autotuned
from voicelab.vad import Choice, Estimate, Figures
from voicelab.vad.evidence import worst_kind

__all__ = ["COLUMNS", "Card", "Row", "Value", "verdict_card"]

COLUMNS = ("guide", "default", "yours")
ByKind = dict[Kind, Figures]


@dataclass(frozen=True)
class Row:
    """One measured figure under the three settings.

    Attributes
    ----------
    figure : str
        What was counted, and on how much.
    cells : tuple of str
        Under guide, default and yours.
    """

    figure: str
    cells: tuple[str, str, str]


@dataclass(frozen=True)
class Value:
    """Some values of the config and the verdict on them.

    Attributes
    ----------
    text : str
        Names and values.
    verdict : str
        shown, plausible or kept.
    reason : str
        One sentence.
    """

    text: str
    verdict: str
    reason: str


@dataclass(frozen=True)
class Card:
    """The verdict card.

    Attributes
    ----------
    title : str
        Says on what model the figures were counted.
    rows : tuple of Row
        Figures of the two sides.
    values : tuple of Value
        One sentence each.
    families : tuple of str
        What the other detectors would choose.
    needs : tuple of str
        What to record to show more.
    remarks : tuple of str
        What was borrowed, drafted or left out.
    """

    title: str
    rows: tuple[Row, ...]
    values: tuple[Value, ...]
    families: tuple[str, ...]
    needs: tuple[str, ...]
    remarks: tuple[str, ...]

    def __str__(self) -> str:
        wide = max(len(row.figure) for row in self.rows)
        lines = [self.title, "", f"{'':{wide}}" + "".join(f"  {name:>18}" for name in COLUMNS)]
        for row in self.rows:
            cells = "".join(f"  {cell:>18}" for cell in row.cells)
            lines.append(f"{row.figure:{wide}}{cells}")
        lines.append("")
        lines += [f"{each.verdict:9}  {each.text}: {each.reason}" for each in self.values]
        for heading, entries in (
            ("other detectors", self.families),
            ("to show more", self.needs),
            ("note", self.remarks),
        ):
            lines += ["", *(f"{heading}: {entry}" for entry in entries)] if entries else []
        return "\n".join(lines)


def verdict_card(tuned: Autotuned) -> Card:
    """Lay out what a tuning run found.

    Parameters
    ----------
    tuned : Autotuned
        The run.

    Returns
    -------
    Card
        Print it.
    """
    choice = tuned.choice
    others = [
        f"{name}: {each.verdict}, {each.setting}"
        for name, each in tuned.choices.items()
        if name != tuned.detector
    ]
    return Card(
        title=f"Verdict card, {tuned.room.name}: local model ({tuned.detector}), "
        "not the service; 90 % intervals",
        rows=tuple(_rows(choice)),
        values=tuple(_values(tuned)),
        families=tuple(others),
        needs=choice.needs,
        remarks=(*_unsolved(choice), *choice.advice, *tuned.remarks),
    )


def _rows(choice: Choice) -> list[Row]:
    columns = (choice.guide_figures, choice.start_figures, choice.figures)

    def row(label: str, cell: Callable[[ByKind], str]) -> Row:
        guide, default, yours = (cell(column) if column else "-" for column in columns)
        return Row(label, (guide, default, yours))

    def noise(kind: Kind, found: Figures) -> Row:
        label = f"{kind}: false triggers/min ({found.false_triggers.n:.0f} s)"
        return row(label, lambda column: _rate(column[kind].false_triggers))

    any_kind = next(iter(choice.figures.values()))
    return [
        *(noise(kind, found) for kind, found in choice.figures.items()),
        row(
            f"short turns missed ({any_kind.missed_short.n:.0f})",
            lambda column: _share(column[worst_kind(column, short=True)].missed_short),
        ),
        row(
            f"turns missed ({any_kind.missed.n:.0f})",
            lambda column: _share(column[worst_kind(column, short=False)].missed),
        ),
        row(
            "turns never closed",
            lambda column: str(sum(each.never_closed for each in column.values())),
        ),
        row(
            "speech clipped at the start, p95",
            lambda column: _ms(each.clipped_p95_ms for each in column.values()),
        ),
        row(
            "wait after the last word, median",
            lambda column: _ms(each.latency_ms for each in column.values()),
        ),
    ]


def _values(tuned: Autotuned) -> list[Value]:
    choice, turns = tuned.choice, tuned.choice.setting.turn_detection
    shown = {
        "threshold": f"threshold {turns.threshold:.2f}",
        "speech_duration_ms": f"speech_duration_ms {turns.speech_duration_ms}",
        "filter": str(choice.setting.filter or "no filter"),
    }
    kept = [text for name, text in shown.items() if name not in choice.changed]
    values = [Value(shown[name], choice.verdict, choice.because[name]) for name in choice.changed]
    if kept:
        reason = "needs no change" if choice.changed else choice.reason
        values.append(Value(", ".join(kept), "kept", reason))
    if tuned.buffer is None:
        return [*values, Value(str(tuned.tuning.player), "kept", "too few answers were recorded")]
    return [*values, Value(str(tuned.tuning.player), "shown", _buffer_reason(tuned))]


def _unsolved(choice: Choice) -> list[str]:
    if not choice.unsolved:
        return []
    return [f"{', '.join(choice.unsolved)}: no setting that was tried meets both budgets here"]


def _buffer_reason(tuned: Autotuned) -> str:
    buffer = tuned.buffer
    assert buffer is not None
    network = next(name for name, each in tuned.buffers.items() if each is buffer)
    among = f", the hardest of {len(tuned.buffers)} networks" if len(tuned.buffers) > 1 else ""
    return (
        f"keeps {100 * buffer.smooth:.0f} % of answers smooth on {network}{among} "
        f"(n {buffer.n}); the guide's 480 samples: {buffer.guide.underruns} underruns, "
        f"yours: {buffer.chosen.underruns}"
    )


def _rate(estimate: Estimate) -> str:
    return _estimate(estimate, 1.0, "")


def _share(estimate: Estimate) -> str:
    return _estimate(estimate, 100.0, " %")


def _estimate(estimate: Estimate, scale: float, unit: str) -> str:
    if math.isnan(estimate.value):
        return "no data"
    digits = 0 if unit else 1
    value, low, high = (
        f"{scale * figure:.{digits}f}" for figure in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value}{unit} ({low} to {high})"


def _ms(figures: Iterable[float]) -> str:
    known = [figure for figure in figures if not math.isnan(figure)]
    return f"{max(known):.0f} ms" if known else "no data"
