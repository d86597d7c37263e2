"""HeardTurn: one turn of one scene under one setting, and whether it was right.

Every found turn has one outcome, every labelled turn that nobody heard is
*missed*.  Where several fit, the first of this list is told:

=============  ===========================================================
never closed   it was still open at the end
false          it touches no labelled speech (with the labels' collar)
cut            its labelled turn was heard in two or more pieces
early          it opened more than 250 ms before the speech that it ran into
clipped        its audio begins inside the speech, beyond the labels' error
hit            none of these
=============  ===========================================================

Times are in ms of the scene.
"""

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from voicelab.audio import Turn
from voicelab.vad.activity import Activity
from voicelab.vad.found_turns import FoundTurns, find_turns
from voicelab.vad.serving import COLLAR_BEFORE_MS, serve
from voicelab.vad.setting import Setting

__all__ = ["HeardTurn", "Outcome", "find_alone", "hear_turns", "missed_turns"]

Outcome = Literal["hit", "false", "early", "clipped", "cut", "never closed"]


@dataclass(frozen=True)
class HeardTurn:
    """A turn that the machine found.

    Attributes
    ----------
    scene : int
        Number of the scene in its sweep.
    setting : Setting
        Under which it was found.
    outcome : str
        One of the words above.
    onset_ms : float
        Where the run of speech began that opened it.
    started_ms : float
        Event time of its start.
    audio_start_ms : float
        Where its audio begins, padding included.
    sounding_end_ms : float
        End of its last speech frame.
    stopped_ms : float
        Event time of its stop; NaN if never closed.
    """

    scene: int
    setting: Setting
    outcome: Outcome
    onset_ms: float
    started_ms: float
    audio_start_ms: float
    sounding_end_ms: float
    stopped_ms: float

    def __str__(self) -> str:
        end = "the end" if np.isnan(self.stopped_ms) else f"{self.stopped_ms / 1000:.2f} s"
        return (
            f"{self.outcome} turn in scene {self.scene}, "
            f"{self.started_ms / 1000:.2f} s to {end} ({self.setting.detector})"
        )


def find_alone(activity: Activity, setting: Setting) -> FoundTurns:
    """Find the turns of one setting.

    Parameters
    ----------
    activity : Activity
        What its detector heard.
    setting : Setting
        Threshold and durations.

    Returns
    -------
    FoundTurns
        Of this setting alone.
    """
    turns = setting.turn_detection
    return find_turns(
        activity,
        thresholds=[turns.threshold],
        speech_durations_ms=[turns.speech_duration_ms],
        silences_ms=[turns.silence_duration_ms],
    )


def hear_turns(
    activity: Activity,
    labelled: tuple[Turn, ...],
    *,
    setting: Setting,
    scene: int,
    duration_ms: float,
) -> tuple[HeardTurn, ...]:
    """Find the turns of one scene and tell which are right.

    Parameters
    ----------
    activity : Activity
        What the setting's detector heard.
    labelled : tuple of Turn
        The truth.
    setting : Setting
        Threshold, durations and padding.
    scene : int
        The scene's number.
    duration_ms : float
        Length of the scene.

    Returns
    -------
    tuple of HeardTurn
        In order.
    """
    found = find_alone(activity, setting)
    audio_start = found.audio_start_ms(prefix_padding_ms=setting.turn_detection.prefix_padding_ms)
    serving = serve(found, labelled, duration_ms=duration_ms)
    begins_ms = np.array([turn.start_ms for turn in labelled] or [np.inf])[serving.turn]
    served = serving.turn >= 0
    outcomes = np.select(
        [
            np.isnan(found.stopped_ms),
            serving.false,
            served & (np.bincount(serving.turn + 1, minlength=1)[serving.turn + 1] > 1),
            serving.early,
            served & (audio_start > begins_ms + COLLAR_BEFORE_MS),
        ],
        ["never closed", "false", "cut", "early", "clipped"],
        default="hit",
    )
    columns = (
        outcomes,
        found.onset_ms,
        found.started_ms,
        audio_start,
        found.sounding_end_ms,
        found.stopped_ms,
    )
    return tuple(
        HeardTurn(scene, setting, cast(Outcome, str(outcome)), *map(float, times))
        for outcome, *times in zip(*columns, strict=True)
    )


def missed_turns(
    activity: Activity, labelled: tuple[Turn, ...], *, setting: Setting, duration_ms: float
) -> tuple[Turn, ...]:
    """List the labelled turns that no found turn serves.

    Parameters
    ----------
    activity : Activity
        What the setting's detector heard.
    labelled : tuple of Turn
        The truth.
    setting : Setting
        Threshold and durations.
    duration_ms : float
        Length of the scene.

    Returns
    -------
    tuple of Turn
        In order.
    """
    served = serve(find_alone(activity, setting), labelled, duration_ms=duration_ms).turn
    return tuple(turn for number, turn in enumerate(labelled) if number not in served)
