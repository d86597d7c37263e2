"""Grid: the settings of a sweep, numbered."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from voicelab.vad.turn_detection import TurnDetection

__all__ = ["THRESHOLDS", "Grid"]

THRESHOLDS = tuple(round(step / 50, 2) for step in range(1, 50))


@dataclass(frozen=True)
class Grid:
    """The settings of a sweep, numbered in C order.

    Attributes
    ----------
    thresholds : tuple of float
        Ascending, each in [0, 1].
    speech_durations_ms : tuple of int
        Consecutive speech needed to start.
    silences_ms : tuple of int
        Consecutive silence needed to stop.
    stepped : bool
        Whether activity knows these thresholds only, so that one between two
        of them means the upper one.
    """

    thresholds: tuple[float, ...] = THRESHOLDS
    speech_durations_ms: tuple[int, ...] = (200,)
    silences_ms: tuple[int, ...] = (500,)
    stepped: bool = False

    def __post_init__(self) -> None:
        for axis in self.axes:
            if not axis or list(axis) != sorted(set(axis)):
                raise ValueError(f"each axis of a grid must ascend and not be empty, got {axis}")

    def __len__(self) -> int:
        thresholds, speech_durations, silences = self.shape
        return thresholds * speech_durations * silences

    def __iter__(self) -> Iterator[tuple[float, int, int]]:
        return product(self.thresholds, self.speech_durations_ms, self.silences_ms)

    @property
    def axes(self) -> tuple[tuple[float, ...], tuple[int, ...], tuple[int, ...]]:
        """Thresholds, speech durations and silences."""
        return self.thresholds, self.speech_durations_ms, self.silences_ms

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many thresholds, speech durations and silences."""
        return len(self.thresholds), len(self.speech_durations_ms), len(self.silences_ms)

    def on(self, levels: tuple[float, ...] | None) -> "Grid":
        """Give the grid of a detector that knows only some levels.

        Parameters
        ----------
        levels : tuple of float or None
            Ascending; ``None`` for a detector that gives any value.

        Returns
        -------
        Grid
            With the levels as its thresholds, or unchanged.
        """
        return self if levels is None else replace(self, thresholds=levels, stepped=True)

    def index(self, settings: TurnDetection) -> int:
        """Find the number of a setting.

        Parameters
        ----------
        settings : TurnDetection
            Its threshold, speech duration and silence must lie on the grid.

        Returns
        -------
        int
            Its place in every array of scores.

        Raises
        ------
        ValueError
            If a value is not on the grid.
        """
        threshold = settings.threshold
        if self.stepped and threshold <= self.thresholds[-1]:
            threshold = self.thresholds[bisect_left(self.thresholds, threshold)]
        place = 0
        values = threshold, settings.speech_duration_ms, settings.silence_duration_ms
        for axis, value in zip(self.axes, values, strict=True):
            if value not in axis:
                raise ValueError(
                    f"the sweep must hold the setting asked for, got {value} beside {axis}"
                )
            place = place * len(axis) + axis.index(value)
        return place
