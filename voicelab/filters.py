"""The filter in front of the microphone: Web Audio's own, offline and live.

A browser filters with :class:`BiquadFilterNode`.  The numbers here are that
node's, coefficient for coefficient [1]_, so that what was tuned offline is
what the page will do.  Frequencies are in hertz, audio is float, time runs
along the last axis.

The trap: for a high-pass, Web Audio's ``Q`` is **in decibels**.  Its default
of 1 is a bump of 1 dB at the cut-off; the maximally flat (Butterworth) filter
is ``Q = -3.01``.  Hence the name ``q_db``, and a default that differs from
the browser's.

References
----------
.. [1] W3C Web Audio API, section "Filters Characteristics".
"""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voicelab.audio import Recording

__all__ = ["BUTTERWORTH_Q_DB", "WEB_AUDIO_Q_DB", "FilterStream", "HighPass"]

BUTTERWORTH_Q_DB = 20 * math.log10(math.sqrt(0.5))  # -3.0103: flat, -3 dB at the cut-off
WEB_AUDIO_Q_DB = 1.0  # what a BiquadFilterNode does when nobody sets Q: +1 dB at the cut-off


@dataclass(frozen=True)
class HighPass:
    """A second-order high-pass, 12 dB an octave.

    Attributes
    ----------
    frequency_hz : float > 0
        Cut-off; with the default ``q_db`` the point that is 3 dB down.
    q_db : float
        Gain at the cut-off in decibels: -3.01 is Butterworth, Web Audio's
        own default of 1 is a bump.
    type : "highpass"
        Web Audio's name of the filter.

    Raises
    ------
    ValueError
        If the cut-off is not positive or ``q_db`` is beyond +-40 dB.

    Examples
    --------
    >>> float(round(HighPass(80).response_db([80], rate_hz=24_000)[0], 2))
    -3.01
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    frequency_hz: float
    q_db: float = BUTTERWORTH_Q_DB
    type: Literal["highpass"] = "highpass"

    def __post_init__(self) -> None:
        if not (math.isfinite(self.frequency_hz) and self.frequency_hz > 0):
            raise ValueError(f"frequency_hz must be positive, got {self.frequency_hz}")
        if not abs(self.q_db) <= 40:
            raise ValueError(f"q_db must lie in -40 to 40 dB, got {self.q_db}")

    def __str__(self) -> str:
        return f"high-pass {self.frequency_hz:g} Hz"

    def sections(self, rate_hz: int) -> NDArray[np.float64]:
        """Give the filter's coefficients at one sample rate.

        Parameters
        ----------
        rate_hz : int
            Sample rate; the cut-off must lie below half of it.

        Returns
        -------
        ndarray, shape (1, 6)
            One second-order section ``b0 b1 b2 1 a1 a2``.

        Raises
        ------
        ValueError
            If the cut-off is not below half the sample rate.
        """
        if self.frequency_hz >= rate_hz / 2:
            raise ValueError(
                f"frequency_hz must be below half the sample rate ({rate_hz / 2:g} Hz), "
                f"got {self.frequency_hz:g}"
            )
        w0 = 2 * math.pi * self.frequency_hz / rate_hz
        alpha = math.sin(w0) / (2 * 10 ** (self.q_db / 20))
        cosine = math.cos(w0)
        b0 = (1 + cosine) / 2
        a0 = 1 + alpha
        section = np.array([b0, -(1 + cosine), b0, a0, -2 * cosine, 1 - alpha])
        return (section / a0)[np.newaxis]

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

    def stream(self, rate_hz: int) -> "FilterStream":
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


class FilterStream:
    """A filter with its memory: feed it chunks of any length, in order.

    The chunks' outputs, joined, equal the output of the whole signal bit for
    bit, because the state is carried in full precision between them.
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
