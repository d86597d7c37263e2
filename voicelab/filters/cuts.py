"""High-pass and low-pass: 12 dB an octave beyond the cut-off; their Q is in decibels."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from voicelab.filters.filter import Filter, angle, check_frequency, section

__all__ = ["BUTTERWORTH_Q_DB", "WEB_AUDIO_Q_DB", "HighPass", "LowPass"]

BUTTERWORTH_Q_DB = 20 * math.log10(math.sqrt(0.5))  # -3.0103: flat, -3 dB at the cut-off
WEB_AUDIO_Q_DB = 1.0  # what a BiquadFilterNode does when nobody sets Q: +1 dB at the cut-off


@dataclass(frozen=True)
class HighPass(Filter):
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
        check_frequency(self.frequency_hz)
        _check_q_db(self.q_db)

    def __str__(self) -> str:
        return f"high-pass {self.frequency_hz:g} Hz{_bump(self.q_db)}"

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
        cosine, alpha = _circle(self.frequency_hz, self.q_db, rate_hz)
        b0 = (1 + cosine) / 2
        return section([b0, -(1 + cosine), b0, 1 + alpha, -2 * cosine, 1 - alpha])


@dataclass(frozen=True)
class LowPass(Filter):
    """A second-order low-pass, 12 dB an octave.

    Attributes
    ----------
    frequency_hz : float > 0
        Cut-off; with the default ``q_db`` the point that is 3 dB down.
    q_db : float
        Gain at the cut-off in decibels.
    type : "lowpass"
        Web Audio's name of the filter.

    Raises
    ------
    ValueError
        If the cut-off is not positive or ``q_db`` is beyond +-40 dB.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    frequency_hz: float
    q_db: float = BUTTERWORTH_Q_DB
    type: Literal["lowpass"] = "lowpass"

    def __post_init__(self) -> None:
        check_frequency(self.frequency_hz)
        _check_q_db(self.q_db)

    def __str__(self) -> str:
        return f"low-pass {self.frequency_hz:g} Hz{_bump(self.q_db)}"

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
        cosine, alpha = _circle(self.frequency_hz, self.q_db, rate_hz)
        b0 = (1 - cosine) / 2
        return section([b0, 1 - cosine, b0, 1 + alpha, -2 * cosine, 1 - alpha])


def _bump(q_db: float) -> str:
    """Name a Q that is not Butterworth's, so that two filters never have one name."""
    return "" if math.isclose(q_db, BUTTERWORTH_Q_DB, abs_tol=0.01) else f" (Q {q_db:g} dB)"


def _circle(frequency_hz: float, q_db: float, rate_hz: int) -> tuple[float, float]:
    w0 = angle(frequency_hz, rate_hz)
    return math.cos(w0), math.sin(w0) / (2 * 10 ** (q_db / 20))


def _check_q_db(q_db: float) -> None:
    if not abs(q_db) <= 40:
        raise ValueError(f"q_db must lie in -40 to 40 dB, got {q_db}")
