"""Played: the kernel's book of what the page has been given and has played.

An answer may be made of several items; the page counts its samples and knows
nothing of items, so they are told apart here, in the order in which they came.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Played"]


@dataclass
class _Answer:
    """One answer: samples given by item, and what the page says of it."""

    items: dict[str, int] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    played: int = 0
    underruns: int = 0
    silent: int = 0
    flushed: bool = False

    @property
    def waiting(self) -> int:
        return 0 if self.flushed else max(0, sum(self.items.values()) - self.played)


class Played:
    """What was given, what was played, and what has been told of it.

    Parameters
    ----------
    rate_hz : int
        Sample rate of the answers.

    Attributes
    ----------
    rate_hz : int
        The same.
    reported_s : float
        When the page last reported, or was given the first piece after a
        silence, in seconds on whatever clock :meth:`report` is told.
    """

    def __init__(self, *, rate_hz: int = 24_000) -> None:
        self.rate_hz = rate_hz
        self.reported_s = 0.0
        self._answers: dict[str, _Answer] = {}

    @property
    def begun(self) -> bool:
        """Whether anything was given at all."""
        return bool(self._answers)

    @property
    def waiting_samples(self) -> int:
        """How much was given and not yet played, as far as was reported."""
        return sum(each.waiting for each in self._answers.values())

    @property
    def underruns(self) -> int:
        """How often an answer ran dry."""
        return sum(each.underruns for each in self._answers.values())

    @property
    def silent_samples(self) -> int:
        """How long these silences were together."""
        return sum(each.silent for each in self._answers.values())

    def ms(self, samples: int) -> float:
        """Say how long samples sound.

        Parameters
        ----------
        samples : int
            How many.

        Returns
        -------
        float
            Milliseconds.
        """
        return 1000 * samples / self.rate_hz

    def queue(self, response: str, item: str, samples: int, *, at_s: float = 0.0) -> None:
        """Note a piece that the page was given.

        Parameters
        ----------
        response, item : str
            Which answer.
        samples : int
            Its length.
        at_s : float
            When, on the clock of the reports.
        """
        if self.waiting_samples == 0:
            self.reported_s = max(self.reported_s, at_s)
        answer = self._answers.setdefault(response, _Answer())
        answer.items[item] = answer.items.get(item, 0) + samples

    def flush(self, response: str) -> None:
        """Note that an answer was thrown away.

        Parameters
        ----------
        response : str
            Which.
        """
        if response in self._answers:
            self._answers[response].flushed = True

    def report(self, counted: Iterable[Mapping[str, Any]], *, at_s: float) -> None:
        """Take the page's counters.

        Parameters
        ----------
        counted : iterable of mapping
            One an answer, as the worklet reports it.
        at_s : float
            When it came, in seconds.
        """
        self.reported_s = at_s
        for each in counted:
            answer = self._answers.setdefault(each["response"], _Answer())
            answer.played = each["playedSamples"]
            answer.underruns, answer.silent = each["underruns"], each["silentSamples"]

    def news(self) -> list[tuple[str, str, float]]:
        """Say what has been played that was not told before.

        Returns
        -------
        list of (str, str, float)
            Answer, item, and how much of the item was played so far in milliseconds.
        """
        found = []
        for response, answer in self._answers.items():
            left = answer.played
            for item, samples in answer.items.items():
                played, left = min(left, samples), max(0, left - samples)
                if played > answer.told.get(item, 0):
                    answer.told[item] = played
                    found.append((response, item, self.ms(played)))
        return found
