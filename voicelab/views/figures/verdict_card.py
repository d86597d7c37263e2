"""The verdict card as a picture."""

import textwrap
from typing import Any

from matplotlib.figure import Figure

from voicelab.card import COLUMNS, Card
from voicelab.views.figures.palette import GREY

__all__ = ["draw_verdict_card"]

LINE_INCH = 0.26
COLUMN_AT = (0.34, 0.54, 0.74)
WRAP = 108
VERDICT_COLORS = {"shown": "#009E73", "plausible": "#E69F00", "kept": GREY}


def draw_verdict_card(card: Card) -> Figure:
    """Draw guide, default and yours side by side, with the verdicts below.

    Parameters
    ----------
    card : Card
        What a run found, on the local model: its title says so.

    Returns
    -------
    Figure
        1000 pixels wide.
    """
    below = [
        (each.verdict, line if first else f"    {line}")
        for each in card.values
        for first, line in _wrapped(f"{each.text}: {each.reason}")
    ]
    notes = [
        (line if first else f"    {line}")
        for note in (*(f"to show more: {need}" for need in card.needs), *card.remarks)
        for first, line in _wrapped(note)
    ]
    lines = 3 + len(card.rows) + len(below) + len(notes) + 2
    figure = Figure(figsize=(10, LINE_INCH * lines + 0.3), dpi=100)
    step = LINE_INCH / figure.get_figheight()
    height = 1 - step

    def write(x: float, text: str, **style: Any) -> None:
        figure.text(x, height, text, fontsize=10, va="top", parse_math=False, **style)

    write(0.02, card.title, weight="bold")
    height -= 1.6 * step
    for x, name in zip(COLUMN_AT, COLUMNS, strict=True):
        write(x, name, weight="bold")
    for row in card.rows:
        height -= step
        write(0.02, row.figure)
        for x, cell in zip(COLUMN_AT, row.cells, strict=True):
            write(x, cell)
    height -= 0.6 * step
    for verdict, line in below:
        height -= step
        if not line.startswith("    "):
            write(0.02, verdict, weight="bold", color=VERDICT_COLORS[verdict])
        write(0.11, line)
    height -= 0.4 * step
    for line in notes:
        height -= step
        write(0.02, line, color=GREY)
    return figure


def _wrapped(text: str) -> list[tuple[bool, str]]:
    return [(index == 0, line) for index, line in enumerate(textwrap.wrap(text, WRAP))]
