"""Evidence: what stands behind the tuned values.

Fingerprints of the recordings and arrivals that were used, what was measured
on them, and what nobody has tested.  Rates are per minute at risk, exposure
is in seconds of distinct source, shares lie in [0, 1].

The classes are plain: their rules are checked when a config is made, read or
written (:mod:`voicelab.tuning.fields`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from voicelab.audio import Capture, Kind, Labels
from voicelab.jitter import Pacing
from voicelab.tuning.fields import Count, Fingerprint, Name, NotNegative, Share, Word
from voicelab.vad.turn_detection import Assumptions

__all__ = [
    "ArrivalsUsed",
    "BufferEvidence",
    "CaptureUsed",
    "Evidence",
    "Metric",
    "NotTested",
    "RecordingUsed",
    "StartDelay",
    "TurnsEvidence",
]

FORBID_EXTRA = {"extra": "forbid"}

NotTested = Literal[
    "turns",
    "arrivals",
    "fan",
    "keyboard",
    "room",
    "babble",
    "echo",
    "short_turns",
    "conversation",
    "hold_out",
    "service_calibration",
]


@dataclass(frozen=True, kw_only=True)
class CaptureUsed(Capture):
    """How a browser made a recording, with the document's rules for its texts."""

    device_sha256: Fingerprint | None = None
    lost_ms: NotNegative | None = None


@dataclass(frozen=True, kw_only=True)
class RecordingUsed:
    """One recording that was measured on.

    Attributes
    ----------
    name : str
        The recording's name, as :func:`voicelab.tuning.plain_name` leaves it.
    kind : {"speech", "fan", "keyboard", "room", "babble", "echo"}
        What one hears.
    seconds : float >= 0
        Distinct seconds: a loop counts once.
    sha256 : str
        Fingerprint of the audio file.
    turns : int or None
        Labelled turns; ``None`` where nobody labelled it.
    labels : {"checked", "drafted"} or None
        Who vouches for the turns.
    labels_sha256 : str or None
        Fingerprint of the label file.
    capture : CaptureUsed or None
        How a browser recorded it; ``None`` where nobody noted that.
    """

    __pydantic_config__: ClassVar = FORBID_EXTRA

    name: Name
    kind: Kind
    seconds: NotNegative
    turns: Count | None = None
    labels: Labels | None = None
    sha256: Fingerprint
    labels_sha256: Fingerprint | None = None
    capture: CaptureUsed | None = None


@dataclass(frozen=True, kw_only=True)
class ArrivalsUsed:
    """One trace of arriving answers that was measured on.

    Attributes
    ----------
    name : str
        The file's name, as :func:`voicelab.tuning.plain_name` leaves it.
    pacing : {"burst", "paced"}
        Whether the sender was faster than real time, or kept to it.
    answers : int >= 0
        How many answers it holds.
    sha256 : str
        Fingerprint of the file.
    """

    __pydantic_config__: ClassVar = FORBID_EXTRA

    name: Name
    pacing: Pacing
    answers: Count
    sha256: Fingerprint


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One measured figure with its interval.

    Attributes
    ----------
    value : float
        The estimate, in the unit that its name ends in.
    low, high : float
        The interval's ends.
    exposure_s : float >= 0 or None
        Seconds at risk, for a rate.
    n : int >= 0 or None
        Cases, for a share.
    at_default, at_guide : float or None
        The same figure with the profile's defaults and with the guide's numbers.

    Raises
    ------
    ValueError
        If the interval is upside down.
    """

    __pydantic_config__: ClassVar = FORBID_EXTRA

    value: float
    low: float
    high: float
    exposure_s: NotNegative | None = None
    n: Count | None = None
    at_default: float | None = None
    at_guide: float | None = None

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError(f"low must not be above high, got {self.low:g} and {self.high:g}")


@dataclass(frozen=True, kw_only=True)
class TurnsEvidence:
    """What was measured about turn detection.

    Attributes
    ----------
    measured_on : {"local", "simulator", "service"}
        Whose turns were counted.
    detector : str
        The voice activity detector that the threshold belongs to.
    calibrated : bool
        Whether that detector was fitted to the service's own turns.
    hold_out : {"none", "by recording", "by speaker and noise file"}
        What the choice was judged on.
    budget : mapping of str to float
        What was asked for, by metric.
    plateau : mapping of str to (float, float)
        By setting, the range within which the budget held.
    metrics : mapping of str to Metric
        The figures; a noise kind stands before its slash.
    assumptions : Assumptions or None
        How the local model answers what the service's papers leave open.
    """

    __pydantic_config__: ClassVar = FORBID_EXTRA

    measured_on: Literal["local", "simulator", "service"]
    detector: Word
    calibrated: bool
    hold_out: Literal["none", "by recording", "by speaker and noise file"]
    plateau: Mapping[Word, tuple[float, float]] = field(default_factory=dict)
    budget: Mapping[Word, NotNegative] = field(default_factory=dict)
    metrics: Mapping[Word, Metric] = field(default_factory=dict)
    assumptions: Assumptions | None = None


@dataclass(frozen=True, kw_only=True)
class StartDelay:
    """How late an answer starts, in milliseconds.

    Attributes
    ----------
    median : float >= 0
        Half of the answers start no later.
    p95 : float >= 0
        19 of 20 answers start no later.
    """

    __pydantic_config__: ClassVar = FORBID_EXTRA

    median: NotNegative
    p95: NotNegative


@dataclass(frozen=True, kw_only=True)
class BufferEvidence:
    """What was measured about playback.

    Attributes
    ----------
    measured_on : {"recorded arrivals", "model arrivals"}
        Whether the arrivals are real.
    smooth : float in [0, 1]
        Share of future answers that the buffer keeps without a gap.
    n : int >= 0
        Answers that it was chosen on.
    start_delay_ms : StartDelay
        What the buffer costs.
    """

    __pydantic_config__: ClassVar = FORBID_EXTRA

    measured_on: Literal["recorded arrivals", "model arrivals"]
    smooth: Share
    n: Count
    start_delay_ms: StartDelay


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that stands behind a config; empty for a profile as it is.

    Attributes
    ----------
    recordings : tuple of RecordingUsed
        What turn detection was measured on.
    arrivals : tuple of ArrivalsUsed
        What playback was measured on.
    turns : TurnsEvidence or None
        What was measured about turn detection.
    buffer : BufferEvidence or None
        What was measured about playback.
    not_tested : tuple of str
        What nobody has tested, from a fixed list.
    """

    __pydantic_config__: ClassVar = FORBID_EXTRA

    recordings: tuple[RecordingUsed, ...] = ()
    arrivals: tuple[ArrivalsUsed, ...] = ()
    turns: TurnsEvidence | None = None
    buffer: BufferEvidence | None = None
    not_tested: tuple[NotTested, ...] = ()
