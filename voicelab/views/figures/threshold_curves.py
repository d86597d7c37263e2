"""Threshold curves: what each threshold lets in, and what it loses.

Left, false triggers a minute; right, short turns missed, in per cent; a line
for each kind of noise, the budget as a grey band, the threshold as one line
across both.
"""

import numpy as np
from matplotlib.figure import Figure

from voicelab.vad import Budget, Setting, Sweep
from voicelab.views.figures.palette import GREY, KIND_STROKES

__all__ = ["ThresholdCurves"]


class ThresholdCurves:
    """The two sides of a sweep against the threshold, redrawn in place.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    setting : Setting
        Everything but the threshold; its threshold is where the line stands.
    budget : Budget
        The grey bands.
    """

    def __init__(self, sweep: Sweep, setting: Setting, *, budget: Budget | None = None) -> None:
        self._sweep = sweep
        self._budget = budget or Budget()
        self.figure = Figure(figsize=(10, 3.6), dpi=100, layout="constrained")
        self._noise, self._speech = self.figure.subplots(1, 2)
        thresholds = sweep.grid.thresholds
        self._curves = {}
        for kind in sweep.noise_kinds:
            stroke = KIND_STROKES[kind]
            self._curves[kind] = tuple(
                axes.plot(
                    thresholds,
                    np.zeros(len(thresholds)),
                    color=stroke.color,
                    linestyle=stroke.linestyle,
                    linewidth=2,
                    label=kind,
                )[0]
                for axes in (self._noise, self._speech)
            )
        self._lines = [axes.axvline(0.5, color="black") for axes in (self._noise, self._speech)]
        self._noise.set(
            xlabel="threshold", ylabel="false triggers a minute", xlim=(0, 1), ylim=(0, 12)
        )
        self._speech.set(
            xlabel="threshold", ylabel="short turns missed (%)", xlim=(0, 1), ylim=(-2, 102)
        )
        self._noise.axhspan(0, self._budget.false_triggers_per_min, color=GREY, alpha=0.2)
        self._speech.axhspan(-2, 100 * self._budget.missed_short_turns, color=GREY, alpha=0.2)
        self._noise.legend(title="grey: the budget", loc="upper right")
        self.show(setting)

    def show(self, setting: Setting) -> None:
        """Move the curves and the line to another setting.

        Parameters
        ----------
        setting : Setting
            Must have been swept.
        """
        grid = self._sweep.grid
        turns = setting.turn_detection
        shape = (len(grid.thresholds), len(grid.speech_durations_ms), len(grid.silences_ms))
        column = grid.speech_durations_ms.index(turns.speech_duration_ms)
        silence = grid.silences_ms.index(turns.silence_duration_ms)
        for kind, scores in self._sweep.kinds(setting.condition).items():
            noise, speech = self._curves[kind]
            noise.set_ydata(scores.false_per_min.reshape(shape)[:, column, silence])
            speech.set_ydata(100 * scores.missed_short.reshape(shape)[:, column, silence])
        for line in self._lines:
            line.set_xdata([turns.threshold] * 2)
        self.figure.suptitle(
            f"local model ({setting.detector}), not the service: {setting}", fontsize="medium"
        )
