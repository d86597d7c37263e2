"""What a gate gives out: calls, leases, tickets, or a refusal.

A *call* is one user's conversation: it lasts as long as the user's socket.  A
*lease* is one connection to the service on behalf of a call, and ends with
that connection.  A *ticket* is a place in the queue.  Times are milliseconds.
"""

from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Call", "GateCounts", "Lack", "Lease", "Place", "Refusal", "Ticket"]

Lack = Literal["sessions", "connections", "tokens", "draining"]
STATUSES: dict[str, int] = {"connections": 429, "tokens": 429}
SENTENCES: dict[str, str] = {
    "sessions": "all sessions are taken",
    "connections": "too many connections were opened within a minute",
    "tokens": "the tokens of this minute are spent",
    "draining": "the relay is about to stop",
}


@dataclass(eq=False)
class Call:
    """One user's conversation.

    Attributes
    ----------
    number : int
        From 1, in order of admission.
    since_ms : float
        When it was admitted.
    leases : list of Lease
        Its connections to the service now, at most two; the first of a new
        call is the one it was admitted with.
    over : bool
        Whether the user's socket is gone.
    """

    number: int
    since_ms: float
    leases: list["Lease"] = field(default_factory=list, repr=False)
    over: bool = False

    @property
    def slots(self) -> int:
        """The sessions that it holds; one while it reconnects, too."""
        return max(1, len(self.leases))


@dataclass(eq=False)
class Lease:
    """The right to one connection to the service.

    Attributes
    ----------
    call : Call
        On whose behalf.
    """

    call: Call


@dataclass(eq=False)
class Ticket:
    """A place in the queue.

    Attributes
    ----------
    number : int
        From 1, in order of arrival.
    """

    number: int


@dataclass(frozen=True)
class Place:
    """Where one stands in the queue.

    Attributes
    ----------
    place : int
        1 is next.
    wait_ms : float
        How long that is expected to take.
    """

    place: int
    wait_ms: float


@dataclass(frozen=True)
class Refusal:
    """Not now.

    Attributes
    ----------
    lack : {"sessions", "connections", "tokens", "draining"}
        What there is not enough of.
    retry_after_ms : float
        When it is worth to ask again.
    place : int
        Where one would have stood in the queue; 0 for a running call.
    """

    lack: Lack
    retry_after_ms: float
    place: int = 0

    @property
    def status(self) -> int:
        """What a client that is no browser is answered: 429 for a rate, 503 for room."""
        return STATUSES.get(self.lack, 503)

    @property
    def sentence(self) -> str:
        """What there is not enough of, in words."""
        return SENTENCES[self.lack]


@dataclass(frozen=True)
class GateCounts:
    """What goes on, and what has gone on.

    Attributes
    ----------
    calls, connections, waiting : int
        Now.
    sessions_taken : int
        Of the limit, now.
    connections_last_min, tokens_last_min : int
        Within the last minute.
    admitted, refused, gave_up : int
        Newcomers so far: let in, turned away, gone from the queue by themselves.
    renewed, put_off : int
        Leases of running calls so far: given, and not given at once.
    """

    calls: int
    connections: int
    waiting: int
    sessions_taken: int
    connections_last_min: int
    tokens_last_min: int
    admitted: int
    refused: int
    gave_up: int
    renewed: int
    put_off: int
