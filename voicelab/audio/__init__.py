"""Sound: recordings, their labels, and what would spoil a session."""

from voicelab.audio.capture import (
    Capture,
    Processing,
    Sidecar,
    format_sidecar,
    parse_sidecar,
)
from voicelab.audio.drafting import draft_turns
from voicelab.audio.files import AUDIO_SUFFIXES, AudioFileError, read_recording, write_recording
from voicelab.audio.finding import Finding
from voicelab.audio.inspection import Inspection, RoomInspection, inspect
from voicelab.audio.labels import format_labels, group_spans, parse_labels
from voicelab.audio.levels import SPEECH_DBFS, level_dbfs, mix, resample
from voicelab.audio.pcm16 import Pcm16, from_pcm16, to_pcm16
from voicelab.audio.recording import Kind, Labels, Recording, SourceFormat, Span, Turn

__all__ = [
    "AUDIO_SUFFIXES",
    "SPEECH_DBFS",
    "AudioFileError",
    "Capture",
    "Finding",
    "Inspection",
    "Kind",
    "Labels",
    "Pcm16",
    "Processing",
    "Recording",
    "RoomInspection",
    "Sidecar",
    "SourceFormat",
    "Span",
    "Turn",
    "draft_turns",
    "format_labels",
    "format_sidecar",
    "from_pcm16",
    "group_spans",
    "inspect",
    "level_dbfs",
    "mix",
    "parse_labels",
    "parse_sidecar",
    "read_recording",
    "resample",
    "to_pcm16",
    "write_recording",
]
