"""Player: what the page does with the audio that arrives.

A page plays one render quantum of 128 samples at a time.  At the start of a
quantum it sees what has arrived so far; it either waits, and the quantum is
silent, or it plays what is there and fills up with zeros.  A player is the
set of rules by which it decides.

Times are in milliseconds of audio at ``rate_hz``; a hold lasts whole quanta,
a prefill, a limit of the queue and a fade whole samples, all rounded up.

The *ratchet* is a refill that learns: the packet that ends an underrun makes
every later start wait ``ratchet_ms`` more, until the start has grown to
``ratchet_to_ms``.  It never shrinks, and goes over from answer to answer.
"""

import math
from dataclasses import InitVar, dataclass, replace
from typing import ClassVar, Literal, get_args

__all__ = [
    "QUANTUM_SAMPLES",
    "UNLIMITED_MS",
    "OnOverflow",
    "OnUnderrun",
    "Player",
    "Start",
    "in_units",
]

UNLIMITED_MS = 3_600_000.0  # what a queue without a limit is taken to hold
QUANTUM_SAMPLES = 128  # Web Audio's render quantum

Start = Literal["prefill", "hold"]
OnUnderrun = Literal["play_on", "refill", "ratchet", "guide"]
OnOverflow = Literal["drop_newest", "drop_oldest"]

# A millisecond value that came out of whole samples goes back to the same number of samples.
ROUNDING_SAMPLES = 1e-6

WORDS = {"start": Start, "on_underrun": OnUnderrun, "on_overflow": OnOverflow}
LONGEST_MS = {"start_ms": 60_000, "ratchet_ms": 60_000, "ratchet_to_ms": 60_000, "fade_ms": 100}


@dataclass(frozen=True, kw_only=True)
class Player:
    """The rules by which a page plays an answer.

    ``Player(prefill_ms=20)`` and ``Player(hold_ms=180)`` are short for the two
    ways to start.  The shorthands win over ``start`` and ``start_ms``, and
    only these two are kept: read them, not the shorthands.

    Attributes
    ----------
    rate_hz : int in [8000, 96000]
        Sample rate of the arriving audio.
    start : {"prefill", "hold"}
        Wait until ``start_ms`` of audio is there, or until ``start_ms`` have
        passed since the first packet could be read.
    start_ms : float in [0, 60000]
        How much, or how long; with 0 the first packet starts the answer.
    on_underrun : {"play_on", "refill", "ratchet", "guide"}
        What follows a quantum that ran short: play whatever comes next at
        once; start again, prefill or hold; start again with a larger buffer;
        or do what the guide's player does, which starts again only if a
        quantum *begins* empty, and which has one queue for the whole session,
        where the others begin every answer afresh.
    ratchet_ms, ratchet_to_ms : float in [0, 60000]
        By how much, and up to where, a ratchet lets ``start_ms`` grow.
    flush_at_end : bool
        Whether the end of an answer ends the wait, so that a rest shorter
        than the prefill is heard.
    max_queue_ms : float > 0
        How much may wait to be played; ``UNLIMITED_MS``, an hour, for no limit.
    on_overflow : {"drop_newest", "drop_oldest"}
        What a packet that does not fit costs: its own end, or as much of what
        has waited longest.
    whole_quanta : bool
        Whether only whole quanta are queued; what is left of an answer that
        does not fill one is never heard.
    fade_ms : float in [0, 100]
        Length of the fade in after a silence and of the fade out before one.
    prefill_ms, hold_ms : float or None
        Shorthands, not kept.

    Raises
    ------
    ValueError
        If a value is out of its range, or both shorthands are given.

    Examples
    --------
    >>> Player(hold_ms=180) == Player(start="hold", start_ms=180)
    True
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    rate_hz: int = 24_000
    start: Start = "prefill"
    start_ms: float = 20.0
    on_underrun: OnUnderrun = "play_on"
    flush_at_end: bool = True
    ratchet_ms: float = 20.0
    ratchet_to_ms: float = 1_000.0
    max_queue_ms: float = 30_000.0
    on_overflow: OnOverflow = "drop_newest"
    whole_quanta: bool = False
    fade_ms: float = 0.0
    prefill_ms: InitVar[float | None] = None
    hold_ms: InitVar[float | None] = None

    def __post_init__(self, prefill_ms: float | None, hold_ms: float | None) -> None:
        if prefill_ms is not None and hold_ms is not None:
            raise ValueError(
                f"a player starts by prefill_ms or by hold_ms, got both, {prefill_ms} and {hold_ms}"
            )
        for start, start_ms in (("prefill", prefill_ms), ("hold", hold_ms)):
            if start_ms is not None:
                object.__setattr__(self, "start", start)
                object.__setattr__(self, "start_ms", start_ms)
        for name, allowed in WORDS.items():
            if getattr(self, name) not in get_args(allowed):
                raise ValueError(
                    f"{name} must be one of {', '.join(get_args(allowed))}, "
                    f"got {getattr(self, name)!r}"
                )
        for name, longest_ms in LONGEST_MS.items():
            if not 0 <= getattr(self, name) <= longest_ms:
                raise ValueError(
                    f"{name} must lie in 0 to {longest_ms} ms, got {getattr(self, name)}; "
                    "did you pass samples?"
                )
        if not 8_000 <= self.rate_hz <= 96_000:
            raise ValueError(
                f"rate_hz must lie in 8000 to 96000, got {self.rate_hz}; did you pass kilohertz?"
            )
        if not (math.isfinite(self.max_queue_ms) and self.max_queue_ms > 0):
            raise ValueError(f"max_queue_ms must be positive and finite, got {self.max_queue_ms}")

    @property
    def has_one_queue(self) -> bool:
        """Whether one queue runs through the session, for want of an answer's end."""
        return self.on_underrun == "guide"

    @property
    def remembers(self) -> bool:
        """Whether an answer is played otherwise for what came before it."""
        return self.on_underrun in ("guide", "ratchet")

    @property
    def prefill_samples(self) -> int:
        """How many samples must be there before the player starts; 1 for a hold."""
        return max(1, in_units(self.start_ms, self.rate_hz)) if self.start == "prefill" else 1

    @property
    def hold_quanta(self) -> int:
        """Quanta from the first readable packet to the start; 0 for a prefill."""
        if self.start == "prefill":
            return 0
        return in_units(self.start_ms, self.rate_hz, unit_samples=QUANTUM_SAMPLES)

    @property
    def max_queue_samples(self) -> int:
        """How many samples may wait to be played."""
        return in_units(self.max_queue_ms, self.rate_hz)

    def grown(self, underruns: int) -> "Player":
        """Give the player that a ratchet has become.

        Parameters
        ----------
        underruns : int >= 0
            How often it ran dry; any other player stays as it is.

        Returns
        -------
        Player
            With a longer start.
        """
        grown_ms = min(self.start_ms + underruns * self.ratchet_ms, self.ratchet_to_ms)
        if self.on_underrun != "ratchet" or grown_ms <= self.start_ms:
            return self
        return replace(self, start_ms=grown_ms)

    def __str__(self) -> str:
        return f"{self.start} {self.start_ms:g} ms"


def in_units(time_ms: float, rate_hz: float, *, unit_samples: int = 1) -> int:
    """Count the samples, or groups of samples, that a time needs.

    Parameters
    ----------
    time_ms : float >= 0
        The time.
    rate_hz : float > 0
        Sample rate.
    unit_samples : int >= 1
        Size of a group.

    Returns
    -------
    int
        Rounded up.
    """
    return math.ceil((time_ms * rate_hz / 1000 - ROUNDING_SAMPLES) / unit_samples)
