"""Sweep: both sides of many settings for the price of one pass over the audio.

Scenes are heard once per filter and detector; every combination of threshold,
speech duration and silence is then decided and scored on that one activity.
Independent cells run through joblib, so ``joblib.parallel_config`` decides
where.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from voicelab.audio import Kind
from voicelab.filters import HighPass
from voicelab.vad.activity import Detector
from voicelab.vad.choice import Choice, choose
from voicelab.vad.detectors import detector as by_name
from voicelab.vad.kind_scores import KindScores
from voicelab.vad.scenes import Scene
from voicelab.vad.scores import SceneScores, score_turns
from voicelab.vad.server_vad import find_turns
from voicelab.vad.setting import Budget, Condition, Setting
from voicelab.vad.turn_detection import TurnDetection

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Grid", "Sweep", "sweep"]

SCENES_PER_CELL = 16  # what the neural detector hears side by side
THRESHOLDS = tuple(round(step / 50, 2) for step in range(1, 50))


@dataclass(frozen=True)
class Grid:
    """The settings of a sweep, numbered in C order.

    Attributes
    ----------
    thresholds : tuple of float
        Ascending, each in [0, 1].
    speech_durations_ms : tuple of int
        Consecutive speech needed to start.
    silences_ms : tuple of int
        Consecutive silence needed to stop.
    """

    thresholds: tuple[float, ...] = THRESHOLDS
    speech_durations_ms: tuple[int, ...] = (200,)
    silences_ms: tuple[int, ...] = (500,)

    def __post_init__(self) -> None:
        for axis in (self.thresholds, self.speech_durations_ms, self.silences_ms):
            if not axis or list(axis) != sorted(set(axis)):
                raise ValueError(f"each axis of a grid must ascend and not be empty, got {axis}")

    def __len__(self) -> int:
        return len(self.thresholds) * len(self.speech_durations_ms) * len(self.silences_ms)

    def __iter__(self) -> Iterator[tuple[float, int, int]]:
        return product(self.thresholds, self.speech_durations_ms, self.silences_ms)

    def index(self, settings: TurnDetection) -> int:
        """Find the number of a setting.

        Parameters
        ----------
        settings : TurnDetection
            Its threshold, speech duration and silence must lie on the grid.

        Returns
        -------
        int
            Its place in every array of scores.

        Raises
        ------
        ValueError
            If a value is not on the grid.
        """
        place = 0
        for axis, value in (
            (self.thresholds, settings.threshold),
            (self.speech_durations_ms, settings.speech_duration_ms),
            (self.silences_ms, settings.silence_duration_ms),
        ):
            if value not in axis:
                raise ValueError(
                    f"the sweep must hold the setting asked for, got {value} beside {axis}"
                )
            place = place * len(axis) + axis.index(value)
        return place


@dataclass(frozen=True, eq=False)
class Sweep:
    """Scores of every scene under every condition and setting.

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
    """

    scenes: tuple[Scene, ...]
    grid: Grid
    prefix_padding_ms: int
    scores: dict[Condition, tuple[SceneScores, ...]]
    _kinds: dict[Condition, dict[Kind, KindScores]] = field(default_factory=dict, repr=False)

    @property
    def noise_kinds(self) -> tuple[Kind, ...]:
        """Kinds of noise in the order in which they were first heard."""
        return tuple(dict.fromkeys(scene.noise.kind for scene in self.scenes))

    def kinds(self, condition: Condition) -> dict[Kind, KindScores]:
        """Add up the scenes of each kind of noise, apart.

        Parameters
        ----------
        condition : Condition
            Detector and filter.

        Returns
        -------
        dict from kind to KindScores
            Arrays over the grid's settings.

        Raises
        ------
        ValueError
            If the condition was not swept.
        """
        if condition not in self.scores:
            raise ValueError(
                f"the sweep must hold the condition asked for, got {condition}; "
                f"it holds {', '.join(map(str, self.scores))}"
            )
        if condition not in self._kinds:
            self._kinds[condition] = {
                kind: KindScores.of(
                    [
                        (scene, scores)
                        for scene, scores in zip(self.scenes, self.scores[condition], strict=True)
                        if scene.noise.kind == kind
                    ]
                )
                for kind in self.noise_kinds
            }
        return self._kinds[condition]

    def choose(
        self,
        *,
        detector: str = "silero",
        start: Setting | None = None,
        guide: Setting | None = None,
        filters: Sequence[HighPass | None] | None = None,
        false_triggers_per_min: float = 1.0,
        missed_short_turns: float = 0.10,
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
        filters : sequence of HighPass or None
            What may be proposed; all that were swept, unless told.
        false_triggers_per_min : float > 0
            Budget on each kind of noise.
        missed_short_turns : float in (0, 1)
            Budget of turns missed under each kind of noise.

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
            ),
        )

    @property
    def frame(self) -> "pd.DataFrame":
        """Everything as a tidy table: one row a condition, kind and setting."""
        import pandas as pd

        threshold, speech_duration, silence = zip(*self.grid, strict=True)
        tables = [
            pd.DataFrame(
                {
                    "detector": condition.detector,
                    "filter": str(condition.filter or "none"),
                    "kind": kind,
                    "threshold": threshold,
                    "speech_duration_ms": speech_duration,
                    "silence_duration_ms": silence,
                    **scores.columns(),
                }
            )
            for condition in self.scores
            for kind, scores in self.kinds(condition).items()
        ]
        return pd.concat(tables, ignore_index=True)


def sweep(
    scenes: Sequence[Scene],
    *,
    filters: Sequence[HighPass | None] = (None,),
    detectors: Sequence[str | Detector] = ("level", "silero"),
    grid: Grid = Grid(),
    prefix_padding_ms: int = 400,
    progress: Callable[[int, int], None] | None = None,
) -> Sweep:
    """Hear every scene once per filter and detector, and score every setting on it.

    Parameters
    ----------
    scenes : sequence of Scene
        At least one.
    filters : sequence of HighPass or None
        What the audio passes first; ``None`` is no filter.
    detectors : sequence of str or Detector
        Names, or detectors of your own.
    grid : Grid
        The settings.
    prefix_padding_ms : int
        Audio in front of each turn.
    progress : callable or None
        Called with cells done and cells in all.

    Returns
    -------
    Sweep
        Scores for all of it.

    Raises
    ------
    ValueError
        If there is no scene, or a detector cannot run.
    """
    from joblib import Parallel, delayed

    if not scenes:
        raise ValueError("a sweep needs at least one scene, got none")
    listeners = [by_name(name) for name in detectors]
    # Scenes of like length share a cell; longest cells first keep all workers busy to the end.
    order = sorted(range(len(scenes)), key=lambda index: -scenes[index].duration_ms)
    batches = [order[i : i + SCENES_PER_CELL] for i in range(0, len(order), SCENES_PER_CELL)]
    cells = list(product(listeners, filters, batches))
    work = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(
        delayed(score_cell)(
            [scenes[index] for index in batch], high_pass, listener, grid, prefix_padding_ms
        )
        for listener, high_pass, batch in cells
    )
    rows: dict[Condition, dict[int, SceneScores]] = {}
    for done, ((listener, high_pass, batch), scores) in enumerate(zip(cells, work, strict=True), 1):
        condition = Condition(listener.name, high_pass)
        rows.setdefault(condition, {}).update(zip(batch, scores, strict=True))
        if progress is not None:
            progress(done, len(cells))
    ordered = {
        condition: tuple(by_scene[index] for index in range(len(scenes)))
        for condition, by_scene in rows.items()
    }
    return Sweep(tuple(scenes), grid, prefix_padding_ms, ordered)


def score_cell(
    scenes: Sequence[Scene],
    high_pass: HighPass | None,
    listener: Detector,
    grid: Grid,
    prefix_padding_ms: int,
) -> list[SceneScores]:
    """Score a few scenes: the unit of work that may run anywhere.

    Parameters
    ----------
    scenes : sequence of Scene
        Heard side by side.
    high_pass : HighPass or None
        What the audio passes first.
    listener : Detector
        Who listens.
    grid : Grid
        The settings.
    prefix_padding_ms : int
        Audio in front of each turn.

    Returns
    -------
    list of SceneScores
        One a scene.
    """
    recordings = [scene.recording() for scene in scenes]
    if high_pass is not None:
        recordings = [high_pass.apply(recording) for recording in recordings]
    scored = []
    for scene, activity in zip(scenes, listener.activities(recordings), strict=True):
        found = find_turns(
            activity,
            thresholds=grid.thresholds,
            speech_durations_ms=grid.speech_durations_ms,
            silences_ms=grid.silences_ms,
        )
        scored.append(
            score_turns(
                found,
                scene.turns,
                settings=len(grid),
                duration_ms=scene.duration_ms,
                prefix_padding_ms=prefix_padding_ms,
            )
        )
    return scored
