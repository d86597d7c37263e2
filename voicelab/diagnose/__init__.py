"""Diagnosis: a file of a session that went wrong -> what happened -> what to change."""

from voicelab.diagnose.diagnosis import Diagnosis, diagnose
from voicelab.diagnose.reading import SESSION_SUFFIXES, read_session
from voicelab.diagnose.rows import rows, table, text
from voicelab.diagnose.session import Connection, SeenAnswer, SeenTurn
from voicelab.diagnose.stretch import hear_stretch
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Edit, Trouble

__all__ = [
    "SESSION_SUFFIXES",
    "Connection",
    "Diagnosis",
    "Edit",
    "SeenAnswer",
    "SeenTurn",
    "Timeline",
    "Trouble",
    "diagnose",
    "hear_stretch",
    "read_session",
    "rows",
    "table",
    "text",
]
