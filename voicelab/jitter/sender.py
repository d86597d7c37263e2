"""Sender: when a service sends each audio delta, as a model.

Three ways to send were seen in services; each is a preset of one model.

- ``burst``: text-to-speech behind a language model.  A short first delta, then
  longer ones at several times real time, with a pause now and then while the
  next sentence is made.
- ``duplex``: frames of 100 ms at real-time pace, as speech-to-speech models
  send that never stop listening.
- ``slow``: a generator that does not keep up with real time: no start-up
  buffer but the whole answer's lateness is enough.

The sizes, speeds and pauses are guesses that fit what is told of such services
in public; no service publishes them.  Record your own arrivals.

Times are in milliseconds on the sender's clock, chance comes in as a NumPy
``Generator``, and the same generator in the same state gives the same answers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SENDERS", "ModelSender", "Sent"]

# A delta travels as base64 of 16-bit samples in a JSON event of about this many other octets.
OCTETS_PER_SAMPLE = 2 * 4 / 3
EVENT_OCTETS = 250


@dataclass(frozen=True, eq=False)
class Sent:
    """The deltas of one answer as they were sent.

    Attributes
    ----------
    at_ms : ndarray, shape (deltas,)
        When each was sent; the first at 0.
    samples : ndarray of int, shape (deltas,)
        How much audio each holds.
    """

    at_ms: NDArray[np.float64]
    samples: NDArray[np.int64]

    @property
    def octets(self) -> NDArray[np.int64]:
        """Size of each delta's event on the wire."""
        octets = np.ceil(EVENT_OCTETS + OCTETS_PER_SAMPLE * self.samples)
        return np.asarray(octets, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class ModelSender:
    """How a service sends its answers.

    Pairs are the ends of a range in which every value is equally likely.

    Attributes
    ----------
    name : str
        What it is called.
    first_ms, delta_ms : float > 0
        Audio in the first delta, and in every other but the last.
    audio_s_per_s : pair of float > 0
        Seconds of audio sent in a second; drawn anew for each answer.
    jitter_ms : float >= 0
        Standard deviation of a delta's time of sending, in its order.
    pause_after_ms : pair of float
        Audio after which it may pause; drawn anew each time.
    pause_share : float in [0, 1]
        How often it does.
    pause_ms : pair of float
        For how long.
    answer_ms : pair of float
        Length of an answer.
    """

    name: str
    first_ms: float = 100.0
    delta_ms: float = 100.0
    audio_s_per_s: tuple[float, float] = (1.0, 1.0)
    jitter_ms: float = 0.0
    pause_after_ms: tuple[float, float] = (1_200.0, 3_500.0)
    pause_share: float = 0.0
    pause_ms: tuple[float, float] = (100.0, 900.0)
    answer_ms: tuple[float, float] = (3_000.0, 9_000.0)

    def send(self, *, rng: np.random.Generator, rate_hz: int = 24_000) -> Sent:
        """Send one answer.

        Parameters
        ----------
        rng : numpy.random.Generator
            Where chance comes from; it advances.
        rate_hz : int
            Sample rate of the audio.

        Returns
        -------
        Sent
            Its deltas.
        """
        in_all = int(rng.uniform(*self.answer_ms) * rate_hz / 1000)
        first = min(in_all, round(self.first_ms * rate_hz / 1000))
        delta = round(self.delta_ms * rate_hz / 1000)
        whole, rest = divmod(in_all - first, delta)
        samples = np.array([first, *[delta] * whole, *([rest] if rest else [])])
        before_ms = 1000 * (np.cumsum(samples) - samples) / rate_hz
        at_ms = before_ms / rng.uniform(*self.audio_s_per_s) + self._paused_ms(before_ms, rng)
        if self.jitter_ms:
            at_ms = at_ms + rng.normal(0, self.jitter_ms, at_ms.size)
        at_ms = np.maximum.accumulate(at_ms)
        return Sent(at_ms - at_ms[0], samples)

    def _paused_ms(
        self, before_ms: NDArray[np.float64], rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """How long it has paused in all before each delta."""
        paused_ms = np.zeros(before_ms.size)
        if not self.pause_share:
            return paused_ms
        next_ms = rng.uniform(*self.pause_after_ms)
        while next_ms < before_ms[-1]:
            if rng.random() < self.pause_share:
                paused_ms[before_ms >= next_ms] += rng.uniform(*self.pause_ms)
            next_ms += rng.uniform(*self.pause_after_ms)
        return paused_ms


SENDERS = {
    sender.name: sender
    for sender in (
        ModelSender(name="burst", delta_ms=250, audio_s_per_s=(1.5, 6.0), pause_share=0.4),
        ModelSender(name="duplex", jitter_ms=8),
        ModelSender(name="slow", audio_s_per_s=(0.80, 0.97), jitter_ms=8),
    )
}
