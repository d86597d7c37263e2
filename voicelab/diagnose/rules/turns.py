"""Turns that should not be, and turns that begin too late."""

import math
from collections.abc import Iterator

import numpy as np

from voicelab.diagnose.rules.hearing import begins_ms, is_echo, is_spoken, pad_ms
from voicelab.diagnose.session import Connection, SeenTurn
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Edit, Evidence, Trouble

__all__ = ["false_triggers", "first_words_clipped"]

BUDGET_PER_MIN = 1.0  # false triggers, as tune's default budget
RAISED_THRESHOLD = 0.65
SHARE = 0.2
STEP_MS = 50
CLIPPED_MS = 60.0
LOOKED_BACK_MS = 1_500.0
BRIDGED = 15  # frames of 10 ms: stops and breaths within a word or two
BY_HAND_MS = 30.0


def false_triggers(timeline: Timeline) -> Iterator[Trouble]:
    """Find turns in which nobody speaks.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence, heard_ms, answered = [], 0.0, 0
    threshold = 0.5
    for each, turn in _turns(timeline):
        if turn.by_hand or is_spoken(turn, each) is not False or is_echo(turn, each, timeline):
            continue
        threshold = float((each.detection or {}).get("threshold") or threshold)
        by_words = ", and not a word was written down" if turn.characters == 0 else ""
        answered += timeline.playing(turn.at_ms) is None
        evidence.append(_seen(turn, each, f"a turn in which nobody speaks{by_words}"))
    for each in timeline.carried:
        heard_ms += each.sound.duration_ms if each.sound else 0.0
    per_min = len(evidence) / max(heard_ms / 60_000, 1e-9)
    if len(evidence) < 2 and per_min <= BUDGET_PER_MIN:
        return
    if not evidence:
        return
    edits = []
    if threshold < RAISED_THRESHOLD:
        edits.append(Edit(path="/turn_detection/threshold", value=RAISED_THRESHOLD))
    yield Trouble(
        name="false_triggers",
        severity=2,
        sure="likely",
        sentence=f"{len(evidence)} turns were noise, {per_min:.1f} a minute at threshold "
        f"{threshold:g}",
        cause="VAD false positives: keyboard, fan or room noise is taken for the user",
        change="increase the VAD threshold, high-pass filter the input at 80 Hz, or use "
        "push-to-talk; voicelab tune on this room's noise says what each costs",
        edits=tuple(edits),
        evidence=tuple(evidence),
        source="tune's budget of one a minute; the guide's 0.65",
    )


def first_words_clipped(timeline: Timeline) -> Iterator[Trouble]:
    """Find turns that begin in the middle of a word.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence, clipped_ms, padded_ms, spoken, by_hand = [], [], 0.0, 0, 0
    for each in timeline.carried:
        if each.sound is None or not each.sound.is_measured:
            continue
        before_ms = 0.0
        for turn in each.turns:
            if turn.by_hand:
                continue
            missing_ms = _missing_ms(turn, each, before_ms)
            before_ms = turn.audio_end_ms or turn.audio_start_ms or before_ms
            spoken += 1
            if missing_ms < CLIPPED_MS or is_spoken(turn, each) is False:
                continue
            if is_echo(turn, each, timeline):
                continue
            clipped_ms.append(missing_ms)
            padded_ms = max(padded_ms, pad_ms(each))
            sentence = f"speech had begun {missing_ms:.0f} ms before the turn"
            evidence.append(_seen(turn, each, sentence))
        for at_ms, gap_ms in _starts_by_hand(each):
            by_hand += 1
            evidence.append(
                Evidence(
                    at_ms=at_ms,
                    until_ms=at_ms + 200,
                    sentence=f"after {gap_ms / 1000:.1f} s without audio the first sample that was "
                    "sent is in the middle of a word",
                    connection=each.number,
                )
            )
        spoken += sum(turn.by_hand for turn in each.turns)
    if not evidence or (len(evidence) < 2 and len(evidence) < SHARE * spoken):
        return
    edits: tuple[Edit, ...] = ()
    if clipped_ms:
        wanted_ms = STEP_MS * math.ceil((padded_ms + max(clipped_ms) + STEP_MS) / STEP_MS)
        edits = (Edit(path="/turn_detection/prefix_padding_ms", value=wanted_ms),)
    yield Trouble(
        name="first_words_clipped",
        severity=2,
        sure="likely",
        sentence=f"{len(evidence)} of {max(spoken, len(evidence))} turns lost their beginning",
        cause="the page began to send when the button was down, not a little before"
        if by_hand
        else f"prefix_padding_ms of {padded_ms:.0f} does not reach back to the first sound: "
        "detection comes after speech_duration_ms of it, and later at a high threshold",
        change="keep 300 ms of audio from before the button, and send it first"
        if by_hand
        else "a longer prefix_padding_ms, which costs no waiting, or a lower threshold",
        edits=edits,
        evidence=tuple(evidence),
        source="levels of the appended audio; 60 ms is a short vowel",
    )


def _turns(timeline: Timeline) -> Iterator[tuple[Connection, SeenTurn]]:
    for each in timeline.carried:
        for turn in each.turns:
            yield each, turn


def _missing_ms(turn: SeenTurn, connection: Connection, before_ms: float) -> float:
    """Measure how long speech had lasted when a turn begins."""
    sound, start_ms = connection.sound, turn.audio_start_ms
    if sound is None or start_ms is None:
        return 0.0
    end_ms = min(turn.audio_end_ms or start_ms + 2000, start_ms + 2000)
    inside = sound.between(start_ms, end_ms)
    if not inside.size or not np.isfinite(inside).any():
        return 0.0
    speech_db = float(np.nanquantile(inside, 0.8))
    first_ms = max(before_ms, start_ms - LOOKED_BACK_MS)
    back = sound.loud(first_ms, start_ms, speech_db=speech_db)[::-1]
    loud = np.flatnonzero(back)
    if not loud.size or loud[0] > 2:
        return 0.0
    gaps = np.flatnonzero(np.diff(loud) > BRIDGED)
    return 10.0 * float(loud[gaps[0]] + 1 if gaps.size else loud[-1] + 1)


def _starts_by_hand(connection: Connection) -> Iterator[tuple[float, float]]:
    """Find where sending began in the middle of a word: when, and after how long a pause."""
    sound = connection.sound
    if sound is None or not connection.commits_ms or not sound.is_measured:
        return
    gaps_ms = np.diff(sound.at_ms, prepend=connection.configured_ms or connection.opened_ms)
    for index in np.flatnonzero(gaps_ms > 300):
        begins_at_ms = float(sound.start_ms[index])
        first = sound.between(begins_at_ms, begins_at_ms + BY_HAND_MS)
        later = sound.between(begins_at_ms, begins_at_ms + 1000)
        if first.size and later.size >= 50 and np.isfinite(later).all():
            speech_db = float(np.quantile(later, 0.8))
            if speech_db > sound.floor_db + 6 and first.min() > speech_db - 12:
                yield float(sound.at_ms[index]), float(gaps_ms[index])


def _seen(turn: SeenTurn, connection: Connection, sentence: str) -> Evidence:
    return Evidence(
        at_ms=begins_ms(turn, connection),
        until_ms=turn.stopped_ms or turn.at_ms,
        sentence=sentence,
        connection=connection.number,
    )
