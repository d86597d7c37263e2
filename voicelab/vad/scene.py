"""Scene: a conversation over a noise, mixed when it is asked for.

Hours of scenes cost no memory: each holds the two recordings that it shares
with others, and three numbers.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import SPEECH_DBFS, Kind, Recording, Turn, level_dbfs, resample

__all__ = ["SCENE_RATE_HZ", "Scene"]

SCENE_RATE_HZ = 24_000
SILENT_DBFS = -120.0


@dataclass(frozen=True, eq=False)
class Scene:
    """What a microphone heard, and what was said.

    Attributes
    ----------
    conversation : Recording
        The labelled turns with silence between them, at 24 kHz; without turns
        nobody speaks.
    noise : Recording
        What lies underneath, from ``offset_ms`` on, repeated if it must be; the
        conversation itself where it counts as it was recorded.
    snr_db : float
        Speech at usual level, over spans, above noise level over its clip;
        NaN for a conversation as it was recorded.
    offset_ms : float >= 0
        Where in the noise the scene begins.
    gain_db : float
        How loud the speaker is; 0 is usual, and the noise does not follow.
    conversational : bool
        Whether somebody spoke the turns as turns, so that pauses within them are real.
    """

    conversation: Recording
    noise: Recording
    snr_db: float
    offset_ms: float = 0.0
    gain_db: float = 0.0
    conversational: bool = False

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The ground truth."""
        return self.conversation.turns or ()

    @property
    def duration_ms(self) -> float:
        """Length of the scene."""
        return self.conversation.duration_ms

    @property
    def kind(self) -> Kind:
        """The kind of noise; a conversation as it was recorded holds its room."""
        return "room" if self.as_recorded else self.noise.kind

    @property
    def as_recorded(self) -> bool:
        """Whether nothing was laid under the conversation."""
        return self.noise is self.conversation

    @cached_property
    def content(self) -> str:
        """Fingerprint of what one hears, whatever the files are called."""
        spans = [span for turn in self.turns for span in turn.spans]  # they decide the level
        numbers = (self.snr_db, self.offset_ms, self.gain_db, spans)
        parts = (_fingerprint(self.conversation), _fingerprint(self.noise), numbers)
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def recording(self) -> Recording:
        """Mix the scene.

        Returns
        -------
        Recording
            The mixture at 24 kHz; its turns are the truth.

        Raises
        ------
        ValueError
            If speech or noise is silent, for then no gain gives the ratio.
        """
        if self.as_recorded:
            return self.conversation
        # Noise is levelled over its whole clip, and keeps its level where nobody speaks.
        noise_db = SPEECH_DBFS - self.snr_db - _audible_dbfs(self.noise, "noise")
        bed = _gain(noise_db) * self._stretch()
        if not self.turns:
            return self.conversation.with_samples(bed)
        speech_db = SPEECH_DBFS + self.gain_db - _audible_dbfs(self.conversation, "speech")
        return self.conversation.with_samples(_gain(speech_db) * self.conversation.samples + bed)

    def _stretch(self) -> NDArray[np.float32]:
        """Cut what is needed out of the noise, however long that is."""
        noise, length = self.noise, self.conversation.samples.size
        start = round(self.offset_ms * noise.rate_hz / 1000)
        needed = -(-length * noise.rate_hz // SCENE_RATE_HZ)
        cut = np.take(noise.samples, np.arange(start, start + needed), mode="wrap")
        bed = resample(Recording(cut, noise.rate_hz, noise.name, noise.kind), SCENE_RATE_HZ)
        return np.resize(bed.samples, length)

    def __str__(self) -> str:
        if self.as_recorded:
            return f"{self.conversation.name} as recorded"
        quiet = f", {self.gain_db:+g} dB" if self.gain_db else ""
        return f"{self.conversation.name}{quiet} over {self.noise.name} at {self.snr_db:g} dB"


_fingerprints: WeakKeyDictionary[Recording, str] = WeakKeyDictionary()


def _fingerprint(recording: Recording) -> str:
    """Digest of the sound itself, taken once: many scenes share a recording."""
    if recording not in _fingerprints:
        digest = hashlib.sha256(f"{recording.rate_hz} ".encode())
        digest.update(recording.samples.data)
        _fingerprints[recording] = digest.hexdigest()
    return _fingerprints[recording]


def _audible_dbfs(recording: Recording, role: str) -> float:
    level = level_dbfs(recording)
    if level <= SILENT_DBFS:
        where = " in its labelled spans" if recording.turns else ""
        hint = "; do the labels belong to it, in milliseconds?" if recording.turns else ""
        raise ValueError(
            f"{role} must be audible to be mixed at an SNR, got silence{where} "
            f"in {recording.name}{hint}"
        )
    return level


def _gain(change_db: float) -> np.float32:
    return np.float32(10 ** (change_db / 20))
