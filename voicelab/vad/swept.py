"""Sweep: what a sweep found, and what can be asked of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from voicelab.audio import Kind, Turn
from voicelab.filters import Filter
from voicelab.vad.choice import Choice
from voicelab.vad.choosing import choose
from voicelab.vad.crossed import crossed_figures
from voicelab.vad.cutoff import cut_curve
from voicelab.vad.heard_turn import HeardTurn, hear_turns, missed_turns
from voicelab.vad.intervals import Estimate
from voicelab.vad.setting import Budget, Setting
from voicelab.vad.swept_scenes import SweptScenes
from voicelab.vad.tables import ablation, front, table
from voicelab.vad.turn_detection import TurnDetection
from voicelab.vad.why import Why, explain

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sweep"]


class Sweep(SweptScenes):
    """Scores of every scene, and the questions that they answer.

    Made by :func:`voicelab.vad.sweep`; its attributes are those of
    :class:`voicelab.vad.swept_scenes.SweptScenes`.
    """

    def turns(self, scene: int, setting: Setting) -> tuple[HeardTurn, ...]:
        """Find the turns of one scene under one setting, on the grid or not.

        Parameters
        ----------
        scene : int
            Number of the scene.
        setting : Setting
            Its detector must have been swept.

        Returns
        -------
        tuple of HeardTurn
            In order, each with its outcome.
        """
        heard = self.scenes[scene]
        return hear_turns(
            self.activity(scene, setting.condition),
            heard.turns,
            setting=setting,
            scene=scene,
            duration_ms=heard.duration_ms,
        )

    def missed(self, scene: int, setting: Setting) -> tuple[Turn, ...]:
        """List the labelled turns of one scene that a setting does not hear.

        Parameters
        ----------
        scene : int
            Number of the scene.
        setting : Setting
            Its detector must have been swept.

        Returns
        -------
        tuple of Turn
            In order.
        """
        heard = self.scenes[scene]
        return missed_turns(
            self.activity(scene, setting.condition),
            heard.turns,
            setting=setting,
            duration_ms=heard.duration_ms,
        )

    def false_turns(self, setting: Setting) -> tuple[HeardTurn, ...]:
        """Find every turn that touches no speech, in all scenes.

        Parameters
        ----------
        setting : Setting
            Its detector must have been swept.

        Returns
        -------
        tuple of HeardTurn
            Those that never close among them.
        """
        return tuple(
            turn
            for scene in range(len(self.scenes))
            for turn in self.turns(scene, setting)
            if turn.outcome in ("false", "never closed")
        )

    def why(self, turn: HeardTurn) -> Why:
        """Explain why a turn was found, and what would remove it.

        Parameters
        ----------
        turn : HeardTurn
            One of :meth:`turns`.

        Returns
        -------
        Why
            Print it.
        """
        return explain(self, turn)

    def choose(
        self,
        *,
        detector: str = "silero",
        start: Setting | None = None,
        guide: Setting | None = None,
        filters: Sequence[Filter | None] | None = None,
        false_triggers_per_min: float = 1.0,
        missed_short_turns: float = 0.10,
        removed_false_triggers: float = 0.0,
    ) -> Choice:
        """Choose the smallest change that meets the budget for every kind of noise.

        Parameters
        ----------
        detector : str
            Whose activity decides, unless ``start`` says so.
        start : Setting or None
            What one has; ``None`` is the service's default without a filter.
        guide : Setting or None
            The guide's numbers, to be shown beside.
        filters : sequence of Filter or None
            What may be proposed; all that were swept, unless told.
        false_triggers_per_min : float > 0
            Budget on each kind of noise.
        missed_short_turns : float in (0, 1)
            Budget of turns missed under each kind of noise.
        removed_false_triggers : float in [0, 1)
            Share of the start's false triggers that must go, where that asks for more.

        Returns
        -------
        Choice
            Where nothing can be told, the start stays.
        """
        start = start or Setting(detector, TurnDetection())
        swept = [each.filter for each in self.scores if each.detector == start.detector]
        return choose(
            self,
            start=start,
            guide=guide,
            filters=swept if filters is None else filters,
            budget=Budget(
                false_triggers_per_min=false_triggers_per_min,
                missed_short_turns=missed_short_turns,
                removed_false_triggers=removed_false_triggers,
            ),
        )

    def front(self, detector: str) -> tuple[Setting, ...]:
        """List the settings that no other one beats on both sides.

        Parameters
        ----------
        detector : str
            Whose activity.

        Returns
        -------
        tuple of Setting
            From the quietest to the keenest.
        """
        return front(self, detector)

    def ablation(self, setting: Setting) -> "pd.DataFrame":
        """Show what each filter and each detector does to both sides.

        Parameters
        ----------
        setting : Setting
            Everything but filter and detector.

        Returns
        -------
        DataFrame
            One row a kind, detector and filter.
        """
        return ablation(self, setting)

    def cut_curve(self, setting: Setting) -> "pd.DataFrame":
        """Show what each silence costs: turns cut in two against the wait after a turn.

        Parameters
        ----------
        setting : Setting
            Everything but the silence.

        Returns
        -------
        DataFrame
            One row a reading of the labels and a silence.
        """
        return cut_curve(self, setting)

    def intervals(
        self, setting: Setting, *, generator: np.random.Generator
    ) -> dict[Kind, dict[str, Estimate]]:
        """Estimate what is not a count, with speakers and noise files drawn anew.

        Parameters
        ----------
        setting : Setting
            Must have been swept.
        generator : numpy.random.Generator
            Draws them.

        Returns
        -------
        dict from kind to (dict from str to Estimate)
            Open time, missed speech, clipping, latency; raw below eight of either.
        """
        return crossed_figures(self, setting, generator=generator)

    @property
    def frame(self) -> "pd.DataFrame":
        """Everything as a tidy table: one row a condition, kind, gain and setting."""
        return table(self)
