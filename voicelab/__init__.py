"""Tune a voice agent on your own recordings, network and service.

>>> import voicelab as vl
>>> room = vl.samples.room()                       # or vl.read_room("my_room")
>>> tuned = vl.autotune(room)                      # doctest: +SKIP
>>> print(vl.verdict_card(tuned))                  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from voicelab import samples
from voicelab.arrivals import read_arrivals
from voicelab.audio import (
    Recording,
    Span,
    Turn,
    draft_turns,
    inspect,
    mix,
    read_recording,
    resample,
    write_recording,
)
from voicelab.autotune import autotune
from voicelab.card import verdict_card
from voicelab.export import export
from voicelab.filters import Chain, HighPass, LowPass, Notch
from voicelab.jitter import GUIDE_PLAYER, Arrivals, Player, play, smallest_buffer
from voicelab.profiles import profile
from voicelab.room import Room, read_room
from voicelab.tuning import Tuning
from voicelab.vad import Budget, Grid, Setting, TurnDetection, scenes, sweep
from voicelab.version import __version__

if TYPE_CHECKING:
    from voicelab.streaming import LiveSession

__all__ = [
    "GUIDE_PLAYER",
    "Arrivals",
    "Budget",
    "Chain",
    "Grid",
    "HighPass",
    "LiveSession",
    "LowPass",
    "Notch",
    "Player",
    "Recording",
    "Room",
    "Setting",
    "Span",
    "Tuning",
    "Turn",
    "TurnDetection",
    "__version__",
    "autotune",
    "draft_turns",
    "export",
    "inspect",
    "mix",
    "play",
    "profile",
    "read_arrivals",
    "read_recording",
    "read_room",
    "resample",
    "samples",
    "scenes",
    "smallest_buffer",
    "sweep",
    "verdict_card",
    "write_recording",
]


def __getattr__(name: str) -> Any:
    """Load what talks to a network only for whoever names it."""
    if name == "LiveSession":
        from voicelab.streaming import LiveSession

        return LiveSession
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
