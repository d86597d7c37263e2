"""Recording: the one form that sound has in voicelab.

Sound is mono, float32, full scale +-1, at ``rate_hz`` samples a second.
Every time is in milliseconds from the recording's first sample.  A *turn* is
what should be answered once; its *spans* are the stretches in which the
speaker is audible.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voicelab.audio.capture import Capture

__all__ = ["Kind", "Labels", "Recording", "SourceFormat", "Span", "Turn"]

Kind = Literal["speech", "fan", "keyboard", "room", "babble", "echo"]
Labels = Literal["checked", "drafted"]
RATES_HZ = (4_000, 384_000)


class Span(NamedTuple):
    """A stretch of time, ``start_ms`` included, ``end_ms`` not.

    Attributes
    ----------
    start_ms : float >= 0
        Where it begins.
    end_ms : float > start_ms
        Where it ends.
    """

    start_ms: float
    end_ms: float


@dataclass(frozen=True)
class Turn:
    """What one person said and should be answered once.

    Attributes
    ----------
    spans : tuple of Span
        Where the speaker is audible, in order, at least one.
    name : str
        The label's text; may be empty.

    Raises
    ------
    ValueError
        If there is no span, one is empty, or they are out of order.
    """

    spans: tuple[Span, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if not self.spans:
            raise ValueError("a turn must hold at least one sounding span, got none")
        previous_ms = 0.0
        for start_ms, end_ms in self.spans:
            if not (math.isfinite(start_ms) and math.isfinite(end_ms)):
                raise ValueError(f"a span must have finite ends, got {start_ms} to {end_ms}")
            if not previous_ms <= start_ms < end_ms:
                raise ValueError(
                    "spans must not be empty, negative or overlap, "
                    f"got {start_ms:g} to {end_ms:g} ms after {previous_ms:g} ms"
                )
            previous_ms = end_ms

    @property
    def start_ms(self) -> float:
        """Where the speaker is first heard."""
        return self.spans[0].start_ms

    @property
    def end_ms(self) -> float:
        """Where the speaker is last heard."""
        return self.spans[-1].end_ms

    def shifted(self, by_ms: float) -> "Turn":
        """Move the turn in time.

        Parameters
        ----------
        by_ms : float
            How far; later is positive.

        Returns
        -------
        Turn
            The same turn elsewhere.
        """
        return replace(
            self, spans=tuple(Span(start + by_ms, end + by_ms) for start, end in self.spans)
        )


class SourceFormat(NamedTuple):
    """What the file was, before it became a recording.

    Attributes
    ----------
    container : str
        libsndfile's name of the file format, such as ``WAV``.
    encoding : str
        libsndfile's name of the sample encoding, such as ``PCM_16``.
    channels : int
        Channels in the file; they were averaged.
    """

    container: str
    encoding: str
    channels: int


@dataclass(frozen=True, eq=False)
class Recording:
    """Mono sound with its name, its kind and what is said in it.

    Attributes
    ----------
    samples : ndarray, shape (n,)
        float32, full scale +-1, read-only.
    rate_hz : int
        Samples a second.
    name : str
        Names the recording in tables; usually the file's stem.
    kind : {"speech", "fan", "keyboard", "room", "babble", "echo"}
        What one hears.
    turns : tuple of Turn or None
        ``None`` is not labelled, ``()`` is nobody speaks.
    labels : {"checked", "drafted"} or None
        Who vouches for ``turns``: a person, or a rule; ``None`` without labels.
    unique_ms : float
        How much of it is not a repeat of itself; the whole, unless told.
    source : SourceFormat or None
        The file it was read from; ``None`` for sound made in memory.
    sha256, labels_sha256 : str or None
        Fingerprints of the audio file and of the label file beside it.
    capture : Capture or None
        How a browser recorded it; ``None`` where nobody noted that.

    Raises
    ------
    ValueError
        If the sound is empty, not one-dimensional or not finite, or a turn
        lies outside it.
    """

    samples: NDArray[np.float32]
    rate_hz: int
    name: str = "untitled"
    kind: Kind = "speech"
    turns: tuple[Turn, ...] | None = None
    labels: Labels | None = None
    unique_ms: float = field(default=math.nan)
    source: SourceFormat | None = None
    sha256: str | None = None
    labels_sha256: str | None = None
    capture: Capture | None = None

    def __post_init__(self) -> None:
        samples = np.array(self.samples, dtype=np.float32, order="C")
        if samples.ndim != 1:
            raise ValueError(f"samples must be one-dimensional, got shape {samples.shape}")
        if samples.size == 0:
            raise ValueError(f"{self.name} must hold sound, got no samples")
        if not np.isfinite(samples).all():
            raise ValueError(
                f"{self.name} must hold finite samples, got NaN or Inf; export it again as PCM"
            )
        if not RATES_HZ[0] <= self.rate_hz <= RATES_HZ[1]:
            raise ValueError(
                f"rate_hz must lie in {RATES_HZ[0]} to {RATES_HZ[1]}, got {self.rate_hz}; "
                "did you pass kilohertz?"
            )
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind must be one of {', '.join(get_args(Kind))}, got {self.kind!r}")
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)
        object.__setattr__(self, "rate_hz", int(self.rate_hz))
        if math.isnan(self.unique_ms):
            object.__setattr__(self, "unique_ms", self.duration_ms)
        if self.turns is not None:
            self._check_turns(self.turns)
            if self.labels is None:
                object.__setattr__(self, "labels", "checked")

    def _check_turns(self, turns: Iterable[Turn]) -> None:
        previous_ms = 0.0
        # One frame of grace: label files round, and a word may end with the file.
        limit_ms = self.duration_ms + 20
        for turn in turns:
            if turn.start_ms < previous_ms:
                raise ValueError(
                    f"turns of {self.name} must be in order and apart, got one at "
                    f"{turn.start_ms:g} ms after one that ends at {previous_ms:g} ms"
                )
            if turn.end_ms > limit_ms:
                raise ValueError(
                    f"turns of {self.name} must lie within its {self.duration_ms:.0f} ms, "
                    f"got one that ends at {turn.end_ms:.0f} ms; were seconds read as "
                    "milliseconds, or does the label file belong to another recording?"
                )
            previous_ms = turn.end_ms

    @property
    def duration_ms(self) -> float:
        """Length of the recording."""
        return 1000 * self.samples.size / self.rate_hz

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the file, or of the samples where there is no file."""
        return self.sha256 or hashlib.sha256(self.samples.astype("<f4").tobytes()).hexdigest()

    def with_samples(self, samples: ArrayLike) -> "Recording":
        """Exchange the sound and keep what is known about it.

        Parameters
        ----------
        samples : array_like, shape (n,)
            As many samples as before, at the same rate.

        Returns
        -------
        Recording
            With the same name, kind and labels.

        Raises
        ------
        ValueError
            If the length differs.
        """
        changed = np.asarray(samples, dtype=np.float32)
        if changed.shape != self.samples.shape:
            raise ValueError(
                f"samples must keep their shape {self.samples.shape}, got {changed.shape}"
            )
        return replace(self, samples=changed, sha256=None)  # it is no longer the file

    def excerpt(self, start_ms: float, end_ms: float) -> "Recording":
        """Cut a stretch out; labels are left behind.

        Parameters
        ----------
        start_ms, end_ms : float
            The stretch, cut to what exists.

        Returns
        -------
        Recording
            Unlabelled, of the same kind.

        Raises
        ------
        ValueError
            If nothing lies between the two.
        """
        first = max(0, round(start_ms * self.rate_hz / 1000))
        last = min(self.samples.size, round(end_ms * self.rate_hz / 1000))
        if first >= last:
            raise ValueError(
                f"an excerpt must lie within 0 to {self.duration_ms:.0f} ms, "
                f"got {start_ms:g} to {end_ms:g}"
            )
        return Recording(self.samples[first:last], self.rate_hz, self.name, self.kind)

    def __repr__(self) -> str:
        said = "not labelled" if self.turns is None else f"{len(self.turns)} turns {self.labels}"
        return (
            f"<Recording {self.name!r}: {self.kind}, {self.duration_ms / 1000:.1f} s "
            f"at {self.rate_hz} Hz, {said}>"
        )
