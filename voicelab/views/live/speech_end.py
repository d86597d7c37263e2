"""SpeechEnd: how long an answer is waited for, counted from where the voice ends.

A service says that a turn has ended when it has been silent for a while; a
person waits from the last sound on.  That sound is looked for in what the
microphone gave: the last frame of 20 ms that lies ``ABOVE_DB`` above the
running floor of the *level-adaptive* detector.  So the figure does not lean on
what any service says.

Times are seconds on one clock; the microphone's are those at which its last
sample reached the kernel, so the page's way there is part of the figure.
"""

from dataclasses import dataclass

import numpy as np

from voicelab.audio import from_pcm16
from voicelab.vad import detector
from voicelab.vad.level import RANGE_DB

__all__ = ["Latency", "SpeechEnd"]

ABOVE_DB = 12.0
RATE_HZ = 24_000


@dataclass(frozen=True)
class Latency:
    """How long one answer was waited for.

    Attributes
    ----------
    response_id : str
        The answer.
    ms : float
        From the end of the voice to the answer's first sample.
    """

    response_id: str
    ms: float


class SpeechEnd:
    """Where the user's voice last ended, and how long its answer took.

    Attributes
    ----------
    latencies : list of Latency
        In the order in which answers were heard.
    """

    def __init__(self) -> None:
        ears = detector("level-adaptive")
        self._stream = ears.stream(rate_hz=RATE_HZ)
        self._hop_s = ears.hop_ms / 1000
        self._threshold = ABOVE_DB / RANGE_DB
        self._fed_s = self._framed_s = 0.0
        self._sounded_s: float | None = None
        self._ended_s: float | None = None  # of a turn that no answer was heard of
        self._asked: dict[str, float] = {}
        self.latencies: list[Latency] = []

    def hear(self, pcm16: bytes, *, now_s: float) -> None:
        """Hear the microphone.

        Parameters
        ----------
        pcm16 : bytes
            Its next samples.
        now_s : float
            When the last of them was there.
        """
        samples = from_pcm16(pcm16)
        values = self._stream.feed(samples)
        self._fed_s += samples.size / RATE_HZ
        for value in np.asarray(values):
            self._framed_s += self._hop_s
            if value > self._threshold:
                self._sounded_s = now_s - (self._fed_s - self._framed_s)

    def stopped(self) -> None:
        """Take note that a turn has ended, as a service or a button said."""
        self._ended_s = self._sounded_s

    def answered(self, response_id: str) -> None:
        """Take note that an answer was begun.

        Parameters
        ----------
        response_id : str
            Which.
        """
        if self._ended_s is not None:
            self._asked[response_id] = self._ended_s

    def heard(self, response_id: str, *, now_s: float) -> Latency | None:
        """Take note of an answer's first audible sample; only the first call counts.

        Parameters
        ----------
        response_id : str
            Which.
        now_s : float
            When.

        Returns
        -------
        Latency or None
            ``None`` where no voice was heard before it, or it was told already.
        """
        ended_s = self._asked.pop(response_id, None)
        if ended_s is None:
            return None
        self._asked, self._ended_s = {}, None
        latency = Latency(response_id, 1000 * (now_s - ended_s))
        self.latencies.append(latency)
        return latency
