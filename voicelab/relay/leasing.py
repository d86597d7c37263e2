"""Leasing: each connection that a session opens is a lease of its call.

What the gate cannot give is told to the policy as the service would tell it,
429 with Retry-After: it waits, and asks again before any newcomer comes in.
"""

from voicelab.relay.admission import Call, Lease, Refusal
from voicelab.relay.lobby import Lobby
from voicelab.streaming.policy.messages import Refused

__all__ = ["Leasing"]


class Leasing:
    """The leases of one call.

    Parameters
    ----------
    call : Call
        It was admitted with its first.
    lobby : Lobby
        The gate, and those who wait at it.
    """

    def __init__(self, call: Call, lobby: Lobby) -> None:
        self._call = call
        self._lobby = lobby
        self._leases: dict[int, Lease] = {}
        self._first: Lease | None = call.leases[0]

    def ask(self, connection: int) -> Refused | None:
        """Ask for a connection.

        Parameters
        ----------
        connection : int
            Its number.

        Returns
        -------
        Refused or None
            ``None`` opens it.
        """
        if self._call.over:
            return Refused(connection, None)
        lease: Lease | Refusal
        if self._first is not None:
            lease, self._first = self._first, None
        else:
            lease = self._lobby.gate.lease(self._call, now_ms=self._lobby.now_ms())
        if isinstance(lease, Refusal):
            told = {"Retry-After": f"{lease.retry_after_ms / 1000:.3f}"}
            return Refused(connection, lease.status, told)
        self._leases[connection] = lease
        return None

    def gone(self, connection: int) -> None:
        """Give a lease back.

        Parameters
        ----------
        connection : int
            That is gone.
        """
        if (lease := self._leases.pop(connection, None)) is not None:
            self._lobby.gate.end(lease)
            self._lobby.look()
