"""Turns in one scene, and what the whole sweep says of the setting.

Left, one scene: its outline with the labelled turns grey behind it, the turns
that were found as bars below, coloured by what became of them, a white box
above every turn that was missed, and the detector's activity with the
threshold.  Right, the two sides as numbers with their 90 % intervals: for the
guide, the default and the setting in hand.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from voicelab.audio import Kind, Recording, Turn
from voicelab.vad import Activity, Budget, Estimate
from voicelab.vad.judged import FATES, Fate, JudgedTurn
from voicelab.vad.setting import Figures
from voicelab.views.figures.envelope import envelope, filled
from voicelab.views.figures.palette import (
    AMBER,
    BLACK,
    BLUE,
    GREEN,
    GREY,
    KIND_STROKES,
    PALE,
    RED,
    SKY,
    tidy,
)
from voicelab.views.figures.picture import Picture
from voicelab.views.figures.waveform import shade_turns

__all__ = ["ROWS", "TurnLanes"]

# Hatches tell in grey what hues tell in colour.
FATE_FACES: dict[Fate, tuple[str, str]] = {
    "hit": (GREEN, ""),
    "clipped": (AMBER, "///"),
    "cut": (SKY, "|||"),
    "false": (RED, "xxx"),
    "never closed": (BLACK, ""),
}
ROWS = ("guide", "default", "yours")
MOST_PER_MIN = 12.0
Sides = Mapping[str, Mapping[Kind, Figures]]


class TurnLanes(Picture):
    """One scene under one setting, redrawn in place.

    Parameters
    ----------
    kinds : sequence of Kind
        Kinds of noise that were swept.
    budget : Budget or None
        The grey bands on the right.
    """

    def __init__(self, kinds: Sequence[Kind], *, budget: Budget | None = None) -> None:
        super().__init__(Figure(figsize=(10, 4.4), dpi=100, layout="constrained"))
        self._budget = budget or Budget()
        self._kinds = tuple(kinds)
        shapes = self.figure.subplot_mosaic(
            [["wave", "noise"], ["activity", "speech"]],
            width_ratios=(2.5, 1), height_ratios=(1.25, 1),
        )  # fmt: skip
        self._wave, self._activity = shapes["wave"], shapes["activity"]
        self._activity.sharex(self._wave)
        self._title = self._wave.set_title(" ", loc="left", fontsize=9, parse_math=False)
        self._outline = filled(self._wave, BLUE)
        self._bars = {fate: self._bar(fate) for fate in FATES}
        self._wave.set(ylabel="amplitude", ylim=(-1.75, 1.05), yticks=(-1, 0, 1))
        self._wave.set_yticklabels(["-peak", "0", "peak"])
        self._wave.text(0.003, 0.035, "found", fontsize=8, color=GREY,
                        transform=self._wave.transAxes)  # fmt: skip
        self._wave.tick_params(labelbottom=False, bottom=False)
        patches = [
            Patch(facecolor=color, hatch=hatch, edgecolor="white", linewidth=0, label=fate)
            for fate, (color, hatch) in FATE_FACES.items()
        ]
        patches.append(Patch(facecolor="white", edgecolor=BLACK, label="missed"))
        self._missed = PolyCollection([], facecolor="white", edgecolor=BLACK, linewidth=1)
        self._wave.add_collection(self._missed, autolim=False)
        self._wave.legend(
            handles=[Patch(color=PALE, label="labelled speech"), *patches], ncols=7, fontsize=8,
            frameon=False, loc="upper left", bbox_to_anchor=(0, -0.01), borderaxespad=0,
            handlelength=1.4, columnspacing=1.2, handletextpad=0.4,
        )  # fmt: skip
        tidy(self._wave)
        (self._values,) = self._activity.plot([], [], color=BLACK, linewidth=0.8)
        self._threshold = self._activity.axhline(0.5, color=RED, linewidth=1.6)
        self._activity.set(xlabel="time (s)", ylabel="activity (0 to 1)", ylim=(-0.03, 1.03))
        tidy(self._activity, grid="y")
        self._noise, self._speech = shapes["noise"], shapes["speech"]
        self._marks: dict[tuple[str, str], tuple[Line2D, Line2D]] = {}
        self._side(self._noise, "false triggers a minute", self._budget.false_triggers_per_min)
        self._side(self._speech, "short turns missed (%)", 100 * self._budget.missed_short_turns)
        self._noise.set(xlim=(-0.4, MOST_PER_MIN + 0.4))
        self._speech.set(xlim=(-3, 103))
        handles = [self._mark(self._noise, kind, hollow=False)[0] for kind in self._kinds]
        self._noise.legend(
            handles=handles, labels=list(self._kinds), fontsize=8, frameon=False, loc="lower left",
            bbox_to_anchor=(-0.12, 1.0), ncols=len(self._kinds), handlelength=0.8,
            columnspacing=0.9, handletextpad=0.3, borderaxespad=0.2,
        )  # fmt: skip
        self.moves(*self._bars.values(), self._missed, self._threshold, self._title)

    def _bar(self, fate: Fate) -> PolyCollection:
        color, hatch = FATE_FACES[fate]
        bars = PolyCollection([], facecolor=color, hatch=hatch, edgecolor="white", linewidth=0.5)
        self._wave.add_collection(bars, autolim=False)
        return bars

    def _mark(self, axes: Axes, kind: Kind, *, hollow: bool) -> tuple[Line2D, Line2D]:
        stroke = KIND_STROKES[kind]
        (dot,) = axes.plot(
            [], [], color=stroke.color, marker=stroke.marker, markersize=5, linestyle="",
            markerfacecolor="white" if hollow else stroke.color,
        )  # fmt: skip
        (bar,) = axes.plot([], [], color=stroke.color, linewidth=1.4)
        return dot, bar

    def _side(self, axes: Axes, label: str, budget: float) -> None:
        axes.axvspan(-1000, budget, color=PALE, alpha=0.6, linewidth=0)
        axes.set(ylim=(len(ROWS) - 0.4, -0.6), yticks=range(len(ROWS)), xlabel=label)
        axes.set_yticklabels(ROWS)
        for row in ROWS:
            for kind in self._kinds:
                marks = self._mark(axes, kind, hollow=row != "yours")
                self._marks[(label, f"{row} {kind}")] = marks
                if row == "yours":
                    self.moves(*reversed(marks))
        tidy(axes)
        axes.tick_params(axis="y", length=0)

    def hear(self, scene: Recording, activity: Activity) -> None:
        """Show another scene, or the same one heard otherwise.

        Parameters
        ----------
        scene : Recording
            The mixture, filtered; its turns are the truth.
        activity : Activity
            What the detector made of it.
        """
        peak = max(float(np.abs(scene.samples).max()), 1e-6)
        outline = envelope(scene, columns=1200).outline
        self._outline.set_verts([outline / (1, peak)])
        for patch in [each for each in self._wave.patches]:
            patch.remove()
        shade_turns(self._wave, scene)
        centres_s = (np.arange(activity.values.size) + 0.5) * activity.hop_ms / 1000
        self._values.set_data(centres_s, activity.values)
        self._wave.set_xlim(0, scene.duration_ms / 1000)
        self.redraw()

    def show(
        self,
        judged: Sequence[JudgedTurn],
        *,
        threshold: float,
        title: str,
        missed: Sequence[Turn] = (),
    ) -> None:
        """Show what a setting finds in the scene.

        Parameters
        ----------
        judged : sequence of JudgedTurn
            What became of each found turn.
        threshold : float in [0, 1]
            Where the line stands.
        title : str
            Says the scene, the setting and whose model it is.
        missed : sequence of Turn
            Labelled turns that no found turn serves: they would not be answered.
        """
        self._missed.set_verts(
            [
                [(a, 0.9), (b, 0.9), (b, 1.03), (a, 1.03)]
                for a, b in ((turn.start_ms / 1000, turn.end_ms / 1000) for turn in missed)
            ]
        )
        for fate, bars in self._bars.items():
            bars.set_verts(
                [
                    [(a, -1.5), (b, -1.5), (b, -1.15), (a, -1.15)]
                    for a, b in (
                        (each.start_ms / 1000, each.end_ms / 1000)
                        for each in judged
                        if each.fate == fate
                    )
                ]
            )
        self._threshold.set_ydata([threshold, threshold])
        self._title.set_text(title)

    def compare(self, sides: Sides) -> None:
        """Show the two sides of some settings, by kind of noise.

        Parameters
        ----------
        sides : mapping from "guide", "default" or "yours" to figures by kind
            One that was not swept is left out.
        """
        for (label, name), (dot, bar) in self._marks.items():
            row, kind = name.split(" ", 1)
            found = sides.get(row, {}).get(kind)  # type: ignore[call-overload]
            if found is None:
                continue
            noise = label.startswith("false")
            estimate: Estimate = found.false_triggers if noise else found.missed_short
            scale, most = (1.0, MOST_PER_MIN) if noise else (100.0, 100.0)
            low, value, high = (
                min(scale * each, most) for each in (estimate.low, estimate.value, estimate.high)
            )
            offset = 0.16 * (self._kinds.index(kind) - (len(self._kinds) - 1) / 2)
            at = ROWS.index(row) + offset
            dot.set_data([value], [at])
            bar.set_data([low, high], [at, at])
        for axes in (self._noise, self._speech):
            axes.set_yticks(
                range(len(ROWS)), [row if row in sides else f"{row}\nnot swept" for row in ROWS]
            )
