"""Notch, band-pass and peaking: filters around one tone; their Q is centre by width."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from voicelab.filters.filter import Filter, angle, check_frequency, check_q, section

__all__ = ["BandPass", "Notch", "Peaking"]


@dataclass(frozen=True)
class Notch(Filter):
    """Take one tone out and leave what lies beside it.

    Attributes
    ----------
    frequency_hz : float > 0
        The tone, which is lost altogether.
    q : float in [0.01, 1000]
        Centre by width between the points that are 3 dB down: with 10 a notch
        at 50 Hz is 5 Hz wide.
    type : "notch"
        Web Audio's name of the filter.

    Raises
    ------
    ValueError
        If the frequency is not positive or ``q`` is out of its range.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    frequency_hz: float
    q: float = 10.0
    type: Literal["notch"] = "notch"

    def __post_init__(self) -> None:
        check_frequency(self.frequency_hz)
        check_q(self.q)

    def __str__(self) -> str:
        return f"notch {self.frequency_hz:g} Hz"

    def sections(self, rate_hz: int) -> NDArray[np.float64]:
        """Give the filter's coefficients at one sample rate.

        Parameters
        ----------
        rate_hz : int
            Sample rate; the tone must lie below half of it.

        Returns
        -------
        ndarray, shape (1, 6)
            One second-order section ``b0 b1 b2 1 a1 a2``.

        Raises
        ------
        ValueError
            If the tone is not below half the sample rate.
        """
        cosine, alpha = _circle(self.frequency_hz, self.q, rate_hz)
        return section([1, -2 * cosine, 1, 1 + alpha, -2 * cosine, 1 - alpha])


@dataclass(frozen=True)
class BandPass(Filter):
    """Keep one band and lose what lies beside it, 6 dB an octave to either side.

    Attributes
    ----------
    frequency_hz : float > 0
        Centre, which passes unchanged.
    q : float in [0.01, 1000]
        Centre by width between the points that are 3 dB down.
    type : "bandpass"
        Web Audio's name of the filter.

    Raises
    ------
    ValueError
        If the frequency is not positive or ``q`` is out of its range.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    frequency_hz: float
    q: float = 1.0
    type: Literal["bandpass"] = "bandpass"

    def __post_init__(self) -> None:
        check_frequency(self.frequency_hz)
        check_q(self.q)

    def __str__(self) -> str:
        return f"band-pass {self.frequency_hz:g} Hz"

    def sections(self, rate_hz: int) -> NDArray[np.float64]:
        """Give the filter's coefficients at one sample rate.

        Parameters
        ----------
        rate_hz : int
            Sample rate; the centre must lie below half of it.

        Returns
        -------
        ndarray, shape (1, 6)
            One second-order section ``b0 b1 b2 1 a1 a2``.

        Raises
        ------
        ValueError
            If the centre is not below half the sample rate.
        """
        cosine, alpha = _circle(self.frequency_hz, self.q, rate_hz)
        return section([alpha, 0, -alpha, 1 + alpha, -2 * cosine, 1 - alpha])


@dataclass(frozen=True)
class Peaking(Filter):
    """Raise or lower one band and leave the rest.

    Attributes
    ----------
    frequency_hz : float > 0
        Centre.
    gain_db : float in [-40, 40]
        Gain at the centre.
    q : float in [0.01, 1000]
        Centre by width.
    type : "peaking"
        Web Audio's name of the filter.

    Raises
    ------
    ValueError
        If a value is out of its range.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    frequency_hz: float
    gain_db: float
    q: float = 1.0
    type: Literal["peaking"] = "peaking"

    def __post_init__(self) -> None:
        check_frequency(self.frequency_hz)
        check_q(self.q)
        if not abs(self.gain_db) <= 40:
            raise ValueError(f"gain_db must lie in -40 to 40 dB, got {self.gain_db}")

    def __str__(self) -> str:
        return f"peaking {self.frequency_hz:g} Hz {self.gain_db:+g} dB"

    def sections(self, rate_hz: int) -> NDArray[np.float64]:
        """Give the filter's coefficients at one sample rate.

        Parameters
        ----------
        rate_hz : int
            Sample rate; the centre must lie below half of it.

        Returns
        -------
        ndarray, shape (1, 6)
            One second-order section ``b0 b1 b2 1 a1 a2``.

        Raises
        ------
        ValueError
            If the centre is not below half the sample rate.
        """
        cosine, alpha = _circle(self.frequency_hz, self.q, rate_hz)
        up = 10 ** (self.gain_db / 40)
        return section(
            [
                1 + alpha * up,
                -2 * cosine,
                1 - alpha * up,
                1 + alpha / up,
                -2 * cosine,
                1 - alpha / up,
            ]
        )


def _circle(frequency_hz: float, q: float, rate_hz: int) -> tuple[float, float]:
    w0 = angle(frequency_hz, rate_hz)
    return math.cos(w0), math.sin(w0) / (2 * q)
