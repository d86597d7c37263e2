"""G.711: eight bits a sample, as telephones send it.

Both laws are tables of 256 values; encoding takes the value nearest to the
sample.  Samples are float32, full scale +-1, 8 kHz.

References
----------
.. [1] ITU-T G.711 (1988), tables 1a and 2a.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Law", "from_g711", "to_g711"]

Law = Literal["g711_ulaw", "g711_alaw"]
FULL_SCALE = 32_768
CODES = np.arange(256)


def _ulaw() -> NDArray[np.int64]:
    code = ~CODES & 0xFF
    size = ((((code & 0xF) << 3) + 0x84) << (code >> 4 & 7)) - 0x84
    return np.where(code & 0x80, -size, size)


def _alaw() -> NDArray[np.int64]:
    code = CODES ^ 0x55
    exponent, mantissa = code >> 4 & 7, code & 0xF
    size = np.where(
        exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0)
    )
    return np.where(code & 0x80, size, -size)


VALUES = {"g711_ulaw": _ulaw(), "g711_alaw": _alaw()}


def from_g711(octets: bytes, *, law: Law) -> NDArray[np.float32]:
    """Read G.711 as float samples.

    Parameters
    ----------
    octets : bytes
        One byte a sample.
    law : {"g711_ulaw", "g711_alaw"}
        Which table.

    Returns
    -------
    ndarray, shape (n,)
        float32, full scale +-1.
    """
    values = VALUES[law].astype(np.float32) / np.float32(FULL_SCALE)
    return values[np.frombuffer(octets, np.uint8)]


def to_g711(samples: ArrayLike, *, law: Law) -> bytes:
    """Write float samples as G.711.

    Parameters
    ----------
    samples : array_like, shape (n,)
        Full scale +-1.
    law : {"g711_ulaw", "g711_alaw"}
        Which table.

    Returns
    -------
    bytes
        One byte a sample.
    """
    values, codes = np.unique(VALUES[law], return_index=True)
    halfway = (values[1:] + values[:-1]) / 2
    scaled = np.asarray(samples, np.float64) * FULL_SCALE
    return codes[np.searchsorted(halfway, scaled)].astype(np.uint8).tobytes()
