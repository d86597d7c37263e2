"""Colours and lines that differ in hue, in grey and in form.

The hues are Okabe and Ito's, which colour-blind readers can tell apart.
"""

from typing import NamedTuple

from voicelab.audio import Kind

__all__ = ["GREY", "KIND_STROKES", "RED", "Stroke"]

GREY = "#777777"
RED = "#D55E00"


class Stroke(NamedTuple):
    """How a line is drawn.

    Attributes
    ----------
    color : str
        Hue.
    linestyle : str
        Matplotlib's name of the dashes.
    """

    color: str
    linestyle: str


KIND_STROKES: dict[Kind, Stroke] = {
    "fan": Stroke("#0072B2", "-"),
    "keyboard": Stroke("#D55E00", "--"),
    "room": Stroke("#009E73", "-."),
    "babble": Stroke("#CC79A7", ":"),
    "echo": Stroke("#E69F00", (0, (5, 1, 1, 1, 1, 1))),  # type: ignore[arg-type]
    "speech": Stroke("#000000", "-"),
}
