"""Ears: what the *level* detector makes of the microphone, told in the microphone's places.

The embedded service hears with the same detector, so its threshold is a line
across this activity; a real service hears otherwise.
"""

from collections.abc import Iterator

import numpy as np

from voicelab.audio import from_pcm16
from voicelab.vad import detector

__all__ = ["Ears"]

RATE_HZ = 24_000


class Ears:
    """Activity of chunks, frame by frame, each with its place.

    Attributes
    ----------
    hop_samples : int
        From one frame to the next.
    threshold : float
        What counts as sound.
    since, until : int
        Place where the last sound began, and where it ended or how far it has come.
    """

    def __init__(self) -> None:
        self._level = detector("level")
        self.hop_samples = round(self._level.hop_ms * RATE_HZ / 1000)
        self.threshold = 0.5
        self.since = self.until = self._next = self._framed = 0
        self._stream = self._level.stream(rate_hz=RATE_HZ)

    def feed(self, pcm16: bytes, first: int) -> Iterator[tuple[int, np.ndarray]]:
        """Hear a chunk.

        Parameters
        ----------
        pcm16 : bytes
            At 24 kHz.
        first : int
            Place of its first sample; where it does not follow the last chunk,
            hearing begins anew.

        Yields
        ------
        int, ndarray
            Place of the first frame that is complete now, and the activity.
        """
        samples = from_pcm16(pcm16)
        if first != self._next:
            self._stream = self._level.stream(rate_hz=RATE_HZ)
            self._framed = first
        self._next = first + samples.size
        values = np.asarray(self._stream.feed(samples))
        place = self._framed
        self._framed += values.size * self.hop_samples
        for number in np.flatnonzero(values >= self.threshold):
            at = place + int(number) * self.hop_samples
            if at > self.until + RATE_HZ // 5:  # a fifth of a second apart is another sound
                self.since = at
            self.until = at + self.hop_samples
        if values.size:
            yield place, values
