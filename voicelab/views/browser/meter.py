"""Meter: level, waveform and spectrum at the screen's own pace.

They are computed in the page from what the microphone hears behind its
filters.  Activity and turns come from the kernel, later; they are drawn where
they belong, and how much later they came stands beside them.
"""

from collections.abc import Sequence
from typing import Any

import traitlets

from voicelab.views.browser.assembly import joined, source
from voicelab.views.browser.microphone import Microphone
from voicelab.views.browser.widget import BrowserWidget

__all__ = ["Meter"]


class Meter(BrowserWidget):
    """What a microphone hears, drawn as it is heard.

    Parameters
    ----------
    microphone : Microphone
        Whose sound.
    threshold : float or None
        A line across the activity; ``None`` draws none.

    Attributes
    ----------
    threshold : float or None
        The same; settable.
    frames_per_s : float
        How often the page draws, measured there.
    delay_ms : float or None
        How long ago the sound was heard that the last activity or turn speaks
        of, measured in the page; ``None`` before there was one.
    """

    _esm = joined("meter.js")
    _css = source("browser.css")

    threshold = traitlets.Float(None, allow_none=True).tag(sync=True)
    frames_per_s = traitlets.Float(0.0).tag(sync=True)
    delay_ms = traitlets.Float(None, allow_none=True).tag(sync=True)
    _source = traitlets.Unicode("").tag(sync=True)

    def __init__(self, microphone: Microphone, *, threshold: float | None = None) -> None:
        super().__init__()
        self._source = microphone.key
        self.threshold = threshold

    def show_activity(self, levels: Sequence[float], *, first: int, hop_samples: int) -> None:
        """Draw a detector's activity.

        Parameters
        ----------
        levels : sequence of float in [0, 1]
            One value a frame.
        first : int
            Place of the first frame's first sample, as :meth:`Microphone.on_chunk` counts.
        hop_samples : int
            From one frame to the next.
        """
        values = [round(float(each), 3) for each in levels]
        self.post({"type": "activity", "values": values, "first": first, "hop": hop_samples})

    def show_turn(self, *, first: int, last: int | None = None) -> None:
        """Draw a turn, or its end.

        Parameters
        ----------
        first : int
            Place where it begins; names the turn.
        last : int or None
            Place where it ends; ``None`` while it is open.
        """
        self.post({"type": "turn", "first": first, "last": last})

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview]) -> None:
        """Take a message of the page; there is none that it minds.

        Parameters
        ----------
        message : dict
            With a ``type``.
        buffers : sequence of memoryview
            Beside it.
        """
