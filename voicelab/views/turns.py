"""Turns: one scene and the whole sweep under the same slider."""

from dataclasses import replace

import ipywidgets as widgets

from voicelab.audio import Kind, Recording, Turn
from voicelab.filters import Filter, nodes
from voicelab.profiles import profile
from voicelab.tuning import Tuning
from voicelab.vad import (
    Activity,
    Budget,
    Condition,
    Scene,
    Setting,
    Sweep,
    TurnDetection,
    detector,
    find_turns,
)
from voicelab.vad.choice import figures
from voicelab.vad.judged import JudgedTurn, judge_turns
from voicelab.vad.setting import Figures
from voicelab.views.figures import ThresholdCurves, TurnLanes
from voicelab.views.panel import Panel, toggle
from voicelab.views.sound import player, wav

__all__ = ["Turns"]

NO_TURN = ("none", -1)
NO_FILTER = "none"  # a dropdown in the browser shows nothing where its value is None
AROUND_MS = 700.0  # heard before and after a turn


class Turns(Panel):
    """What each threshold lets in and what it loses, and one scene to hear it in.

    ``threshold``, ``speech_duration``, ``silence``, ``prefix``, ``filter`` and
    ``detector`` are the controls of the setting; ``noise``, ``snr`` and
    ``speaker`` pick the scene.  ``setting`` is what they say, ``figures`` what
    that costs over the whole sweep, ``judged`` what it finds in the scene.

    Parameters
    ----------
    sweep : Sweep
        What was measured.
    setting : Setting or None
        Where the controls stand first; the service's default, unless told.
    budget : Budget or None
        The grey bands.
    tuning : Tuning or None
        Where the panel starts; the service's defaults, unless told.
    """

    def __init__(
        self,
        sweep: Sweep,
        setting: Setting | None = None,
        *,
        budget: Budget | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self._sweep = sweep
        first = setting or Setting(next(iter(sweep.scores)).detector, TurnDetection())
        self._start_setting = first
        self._heard: dict[tuple[int, Condition], tuple[Recording, Activity]] = {}
        self._shown: tuple[int, Condition] | None = None
        grid, turns = sweep.grid, first.turn_detection
        self.threshold = widgets.SelectionSlider(
            options=[(f"{each:.2f}", each) for each in grid.thresholds],
            value=turns.threshold, description="threshold",
        )  # fmt: skip
        self.speech_duration = widgets.Dropdown(
            options=grid.speech_durations_ms, value=turns.speech_duration_ms,
            description="speech ms", layout=_narrow(),
        )  # fmt: skip
        self.silence = widgets.Dropdown(
            options=grid.silences_ms, value=turns.silence_duration_ms,
            description="silence ms", layout=_narrow(),
        )  # fmt: skip
        self.prefix = widgets.IntSlider(
            value=turns.prefix_padding_ms, min=0, max=1000, step=20, description="prefix ms"
        )
        self.filter = widgets.Dropdown(
            options=[
                (str(each.filter or NO_FILTER), each.filter or NO_FILTER)
                for each in sweep.scores
                if each.detector == first.detector
            ],
            value=first.filter or NO_FILTER, description="filter",
        )  # fmt: skip
        self.detector = widgets.Dropdown(
            options=list(dict.fromkeys(each.detector for each in sweep.scores)),
            value=first.detector, description="detector", layout=_narrow(),
        )  # fmt: skip
        self.noise = _choice("noise", [scene.noise.name for scene in sweep.scenes])
        self.snr = _choice("SNR dB", [scene.snr_db for scene in sweep.scenes])
        self.speaker = _choice("speaker", [scene.conversation.name for scene in sweep.scenes])
        self.red = widgets.Dropdown(options=[NO_TURN], description="hear turn")
        self.hears = toggle("hear it", "Play the turn with a little before and after")
        self.sound = player("")
        self._text = widgets.HTML()
        self._lanes = TurnLanes(sweep.noise_kinds, budget=budget)
        self._curves = ThresholdCurves(sweep, first, budget=budget)
        self._compared = self._others()
        self.judged: tuple[JudgedTurn, ...] = ()
        super().__init__(
            self._lanes,
            self._curves,
            controls=(
                self.threshold, self.speech_duration, self.silence, self.prefix, self.filter,
                self.detector, self.noise, self.snr, self.speaker,
            ),
            below=[widgets.HBox([self.red, self.hears, self.sound]), self._text],
            tuning=tuning,
        )  # fmt: skip
        self.watch(self.hears, lambda _pressed: self.hear())

    @property
    def setting(self) -> Setting:
        """What the controls say."""
        turns = replace(
            self._start_setting.turn_detection,
            threshold=self.threshold.value,
            speech_duration_ms=self.speech_duration.value,
            silence_duration_ms=self.silence.value,
            prefix_padding_ms=self.prefix.value,
        )
        return Setting(self.detector.value, turns, self._filter)

    @property
    def _filter(self) -> Filter | None:
        return None if self.filter.value == NO_FILTER else self.filter.value

    @property
    def figures(self) -> dict[Kind, Figures]:
        """Both sides of the setting, by kind of noise."""
        return figures(self._sweep, self.setting)

    @property
    def scene(self) -> Scene:
        """The scene that is shown."""
        return self._sweep.scenes[self._scene_number()]

    @property
    def red_turns(self) -> tuple[JudgedTurn, ...]:
        """The turns of the scene that are no hits."""
        return tuple(each for each in self.judged if each.fate != "hit")

    @property
    def missed(self) -> tuple[Turn, ...]:
        """Labelled turns of the scene that no found turn serves."""
        served = {each.turn for each in self.judged}
        turns = self.scene.turns
        return tuple(turn for number, turn in enumerate(turns) if number not in served)

    def edits(self) -> dict[str, object]:
        """Give turn detection's values and the filters, by their place in a config.

        Returns
        -------
        dict from str to object
            Five entries.
        """
        turns = self.setting.turn_detection
        return {
            "/filters": nodes(self._filter),
            "/turn_detection/threshold": turns.threshold,
            "/turn_detection/prefix_padding_ms": turns.prefix_padding_ms,
            "/turn_detection/silence_duration_ms": turns.silence_duration_ms,
            "/turn_detection/speech_duration_ms": turns.speech_duration_ms,
        }

    def update(self) -> None:
        """Bring both pictures and the lines below to what the controls say."""
        setting, number = self.setting, self._scene_number()
        turns, scene = setting.turn_detection, self._sweep.scenes[number]
        sound, activity = self._listen(number, setting.condition)
        if (number, setting.condition) != self._shown:
            self._lanes.hear(sound, activity)
            self._compared = self._others()
            self._lanes.compare(self._compared)
            self._shown = number, setting.condition
        found = find_turns(
            activity,
            thresholds=[turns.threshold],
            speech_durations_ms=[turns.speech_duration_ms],
            silences_ms=[turns.silence_duration_ms],
        )
        self.judged = judge_turns(
            found, scene.turns, duration_ms=scene.duration_ms,
            prefix_padding_ms=turns.prefix_padding_ms,
        )  # fmt: skip
        self._lanes.show(
            self.judged, missed=self.missed, threshold=turns.threshold,
            title=f"local model ({setting.detector}): {scene.conversation.name} over "
            f"{scene.noise.name}, {scene.snr_db:g} dB",
        )  # fmt: skip
        sides = figures(self._sweep, setting)
        self._lanes.compare({**self._compared, "yours": sides})
        self._curves.show(setting)
        red = self.red_turns
        options = [(each.sentence, at) for at, each in enumerate(red)] or [NO_TURN]
        if [*self.red.options] != options:
            self.red.options = options
            self.red.value = options[0][1]
        self._text.value = "<br>".join(
            f"<b>{kind}</b>: {each.false_triggers.value:.1f} false triggers a minute, "
            f"{100 * each.missed_short.value:.0f} % of short turns missed, "
            f"{each.never_closed} turns never closed"
            for kind, each in sides.items()
        )

    def hear(self) -> None:
        """Offer the chosen red turn as the detector heard it."""
        if self.red.value == NO_TURN[1]:
            self.sound.children[0].value = "no red turn in this scene"
            self.sound.layout.display = ""
            return
        turn = self.red_turns[self.red.value]
        sound, _ = self._listen(self._scene_number(), self.setting.condition)
        self.sound.children[0].value = turn.sentence
        self.sound.children[1].value = wav(
            sound.excerpt(turn.start_ms - AROUND_MS, turn.end_ms + AROUND_MS)
        )
        self.sound.layout.display = ""

    def _scene_number(self) -> int:
        wanted = self.noise.value, self.snr.value, self.speaker.value
        return next(
            number
            for number, scene in enumerate(self._sweep.scenes)
            if (scene.noise.name, scene.snr_db, scene.conversation.name) == wanted
        )

    def _listen(self, number: int, condition: Condition) -> tuple[Recording, Activity]:
        """Mix, filter and hear a scene, once."""
        key = number, condition
        if key not in self._heard:
            sound = self._sweep.scenes[number].recording()
            if condition.filter is not None:
                sound = condition.filter.apply(sound)
            self._heard[key] = sound, detector(condition.detector).activities([sound])[0]
        return self._heard[key]

    def _others(self) -> dict[str, dict[Kind, Figures]]:
        """The guide and the default under the detector in hand, where they were swept."""
        found: dict[str, dict[Kind, Figures]] = {}
        start = self._start_setting
        guide = profile("guide")
        settings = {
            "guide": Setting(self.detector.value, guide.turn_detection, guide.filters[0]),
            "default": replace(
                start, detector=self.detector.value, turn_detection=TurnDetection(), filter=None
            ),
        }
        for name, setting in settings.items():
            turns = setting.turn_detection
            on_grid = (turns.threshold, turns.speech_duration_ms, turns.silence_duration_ms) in set(
                self._sweep.grid
            )
            if on_grid and setting.condition in self._sweep.scores:
                found[name] = figures(self._sweep, setting)
        return found


def _choice(description: str, values: list[object]) -> widgets.Dropdown:
    return widgets.Dropdown(options=list(dict.fromkeys(values)), description=description)


def _narrow() -> widgets.Layout:
    return widgets.Layout(width="14em")
