"""Player: what the page does with the audio that arrives.

A page plays one render quantum of 128 samples at a time.  At the start of a
quantum it sees what has arrived so far; it either waits, and the quantum is
silent, or it plays what is there and fills up with zeros.  A player is the
set of rules by which it decides.

Times are in milliseconds of audio at ``rate_hz``; a hold lasts whole quanta,
a prefill whole samples, both rounded up.
"""

import math
from dataclasses import InitVar, dataclass
from typing import ClassVar, Literal, get_args

__all__ = ["QUANTUM_SAMPLES", "OnUnderrun", "Player", "Start"]

QUANTUM_SAMPLES = 128  # Web Audio's render quantum

Start = Literal["prefill", "hold"]
OnUnderrun = Literal["play_on", "refill", "guide"]

# A millisecond value that came out of whole samples goes back to the same number of samples.
ROUNDING_SAMPLES = 1e-6


@dataclass(frozen=True, kw_only=True)
class Player:
    """The rules by which a page plays an answer.

    ``Player(prefill_ms=20)`` and ``Player(hold_ms=180)`` are short for the two
    ways to start.  The shorthands win over ``start`` and ``start_ms``, and
    only these two are kept: read them, not the shorthands.

    Attributes
    ----------
    rate_hz : int in [8000, 48000]
        Sample rate of the arriving audio.
    start : {"prefill", "hold"}
        Wait until ``start_ms`` of audio is there, or until ``start_ms`` have
        passed since the first packet could be read.
    start_ms : float in [0, 60000]
        How much, or how long; with 0 the first packet starts the answer.
    on_underrun : {"play_on", "refill", "guide"}
        What follows a quantum that ran short: play whatever comes next at
        once; start again, prefill or hold; or do what the guide's player
        does, which starts again only if a quantum *begins* empty, and which
        has one queue for the whole session, where the other two begin every
        answer afresh.
    flush_at_end : bool
        Whether the end of an answer ends the wait, so that a rest shorter
        than the prefill is heard.
    max_queue_ms : float > 0
        How much may wait to be played.
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
    max_queue_ms: float = 30_000.0
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
        if self.start not in get_args(Start):
            raise ValueError(
                f"start must be one of {', '.join(get_args(Start))}, got {self.start!r}"
            )
        if self.on_underrun not in get_args(OnUnderrun):
            raise ValueError(
                f"on_underrun must be one of {', '.join(get_args(OnUnderrun))}, "
                f"got {self.on_underrun!r}"
            )
        if not 0 <= self.start_ms <= 60_000:
            raise ValueError(
                f"start_ms must lie in 0 to 60000 ms, got {self.start_ms}; did you pass samples?"
            )
        if not 8_000 <= self.rate_hz <= 48_000:
            raise ValueError(
                f"rate_hz must lie in 8000 to 48000, got {self.rate_hz}; did you pass kilohertz?"
            )
        if not (math.isfinite(self.max_queue_ms) and self.max_queue_ms > 0):
            raise ValueError(f"max_queue_ms must be positive and finite, got {self.max_queue_ms}")

    @property
    def has_one_queue(self) -> bool:
        """Whether one queue runs through the session, for want of an answer's end."""
        return self.on_underrun == "guide"

    @property
    def prefill_samples(self) -> int:
        """Samples that must be there before the player starts; 1 for a hold."""
        return max(1, self._start_in(1)) if self.start == "prefill" else 1

    @property
    def hold_quanta(self) -> int:
        """Quanta from the first readable packet to the start; 0 for a prefill."""
        return self._start_in(QUANTUM_SAMPLES) if self.start == "hold" else 0

    def _start_in(self, unit_samples: int) -> int:
        return math.ceil((self.start_ms * self.rate_hz / 1000 - ROUNDING_SAMPLES) / unit_samples)

    def __str__(self) -> str:
        return f"{self.start} {self.start_ms:g} ms"
