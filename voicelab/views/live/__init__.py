"""A live session in a notebook: talk, listen, change what is tuned, let things go wrong.

``Conversation`` and what it is made of know no widget; ``LivePanel`` puts
controls in front of one and shows what it tells.
"""

from voicelab.views.live.conversation import Conversation
from voicelab.views.live.panel import LivePanel
from voicelab.views.live.recorded import RecordedMicrophone

__all__ = ["Conversation", "LivePanel", "RecordedMicrophone"]
