"""Knobs: what of a tuning is changed while one talks, and what of it holds.

A slider tells its value when it is let go: each change of turn detection is a
``session.update``, and nobody wants forty of them for one drag.
"""

from collections.abc import Mapping
from dataclasses import replace

import ipywidgets as widgets

from voicelab.filters import BUTTERWORTH_Q_DB, HighPass, Node
from voicelab.jitter import Player
from voicelab.tuning import Tuning
from voicelab.views.live import board
from voicelab.views.live.asked import Asked

__all__ = ["Knobs"]

SERVICES = {"threshold": "threshold", "silence": "silence_duration_ms"}


class Knobs:
    """Four sliders, each with what holds of it.

    Parameters
    ----------
    tuning : Tuning
        Where they stand first.

    Attributes
    ----------
    threshold, silence, cut_off, buffer : slider
        Turn detection's threshold and silence in ms, the high-pass's cut-off in
        hertz (0 is none), and the player's buffer in ms.
    holds : dict from str to HTML
        Beside each slider, what holds.
    """

    def __init__(self, tuning: Tuning) -> None:
        turns = tuning.turn_detection
        self._player = tuning.player
        high = next((each for each in tuning.filters if isinstance(each, HighPass)), None)
        self._q_db = BUTTERWORTH_Q_DB if high is None else high.q_db
        self._others = tuple(each for each in tuning.filters if each is not high)
        self._fields = tuple(name for name in SERVICES.values() if hasattr(turns, name))
        self.threshold = widgets.FloatSlider(
            value=getattr(turns, "threshold", 0.5), min=0, max=1, step=0.01
        )
        silence_ms = getattr(turns, "silence_duration_ms", 500)
        self.silence = widgets.IntSlider(
            value=silence_ms, min=min(100, silence_ms), max=max(2000, silence_ms), step=10
        )
        cut_off_hz = 0.0 if high is None else high.frequency_hz
        self.cut_off = widgets.FloatSlider(
            value=cut_off_hz, min=0, max=max(400.0, cut_off_hz), step=5, readout_format=".0f"
        )
        start_ms = round(self._player.start_ms)
        self.buffer = widgets.IntSlider(value=start_ms, min=0, max=max(1000, start_ms), step=10)
        names = {
            "threshold": "threshold",
            "silence": "silence ms",
            "cut_off": "cut-off Hz",
            "buffer": "buffer ms",
        }
        self.holds = {name: widgets.HTML() for name in names}
        rows = []
        for name, words in names.items():
            slider = getattr(self, name)
            slider.description, slider.continuous_update = words, False
            slider.style.description_width = "5.5em"
            slider.layout.width = "23em"
            rows.append(widgets.HBox([slider, self.holds[name]]))
        for name, field in SERVICES.items():
            getattr(self, name).disabled = field not in self._fields
        self.widget = widgets.HBox(
            [widgets.VBox(rows[:2]), widgets.VBox(rows[2:])],
            layout=widgets.Layout(flex_flow="row wrap", grid_gap="0 2em"),
        )

    @property
    def all(self) -> tuple[widgets.Widget, ...]:
        """The sliders."""
        return (self.threshold, self.silence, self.cut_off, self.buffer)

    @property
    def filters(self) -> tuple[Node, ...]:
        """What the microphone's sound is to pass."""
        high = (HighPass(self.cut_off.value, self._q_db),) if self.cut_off.value else ()
        return (*high, *self._others)

    @property
    def player(self) -> Player:
        """How answers are to be played."""
        return replace(self._player, start_ms=float(self.buffer.value))

    def edits(self) -> Mapping[str, object]:
        """Give the values, by their place in a config.

        Returns
        -------
        mapping of str to object
            Those that the tuning has.
        """
        values = {"threshold": self.threshold.value, "silence_duration_ms": self.silence.value}
        turns = {f"/turn_detection/{name}": values[name] for name in self._fields}
        return {**turns, "/filters": self.filters, "/player/start_ms": self.player.start_ms}

    def show(self, asked: Asked | None) -> None:
        """Say beside each slider what holds.

        Parameters
        ----------
        asked : Asked or None
            What the service was asked for; ``None`` while there is no session.
        """
        for name, field in SERVICES.items():
            slider = getattr(self, name)
            effective = None if asked is None else asked.effective(field)
            is_waiting = asked is not None and asked.is_waiting
            self.holds[name].value = board.setting(
                slider.value, effective, is_waiting=is_waiting, by="service"
            )
        on = "none" if not self.cut_off.value else f"{self.cut_off.value:g} Hz"
        self.holds["cut_off"].value = board.setting(on, on, is_waiting=False, by="microphone")
        start = f"{self._player.start} {self.buffer.value} ms"
        self.holds["buffer"].value = board.setting(start, start, is_waiting=False, by="loudspeaker")
