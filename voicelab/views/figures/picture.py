"""Picture: a figure of which little moves.

Text, ticks and frames cost most of a drawing, and do not change while
somebody drags a slider.  So they are drawn once and kept; the artists that
*move* are drawn over a copy.  The layout is computed once and then frozen:
axes must not breathe under a hand.
"""

import io
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

__all__ = ["Picture"]


class Picture:
    """A figure whose moving artists are drawn over everything else.

    Moving artists belong to axes and are drawn in the order in which they
    were named.  ``figure`` is a figure like any other: saved, it is whole.

    Parameters
    ----------
    figure : Figure
        May still be empty.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self._canvas: Any = FigureCanvasAgg(figure)  # of which matplotlib tells no types
        self._moving: list[Artist] = []
        self._background: Any = None

    def moves(self, *artists: Artist) -> None:
        """Name artists that change from one picture to the next.

        Parameters
        ----------
        *artists : Artist
            Of any axes in the figure.
        """
        for artist in artists:
            artist.set_animated(True)
            self._moving.append(artist)

    def redraw(self) -> None:
        """Forget what was drawn: something that does not move has changed."""
        self._background = None

    def png(self) -> bytes:
        """Draw the picture as it stands.

        Returns
        -------
        bytes
            A PNG file.
        """
        if self._background is None:
            if self.figure.get_layout_engine() is not None:
                self.figure.draw_without_rendering()
                self.figure.set_layout_engine("none")
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
        self._canvas.restore_region(self._background)
        for artist in self._moving:
            if artist.get_visible():
                self.figure.draw_artist(artist)
        pixels = np.asarray(self._canvas.buffer_rgba())[:, :, :3]
        png = io.BytesIO()
        Image.fromarray(pixels).save(png, format="png", compress_level=1)
        return png.getvalue()
