"""Pace: when the pieces of a spoken answer are sent.

Times are milliseconds from the moment in which the answer is asked for; a
delta holds at most ``LONGEST_DELTA_MS`` of sound, so that no client's limit on
a message is met.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np

from voicelab.jitter import ModelSender

__all__ = ["LONGEST_DELTA_MS", "Delta", "ModelledPace", "Pace", "StalledPace", "SteadyPace"]

LONGEST_DELTA_MS = 500.0


class Delta(NamedTuple):
    """One piece of an answer.

    Attributes
    ----------
    sent_ms : float >= 0
        When it is sent.
    length_ms : float > 0
        How much sound it holds.
    """

    sent_ms: float
    length_ms: float


class Pace(Protocol):
    """How a service sends its answers."""

    def deltas(self, duration_ms: float, *, answer: int) -> Iterator[Delta]:
        """Lay out an answer.

        Parameters
        ----------
        duration_ms : float
            How long it sounds.
        answer : int
            Number of the answer in its session, from 1.

        Returns
        -------
        iterator of Delta
            In order; their lengths add up to the duration.
        """


@dataclass(frozen=True, kw_only=True)
class SteadyPace:
    """Equal deltas at an even pace.

    Attributes
    ----------
    first_ms : float >= 0
        Wait before the first delta.
    delta_ms : float > 0
        Sound in a delta.
    audio_s_per_s : float > 0
        Seconds of sound sent in a second; infinite sends all at once.
    """

    first_ms: float = 250.0
    delta_ms: float = 200.0
    audio_s_per_s: float = 4.0

    def __post_init__(self) -> None:
        if not 0 < self.delta_ms <= LONGEST_DELTA_MS:
            raise ValueError(
                f"delta_ms must be above 0 and at most {LONGEST_DELTA_MS:g}, got {self.delta_ms}"
            )
        if self.first_ms < 0 or not self.audio_s_per_s > 0:
            raise ValueError(
                "first_ms must not be negative and audio_s_per_s must be positive, "
                f"got {self.first_ms} and {self.audio_s_per_s}"
            )

    def deltas(self, duration_ms: float, *, answer: int) -> Iterator[Delta]:
        """Lay out an answer.

        Parameters
        ----------
        duration_ms : float
            How long it sounds.
        answer : int
            Not asked for: every answer is paced alike.

        Returns
        -------
        iterator of Delta
            In order; the last one may be shorter.
        """
        for index in range(math.ceil(duration_ms / self.delta_ms)):
            begin_ms = index * self.delta_ms
            length_ms = min(self.delta_ms, duration_ms - begin_ms)
            yield Delta(self.first_ms + begin_ms / self.audio_s_per_s, length_ms)


@dataclass(frozen=True, kw_only=True)
class ModelledPace:
    """A model of a service's sending, seeded: the same answer is sent alike in every run.

    Attributes
    ----------
    sender : ModelSender
        The model.
    first_ms : float >= 0
        Wait before the first delta.
    seed : int
        Where its chance begins.
    """

    sender: ModelSender
    first_ms: float = 250.0
    seed: int = 0

    def deltas(self, duration_ms: float, *, answer: int) -> Iterator[Delta]:
        """Lay out an answer.

        Parameters
        ----------
        duration_ms : float
            How long it sounds.
        answer : int
            Number of the answer in its session.

        Returns
        -------
        iterator of Delta
            In order.
        """
        rate_hz = 24_000
        # Half a sample more, so that rounding down loses none.
        length_ms = duration_ms + 500 / rate_hz
        sent = replace(self.sender, answer_ms=(length_ms, length_ms)).send(
            rng=np.random.default_rng([self.seed, answer]), rate_hz=rate_hz
        )
        for at_ms, samples in zip(sent.at_ms, sent.samples, strict=True):
            yield Delta(self.first_ms + float(at_ms), 1000 * int(samples) / rate_hz)


class StalledPace:
    """Another pace that comes to a halt in the middle of an answer.

    Parameters
    ----------
    pace : Pace
        The other one.
    stall_ms : float
        How long nothing is sent.
    after_ms : float
        How much sound comes before that.
    answer : int or None
        In which answer; ``None`` in each.
    """

    def __init__(
        self, pace: Pace, *, stall_ms: float, after_ms: float, answer: int | None = None
    ) -> None:
        self._pace = pace
        self._stall_ms = stall_ms
        self._after_ms = after_ms
        self._answer = answer

    def deltas(self, duration_ms: float, *, answer: int) -> Iterator[Delta]:
        """Lay out an answer.

        Parameters
        ----------
        duration_ms : float
            How long it sounds.
        answer : int
            Number of the answer in its session.

        Returns
        -------
        iterator of Delta
            In order.
        """
        stalls = self._answer in (None, answer)
        sounded_ms = 0.0
        for sent_ms, length_ms in self._pace.deltas(duration_ms, answer=answer):
            late = stalls and sounded_ms >= self._after_ms
            yield Delta(sent_ms + (self._stall_ms if late else 0.0), length_ms)
            sounded_ms += length_ms
