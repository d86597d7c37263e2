"""Verdict card: guide, default and yours side by side, and what to do next.

The card is rows of text; a terminal prints it, a picture draws it, a report
embeds it.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from voicelab.audio import Kind
from voicelab.autotune import Autotuned
from voicelab.vad import Choice, Estimate, Figures, Setting
from voicelab.vad.evidence import worst_kind
from voicelab.vad.quiet import quiet_missed

__all__ = ["COLUMNS", "Card", "Row", "Value", "verdict_card"]

COLUMNS = ("guide", "default", "yours")
ByKind = dict[Kind, Figures]
Column = TypeVar("Column", ByKind, dict[float, Estimate])


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
    columns = [choice.guide_figures, choice.start_figures, choice.figures]
    noises = [_without_echo(column) for column in columns]
    any_kind = next(iter(choice.figures.values()))

    def triggers(kind: Kind, found: Figures) -> Row:
        label = f"{kind}: false triggers/min ({found.false_triggers.n:.0f} s)"
        return _row(label, noises, lambda column: _rate(column[kind].false_triggers))

    return [
        *(triggers(kind, found) for kind, found in noises[-1].items()),
        _row(
            f"short turns missed ({any_kind.missed_short.n:.0f})",
            noises,
            lambda column: _share(column[worst_kind(column, short=True)].missed_short),
        ),
        _row(
            f"turns missed ({any_kind.missed.n:.0f})",
            noises,
            lambda column: _share(column[worst_kind(column, short=False)].missed),
        ),
        *_quiet_rows(choice),
        _row("turns never closed", noises, _stuck),
        _row(
            "speech clipped at the start, p95",
            noises,
            lambda column: _ms(each.clipped_p95_ms for each in column.values()),
        ),
        _row(
            "wait after the last word, median",
            noises,
            lambda column: _ms(each.latency_ms for each in column.values()),
        ),
        *_echo_rows([{kind: each for kind, each in column.items() if kind == "echo"}
                     for column in columns]),
    ]  # fmt: skip


def _without_echo(column: ByKind) -> ByKind:
    return {kind: found for kind, found in column.items() if kind != "echo"}


def _quiet_rows(choice: Choice) -> list[Row]:
    """The lowest rung of the gain ladder, where one was heard."""

    def rungs(setting: Setting | None) -> dict[float, Estimate]:
        return quiet_missed(choice.sweep, setting) if setting else {}

    columns = [rungs(setting) for setting in (choice.guide, choice.start, choice.setting)]
    if not columns[-1]:
        return []
    lowest = min(columns[-1])
    label = f"turns missed, a talker {-lowest:g} dB down ({columns[-1][lowest].n:.0f})"
    return [_row(label, columns, lambda column: _share(column[lowest]))]


def _echo_rows(echoes: Sequence[ByKind]) -> list[Row]:
    """What the agent's own voice does, apart from all noises."""
    if not echoes[-1]:
        return []
    own = echoes[-1]["echo"]
    return [
        _row(
            f"echo: self-triggers/min of the agent ({own.false_triggers.n:.0f} s)",
            echoes,
            lambda column: _rate(column["echo"].false_triggers),
        ),
        _row(
            f"echo: barge-ins missed ({own.missed.n:.0f})",
            echoes,
            lambda column: _share(column["echo"].missed),
        ),
        _row("echo: turns never closed", echoes, _stuck),
    ]


def _row(label: str, columns: Sequence[Column], cell: Callable[[Column], str]) -> Row:
    guide, default, yours = (cell(column) if column else "-" for column in columns)
    return Row(label, (guide, default, yours))


def _stuck(column: ByKind) -> str:
    return str(sum(each.never_closed for each in column.values()))


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
