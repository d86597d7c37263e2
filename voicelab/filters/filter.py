"""Filter: what one node and a chain of them have in common.

A filter is second-order sections at a sample rate; hearing, drawing and
streaming follow from them.
"""

import math
from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voicelab.audio import Recording
from voicelab.filters.stream import FilterStream

__all__ = ["Filter", "angle", "check_frequency", "check_q", "section"]


class Filter(ABC):
    """Something that sound passes before it is sent."""

    @abstractmethod
    def sections(self, rate_hz: int) -> NDArray[np.float64]:
        """Give the filter's coefficients at one sample rate.

        Parameters
        ----------
        rate_hz : int
            Sample rate; every frequency must lie below half of it.

        Returns
        -------
        ndarray, shape (n, 6)
            Second-order sections ``b0 b1 b2 1 a1 a2``.

        Raises
        ------
        ValueError
            If a frequency is not below half the sample rate.
        """

    def response_db(self, frequencies_hz: ArrayLike, *, rate_hz: int) -> NDArray[np.float64]:
        """Give the gain at some frequencies.

        Parameters
        ----------
        frequencies_hz : array_like, shape (n,)
            Where to look.
        rate_hz : int
            Sample rate.

        Returns
        -------
        ndarray, shape (n,)
            Gain in decibels.
        """
        from scipy.signal import sosfreqz

        _, response = sosfreqz(
            self.sections(rate_hz), np.asarray(frequencies_hz, dtype=float), fs=rate_hz
        )
        magnitude = np.maximum(np.abs(response), np.finfo(float).tiny)
        return np.asarray(20 * np.log10(magnitude))

    def stream(self, rate_hz: int) -> FilterStream:
        """Start a filter that is fed chunk by chunk.

        Parameters
        ----------
        rate_hz : int
            Sample rate of the chunks.

        Returns
        -------
        FilterStream
            At rest: the past is silence.
        """
        return FilterStream(self.sections(rate_hz))

    def apply(self, recording: Recording) -> Recording:
        """Filter a whole recording.

        Parameters
        ----------
        recording : Recording
            What to filter; labels and kind are kept.

        Returns
        -------
        Recording
            The same length, equal to the last bit to the chunk by chunk form.
        """
        return recording.with_samples(self.stream(recording.rate_hz).feed(recording.samples))


def angle(frequency_hz: float, rate_hz: int) -> float:
    """Give a frequency as an angle on the unit circle.

    Parameters
    ----------
    frequency_hz : float > 0
        Must lie below half the sample rate.
    rate_hz : int
        Sample rate.

    Returns
    -------
    float
        Radians a sample.

    Raises
    ------
    ValueError
        If it does not.
    """
    if frequency_hz >= rate_hz / 2:
        raise ValueError(
            f"frequency_hz must be below half the sample rate ({rate_hz / 2:g} Hz), "
            f"got {frequency_hz:g}"
        )
    return 2 * math.pi * frequency_hz / rate_hz


def section(coefficients: ArrayLike) -> NDArray[np.float64]:
    """Scale one second-order section so that ``a0`` is 1.

    Parameters
    ----------
    coefficients : array_like, shape (6,)
        ``b0 b1 b2 a0 a1 a2``.

    Returns
    -------
    ndarray, shape (1, 6)
        As SciPy wants it.
    """
    row = np.asarray(coefficients, dtype=float)
    return np.asarray((row / row[3])[np.newaxis])


def check_frequency(frequency_hz: float) -> None:
    """Refuse what is no frequency.

    Parameters
    ----------
    frequency_hz : float
        Must be positive and finite.

    Raises
    ------
    ValueError
        If it is not.
    """
    if not (math.isfinite(frequency_hz) and frequency_hz > 0):
        raise ValueError(f"frequency_hz must be positive, got {frequency_hz}")


def check_q(q: float) -> None:
    """Refuse what is no ratio of centre to width.

    Parameters
    ----------
    q : float
        Must lie in 0.01 to 1000.

    Raises
    ------
    ValueError
        If it does not.
    """
    if not 0.01 <= q <= 1000:
        raise ValueError(
            f"q must lie in 0.01 to 1000, got {q}; it is centre by width here, not decibels"
        )
