"""Threshold curves: what each threshold lets in, and what it loses.

Left, false triggers a minute; right, short turns missed, in per cent; a line
for each kind of noise, the budget as a grey band, the threshold as one line
across both.  Where a turn is never closed there is no line on the left: a
detector that sticks open starts no turns, and would look good for it.
"""

import numpy as np
from matplotlib.figure import Figure

from voicelab.vad import Budget, Setting, Sweep
from voicelab.views.figures.palette import BLACK, GREY, KIND_STROKES, PALE, tidy
from voicelab.views.figures.picture import Picture

__all__ = ["ThresholdCurves"]

MOST_PER_MIN = 12.0


class ThresholdCurves(Picture):
    """The two sides of a sweep against the threshold, redrawn in place.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    setting : Setting
        Everything but the threshold; its threshold is where the line stands.
    budget : Budget or None
        The grey bands.
    """

    def __init__(self, sweep: Sweep, setting: Setting, *, budget: Budget | None = None) -> None:
        super().__init__(Figure(figsize=(10, 3), dpi=100, layout="constrained"))
        self._sweep = sweep
        self._budget = budget or Budget()
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
        self._noise.set(
            xlabel="threshold", ylabel="false triggers a minute",
            xlim=(0, 1), ylim=(-0.2, MOST_PER_MIN),
        )  # fmt: skip
        self._speech.set(
            xlabel="threshold", ylabel="short turns missed (%)", xlim=(0, 1), ylim=(-2, 102)
        )
        bands = (self._budget.false_triggers_per_min, 100 * self._budget.missed_short_turns)
        for axes, most in zip((self._noise, self._speech), bands, strict=True):
            axes.axhspan(-10, most, color=PALE, alpha=0.6, linewidth=0, zorder=0)
            axes.text(0.995, most, "budget", fontsize=8, color=GREY, ha="right", va="bottom")
            tidy(axes, grid="y")
        self._noise.legend(
            fontsize=8, title_fontsize=8, frameon=False, loc="upper right",
            title="no line: a turn stays open", alignment="left",
        )  # fmt: skip
        self._title = self._noise.set_title(" ", loc="left", fontsize=10, parse_math=False)
        self._lines = [
            axes.axvline(0.5, color=BLACK, linewidth=1.6) for axes in (self._noise, self._speech)
        ]
        self._shown: object = None
        self.moves(*self._lines, self._title)
        self.show(setting)

    def show(self, setting: Setting) -> None:
        """Move the curves and the line to another setting.

        Parameters
        ----------
        setting : Setting
            Must have been swept.
        """
        grid = self._sweep.grid_of(setting.detector)
        turns = setting.turn_detection
        curves = setting.condition, turns.speech_duration_ms, turns.silence_duration_ms
        if curves != self._shown:
            self._draw(setting)
            self._shown = curves
        grid.index(turns)
        for line in self._lines:
            line.set_xdata([turns.threshold] * 2)
        self._title.set_text(f"local model ({setting.detector}): {setting}")

    def _draw(self, setting: Setting) -> None:
        grid, turns = self._sweep.grid_of(setting.detector), setting.turn_detection
        shape = (len(grid.thresholds), len(grid.speech_durations_ms), len(grid.silences_ms))
        column = grid.speech_durations_ms.index(turns.speech_duration_ms)
        silence = grid.silences_ms.index(turns.silence_duration_ms)
        for kind, scores in self._sweep.kinds(setting.condition).items():
            noise, speech = self._curves[kind]
            # A turn that stays open leaves no time for another to start: no figure, not a low one.
            rate = np.where(scores.never_closed > 0, np.nan, scores.false_per_min)
            noise.set_data(grid.thresholds, rate.reshape(shape)[:, column, silence])
            missed = 100 * scores.missed_short.reshape(shape)[:, column, silence]
            speech.set_data(grid.thresholds, missed)
        self.redraw()
