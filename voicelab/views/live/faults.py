"""Faults that a person may plant while a session runs, at the embedded service.

Their moment is now, but for the bad line's, which stays until it is taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from voicelab.jitter import Holds, Hop, Link
from voicelab.simulator import Fault, Network, read_faults
from voicelab.simulator.faults import CutConnection, RefuseConnection

__all__ = ["BAD_LINE", "FAULTS", "Planted"]


@dataclass(frozen=True)
class Planted:
    """What a button plants.

    Attributes
    ----------
    faults : tuple of Fault
        In order.
    tooltip : str
        What will happen.
    """

    faults: tuple[Fault, ...]
    tooltip: str


FAULTS: Mapping[str, Planted] = MappingProxyType(
    {
        "drop": Planted(read_faults("drop"), "Cut the line now, without a close frame"),
        "rotate soon": Planted(
            read_faults("shorten:20s"), "The service tells that the session ends in 20 s"
        ),
        "expire": Planted(
            read_faults("expire"), "The service ends the session now, without a warning"
        ),
        "refuse 429": Planted(
            (RefuseConnection(status=429, retry_after_s=3), CutConnection()),
            "Cut the line, and refuse the next attempt with 429",
        ),
    }
)
BAD_LINE = Network(
    link=Link(
        name="bad line",
        stages=(Hop(delay_ms=120, jitter_ms=40), Holds(holds_per_s=0.8, hold_ms=(300, 900))),
    )
)
