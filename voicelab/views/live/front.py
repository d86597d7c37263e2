"""Front: the buttons, words and figures of a live panel, and where each stands."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import ipywidgets as widgets

from voicelab.streaming.policy.rules import Talking
from voicelab.views.live import board
from voicelab.views.live.conversation import Conversation
from voicelab.views.live.faults import FAULTS
from voicelab.views.live.seen import Seen
from voicelab.views.live.validity import Validity
from voicelab.views.panel import toggle

__all__ = ["TALKING", "Front"]

TALKING: Mapping[str, Talking] = {
    "open microphone": "open microphone",
    "hold to talk": "button, no turn detection",
    "hold to talk, silent detection": "button, silent turn detection",
}
LINE = "1px solid var(--jp-border-color2, #ddd)"


class Front:
    """What one sees of a live panel.

    Parameters
    ----------
    by_button : bool
        Whether it starts with a button that is held to talk.

    Attributes
    ----------
    begins, interrupts, leaves, says, saves_log : ToggleButton
        Buttons that fall back.
    faults : dict from str to ToggleButton
        One a fault.
    bad_line, real, keeps_words : Checkbox
        Switches, off first.
    talking : Dropdown
        Who ends a turn.
    log_path : Text
        Where the log goes.
    lamp, talk, turns, facts, valid, troubles, written, said : HTML
        What is told.
    played : HBox
        Stands in a microphone's place where a recording is it.
    """

    def __init__(self, *, by_button: bool) -> None:
        self.begins = toggle("talk", "Begin a session; the microphone has a button of its own")
        self.begins.button_style = "primary"
        self.interrupts = toggle("hush", "Stop the answer that sounds")
        self.leaves = toggle("leave", "End the session")
        self.says = toggle("say it", "Play the recording to the agent")
        self.real = _switch("real service")
        self.talking = widgets.Dropdown(
            options=list(TALKING),
            value="hold to talk" if by_button else "open microphone",
            layout=widgets.Layout(width="14em"),
        )
        self.faults = {name: toggle(name, each.tooltip) for name, each in FAULTS.items()}
        self.bad_line = _switch("bad line")
        self.bad_line.tooltip = "Sound comes late and in bursts, for as long as this is on"
        self.log_path = widgets.Text("session.jsonl", description="save log to")
        self.keeps_words = _switch("with what was said")
        self.saves_log = toggle("save log", "Write the session's events, without sound and keys")
        words = [widgets.HTML() for _ in range(8)]
        self.lamp, self.talk, self.turns, self.facts, self.valid = words[:5]
        self.troubles, self.written, self.said = words[5:]
        self.played = _row([self.says, self.said])

    def laid_out(
        self,
        *,
        sound: Sequence[widgets.Widget],
        knobs: widgets.Widget,
        error: widgets.Widget,
        saving: widgets.Widget,
    ) -> list[widgets.Widget]:
        """Put everything in its place.

        Parameters
        ----------
        sound : sequence of Widget
            Microphone, loudspeaker and meter.
        knobs : Widget
            The sliders.
        error : Widget
            What a callback raised.
        saving : Widget
            The row that saves the config.

        Returns
        -------
        list of Widget
            From top to bottom.
        """
        self.lamp.layout.flex = "1 1 20em"
        talk = widgets.VBox([self.talk, self.turns], layout=_column("1 1 26em"))
        self.talk.layout.min_height = "150px"
        facts = widgets.VBox([self.facts, self.valid], layout=_column("1 1 24em"))
        facts.layout.border_left, facts.layout.padding = LINE, "0 0 0 16px"
        planted = widgets.HTML("<span style='color:var(--jp-ui-font-color2,#777)'>plant</span>")
        return [
            _row([self.lamp, self.begins, self.interrupts, self.leaves, self.talking, self.real]),
            widgets.HBox(list(sound), layout=_wrapped(grid_gap="6px")),
            widgets.HBox([talk, facts], layout=_wrapped(grid_gap="8px 16px", margin="6px 0")),
            knobs,
            _row([planted, *self.faults.values(), self.bad_line]),
            self.troubles,
            error,
            _row([self.log_path, self.saves_log, self.keeps_words, self.written]),
            saving,
        ]

    def tell(
        self,
        talk: Conversation | None,
        *,
        profile: str,
        underruns: int,
        silent_ms: float,
        counted_by: str,
        now_s: float,
    ) -> None:
        """Bring what is told of a session up to date.

        Parameters
        ----------
        talk : Conversation or None
            Which; ``None`` before the first.
        profile : str
            Of the tuning: it names the real service.
        underruns : int
            How often an answer ran dry.
        silent_ms : float
            How long that was together.
        counted_by : str
            Who counted them.
        now_s : float
            Unix time.
        """
        is_real = self.real.value if talk is None else talk.is_real
        runs = talk is not None and talk.is_running
        openai = profile.startswith("openai-")
        where = "OpenAI Realtime" if openai else "Azure Voice Live"
        seen = Seen() if talk is None else talk.seen
        self.lamp.value = board.lamp(
            "not begun" if talk is None else talk.state,
            where=where if is_real else "simulator",
            floor=seen.floor,
            elapsed_s=None if talk is None else talk.elapsed_s,
        )
        meters = None if talk is None else talk.meters
        figures = board.Facts(
            now_s=now_s,
            latencies_ms=[] if talk is None else [each.ms for each in talk.speech.latencies],
            underruns=underruns,
            silent_ms=silent_ms,
            counted_by=counted_by,
            input_tokens=0 if meters is None else meters.input_tokens,
            output_tokens=0 if meters is None else meters.output_tokens,
            cost="" if meters is None or not meters.cost else f"{meters.cost:.4f}",
        )
        self.talk.value, self.turns.value = board.talk(seen.lines), board.turns(seen.turns)
        self.facts.value = board.facts(seen, figures)
        self.troubles.value = board.troubles(seen.troubles, ended=seen.ended)
        for button in (*self.faults.values(), self.bad_line):
            button.disabled = not runs or is_real
        self.begins.disabled = runs
        self.leaves.disabled = self.interrupts.disabled = not runs
        self.real.disabled = self.talking.disabled = self.keeps_words.disabled = runs

    def judge(self, valid: Validity) -> None:
        """Say whether the tuning holds here.

        Parameters
        ----------
        valid : Validity
            What is known of it.
        """
        color = {True: board.GREEN, False: board.RED, None: "var(--jp-ui-font-color2,#777)"}
        self.valid.value = (
            f"<div style='color:{color[valid.holds]};line-height:17px;margin-top:6px;"
            f"max-width:44em'>{html.escape(valid)}</div>"
        )

    def say_of(self, words: str) -> None:
        """Say who is the microphone, where a recording is.

        Parameters
        ----------
        words : str
            The sentence.
        """
        self.said.value = html.escape(words)

    def wrote(self, path: str | Path) -> None:
        """Say that the log was written.

        Parameters
        ----------
        path : str or Path
            Where.
        """
        self.written.value = html.escape(f"wrote {path}")


def _switch(words: str) -> widgets.Checkbox:
    return widgets.Checkbox(
        value=False, description=words, indent=False, layout=widgets.Layout(width="auto")
    )


def _row(children: Sequence[widgets.Widget]) -> widgets.HBox:
    return widgets.HBox(
        list(children), layout=_wrapped(align_items="center", grid_gap="2px 6px", padding="2px 0")
    )


def _wrapped(**layout: str) -> widgets.Layout:
    return widgets.Layout(flex_flow="row wrap", **layout)


def _column(flex: str) -> widgets.Layout:
    return widgets.Layout(flex=flex, min_width="0", overflow="hidden")
