"""Happened: one thing that a file tells, in the one form that all files are read into.

``type`` is an event's neutral name; ``client.*`` is what a client wrote down
of itself, ``socket.*`` what a file tells of a connection without an event,
``request`` a call that is no WebSocket's.  ``fields`` holds no secret and no
word: whoever makes one has redacted it.  Times are milliseconds on the file's
own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Happened", "Piece"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of audio, of either side.

    Attributes
    ----------
    octets : bytes or None
        Its bytes, where the file holds them.
    samples : int or None
        How many samples it has, where it was counted by the writer.
    levels_db : tuple of int or None
        How loud it is, every 10 ms, where the writer measured it.
    """

    octets: bytes | None = None
    samples: int | None = None
    levels_db: tuple[int, ...] | None = None

    def pcm16(self) -> NDArray[np.int16] | None:
        """Read its bytes as 16-bit samples.

        Returns
        -------
        ndarray or None
            ``None`` where the file holds no bytes.
        """
        if self.octets is None:
            return None
        return np.frombuffer(self.octets[: len(self.octets) // 2 * 2], "<i2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened.

    Attributes
    ----------
    at_ms : float
        When.
    type : str
        What.
    sent : bool
        Whether the client did it.
    connection : int or None
        On which connection, where the file says so.
    fields : mapping
        The rest, without secrets and words.
    piece : Piece or None
        The audio in it.
    """

    at_ms: float
    type: str
    sent: bool = False
    connection: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    piece: Piece | None = None
