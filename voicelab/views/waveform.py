"""Waveform: a recording before and after the filters in front of the microphone."""

import math

import ipywidgets as widgets

from voicelab.audio import Recording
from voicelab.filters import (
    BUTTERWORTH_Q_DB,
    Filter,
    HighPass,
    LowPass,
    Node,
    Notch,
    joined,
    nodes,
)
from voicelab.tuning import Tuning
from voicelab.views.figures.filtered import Filtered
from voicelab.views.panel import Panel, toggle
from voicelab.views.sound import level_matched, player, wav

__all__ = ["Waveform"]

CUT_OFFS_HZ = (0, 20, 400, 5)  # off, first, last, step
LONGEST_MS = 20_000.0  # what is played


class Waveform(Panel):
    """What a high-pass and a notch take from a recording; look, and hear both.

    ``frequency`` is the high-pass's cut-off in hertz (0 is none), ``q`` its Q
    in decibels, ``notch`` the notch's tone (0 is none) and ``notch_q`` its
    ratio of centre to width; filters of other kinds stay as they are.
    ``filter`` is what they say together.

    Parameters
    ----------
    recording : Recording
        What is filtered.
    sound_filter : Filter or None
        Where the controls stand first; the tuning's filters, unless told.
    tuning : Tuning or None
        Where the panel starts; the service's defaults, unless told.
    """

    def __init__(
        self,
        recording: Recording,
        sound_filter: Filter | None = None,
        *,
        tuning: Tuning | None = None,
    ) -> None:
        self.recording = recording
        first = nodes(sound_filter) if sound_filter else tuning.filters if tuning else ()
        high = next((each for each in first if isinstance(each, HighPass)), None)
        notch = next((each for each in first if isinstance(each, Notch)), None)
        self._others = tuple(each for each in first if each not in (high, notch))
        top_hz = recording.rate_hz / 2 - 1
        self.frequency = widgets.FloatSlider(
            value=high.frequency_hz if high else 0,
            min=0, max=min(max(400.0, high.frequency_hz if high else 0), top_hz), step=5,
            description="cut-off Hz", readout_format=".0f",
        )  # fmt: skip
        self.q = widgets.FloatSlider(
            value=round(high.q_db, 2) if high else round(BUTTERWORTH_Q_DB, 2),
            min=-12, max=12, step=0.01, description="its Q (dB)",
        )  # fmt: skip
        self.notch = widgets.FloatSlider(
            value=notch.frequency_hz if notch else 0,
            min=0, max=min(max(1000.0, notch.frequency_hz if notch else 0), top_hz), step=10,
            description="notch Hz", readout_format=".0f",
        )  # fmt: skip
        self.notch_q = widgets.FloatSlider(
            value=notch.q if notch else 10, min=1, max=50, step=1, description="its Q"
        )
        self.hears = toggle("hear both", "Play it before and after, at one level")
        self.before, self.after = player("before"), player("after")
        self._figure = Filtered(recording, self.filter)
        super().__init__(
            self._figure,
            controls=(self.frequency, self.q, self.notch, self.notch_q),
            below=[widgets.HBox([self.hears, self.before, self.after])],
            tuning=tuning,
        )
        self.watch(self.hears, lambda _pressed: self.hear())

    @property
    def filter(self) -> Filter | None:
        """What the controls say; ``None`` is no filter."""
        row: list[Node] = []
        if self.frequency.value:
            q_db = self.q.value
            flat = math.isclose(q_db, BUTTERWORTH_Q_DB, abs_tol=0.005)
            row.append(HighPass(self.frequency.value, BUTTERWORTH_Q_DB if flat else q_db))
        if self.notch.value:
            row.append(Notch(self.notch.value, self.notch_q.value))
        return joined((*row, *self._others))

    @property
    def filtered(self) -> Recording:
        """The recording after the filter."""
        return self.filter.apply(self.recording) if self.filter else self.recording

    def edits(self) -> dict[str, object]:
        """Give the filters, by their place in a config.

        Returns
        -------
        dict from str to object
            One entry.
        """
        return {"/filters": nodes(self.filter)}

    def update(self) -> None:
        """Bring the picture to what the controls say."""
        self._figure.show(self.filter)

    def hear(self) -> None:
        """Offer both sounds at one level; the first 20 s of them."""
        until_ms = min(LONGEST_MS, self.recording.duration_ms)
        before, after, raised_db = level_matched(
            self.recording.excerpt(0, until_ms), self.filtered.excerpt(0, until_ms)
        )
        for place, sound in ((self.before, before), (self.after, after)):
            place.children[1].value = wav(sound)
            place.layout.display = ""
        name, low_pass = self.after.children[0], any(isinstance(e, LowPass) for e in self._others)
        name.value = f"after, raised by {raised_db:.1f} dB" + (" (low-pass kept)" * low_pass)
