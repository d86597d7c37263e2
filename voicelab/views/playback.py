"""Playback: what a player makes of recorded answers, seen and heard."""

from dataclasses import replace
from functools import cached_property

import ipywidgets as widgets

from voicelab import samples
from voicelab.audio import Recording
from voicelab.jitter import (
    GUIDE_PLAYER,
    NO_BUFFER,
    Arrivals,
    BufferChoice,
    Player,
    heard_from_ms,
    smallest_buffer,
)
from voicelab.jitter.outcome import Outcome, outcomes
from voicelab.tuning import Tuning
from voicelab.views.figures.palette import Source
from voicelab.views.figures.staircase import Staircase
from voicelab.views.panel import Panel, toggle
from voicelab.views.sound import heard_through, player, wav

__all__ = ["Playback"]

BUFFERS_MS = tuple(range(0, 2020, 20))
YOURS = "yours"
POLICIES = {"play_on": "plays on", "refill": "refills", "guide": "as the guide's"}


class Playback(Panel):
    """Arrived audio against playing audio, and what a buffer of any size costs.

    ``preset`` puts the others to a player's values: ``start`` is how it starts,
    ``start_ms`` its buffer, ``policy`` what it does when it runs dry.
    ``answer`` is the one that is drawn and heard.

    Parameters
    ----------
    arrivals : Arrivals
        Recorded answers; each is heard to its end before the next begins.
    first : Player or None
        Where the controls stand first; the tuning's player, unless told.
    tuning : Tuning or None
        Where the panel starts; the service's defaults, unless told.
    source : {"local model", "simulator", "service"}
        Whose arrivals they are.
    """

    def __init__(
        self,
        arrivals: Arrivals,
        first: Player | None = None,
        *,
        tuning: Tuning | None = None,
        source: Source = "local model",
    ) -> None:
        self.arrivals = arrivals.apart()
        base = first or (tuning.player if tuning else NO_BUFFER)
        self._first = replace(base, rate_hz=arrivals.rate_hz)
        self._presets = self._known()
        self._outcomes: dict[tuple[str, str], tuple[Outcome, ...]] = {}
        self.preset = widgets.Dropdown(
            options=list(self._presets), value=YOURS, description="player"
        )
        self.start = widgets.ToggleButtons(
            options=["prefill", "hold"], value=self._first.start, description="start by",
            style={"button_width": "5em"},
        )  # fmt: skip
        self.start_ms = widgets.IntSlider(
            value=round(self._first.start_ms), min=0, max=BUFFERS_MS[-1], step=5,
            description="buffer ms",
        )  # fmt: skip
        self.policy = widgets.Dropdown(
            options=[(said, name) for name, said in POLICIES.items()],
            value=self._first.on_underrun, description="run dry",
        )  # fmt: skip
        self.answer = widgets.BoundedIntText(
            value=1, min=1, max=len(arrivals.answers), description="answer"
        )
        self.hears = toggle("hear it", "Play the answer with its gaps")
        self.sound = player("")
        self._text = widgets.HTML()
        self._figure = Staircase(source=source)
        self._drawn: tuple[int, str, str] | None = None
        super().__init__(
            self._figure,
            controls=(self.preset, self.start, self.start_ms, self.policy, self.answer),
            below=[self._text, widgets.HBox([self.hears, self.sound])],
            tuning=tuning,
        )
        self.preset.observe(self._take, names="value")
        self.watch(self.hears, lambda _pressed: self.hear())

    @property
    def player(self) -> Player:
        """What the controls say."""
        base = self._presets[self.preset.value]
        return replace(
            base, start=self.start.value, start_ms=float(self.start_ms.value),
            on_underrun=self.policy.value,
        )  # fmt: skip

    @property
    def outcome(self) -> Outcome:
        """What the player makes of all answers."""
        return outcomes([self.arrivals], players=[self.player])[0]

    @property
    def underruns(self) -> int:
        """How often it runs dry, over all answers."""
        return self.outcome.underruns

    @cached_property
    def choice(self) -> BufferChoice | None:
        """The smallest buffer for 9 of 10 answers; ``None`` for fewer than 9 answers."""
        return smallest_buffer(self.arrivals) if len(self.arrivals.answers) >= 9 else None

    @cached_property
    def voices(self) -> tuple[Recording, ...]:
        """Bundled speech that stands in for what the answers said."""
        return samples.room().of_kind("speech")

    def edits(self) -> dict[str, object]:
        """Give the player's values, by their place in a config.

        Returns
        -------
        dict from str to object
            Four entries.
        """
        player = self.player
        return {
            "/player/start": player.start,
            "/player/start_ms": player.start_ms,
            "/player/on_underrun": player.on_underrun,
            "/player/flush_at_end": player.flush_at_end,
        }

    def update(self) -> None:
        """Bring the picture to what the controls say."""
        player, number = self.player, self.answer.value - 1
        drawn = (number, player.start, player.on_underrun)
        if drawn != self._drawn:
            if self._drawn is None or self._drawn[0] != number:
                self._figure.arrive(self.arrivals.answers[number], rate_hz=self.arrivals.rate_hz)
            promised = self.choice
            kept = (promised.chosen, promised.other_start) if promised else ()
            self._figure.weigh(
                self._weighed(player),
                promised_ms=next(
                    (each.player.start_ms for each in kept if each.player.start == player.start),
                    None,
                ),
            )
            self._drawn = drawn
        heard = heard_from_ms(self.arrivals, player=player)[number]
        name = self.arrivals.name
        self._figure.play(
            heard, title=f"{name}, answer {number + 1}, {player}, {POLICIES[player.on_underrun]}"
        )
        outcome = self.outcome
        self._figure.mark(outcome)
        self._text.value = (
            f"{outcome.smooth_answers} of {outcome.answers} answers smooth, "
            f"{outcome.underruns} underruns, {outcome.silent_ms:.0f} ms of silence in speech, "
            f"starts {outcome.start_delay_ms:.0f} ms after the first packet (median)"
        )

    def hear(self) -> None:
        """Offer the answer as it is heard, silence and all."""
        number = self.answer.value - 1
        heard = heard_from_ms(self.arrivals, player=self.player)[number]
        sound = heard_through(
            self.arrivals.answers[number], list(heard), voices=self.voices,
            rate_hz=self.arrivals.rate_hz,
        )  # fmt: skip
        self.sound.children[0].value = "bundled speech, cut to the answer's length, stands in"
        self.sound.children[1].value = wav(sound)
        self.sound.layout.display = ""

    def _known(self) -> dict[str, Player]:
        rate_hz = self.arrivals.rate_hz
        known = {YOURS: self._first}
        if self.choice is not None:
            known["smallest for 9 of 10"] = self.choice.player
        known["guide: 480 samples"] = replace(GUIDE_PLAYER, rate_hz=rate_hz)
        known["no buffer"] = replace(NO_BUFFER, rate_hz=rate_hz)
        return known

    def _take(self, _change: object) -> None:
        chosen = self._presets[self.preset.value]
        self.start.value = chosen.start
        self.start_ms.value = round(chosen.start_ms)
        self.policy.value = chosen.on_underrun

    def _weighed(self, player: Player) -> tuple[Outcome, ...]:
        key = player.start, player.on_underrun
        if key not in self._outcomes:
            players = [replace(player, start_ms=float(each)) for each in BUFFERS_MS]
            self._outcomes[key] = outcomes([self.arrivals], players=players)
        return self._outcomes[key]
