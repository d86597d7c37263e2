"""PCM16, the sound of the wire: little-endian signed 16-bit, mono.

One rounding rule everywhere: a float is multiplied by 32768, rounded to the
nearest integer (ties to even) and cut to -32768..32767; an integer is divided
by 32768.  Integers therefore survive the way there and back unchanged.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Pcm16", "from_pcm16", "to_pcm16"]

FULL_SCALE = 32_768


class Pcm16(NamedTuple):
    """Samples as the wire wants them.

    Attributes
    ----------
    octets : bytes
        Two bytes a sample, little endian.
    clipped : int
        How many samples lay outside the range and were cut to it.
    """

    octets: bytes
    clipped: int

    @property
    def samples(self) -> NDArray[np.int16]:
        """The same samples as integers, read-only."""
        return np.frombuffer(self.octets, dtype="<i2")


def to_pcm16(samples: ArrayLike) -> Pcm16:
    """Round float samples to the wire's integers.

    Parameters
    ----------
    samples : array_like, shape (n,)
        Full scale +-1, finite.

    Returns
    -------
    Pcm16
        The bytes, and how many samples were clipped.

    Raises
    ------
    ValueError
        If a sample is NaN or infinite.

    Examples
    --------
    >>> to_pcm16([0.0, 0.5, -1.0, 1.5]).samples.tolist()
    [0, 16384, -32768, 32767]
    >>> to_pcm16([0.0, 0.5, -1.0, 1.5]).clipped
    1
    """
    scaled = np.rint(np.asarray(samples, dtype=np.float64) * FULL_SCALE)
    if not np.isfinite(scaled).all():
        raise ValueError("samples must be finite to become PCM16, got NaN or Inf")
    # +1.0 has no PCM16 of its own; it is cut by one step and not called clipped.
    clipped = int(np.count_nonzero((scaled > FULL_SCALE) | (scaled < -FULL_SCALE)))
    integers = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype("<i2")
    return Pcm16(integers.tobytes(), clipped)


def from_pcm16(octets: bytes | bytearray | memoryview) -> NDArray[np.float32]:
    """Read the wire's integers as float samples.

    Parameters
    ----------
    octets : bytes-like
        Little-endian 16-bit samples.

    Returns
    -------
    ndarray, shape (n,)
        float32, full scale +-1.

    Raises
    ------
    ValueError
        If half a sample is left over.
    """
    if len(octets) % 2:
        raise ValueError(
            f"PCM16 must hold two bytes a sample, got {len(octets)} bytes; "
            "was a message cut, or is this another encoding?"
        )
    return np.frombuffer(octets, dtype="<i2").astype(np.float32) / np.float32(FULL_SCALE)
