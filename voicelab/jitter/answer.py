"""Answer: when each audio packet of one answer reached the listener.

A packet is one audio delta.  Times are in milliseconds on the listener's
clock, with any origin; sizes are in samples.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Answer"]


@dataclass(frozen=True, eq=False)
class Answer:
    """The packets of one answer.

    Attributes
    ----------
    id : str
        The service's name for it, or its number.
    arrived_ms : ndarray, shape (packets,)
        When each packet arrived, never falling, read-only.
    samples : ndarray of int, shape (packets,)
        How much audio each packet held, at least 1, read-only.
    done_ms : float or None
        When the service said that the answer is complete, not before the last
        packet; ``None`` where that was not recorded.

    Raises
    ------
    ValueError
        If there is no packet, a packet is empty, a time is not finite, or
        times run backwards.
    """

    id: str
    arrived_ms: NDArray[np.float64]
    samples: NDArray[np.int64]
    done_ms: float | None = None

    def __post_init__(self) -> None:
        arrived_ms = np.array(self.arrived_ms, dtype=np.float64)
        samples = np.array(self.samples)
        if arrived_ms.ndim != 1 or arrived_ms.shape != samples.shape:
            raise ValueError(
                f"answer {self.id!r} must have one arrival time and one size a packet, "
                f"got shapes {arrived_ms.shape} and {samples.shape}"
            )
        if arrived_ms.size == 0:
            raise ValueError(f"answer {self.id!r} must hold at least one packet, got none")
        if not np.isfinite(arrived_ms).all():
            raise ValueError(f"answer {self.id!r} must have finite arrival times, got NaN or Inf")
        if (samples != np.floor(samples)).any() or (samples < 1).any():
            wrong = samples[(samples != np.floor(samples)) | (samples < 1)][0]
            raise ValueError(
                f"packets of answer {self.id!r} must hold whole samples, at least one, got {wrong}"
            )
        back = np.flatnonzero(np.diff(arrived_ms) < 0)
        if back.size:
            raise ValueError(
                f"packets of answer {self.id!r} must arrive in order, got one at "
                f"{arrived_ms[back[0] + 1]:g} ms after one at {arrived_ms[back[0]]:g} ms"
            )
        if self.done_ms is not None and not self.done_ms >= arrived_ms[-1]:
            raise ValueError(
                f"answer {self.id!r} must end after its last packet at {arrived_ms[-1]:g} ms, "
                f"got {self.done_ms:g} ms"
            )
        for name, values in (("arrived_ms", arrived_ms), ("samples", samples.astype(np.int64))):
            values.flags.writeable = False
            object.__setattr__(self, name, values)

    @property
    def total_samples(self) -> int:
        """How much audio the answer holds."""
        return int(self.samples.sum())

    @property
    def end_ms(self) -> float:
        """When it was known to be complete: ``done_ms``, or else its last packet."""
        return float(self.arrived_ms[-1]) if self.done_ms is None else self.done_ms

    def duration_ms(self, rate_hz: int) -> float:
        """Give the answer's length in time.

        Parameters
        ----------
        rate_hz : int
            Sample rate of its audio.

        Returns
        -------
        float
            Milliseconds of audio.
        """
        return 1000 * self.total_samples / rate_hz

    def speed(self, rate_hz: int) -> float:
        """Compare the audio after the first packet with the time it took to come.

        Parameters
        ----------
        rate_hz : int
            Sample rate of its audio.

        Returns
        -------
        float
            1 is real time; infinite where all came at once.
        """
        took_ms = float(self.arrived_ms[-1] - self.arrived_ms[0])
        return 1000 * int(self.samples[1:].sum()) / rate_hz / took_ms if took_ms else math.inf
