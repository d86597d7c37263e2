"""Envelope: a signal as the lowest and highest sample of each column of pixels.

Every click is in it: each sample lies in exactly one column.  Taking every
n-th sample instead would lose most of them.
"""

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from voicelab.audio import Recording

__all__ = ["COLUMNS", "Envelope", "envelope", "filled"]

COLUMNS = 1800  # about two a pixel of a picture 1000 pixels wide


class Envelope(NamedTuple):
    """The outline of a signal.

    Attributes
    ----------
    at_s : ndarray, shape (columns,)
        Middle of each column, in seconds.
    low, high : ndarray, shape (columns,)
        Lowest and highest sample in it.
    """

    at_s: NDArray[np.float64]
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    @property
    def outline(self) -> NDArray[np.float64]:
        """The corners of the area between low and high, shape (2 columns, 2)."""
        along = np.concatenate((self.at_s, self.at_s[::-1]))
        return np.column_stack((along, np.concatenate((self.high, self.low[::-1]))))


def filled(axes: Axes, color: str) -> PolyCollection:
    """Make a place for an outline: an area, for a line up and down costs fifteen times as much.

    Parameters
    ----------
    axes : Axes
        Where; its limits are not touched.
    color : str
        Of the area, and of its edge, which keeps a lone click visible.

    Returns
    -------
    PolyCollection
        Empty; give its ``set_verts`` a list of one outline.
    """
    area = PolyCollection([], facecolor=color, edgecolor=color, linewidth=0.5)
    axes.add_collection(area, autolim=False)
    return area


def envelope(recording: Recording, *, columns: int = COLUMNS) -> Envelope:
    """Outline a recording.

    Parameters
    ----------
    recording : Recording
        Of any length.
    columns : int
        How many; fewer where there are fewer samples.

    Returns
    -------
    Envelope
        Lowest and highest sample of each column.
    """
    samples = recording.samples
    edges = np.linspace(0, samples.size, min(columns, samples.size) + 1).astype(np.int64)
    return Envelope(
        (edges[:-1] + edges[1:]) / (2 * recording.rate_hz),
        np.minimum.reduceat(samples, edges[:-1]),
        np.maximum.reduceat(samples, edges[:-1]),
    )
