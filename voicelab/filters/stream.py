"""Filter stream: a filter with its memory, fed chunk by chunk."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["FilterStream"]


class FilterStream:
    """A filter with its memory: feed it chunks of any length, in order.

    The chunks' outputs, joined, equal the output of the whole signal bit for
    bit, because the state is carried in full precision between them.

    Parameters
    ----------
    sections : ndarray, shape (n, 6)
        Second-order sections, as :meth:`Filter.sections` gives them.
    """

    def __init__(self, sections: NDArray[np.float64]) -> None:
        self._sections = sections
        self._state = np.zeros((len(sections), 2))

    def feed(self, chunk: NDArray[np.float32]) -> NDArray[np.float32]:
        """Filter the next chunk.

        Parameters
        ----------
        chunk : ndarray, shape (n,)
            May be empty.

        Returns
        -------
        ndarray, shape (n,)
            Filtered samples, float32.

        Raises
        ------
        ValueError
            If a sample is not finite: one NaN would silence the filter for good.
        """
        from scipy.signal import sosfilt

        if not np.isfinite(chunk).all():
            raise ValueError(
                "chunk must hold finite samples, got NaN or Inf; one would poison the filter"
            )
        if chunk.size == 0:
            return np.zeros(0, np.float32)
        filtered, self._state = sosfilt(self._sections, chunk.astype(np.float64), zi=self._state)
        return np.asarray(filtered, dtype=np.float32)
