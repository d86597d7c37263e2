"""What one sees: figures from numbers, and panels that move them.

Only here are matplotlib and widgets loaded; nothing else in voicelab imports
this package.
"""

from voicelab.views.panel import Panel
from voicelab.views.turns import Turns

__all__ = ["Panel", "Turns"]
