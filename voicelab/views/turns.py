"""Turns: both sides of the threshold under one slider."""

from dataclasses import replace

import ipywidgets as widgets

from voicelab.audio import Kind
from voicelab.vad import Budget, Setting, Sweep, TurnDetection
from voicelab.vad.choice import figures
from voicelab.vad.setting import Figures
from voicelab.views.figures import ThresholdCurves
from voicelab.views.panel import Panel

__all__ = ["Turns"]


class Turns(Panel):
    """What each threshold lets in and what it loses, by kind of noise.

    ``threshold``, ``speech_duration``, ``filter`` and ``detector`` are the
    controls, ``setting`` is what they say, ``figures`` what that costs.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    setting : Setting or None
        Where the controls stand first; the service's default, unless told.
    budget : Budget or None
        The grey bands.
    """

    def __init__(
        self, sweep: Sweep, setting: Setting | None = None, *, budget: Budget | None = None
    ) -> None:
        self._sweep = sweep
        first = setting or Setting(next(iter(sweep.scores)).detector, TurnDetection())
        self._start = first
        grid = sweep.grid
        self.threshold = widgets.SelectionSlider(
            options=[(f"{each:.2f}", each) for each in grid.thresholds],
            value=first.turn_detection.threshold,
            description="threshold",
        )
        self.speech_duration = widgets.Dropdown(
            options=grid.speech_durations_ms,
            value=first.turn_detection.speech_duration_ms,
            description="speech ms",
        )
        self.filter = widgets.Dropdown(
            options=[
                (str(each.filter or "none"), each.filter)
                for each in sweep.scores
                if each.detector == first.detector
            ],
            value=first.filter,
            description="filter",
        )
        self.detector = widgets.Dropdown(
            options=list(dict.fromkeys(each.detector for each in sweep.scores)),
            value=first.detector,
            description="detector",
        )
        self._text = widgets.HTML()
        self._curves = ThresholdCurves(sweep, first, budget=budget)
        controls = [self.threshold, self.speech_duration, self.filter, self.detector]
        super().__init__(self._curves.figure, controls=controls, below=[self._text])

    @property
    def setting(self) -> Setting:
        """What the controls say."""
        turns = replace(
            self._start.turn_detection,
            threshold=self.threshold.value,
            speech_duration_ms=self.speech_duration.value,
        )
        return Setting(self.detector.value, turns, self.filter.value)

    @property
    def figures(self) -> dict[Kind, Figures]:
        """Both sides of the setting, by kind of noise."""
        return figures(self._sweep, self.setting)

    def update(self) -> None:
        """Bring the curves and the line below to what the controls say."""
        self._curves.show(self.setting)
        self._text.value = "<br>".join(
            f"<b>{kind}</b>: {each.false_triggers.value:.1f} false triggers a minute, "
            f"{100 * each.missed_short.value:.0f} % of short turns missed, "
            f"{each.never_closed} turns never closed"
            for kind, each in self.figures.items()
        )
