"""Live sessions: a policy that decides, and the shell that carries it out.

``policy`` knows no clock and no socket; :class:`LiveSession` puts it into an
event loop, with the embedded service or, where one writes so, with a real one.
"""

from voicelab.streaming.ending import LimitReached, SessionEnded
from voicelab.streaming.endpoint import TokenProvider, entra_token
from voicelab.streaming.live import LiveSession
from voicelab.streaming.live_log import Line, LiveLog

__all__ = [
    "LimitReached",
    "Line",
    "LiveLog",
    "LiveSession",
    "SessionEnded",
    "TokenProvider",
    "entra_token",
]
