"""Rules: everything a session policy is told once, before it begins.

Times are in the unit that a name ends in; tokens are the service's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voicelab.streaming.policy.price import Price
from voicelab.wire import SessionSettings

__all__ = ["Restore", "Rules", "Talking"]

Restore = Literal["items", "instructions"]
Talking = Literal["open microphone", "button, no turn detection", "button, silent turn detection"]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How a session is to be kept.

    Attributes
    ----------
    update : mapping
        The ``session`` of the ``session.update`` that configures a connection.
    settings : SessionSettings
        Attempts, rotation, resending, chunks.
    session_s : float > 0
        The service's limit on a session, where it sends no ``expires_at``.
    epoch_s : float
        Unix time at 0 ms, for ``expires_at``.
    connections_per_min : int or None
        The service's limit on new connections.
    talking : str
        Who says when a turn ends: the service, or a button in one of two ways.
    restore : {"items", "instructions"}
        How history reaches a new connection.
    history_tokens : int
        Most tokens of history that are sent to it, by estimate.
    summarise : bool
        Whether the outgoing session is asked for a summary of what does not fit.
    drain : float > 1
        How many times faster than real time a backlog is sent.
    steady_ms : float
        How long a configured connection must live before attempts are forgotten.
    configure_ms : float
        How long a connection may take to become configured.
    pre_roll_ms : float
        Sound before the button went down that belongs to the turn.
    keep_alive_ms : float
        Longest silence towards the service while a button is up.
    price : Price or None
        What tokens cost.
    rate_hz : int
        Of the microphone's audio.
    """

    update: Mapping[str, Any]
    settings: SessionSettings = field(default_factory=SessionSettings)
    session_s: float = 3600.0
    epoch_s: float = 0.0
    connections_per_min: int | None = None
    talking: Talking = "open microphone"
    restore: Restore = "items"
    history_tokens: int = 16_000  # an hour and a half of talk, half of a model's context
    summarise: bool = True
    drain: float = 1.5
    steady_ms: float = 10_000.0
    configure_ms: float = 10_000.0
    pre_roll_ms: float = 300.0
    keep_alive_ms: float = 5_000.0
    price: Price | None = None
    rate_hz: int = 24_000

    def __post_init__(self) -> None:
        if not self.drain > 1:
            raise ValueError(
                f"drain must be above 1, or a backlog never ends, got {self.drain}; try 1.5"
            )
        if self.session_s <= 0:
            raise ValueError(f"session_s must be positive, got {self.session_s}")

    @property
    def configuration(self) -> dict[str, Any]:
        """The session that is asked for, with the turn detection that a button needs."""
        wanted = dict(self.update)
        if self.talking == "button, no turn detection":
            wanted["turn_detection"] = None
        elif self.talking == "button, silent turn detection":
            wanted["turn_detection"] = {
                "type": "server_vad",
                "silence_duration_ms": 2000,
                "create_response": False,
                "interrupt_response": False,
            }
        return wanted

    @property
    def lag_ms(self) -> float:
        """How much sound a service may have heard without saying yet that speech began."""
        detection = self.configuration.get("turn_detection") or {}
        return 500.0 + float(detection.get("speech_duration_ms") or 200.0)
