"""Session: what happened in a session, and each finding seen and heard."""

from collections.abc import Mapping
from html import escape

import ipywidgets as widgets

from voicelab.diagnose import Diagnosis, Trouble, hear_stretch
from voicelab.diagnose.trouble import Evidence
from voicelab.tuning import Tuning
from voicelab.views.figures.palette import Source
from voicelab.views.figures.session_lanes import SessionLanes
from voicelab.views.panel import Panel, toggle
from voicelab.views.sound import player, wav

__all__ = ["Session"]

WHOLE = "the whole session"
AROUND_MS = 1_500.0
LONGEST_HEARD_MS = 30_000.0


class Session(Panel):
    """A session in lanes, and what went wrong in it, one finding at a time.

    ``finding`` picks one, ``place`` one of the times that show it; the picture
    goes there, and below it both sides are heard together, where the file holds
    sound.  ``mends`` puts the finding's edits into the tuning in hand, on top of
    those of others.

    Parameters
    ----------
    diagnosis : Diagnosis
        A timeline and its findings.
    tuning : Tuning or None
        The one that was in use; the service's defaults, unless told.
    source : {"service", "simulator", "local model"}
        Who the session was with.
    """

    def __init__(
        self, diagnosis: Diagnosis, tuning: Tuning | None = None, *, source: Source = "service"
    ) -> None:
        self.diagnosis = diagnosis
        self.lanes = SessionLanes(diagnosis, source=source)
        named = [(f"{n}. {each.name}", n) for n, each in enumerate(diagnosis.troubles, start=1)]
        self.finding = widgets.Dropdown(
            options=[(WHOLE, 0), *named], value=0, description="finding",
            layout=widgets.Layout(width="22em"),
        )  # fmt: skip
        self.place = widgets.BoundedIntText(value=1, min=1, max=1, description="place")
        self.mends = toggle("apply its edits", "Put the finding's edits into the config in hand")
        self._mended: dict[str, object] = {}
        self.told = widgets.HTML()
        self.heard = player("both sides, at this place")
        super().__init__(
            self.lanes,
            controls=[self.finding, self.place],
            below=[self.told, self.mends, self.heard],
            tuning=tuning,
        )
        self.watch(self.mends, self._mend)

    @property
    def trouble(self) -> Trouble | None:
        """The finding that is picked."""
        number: int = self.finding.value
        return self.diagnosis.troubles[number - 1] if number else None

    @property
    def evidence(self) -> Evidence | None:
        """The place that is picked."""
        trouble = self.trouble
        return None if trouble is None else trouble.evidence[self.place.value - 1]

    def edits(self) -> Mapping[str, object]:
        """Give the edits that were applied."""
        return self._mended

    def update(self) -> None:
        """Go to the place that is picked, and let it be heard."""
        trouble = self.trouble
        self.place.max = max(1, len(trouble.evidence) if trouble else 1)
        self.mends.disabled = trouble is None or not trouble.edits
        evidence = self.evidence
        if trouble is None or evidence is None:
            self.lanes.zoom()
            self.told.value = ""
            self.heard.layout.display = "none"
            return
        from_ms, until_ms = evidence.at_ms - AROUND_MS, evidence.until_ms + AROUND_MS
        self.lanes.zoom(from_ms, until_ms)
        shown = "\n".join((str(trouble).partition("\n  seen:")[0], f"  here:   {evidence}"))
        self.told.value = f"<pre style='white-space: pre-wrap'>{escape(shown)}</pre>"
        self._play(max(0.0, from_ms), min(until_ms, from_ms + LONGEST_HEARD_MS))

    def _mend(self, _pressed: object) -> None:
        trouble = self.trouble
        self._mended |= {edit.path: edit.value for edit in trouble.edits} if trouble else {}
        self._redraw()

    def _play(self, from_ms: float, until_ms: float) -> None:
        try:
            stretch = hear_stretch(self.diagnosis.timeline, from_ms, until_ms)
        except ValueError:  # the file holds no sound
            self.heard.layout.display = "none"
            return
        self.heard.children[1].value = wav(stretch)
        self.heard.layout.display = ""
