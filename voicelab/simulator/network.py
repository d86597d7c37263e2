"""Network: the way from the service to its clients.

A model of a link (:mod:`voicelab.jitter`) says how long each message takes;
messages keep their order, as on any stream.  Each message is carried by
itself, so a lost last segment always waits for the timer; what the client
sends takes no time.  Chance is seeded, once for each connection.
"""

from dataclasses import dataclass

import numpy as np

from voicelab.jitter import Link
from voicelab.wire.event import Event

__all__ = ["Network", "Way"]

EVENT_OCTETS = 400  # of an event that carries no audio


class Way:
    """One connection's way.

    Parameters
    ----------
    link : Link
        How long a message takes.
    rng : numpy.random.Generator
        Where chance comes from.
    """

    def __init__(self, link: Link, *, rng: np.random.Generator) -> None:
        self._link = link
        self._rng = rng
        self._last_ms = 0.0

    def arrival_ms(self, event: Event | None, *, sent_ms: float) -> float:
        """Send a message.

        Parameters
        ----------
        event : Event or None
            What is sent; ``None`` for a close frame.
        sent_ms : float
            When.

        Returns
        -------
        float
            When it is there, never before an earlier one.
        """
        delta = "" if event is None else event.fields.get("delta", "")
        octets = np.array([EVENT_OCTETS + (len(delta) if isinstance(delta, str) else 0)])
        there_ms = float(self._link.carry(np.array([sent_ms]), octets, rng=self._rng)[0])
        self._last_ms = max(self._last_ms, there_ms)
        return self._last_ms


@dataclass(frozen=True, kw_only=True)
class Network:
    """The ways of all clients.

    Attributes
    ----------
    link : Link
        How long a message takes.
    seed : int
        The same seed gives the same delays.
    """

    link: Link
    seed: int = 0

    def way(self, connection: int) -> Way:
        """Lay a client's way.

        Parameters
        ----------
        connection : int
            Its number.

        Returns
        -------
        Way
            Its own.
        """
        return Way(self.link, rng=np.random.default_rng([self.seed, connection]))
