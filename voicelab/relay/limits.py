"""What the quota carries, and how much of it newcomers must leave to running calls.

The service's papers name 30 new connections and 100,000 tokens a minute; the
10 sessions at a time are the troubleshooting guide's.  Several relays in front
of one deployment each take a share; nothing is exchanged between them.
"""

from dataclasses import dataclass, replace

__all__ = ["GateLimits"]


@dataclass(frozen=True, kw_only=True)
class GateLimits:
    """What a gate admits.

    Attributes
    ----------
    sessions : int > 0
        Connections to the service at the same time.
    connections_per_min : int > 0
        New connections to it in any minute.
    tokens_per_min : int > 0
        Tokens in any minute beyond which nobody new comes in.
    reserve_sessions : int >= 0
        Sessions that only a running call may take, to rotate.
    reserve_connections_per_min : int or None
        Connections that only a running call may take, to rotate or to
        reconnect; ``None`` is a third.
    places : int >= 0
        How many may wait; 0 refuses whoever cannot come in.
    call_ms : float > 0
        How long a call is expected to last, until one has ended.
    """

    sessions: int = 10
    connections_per_min: int = 30
    tokens_per_min: int = 100_000
    reserve_sessions: int = 2
    reserve_connections_per_min: int | None = None
    places: int = 20
    call_ms: float = 300_000.0

    def __post_init__(self) -> None:
        for name in ("sessions", "connections_per_min", "tokens_per_min"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 1, got {getattr(self, name)}; a relay that carries "
                    "nothing need not run"
                )
        for name in ("reserve_sessions", "reserve_connections_per_min", "places"):
            if (getattr(self, name) or 0) < 0:
                raise ValueError(f"{name} must not be negative, got {getattr(self, name)}")
        if not self.call_ms > 0:
            raise ValueError(f"call_ms must be positive, got {self.call_ms}")

    @property
    def reserved_sessions(self) -> int:
        """The reserve, as far as it leaves newcomers one session."""
        return min(self.reserve_sessions, self.sessions - 1)

    @property
    def reserved_connections_per_min(self) -> int:
        """The reserve, as far as it leaves newcomers one connection a minute."""
        wanted = self.reserve_connections_per_min
        wanted = self.connections_per_min // 3 if wanted is None else wanted
        return min(wanted, self.connections_per_min - 1)

    def share(self, *, relays: int, index: int) -> "GateLimits":
        """Take the part of one of several relays.

        Parameters
        ----------
        relays : int > 0
            How many stand in front of the same deployment.
        index : int
            Which of them, from 0; the first ones get what does not divide.

        Returns
        -------
        GateLimits
            The shares of all relays add up to the whole.

        Raises
        ------
        ValueError
            If there is no such relay, or less than one session for each.

        Examples
        --------
        >>> [GateLimits().share(relays=3, index=each).sessions for each in range(3)]
        [4, 3, 3]
        """
        if not 0 <= index < relays:
            raise ValueError(f"index must lie in 0 to {relays - 1}, got {index}")

        def part(whole: int) -> int:
            return whole // relays + (index < whole % relays)

        if min(self.sessions, self.connections_per_min) < relays:
            raise ValueError(
                f"each of {relays} relays must get a session and a connection a minute, got "
                f"{self.sessions} and {self.connections_per_min} for all; run fewer relays"
            )
        reserve = self.reserve_connections_per_min
        return replace(
            self,
            sessions=part(self.sessions),
            connections_per_min=part(self.connections_per_min),
            tokens_per_min=max(1, part(self.tokens_per_min)),
            reserve_sessions=part(self.reserve_sessions),
            reserve_connections_per_min=None if reserve is None else part(reserve),
        )
