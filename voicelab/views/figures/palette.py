"""Colours and lines that differ in hue, in grey and in form.

The hues are Okabe and Ito's, which colour-blind readers can tell apart; where
two are of like lightness, dashes, hatches or the place of the mark differ.
"""

from typing import Literal, NamedTuple

from matplotlib.axes import Axes

from voicelab.audio import Kind

__all__ = [
    "AMBER",
    "BLACK",
    "BLUE",
    "GREEN",
    "GREY",
    "KIND_STROKES",
    "PALE",
    "RED",
    "SKY",
    "Source",
    "Stroke",
    "tidy",
]

Source = Literal["local model", "simulator", "service", "your microphone"]

BLACK = "#222222"
GREY = "#777777"
PALE = "#D9D9D9"
RED = "#D55E00"
BLUE = "#0072B2"
GREEN = "#009E73"
AMBER = "#E69F00"
SKY = "#56B4E9"


class Stroke(NamedTuple):
    """How a line is drawn.

    Attributes
    ----------
    color : str
        Hue.
    linestyle : str
        Matplotlib's name of the dashes.
    marker : str
        Matplotlib's name of the mark.
    """

    color: str
    linestyle: str
    marker: str


KIND_STROKES: dict[Kind, Stroke] = {
    "fan": Stroke(BLUE, "-", "o"),
    "keyboard": Stroke(RED, "--", "s"),
    "room": Stroke(GREEN, "-.", "^"),
    "babble": Stroke("#CC79A7", ":", "D"),
    "echo": Stroke(AMBER, (0, (5, 1, 1, 1, 1, 1)), "v"),  # type: ignore[arg-type]
    "speech": Stroke(BLACK, "-", "P"),
}


def tidy(axes: Axes, *, grid: Literal["x", "y", "both"] | None = None) -> None:
    """Leave axes only the lines that carry something.

    Parameters
    ----------
    axes : Axes
        Changed in place.
    grid : {"x", "y", "both"} or None
        Which faint lines help to read values.
    """
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(labelsize=8, color=GREY)
    axes.xaxis.label.set_fontsize(9)
    axes.yaxis.label.set_fontsize(9)
    if grid:
        axes.grid(axis=grid, color="#ECECEC", linewidth=0.8)
        axes.set_axisbelow(True)
