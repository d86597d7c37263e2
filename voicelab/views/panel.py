"""Panel: one picture, redrawn when a control moves.

Controls call ``redraw`` through ``observe``, so an exception reaches whoever
moved them.  The layout is computed once and then frozen: axes must not
breathe while somebody drags, and it is most of what drawing costs.
"""

import io
from collections.abc import Sequence
from typing import Any

import ipywidgets as widgets
from matplotlib.figure import Figure

__all__ = ["Panel"]


class Panel:
    """Controls above a picture; ``widget`` is what a notebook shows.

    Parameters
    ----------
    figure : Figure
        Updated in place by :meth:`update`.
    controls : sequence of Widget
        Whose ``value`` redraws the picture.
    below : sequence of Widget
        What stands under the picture.
    """

    def __init__(
        self,
        figure: Figure,
        *,
        controls: Sequence[widgets.Widget],
        below: Sequence[widgets.Widget] = (),
    ) -> None:
        self._figure = figure
        self._image = widgets.Image(format="png")
        self.widget = widgets.VBox([widgets.HBox(list(controls)), self._image, *below])
        for control in controls:
            control.observe(self._redraw, names="value")
        self.update()
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        self._redraw()

    @property
    def png(self) -> bytes:
        """The picture as it stands."""
        return bytes(self._image.value)

    def update(self) -> None:
        """Bring the figure's artists to what the controls say."""
        raise TypeError(f"{type(self).__name__} must say how its picture follows its controls")

    def _redraw(self, _change: Any = None) -> None:
        self.update()
        png = io.BytesIO()
        self._figure.savefig(png, format="png", pil_kwargs={"compress_level": 1})
        self._image.value = png.getvalue()
