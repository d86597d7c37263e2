"""What one sees: figures from numbers, and panels that move them.

Only here are matplotlib and widgets loaded; nothing else in voicelab imports
this package.
"""

from voicelab.views.browser import Meter, Microphone, Speaker
from voicelab.views.live import LivePanel
from voicelab.views.panel import Panel
from voicelab.views.playback import Playback
from voicelab.views.room_check import RoomCheck
from voicelab.views.session import Session
from voicelab.views.turns import Turns
from voicelab.views.waveform import Waveform

__all__ = [
    "LivePanel",
    "Meter",
    "Microphone",
    "Panel",
    "Playback",
    "RoomCheck",
    "Session",
    "Speaker",
    "Turns",
    "Waveform",
]
