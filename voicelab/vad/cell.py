"""Cell: the unit of a sweep's work, which may run anywhere.

A few scenes through one filter and one detector, and every setting on what was
heard.  A cell needs nothing but its arguments and changes nothing but its
result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voicelab.filters import Filter
from voicelab.vad.activity import Activity, Detector
from voicelab.vad.found_turns import find_turns
from voicelab.vad.grid import Grid
from voicelab.vad.scene import Scene
from voicelab.vad.scores import SceneScores, score_turns

__all__ = ["Cell", "Scored", "hear"]


class Scored(NamedTuple):
    """What came of a cell.

    Attributes
    ----------
    activities : list of Activity
        One a scene.
    scores : list of SceneScores
        One a scene.
    """

    activities: list[Activity]
    scores: list[SceneScores]


@dataclass(frozen=True)
class Cell:
    """A few scenes to be heard and scored.

    Attributes
    ----------
    numbers : tuple of int
        The scenes' places in the sweep.
    scenes : tuple of Scene
        Heard side by side.
    filter : Filter or None
        What the audio passes first.
    detector : Detector
        Who listens.
    grid : Grid
        The settings.
    prefix_padding_ms : int
        Audio in front of each turn.
    """

    numbers: tuple[int, ...]
    scenes: tuple[Scene, ...]
    filter: Filter | None
    detector: Detector
    grid: Grid
    prefix_padding_ms: int

    def run(self, heard: Sequence[Activity | None]) -> Scored:
        """Hear what was not heard before, and score all of it.

        Parameters
        ----------
        heard : sequence of Activity or None
            One a scene.

        Returns
        -------
        Scored
            Activities and scores.
        """
        unheard = [scene for scene, known in zip(self.scenes, heard, strict=True) if known is None]
        fresh = iter(hear(unheard, self.filter, self.detector))
        activities = [next(fresh) if known is None else known for known in heard]
        return Scored(activities, list(map(self._score, self.scenes, activities)))

    def _score(self, scene: Scene, activity: Activity) -> SceneScores:
        found = find_turns(
            activity,
            thresholds=self.grid.thresholds,
            speech_durations_ms=self.grid.speech_durations_ms,
            silences_ms=self.grid.silences_ms,
        )
        return score_turns(
            found,
            scene.turns,
            settings=len(self.grid),
            duration_ms=scene.duration_ms,
            prefix_padding_ms=self.prefix_padding_ms,
        )


def hear(
    scenes: Sequence[Scene], sound_filter: Filter | None, detector: Detector
) -> list[Activity]:
    """Mix scenes, filter them, and listen.

    Parameters
    ----------
    scenes : sequence of Scene
        Heard side by side; may be empty.
    sound_filter : Filter or None
        What the audio passes first.
    detector : Detector
        Who listens.

    Returns
    -------
    list of Activity
        One a scene.
    """
    if not scenes:
        return []
    recordings = [scene.recording() for scene in scenes]
    if sound_filter is not None:
        recordings = [sound_filter.apply(recording) for recording in recordings]
    return detector.activities(recordings)
