"""A config with its origin and its evidence: made, checked, read and written."""

from voicelab.tuning.capturing import (
    CaptureDifference,
    capture_differences,
    stacked_suppressors,
)
from voicelab.tuning.change import Change
from voicelab.tuning.error import TuningError
from voicelab.tuning.evidence import (
    ArrivalsUsed,
    BufferEvidence,
    CaptureUsed,
    Evidence,
    Metric,
    RecordingUsed,
    StartDelay,
    TurnsEvidence,
)
from voicelab.tuning.fields import plain_name
from voicelab.tuning.made import Made
from voicelab.tuning.origin import Origin
from voicelab.tuning.schema import schema
from voicelab.tuning.stamp import stamp
from voicelab.tuning.tuning import Tuning

__all__ = [
    "ArrivalsUsed",
    "BufferEvidence",
    "CaptureDifference",
    "CaptureUsed",
    "Change",
    "Evidence",
    "Made",
    "Metric",
    "Origin",
    "RecordingUsed",
    "StartDelay",
    "Tuning",
    "TuningError",
    "TurnsEvidence",
    "capture_differences",
    "plain_name",
    "schema",
    "stacked_suppressors",
    "stamp",
]
