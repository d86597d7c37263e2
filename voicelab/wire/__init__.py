"""What travels between client and service: settings of a session, events, logs."""

from voicelab.wire.arrivals_csv import ArrivalRow, read_arrivals_csv
from voicelab.wire.audio_format import AudioFormat, output_format
from voicelab.wire.dialect import Dialect
from voicelab.wire.enhancement import EchoCancellation, Enhancement, NoiseReduction
from voicelab.wire.errors import Explanation, by_close_code, by_error_code, by_status, explain
from voicelab.wire.event import Event, Sender, WireError, audio_of, build, parse
from voicelab.wire.har import HarError
from voicelab.wire.har_arrivals import hear_har
from voicelab.wire.har_redaction import redacted_har
from voicelab.wire.inventory import EVENTS, SUPPORT, EventField, EventSpec
from voicelab.wire.listening import Listened, Listening
from voicelab.wire.price import Price
from voicelab.wire.redaction import redacted_event
from voicelab.wire.rtp_csv import is_rtp_csv, read_rtp_csv
from voicelab.wire.session import SessionSettings
from voicelab.wire.session_log import (
    SESSION_LOG_HEADER,
    LoggedEvent,
    hear_session_log,
    read_session_log,
)
from voicelab.wire.stamp import read_stamp, stamp_event_id, stamp_metadata
from voicelab.wire.validator import problems, refusals

__all__ = [
    "EVENTS",
    "SESSION_LOG_HEADER",
    "SUPPORT",
    "ArrivalRow",
    "AudioFormat",
    "Dialect",
    "EchoCancellation",
    "Enhancement",
    "Event",
    "EventField",
    "EventSpec",
    "Explanation",
    "HarError",
    "Listened",
    "Listening",
    "LoggedEvent",
    "NoiseReduction",
    "Price",
    "Sender",
    "SessionSettings",
    "WireError",
    "audio_of",
    "build",
    "by_close_code",
    "by_error_code",
    "by_status",
    "explain",
    "hear_har",
    "hear_session_log",
    "is_rtp_csv",
    "output_format",
    "parse",
    "problems",
    "read_arrivals_csv",
    "read_rtp_csv",
    "read_session_log",
    "read_stamp",
    "redacted_event",
    "redacted_har",
    "refusals",
    "stamp_event_id",
    "stamp_metadata",
]
