"""What one sees: figures from numbers, and panels that move them.

Only here are matplotlib and widgets loaded; nothing else in voicelab imports
this package.
"""

from voicelab.views.live import LivePanel
from voicelab.views.panel import Panel
from voicelab.views.playback import Playback
from voicelab.views.turns import Turns
from voicelab.views.waveform import Waveform

__all__ = ["LivePanel", "Panel", "Playback", "Turns", "Waveform"]
