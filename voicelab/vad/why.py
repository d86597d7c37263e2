"""Why a turn was found here, and the smallest single change that removes it.

What one hears (bands), what each detector made of it (families), what the
machine did (steps), and what would have helped: for each of threshold, speech
duration, silence, filter and detector the nearest value of the sweep under
which this turn is gone, with what that value costs on labelled speech.

A wrong turn is gone when no wrong turn (false, or never closed) sounds at its
place; any other when no turn does.  Of the changes that remove it the
*smallest* is the one that misses the fewest labelled turns; of equals the one
named first above.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from voicelab.vad.bands import Band, bands_around
from voicelab.vad.heard_turn import HeardTurn, find_alone
from voicelab.vad.serving import serve
from voicelab.vad.setting import Condition, Setting

if TYPE_CHECKING:
    from voicelab.vad.swept import Sweep

__all__ = ["Change", "Heard", "Why", "explain"]

WRONG = ("false", "never closed")


@dataclass(frozen=True)
class Heard:
    """What one detector made of the stretch.

    Attributes
    ----------
    detector : str
        Its name.
    peak : float in [0, 1]
        Highest activity while the turn sounded.
    speech_share : float in [0, 1]
        Share of its frames at or above the threshold.
    finds : bool
        Whether it would have found a turn here, all else equal.
    """

    detector: str
    peak: float
    speech_share: float
    finds: bool


@dataclass(frozen=True)
class Change:
    """One value that removes the turn.

    Attributes
    ----------
    name : str
        threshold, speech_duration_ms, silence_duration_ms, filter or detector.
    setting : Setting
        The whole setting with this one value changed.
    missed, missed_now : int
        Labelled turns that it misses, and that are missed as it is, over all scenes.
    false_triggers, false_triggers_now : int
        The same for false triggers.
    turns : int
        Labelled turns in all scenes.
    """

    name: str
    setting: Setting
    missed: int
    missed_now: int
    false_triggers: int
    false_triggers_now: int
    turns: int

    def __str__(self) -> str:
        value = (
            getattr(self.setting, self.name)
            if self.name in ("filter", "detector")
            else getattr(self.setting.turn_detection, self.name)
        )
        return (
            f"{self.name} {value or 'none'}: misses {self.missed} of {self.turns} labelled turns "
            f"(now {self.missed_now}), {self.false_triggers} false triggers "
            f"(now {self.false_triggers_now})"
        )


@dataclass(frozen=True)
class Why:
    """The story of one turn.

    Attributes
    ----------
    turn : HeardTurn
        Which one.
    place : str
        The scene in words.
    bands : tuple of Band
        Level before and during the turn.
    families : tuple of Heard
        What each detector made of it.
    steps : tuple of str
        What the machine did.
    changes : tuple of Change
        Single changes that remove it, the smallest first.
    """

    turn: HeardTurn
    place: str
    bands: tuple[Band, ...]
    families: tuple[Heard, ...]
    steps: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def smallest(self) -> Change | None:
        """The change that costs least; ``None`` where no single one removes the turn."""
        return self.changes[0] if self.changes else None

    def __str__(self) -> str:
        lines = [f"local model, not the service: {self.turn}", self.place, "", *self.steps, ""]
        lines += [str(band) for band in self.bands]
        lines += ["", *(f"{each.detector:14} {_made_of_it(each)}" for each in self.families), ""]
        if not self.changes:
            return "\n".join([*lines, "no single change of the sweep removes it"])
        first, *others = self.changes
        return "\n".join([*lines, f"smallest change: {first}", *(f"or {each}" for each in others)])


def explain(sweep: "Sweep", turn: HeardTurn) -> Why:
    """Tell the story of one turn.

    Parameters
    ----------
    sweep : Sweep
        In which it was found.
    turn : HeardTurn
        Which one.

    Returns
    -------
    Why
        Print it.
    """
    scene = sweep.scenes[turn.scene]
    sound = scene.recording()
    if turn.setting.filter is not None:
        sound = turn.setting.filter.apply(sound)
    candidates = [
        _costed(sweep, turn.setting, name, setting)
        for name, setting in _nearest(sweep, turn)
        if setting is not None
    ]
    return Why(
        turn=turn,
        place=str(scene),
        bands=bands_around(sound, turn.onset_ms, turn.sounding_end_ms),
        families=tuple(_families(sweep, turn)),
        steps=_steps(sweep, turn),
        changes=tuple(sorted(candidates, key=lambda change: change.missed)),
    )


def _families(sweep: "Sweep", turn: HeardTurn) -> Iterator[Heard]:
    for name in sweep.detectors:
        setting = replace(turn.setting, detector=name)
        if setting.condition not in sweep.scores:
            continue
        activity = sweep.activity(turn.scene, setting.condition)
        first = int(turn.onset_ms // activity.hop_ms)
        last = max(first + 1, math.ceil(turn.sounding_end_ms / activity.hop_ms))
        values = activity.values[first:last]
        threshold = setting.turn_detection.threshold
        yield Heard(
            name,
            float(values.max(initial=0)),
            float(np.mean(values >= threshold)) if values.size else 0.0,
            not _gone(sweep, turn, setting.condition, [setting])[0],
        )


def _made_of_it(heard: Heard) -> str:
    found = "finds a turn" if heard.finds else "finds none"
    return f"{found}: peak {heard.peak:.2f}, speech in {100 * heard.speech_share:.0f} % of it"


def _steps(sweep: "Sweep", turn: HeardTurn) -> tuple[str, ...]:
    turns = turn.setting.turn_detection
    activity = sweep.activity(turn.scene, turn.setting.condition)
    onset = round(turn.onset_ms / activity.hop_ms)
    run_ms = turn.started_ms - turn.onset_ms
    begun = (
        f"{turn.onset_ms / 1000:.2f} s: activity {activity.values[onset]:.2f} reaches the "
        f"threshold of {turns.threshold:.2f}"
    )
    started = (
        f"{turn.started_ms / 1000:.2f} s: {run_ms:.0f} ms of it on end, "
        f"{turns.speech_duration_ms} ms were asked for: the turn starts"
    )
    audio = (
        f"{turn.audio_start_ms / 1000:.2f} s: here its audio begins, with up to "
        f"{turns.prefix_padding_ms} ms of padding"
    )
    if math.isnan(turn.stopped_ms):
        end = f"the end: never {turns.silence_duration_ms} ms of silence on end, it stays open"
    else:
        end = (
            f"{turn.stopped_ms / 1000:.2f} s: {turns.silence_duration_ms} ms of silence after "
            f"{turn.sounding_end_ms / 1000:.2f} s: the turn stops"
        )
    return begun, started, audio, end


def _nearest(sweep: "Sweep", turn: HeardTurn) -> Iterator[tuple[str, Setting | None]]:
    """For each value the nearest one of the sweep under which the turn is gone."""
    now = turn.setting
    grid = sweep.grid_of(now.detector)
    axes = zip(("threshold", "speech_duration_ms", "silence_duration_ms"), grid.axes, strict=True)
    for name, axis in axes:
        value = getattr(now.turn_detection, name)
        others = sorted((each for each in axis if each != value), key=lambda x: abs(x - value))
        options = [_with(now, name, other) for other in others]
        yield name, _first_gone(sweep, turn, now.condition, options)
    for name in ("filter", "detector"):
        options = [
            replace(now, filter=each.filter, detector=each.detector)
            for each in sweep.scores
            if _differs_only_in(name, each, now)
        ]
        yield (
            name,
            next((each for each in options if _gone(sweep, turn, each.condition, [each])[0]), None),
        )


def _with(setting: Setting, name: str, value: float) -> Setting:
    one: dict[str, Any] = {name: value}
    return replace(setting, turn_detection=replace(setting.turn_detection, **one))


def _differs_only_in(name: str, condition: Condition, setting: Setting) -> bool:
    same_filter: bool = condition.filter == setting.filter
    same_detector = condition.detector == setting.detector
    return (
        same_detector and not same_filter if name == "filter" else same_filter and not same_detector
    )


def _first_gone(
    sweep: "Sweep", turn: HeardTurn, condition: Condition, options: list[Setting]
) -> Setting | None:
    gone = _gone(sweep, turn, condition, options)
    return next((each for each, away in zip(options, gone, strict=True) if away), None)


def _gone(
    sweep: "Sweep", turn: HeardTurn, condition: Condition, options: list[Setting]
) -> list[bool]:
    scene = sweep.scenes[turn.scene]
    activity = sweep.activity(turn.scene, condition)
    away = []
    for option in options:
        found = find_alone(activity, option)
        there = (found.onset_ms < turn.sounding_end_ms) & (found.sounding_end_ms > turn.onset_ms)
        if turn.outcome in WRONG:
            serving = serve(found, scene.turns, duration_ms=scene.duration_ms)
            there &= serving.false | np.isnan(found.stopped_ms)
        away.append(not there.any())
    return away


def _costed(sweep: "Sweep", now: Setting, name: str, setting: Setting) -> Change:
    missed, false = _counts(sweep, setting)
    missed_now, false_now = _counts(sweep, now)
    turns = sum(len(scene.turns) for scene in sweep.scenes)
    return Change(name, setting, missed, missed_now, false, false_now, turns)


def _counts(sweep: "Sweep", setting: Setting) -> tuple[int, int]:
    """Missed turns and false triggers over all scenes, from the grid."""
    place = sweep.grid_of(setting.detector).index(setting.turn_detection)
    scores = sweep.scores[setting.condition]
    missed = sum(int(np.count_nonzero(each.pieces[place] == 0)) for each in scores)
    return missed, sum(int(each.false_triggers[place]) for each in scores)
