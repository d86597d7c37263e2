"""Rules: what a relay lets a page do, and how long it waits for anybody.

Sizes are bytes, times seconds.
"""

from dataclasses import dataclass, field

from voicelab.relay.origins import Origins
from voicelab.relay.screening import Strictness

__all__ = ["RelayRules"]


@dataclass(frozen=True, kw_only=True)
class RelayRules:
    """The rules of a relay.

    Attributes
    ----------
    origins : Origins
        Whose pages may come.
    path : str
        Where pages open their socket; official clients, which append a path
        of their own, may use any that ends in ``/realtime``.
    strictness : {"off", "observe", "enforce"}
        How events towards the service are looked at.
    allowed : tuple of str or None
        Event types that may pass; ``None`` is every client event of the dialect.
    most_message_bytes : int > 0
        Of one message of a page.
    bytes_per_s, messages_per_s : float > 0
        How fast a page may send in the long run, and four seconds of it at once.
    first_message_s : float > 0
        How long a page may hold a session without having said anything.
    ping_s : float > 0
        How often both sides are pinged.
    most_missed_pongs : int > 0
        After how many unanswered pings a peer counts as gone.
    slow_reader_s : float > 0
        How long a peer may leave lying what waits for it.
    handshake_s : float > 0
        How long a page's handshake may take.
    most_half_open : int > 0
        Sockets whose handshake is not over; beyond it the oldest is cut.
    drain_s : float > 0
        How long running calls may go on once the relay is to stop.
    """

    origins: Origins = field(default_factory=Origins)
    path: str = "/api/voice"
    strictness: Strictness = "observe"
    allowed: tuple[str, ...] | None = None
    most_message_bytes: int = 2**20
    bytes_per_s: float = 512_000.0  # eight times the speed of speech
    messages_per_s: float = 200.0
    first_message_s: float = 30.0
    ping_s: float = 20.0
    most_missed_pongs: int = 2
    slow_reader_s: float = 30.0
    handshake_s: float = 5.0
    most_half_open: int = 500
    drain_s: float = 30.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, int | float) and not isinstance(value, bool) and value <= 0:
                raise ValueError(f"{name} must be positive, got {value}")
        if not self.path.startswith("/"):
            raise ValueError(f"path must begin with a slash, got {self.path!r}")

    def leads_to_service(self, path: str) -> bool:
        """Tell whether a socket may be opened at a path.

        Parameters
        ----------
        path : str
            Of a request, without query.

        Returns
        -------
        bool
            Whether it may; where it leads does not depend on it.
        """
        return path == self.path or path.endswith("/realtime")
