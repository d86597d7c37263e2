"""Turns that were ended in a pause, while the user had not finished.

A pause within a turn is told from the end of one by what comes next: who
speaks on before anything of the answer can have been heard, did not wait for
it.  The pause is measured between vowels, for breaths lie between them.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from voicelab.diagnose.rules.hearing import begins_ms, is_spoken, pad_ms
from voicelab.diagnose.session import Connection, SeenTurn
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Edit, Evidence, Trouble

__all__ = ["turns_cut"]

REACTION_MS = 200.0  # nobody interrupts sooner what he hears
LONGEST_PAUSE_MS = 2_500.0  # the 95th percentile of pauses within a turn, in a call centre
SHARE = 0.2
STEP_MS = 50
LONGEST_SILENCE_MS = 2_000
STRONG_DB = 15.0  # below the loudest fifth: vowels are, breaths between them are not
HELD = 8  # frames of 10 ms, three quarters of them strong


def turns_cut(timeline: Timeline) -> Iterator[Trouble]:
    """Find turns that were ended in a pause: the user spoke on before any answer was heard.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence, pauses_ms, silence_ms, spoken = [], [], 0.0, 0
    for each in timeline.carried:
        turns = [
            turn for turn in each.turns if not turn.by_hand and turn.audio_start_ms is not None
        ]
        spoken += len(turns)
        silence = (each.detection or {}).get("silence_duration_ms")
        told_ms = float(silence) if isinstance(silence, int | float) else 500.0
        for first, second in pairwise(turns):
            pause_ms = _pause_ms(first, second, each, told_ms)
            if pause_ms is None or _was_answered(first, second, each, timeline):
                continue
            if is_spoken(first, each) is False or is_spoken(second, each) is False:
                continue
            silence_ms = max(silence_ms, told_ms)
            pauses_ms.append(pause_ms)
            evidence.append(
                Evidence(
                    at_ms=first.at_ms,
                    until_ms=second.stopped_ms or second.at_ms,
                    sentence=f"the user paused {pause_ms:.0f} ms and spoke on; the turn had ended "
                    f"after {told_ms:.0f} ms",
                    connection=each.number,
                )
            )
    if not evidence or (len(evidence) < 2 and len(evidence) < SHARE * spoken):
        return
    wanted_ms = min(STEP_MS * math.ceil((max(pauses_ms) + 100) / STEP_MS), LONGEST_SILENCE_MS)
    edit = Edit(path="/turn_detection/silence_duration_ms", value=wanted_ms)
    yield Trouble(
        name="turns_cut",
        severity=2,
        sure="likely",
        sentence=f"{len(evidence)} of {spoken} turns were cut in two by a pause",
        cause=f"silence_duration_ms of {silence_ms:.0f} is shorter than this user's pauses",
        change="a longer silence_duration_ms, or a turn detection that listens for the end of a "
        "sentence; each ms of it is waited for after every turn",
        edits=(edit,) if wanted_ms > silence_ms else (),
        evidence=tuple(evidence),
        source="200 ms of reaction time; pauses in call centres up to 2.5 s",
    )


def _pause_ms(
    first: SeenTurn, second: SeenTurn, connection: Connection, silence_ms: float
) -> float | None:
    """Measure the pause between two turns; ``None`` if it is longer than one within a turn."""
    if first.audio_end_ms is None or second.audio_start_ms is None:
        return None
    ends_ms = first.audio_end_ms - silence_ms
    last = _strong(first, connection)
    if last is not None:
        ends_ms = min(first.audio_end_ms, last[1])
    pause_ms = _onset_ms(second, connection) - ends_ms
    return pause_ms if 0 < pause_ms <= LONGEST_PAUSE_MS else None


def _onset_ms(turn: SeenTurn, connection: Connection) -> float:
    """Find where the voice of a turn begins, in audio time."""
    strong = _strong(turn, connection)
    if strong is not None:
        return strong[0]
    speech_ms = (connection.detection or {}).get("speech_duration_ms")
    speech_ms = float(speech_ms) if isinstance(speech_ms, int | float) else 0.0
    start_ms = turn.audio_start_ms or 0.0
    return start_ms + max(0.0, pad_ms(connection) - speech_ms)


def _strong(turn: SeenTurn, connection: Connection) -> tuple[float, float] | None:
    """Find from when until when a turn is nearly as loud as it gets; breaths are not."""
    sound, start_ms = connection.sound, turn.audio_start_ms
    if sound is None or start_ms is None:
        return None
    levels = sound.between(start_ms, turn.audio_end_ms or sound.duration_ms)
    if not levels.size or not np.isfinite(levels).all():
        return None
    strong = levels >= np.quantile(levels, 0.8) - STRONG_DB
    held = np.flatnonzero(np.convolve(strong, np.ones(HELD), mode="valid") >= 0.75 * HELD)
    if not held.size:
        return None
    last = held[-1] + HELD
    first = held[0] + int(np.argmax(strong[held[0] :]))
    return start_ms + 10.0 * first, start_ms + 10.0 * last


def _was_answered(
    first: SeenTurn, second: SeenTurn, connection: Connection, timeline: Timeline
) -> bool:
    """Tell whether the user could have heard something before he spoke on."""
    sound = connection.sound
    spoke_ms = begins_ms(second, connection)
    if sound is not None and sound.at_ms.size:
        spoke_ms = sound.file_ms(_onset_ms(second, connection))
    ended_ms = first.stopped_ms or first.at_ms
    return any(
        answer.begins_ms is not None
        and answer.created_ms >= ended_ms - 1
        and answer.begins_ms + REACTION_MS < spoke_ms
        for answer in timeline.answers
    )
