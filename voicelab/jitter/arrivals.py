"""Arrivals: the answers of one connection, one after the other, on one clock.

Times are in milliseconds on the listener's clock, with any origin; sizes are
in samples at ``rate_hz``.  Only audio counts: a packet holds at least one
sample.
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Literal

import numpy as np

from voicelab.jitter.answer import Answer
from voicelab.jitter.player import QUANTUM_SAMPLES

__all__ = ["BURST_SPEED", "Arrivals", "Pacing"]

Pacing = Literal["burst", "paced"]

# Real-time senders were seen at 0.91 to 1.07 times real time, bursts from 1.31 upwards.
BURST_SPEED = 1.2


@dataclass(frozen=True, eq=False)
class Arrivals:
    """The answers of one connection, in order.

    Attributes
    ----------
    name : str
        Names them in tables; usually the file.
    answers : tuple of Answer
        At least one; each begins to arrive when the one before has arrived.
    rate_hz : int in [8000, 48000]
        Sample rate of the audio.
    sha256 : str or None
        Fingerprint of the file that they were read from.

    Raises
    ------
    ValueError
        If there is no answer, two have the same id, or two arrive at once.
    """

    name: str
    answers: tuple[Answer, ...]
    rate_hz: int = 24_000
    sha256: str | None = None

    def __post_init__(self) -> None:
        if not self.answers:
            raise ValueError(f"{self.name} must hold at least one answer with audio, got none")
        if not 8_000 <= self.rate_hz <= 48_000:
            raise ValueError(
                f"rate_hz must lie in 8000 to 48000, got {self.rate_hz}; did you pass kilohertz?"
            )
        if len({answer.id for answer in self.answers}) < len(self.answers):
            raise ValueError(f"answers of {self.name} must have different ids")
        for before, after in pairwise(self.answers):
            if after.arrived_ms[0] < before.arrived_ms[-1]:
                raise ValueError(
                    f"answers of {self.name} must arrive one after the other on one clock, got "
                    f"{after.id!r} from {after.arrived_ms[0]:g} ms on and {before.id!r} until "
                    f"{before.arrived_ms[-1]:g} ms; read each connection by itself"
                )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the file, or of the numbers where there is no file."""
        if self.sha256:
            return self.sha256
        digest = hashlib.sha256()
        for answer in self.answers:
            digest.update(answer.arrived_ms.astype("<f8").tobytes())
            digest.update(answer.samples.astype("<i8").tobytes())
        return digest.hexdigest()

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[tuple[str, float, int, bool]],
        *,
        name: str = "untitled",
        rate_hz: int = 24_000,
    ) -> "Arrivals":
        """Gather packets into answers.

        A packet without audio is no packet, and an answer without audio is no
        answer: both are left out.

        Parameters
        ----------
        rows : iterable of (answer, recv_ms, samples, is_done)
            One row an event, in the order of arrival: whose it was, when it
            came, how much audio it held, and whether it ended the answer.
        name : str
            Names them in tables.
        rate_hz : int
            Sample rate of the audio.

        Returns
        -------
        Arrivals
            Answers in the order in which they began.

        Raises
        ------
        ValueError
            If no row holds audio, a size is negative, a time is not finite,
            or times run backwards.
        """
        packets: dict[str, list[tuple[float, int]]] = {}
        done_ms: dict[str, float] = {}
        for answer, recv_ms, samples, is_done in rows:
            if not math.isfinite(recv_ms):
                raise ValueError(f"answer {answer!r} must have finite times, got {recv_ms}")
            if samples < 0:
                raise ValueError(
                    f"a packet of answer {answer!r} must not hold less than no samples, "
                    f"got {samples} at {recv_ms:g} ms"
                )
            if samples:
                packets.setdefault(answer, []).append((recv_ms, samples))
            if is_done:
                done_ms[answer] = recv_ms
        answers = tuple(
            Answer(
                answer,
                np.array([recv_ms for recv_ms, _ in came]),
                np.array([samples for _, samples in came]),
                done_ms.get(answer),
            )
            for answer, came in packets.items()
        )
        return cls(name, answers, rate_hz)

    @property
    def speed(self) -> float:
        """How fast the sender is: the median over answers, 1 is real time."""
        return median(answer.speed(self.rate_hz) for answer in self.answers)

    @property
    def pacing(self) -> Pacing:
        """How the sender delivers: ``burst`` from 1.2 times real time on, else ``paced``."""
        return "burst" if self.speed >= BURST_SPEED else "paced"

    def apart(self, *, pause_ms: float = 1000.0) -> "Arrivals":
        """Let each answer begin only when the one before has been heard.

        An answer that began to arrive while the one before was still playing,
        after an interruption or because a script did not listen, is moved
        later, by whole quanta.  The time that an answer takes to be heard is
        taken to be its length after its end, which no player exceeds that
        starts by prefill.

        Parameters
        ----------
        pause_ms : float >= 0
            Least silence between two answers.

        Returns
        -------
        Arrivals
            The same packets; only answers that came too early are later.
        """
        quantum_ms = 1000 * QUANTUM_SAMPLES / self.rate_hz
        answers: list[Answer] = []
        free_ms = -math.inf
        for answer in self.answers:
            missing_ms = max(0.0, free_ms - float(answer.arrived_ms[0]))
            later_ms = quantum_ms * math.ceil(missing_ms / quantum_ms)
            answers.append(
                replace(
                    answer,
                    arrived_ms=answer.arrived_ms + later_ms,
                    done_ms=None if answer.done_ms is None else answer.done_ms + later_ms,
                )
            )
            free_ms = answers[-1].end_ms + answer.duration_ms(self.rate_hz) + pause_ms
        return replace(self, answers=tuple(answers))

    def __repr__(self) -> str:
        seconds = sum(answer.duration_ms(self.rate_hz) for answer in self.answers) / 1000
        return (
            f"<Arrivals {self.name!r}: {len(self.answers)} answers, {seconds:.1f} s "
            f"at {self.rate_hz} Hz, {self.pacing}>"
        )
