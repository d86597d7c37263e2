"""RoomCheck: record where your agent will listen, and tune on it.

The page asks for one recording after the other; each is written into the room
as soon as it has arrived.  At the end a config is tuned on all of them, and
the verdict card says how sure it is.
"""

import html
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import ipywidgets as widgets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from voicelab import samples
from voicelab.audio import Processing, Recording
from voicelab.autotune import Autotuned, autotune
from voicelab.card import Card, verdict_card
from voicelab.room import read_room
from voicelab.vad.echo import ADVICE
from voicelab.views.browser import Meter, Microphone
from voicelab.views.figures import draw_verdict_card, draw_waveform
from voicelab.views.panel import toggle
from voicelab.views.room_check.filing import Filed, file_take, vouch
from voicelab.views.room_check.own_voice import self_triggers
from voicelab.views.room_check.script import Step, script
from voicelab.views.sound import wav

__all__ = ["RoomCheck"]

TEXT = "margin:4px 0;line-height:1.4"
AGENT = "speech_female_ljspeech"  # stands in for the agent's voice


class RoomCheck:
    """Steps to record, a microphone to record them with, and a verdict at the end.

    ``widget`` is what a notebook shows.  A take moves on to the next step by
    itself unless something would spoil it; ``again``, ``skips`` and ``right``
    are the buttons beside, ``tunes`` the last one.

    Parameters
    ----------
    folder : str or Path
        The room: made where it is not there; nothing in it is written over.
    thorough : bool
        Whether to record what it takes to *show* a setting, twelve minutes with
        all three noises, or to take a look, two minutes.
    processing : Processing or None
        What the browser is asked to do to the sound; as in a call, unless told:
        record in the state in which one will talk.

    Attributes
    ----------
    steps : tuple of Step
        The script.
    filed : dict from str to Filed
        What has been recorded, by step.
    tuned : Autotuned or None
        What came out.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        thorough: bool = False,
        processing: Processing | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.steps = script(thorough=thorough)
        self.filed: dict[str, Filed] = {}
        self.tuned: Autotuned | None = None
        self._at = 0
        self.microphone = Microphone(processing=processing)
        self.meter = Meter(self.microphone)
        self.again = toggle("record it again", "Go back to the last recording")
        self.skips = toggle("skip this one", "Go on without it")
        self.right = toggle("the labels are right", "You have looked at the grey bands")
        self.tunes = toggle("tune now", "On what has been recorded so far")
        self._title, self._list, self._said = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._picture = widgets.Image(format="png", layout=widgets.Layout(display="none"))
        self._bar = widgets.IntProgress(layout=widgets.Layout(display="none", width="100%"))
        for button, press in (
            (self.again, self.go_back),
            (self.skips, self.skip),
            (self.right, self.vouch),
            (self.tunes, self.tune),
        ):
            self._when(button, press)
        self.microphone.on_take(self.take)
        row = widgets.Layout(flex_flow="row wrap")
        self.widget = widgets.VBox(
            [
                self._title,
                self.microphone,
                self.meter,
                widgets.HBox([self.again, self.skips, self.right, self.tunes], layout=row),
                self._said,
                self._bar,
                self._picture,
                self._list,
            ]
        )
        self._turn_to(0)

    @property
    def step(self) -> Step | None:
        """What is to be recorded now; ``None`` after the last."""
        return self.steps[self._at] if self._at < len(self.steps) else None

    @property
    def card(self) -> Card | None:
        """The verdict; ``None`` before there is one."""
        return None if self.tuned is None else verdict_card(self.tuned)

    @property
    def png(self) -> bytes:
        """The picture as it stands."""
        return bytes(self._picture.value)

    def take(self, recording: Recording) -> None:
        """File a recording for the step that it was made for, and go on.

        The microphone's takes come here; any other recording may stand in.

        Parameters
        ----------
        recording : Recording
            Of the step that it is named after, or else of the present one.
        """
        names = [each.name for each in self.steps]
        at = names.index(recording.name) if recording.name in names else self._at
        if at == len(self.steps):
            self._say(["All steps are recorded; “record it again” takes you back."])
            return
        step = self.steps[at]
        own = [each.path for each in self.filed.values()]
        filed = file_take(recording, step, folder=self.folder, own=own)
        self.filed[step.name] = filed
        self._show(draw_waveform(filed.recording, source="your microphone"))
        lines = [f"{filed.path.name}: {filed.recording.duration_ms / 1000:.0f} s written"]
        self._say([*lines, *filed.remarks], serious=filed.serious)
        self._turn_to(at if filed.serious else at + 1)

    def skip(self) -> None:
        """Go on without the present step."""
        if self.step is not None:
            self._turn_to(self._at + 1)

    def go_back(self) -> None:
        """Go back one step; its next take replaces the one before."""
        self._turn_to(max(0, self._at - 1))

    def vouch(self) -> None:
        """Note that the drafted labels were looked at and are right."""
        drafted = [each for each in self.filed.values() if each.recording.labels == "drafted"]
        for each in drafted:
            self.filed[each.step.name] = vouch(each)
        names = ", ".join(each.path.stem for each in drafted) or "nothing"
        self._say([f"labels that count as checked from now on: {names}"])
        self._draw()

    def tune(self) -> Autotuned | None:
        """Tune on the room as it is on disk, and write ``tuned.json`` into it.

        Returns
        -------
        Autotuned or None
            What came out; ``None`` where nothing has been recorded.
        """
        if not self.filed:
            self._say(["There is nothing to tune on yet: record one step at least."])
            return None
        self._say(["Every setting is tried on what you recorded. This takes about a minute."])
        self._bar.layout.display = ""
        try:
            tuned = autotune(read_room(self.folder), at=datetime.now(UTC), progress=self._progress)
        finally:
            self._bar.layout.display = "none"
        tuned.tuning.save(self.folder / "tuned.json")
        self.tuned = tuned
        self._draw()
        self._show(draw_verdict_card(verdict_card(tuned)))
        wrote = f"wrote {self.folder / 'tuned.json'}"
        self._say([wrote, *self._own_voice(tuned), *tuned.tuning.warnings])
        return tuned

    def _own_voice(self, tuned: Autotuned) -> list[str]:
        """Say how often the agent would interrupt itself, where that was recorded."""
        filed = self.filed.get("echo")
        if filed is None:
            return []
        found = self_triggers(filed.recording, tuned.choice.setting)
        advice = f"; use {ADVICE}" if found.turns else ""
        return [f"turns found in the agent's own voice (local model): {found}{advice}"]

    def _turn_to(self, at: int) -> None:
        self._at = at
        step = self.step
        microphone = self.microphone
        if step is not None:
            with microphone.hold_sync():
                microphone.take_name = step.name
                microphone.take_s = step.seconds
                microphone.prompts = [list(prompt) for prompt in step.prompts]
                voice = samples.room()[AGENT] if step.plays else None
                microphone.accompaniment = b"" if voice is None else wav(voice)
        microphone.offers_takes = step is not None
        for each in (microphone, self.meter):  # what is left to see is the verdict
            each.layout.display = "none" if step is None else ""
        if step is None:
            microphone.stop()
        self._draw()

    def _draw(self) -> None:
        step = self.step
        if step is None:
            title = f"{len(self.filed)} of {len(self.steps)} recorded"
            asks = "Press “tune now”." if self.tuned is None else "This is the verdict."
        else:
            title = f"{self._at + 1} of {len(self.steps)}: {step.title}, {step.seconds:.0f} s"
            asks = step.asks
        self._title.value = f"<h3 style='margin:0'>{title}</h3><p style='{TEXT}'>{asks}</p>"
        self.skips.disabled = step is None
        self.again.disabled = self._at == 0
        self.right.disabled = not any(
            each.recording.labels == "drafted" for each in self.filed.values()
        )
        self.tunes.disabled = not self.filed
        rows = [self._row(each, is_now=each is step) for each in self.steps]
        self._list.value = f"<table style='{TEXT};border-spacing:8px 2px'>{''.join(rows)}</table>"

    def _row(self, step: Step, *, is_now: bool) -> str:
        filed = self.filed.get(step.name)
        if filed is None:
            cells = (step.title, "to be recorded now" if is_now else "not recorded", "")
        else:
            take = filed.recording
            turns = "" if take.turns is None else f"{len(take.turns)} turns, {take.labels}"
            cells = (step.title, f"{take.duration_ms / 1000:.0f} s", turns)
        mark = "▸" if is_now else "✓" if filed is not None else ""
        style = "font-weight:600" if is_now else ""
        data = "".join(f"<td>{html.escape(cell)}</td>" for cell in (mark, *cells))
        return f"<tr style='{style}'>{data}</tr>"

    def _when(self, button: widgets.ToggleButton, press: Callable[[], object]) -> None:
        def pressed(change: dict[str, bool]) -> None:
            if not change["new"]:
                return
            button.value = False
            try:
                press()
            except Exception as error:
                self._say([f"{type(error).__name__}: {error}"], serious=True)
                raise

        button.observe(pressed, names="value")

    def _progress(self, done: int, every: int) -> None:
        self._bar.max, self._bar.value = every, done

    def _show(self, figure: Figure) -> None:
        png = io.BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(png, format="png")
        self._picture.value = png.getvalue()
        self._picture.layout.display = ""

    def _say(self, lines: list[str], *, serious: bool = False) -> None:
        color = "#D55E00" if serious else "inherit"
        said = "<br>".join(html.escape(line) for line in lines)
        self._said.value = f"<p style='{TEXT};color:{color}'>{said}</p>"
