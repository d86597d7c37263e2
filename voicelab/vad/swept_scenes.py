"""SweptScenes: scores of scenes under many settings, and the activity behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Kind
from voicelab.vad.activity import Activity, Detector
from voicelab.vad.cell import heard_by
from voicelab.vad.grid import Grid
from voicelab.vad.kind_scores import KindScores
from voicelab.vad.memory import Memory
from voicelab.vad.scene import Scene
from voicelab.vad.scores import SceneScores
from voicelab.vad.setting import Condition

__all__ = ["SweptScenes"]


@dataclass(frozen=True, eq=False)
class SweptScenes:
    """Scores of every scene under every condition and setting, and what was heard.

    Attributes
    ----------
    scenes : tuple of Scene
        What was heard.
    grid : Grid
        The settings.
    prefix_padding_ms : int
        Audio in front of each turn; decides only what is clipped.
    scores : dict from Condition to tuple of SceneScores
        One entry a scene.
    detectors : dict from str to Detector
        Who listened, by name.
    memory : Memory
        What they heard.
    """

    scenes: tuple[Scene, ...]
    grid: Grid
    prefix_padding_ms: int
    scores: dict[Condition, tuple[SceneScores, ...]]
    detectors: dict[str, Detector]
    memory: Memory = field(repr=False)
    _kinds: dict[tuple[Condition, float], dict[Kind, KindScores]] = field(
        default_factory=dict, repr=False
    )

    @property
    def noise_kinds(self) -> tuple[Kind, ...]:
        """The kinds of noise, in the order in which they were first heard."""
        return tuple(dict.fromkeys(scene.kind for scene in self.scenes))

    @property
    def gains_db(self) -> tuple[float, ...]:
        """How loud the speakers talk, 0 first: the gain ladder."""
        return tuple(
            sorted({scene.gain_db for scene in self.scenes}, key=lambda db: (db != 0, -db))
        )

    def grid_of(self, detector: str) -> Grid:
        """Give the grid on which a detector was swept.

        Parameters
        ----------
        detector : str
            Its name.

        Returns
        -------
        Grid
            With the detector's own levels as thresholds, where it has some.

        Raises
        ------
        ValueError
            If the detector was not swept.
        """
        return self.grid.on(self.detector(detector).levels)

    def detector(self, name: str) -> Detector:
        """Give a detector that listened.

        Parameters
        ----------
        name : str
            Its name.

        Returns
        -------
        Detector
            As it listened.

        Raises
        ------
        ValueError
            If it was not swept.
        """
        if name not in self.detectors:
            raise ValueError(
                f"the sweep must hold the condition asked for, got detector {name!r}; "
                f"it holds {', '.join(self.detectors)}"
            )
        return self.detectors[name]

    def kinds(self, condition: Condition, *, gain_db: float = 0.0) -> dict[Kind, KindScores]:
        """Add up the scenes of each kind of noise, apart.

        Parameters
        ----------
        condition : Condition
            Detector and filter.
        gain_db : float
            How loud the speakers talk; one rung of the ladder.

        Returns
        -------
        dict from kind to KindScores
            Arrays over the settings of the detector's grid.

        Raises
        ------
        ValueError
            If the condition, or the gain, was not swept.
        """
        if condition not in self.scores or gain_db not in self.gains_db:
            raise ValueError(
                f"the sweep must hold the condition asked for, got {condition} at {gain_db:g} dB; "
                f"it holds {', '.join(map(str, self.scores))} at {self.gains_db} dB"
            )
        key = condition, gain_db
        if key not in self._kinds:
            rows = list(zip(self.scenes, self.scores[condition], strict=True))
            by_kind = {
                kind: [
                    number
                    for number, (scene, _) in enumerate(rows)
                    if scene.kind == kind and scene.gain_db == gain_db
                ]
                for kind in self.noise_kinds
            }
            self._kinds[key] = {
                kind: KindScores.of(
                    [rows[number] for number in own],
                    # Echo hides words, and whether it does is the question there.
                    None
                    if kind == "echo"
                    else [self._heard(number, condition.detector) for number in own],
                )
                for kind, own in by_kind.items()
                if own
            }
        return self._kinds[key]

    def _heard(self, scene: int, detector: str) -> NDArray[np.bool_]:
        """Which turns of a scene any setting of a detector hears, through any filter."""
        each = [
            scores[scene].pieces.any(axis=0)
            for condition, scores in self.scores.items()
            if condition.detector == detector
        ]
        return np.asarray(np.any(each, axis=0))

    def only(self, numbers: Sequence[int]) -> Self:
        """Keep some of the scenes.

        Parameters
        ----------
        numbers : sequence of int
            Which; in the sweep's order.

        Returns
        -------
        Sweep
            The same settings and conditions.
        """
        return replace(
            self,
            scenes=tuple(self.scenes[number] for number in numbers),
            scores={
                condition: tuple(scores[number] for number in numbers)
                for condition, scores in self.scores.items()
            },
            _kinds={},
        )

    def activity(self, scene: int, condition: Condition) -> Activity:
        """Give what a detector heard in a scene; it listens again if that was forgotten.

        Parameters
        ----------
        scene : int
            Number of the scene.
        condition : Condition
            Detector and filter.

        Returns
        -------
        Activity
            On the scene's clock.
        """
        listener, heard = self.detector(condition.detector), self.scenes[scene]
        known = self.memory.recall(heard, condition.filter, listener)
        if known is None:
            known = heard_by(listener, heard, condition.filter)
            self.memory.remember(heard, condition.filter, listener, known)
        return known
