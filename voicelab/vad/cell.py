"""Cell: the unit of a sweep's work, which may run anywhere.

A few scenes through one filter, mixed and filtered once, then every detector
and every setting on what was heard.  A cell needs nothing but its arguments
and changes nothing but its result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from voicelab.audio import Recording, resample
from voicelab.filters import Filter
from voicelab.vad.activity import DETECTOR_RATE_HZ, Activity, Detector
from voicelab.vad.found_turns import find_turns
from voicelab.vad.grid import Grid
from voicelab.vad.scene import Scene
from voicelab.vad.scores import SceneScores, score_turns

__all__ = ["Cell", "Scored", "heard_by"]

Known = Sequence[Activity | None]


class Scored(NamedTuple):
    """What came of one detector in a cell.

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
    detectors : tuple of Detector
        Who listens.
    grid : Grid
        The settings; a detector that knows only some levels has those as its
        thresholds.
    prefix_padding_ms : int
        Audio in front of each turn.
    """

    numbers: tuple[int, ...]
    scenes: tuple[Scene, ...]
    filter: Filter | None
    detectors: tuple[Detector, ...]
    grid: Grid
    prefix_padding_ms: int

    def run(self, known: Sequence[Known]) -> list[Scored]:
        """Hear what was not heard before, and score all of it.

        Parameters
        ----------
        known : sequence of (sequence of Activity or None)
            For each detector what it heard before, one a scene.

        Returns
        -------
        list of Scored
            One a detector.
        """
        sounds: dict[int, Recording] = {}
        found = []
        for detector, before in zip(self.detectors, known, strict=True):
            missing = [number for number, each in enumerate(before) if each is None]
            for number in missing:
                if number not in sounds:
                    sounds[number] = _sound(self.scenes[number], self.filter)
            fresh = iter(detector.activities([sounds[number] for number in missing]))
            heard = [next(fresh) if each is None else each for each in before]
            grid = self.grid.on(detector.levels)
            scores = [
                self._score(scene, activity, grid)
                for scene, activity in zip(self.scenes, heard, strict=True)
            ]
            found.append(Scored(heard, scores))
        return found

    def _score(self, scene: Scene, activity: Activity, grid: Grid) -> SceneScores:
        found = find_turns(
            activity,
            thresholds=grid.thresholds,
            speech_durations_ms=grid.speech_durations_ms,
            silences_ms=grid.silences_ms,
        )
        return score_turns(
            found,
            scene.turns,
            settings=len(grid),
            duration_ms=scene.duration_ms,
            prefix_padding_ms=self.prefix_padding_ms,
        )


def heard_by(detector: Detector, scene: Scene, sound_filter: Filter | None) -> Activity:
    """Mix one scene, filter it, and listen.

    Parameters
    ----------
    detector : Detector
        Who listens.
    scene : Scene
        To what.
    sound_filter : Filter or None
        What the audio passes first.

    Returns
    -------
    Activity
        On the scene's clock.
    """
    (activity,) = detector.activities([_sound(scene, sound_filter)])
    return activity


def _sound(scene: Scene, sound_filter: Filter | None) -> Recording:
    """What the detectors hear, at the rate at which all of them listen."""
    mixed = scene.recording()
    heard = mixed if sound_filter is None else sound_filter.apply(mixed)
    return resample(heard, DETECTOR_RATE_HZ)
