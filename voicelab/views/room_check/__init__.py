"""Room check: a person records a room, step by step, and leaves with a config."""

from voicelab.views.room_check.room_check import RoomCheck
from voicelab.views.room_check.script import Step, script

__all__ = ["RoomCheck", "Step", "script"]
