"""Takes: what was recorded in the page, put together again in the kernel.

A take comes in numbered parts with a checksum over all of it.  The page sends
until the kernel says that it has everything: after each message the kernel
can say which parts are missing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicelab.audio import Capture, Recording, from_pcm16

__all__ = ["RATE_HZ", "IncomingTake"]

RATE_HZ = 24_000


@dataclass
class IncomingTake:
    """A take on its way.

    Attributes
    ----------
    id : str
        Its name on the way.
    parts : int > 0
        How many there are.
    samples : int > 0
        Its length.
    sha256 : str
        Fingerprint of all its octets.
    name : str
        What the recording is called.
    capture : Capture
        How the browser recorded.
    arrived : bool
        Whether all of it was here once.
    """

    id: str
    parts: int
    samples: int
    sha256: str
    name: str
    capture: Capture
    arrived: bool = False
    _have: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def announced(cls, message: Mapping[str, Any]) -> "IncomingTake":
        """Read the page's announcement.

        Parameters
        ----------
        message : mapping
            As the page sends it.

        Returns
        -------
        IncomingTake
            Without parts.
        """
        return cls(
            id=message["id"],
            parts=message["parts"],
            samples=message["samples"],
            sha256=message["sha256"],
            name=message["name"],
            capture=Capture(**message["capture"]),
        )

    @property
    def missing(self) -> list[int]:
        """Which parts have not come, by number."""
        if self.arrived:
            return []
        return [number for number in range(self.parts) if number not in self._have]

    def put(self, number: int, octets: bytes) -> None:
        """Take a part; twice is once.

        Parameters
        ----------
        number : int
            Its place.
        octets : bytes
            PCM16.
        """
        self._have.setdefault(number, octets)

    def assembled(self) -> Recording | None:
        """Put the parts together.

        Returns
        -------
        Recording or None
            ``None`` where they are not what the page had: all must come again.
        """
        octets = b"".join(self._have[number] for number in range(self.parts))
        if hashlib.sha256(octets).hexdigest() != self.sha256 or len(octets) != 2 * self.samples:
            self._have.clear()
            return None
        self.arrived = True
        self._have.clear()  # ten takes of three minutes are a hundred megabytes
        return Recording(from_pcm16(octets), RATE_HZ, self.name, capture=self.capture)
