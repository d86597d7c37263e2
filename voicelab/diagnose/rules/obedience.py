"""Settings that are echoed and not obeyed.

``session.updated`` says what the service took over, not what it does.  What it
does is measured here, on what was heard: where a turn ends behind the last
sound, where it begins before the first, whether answers come and stop by
themselves.  A threshold cannot be measured from outside.  Two turns must agree
before a duration is called disobeyed.
"""

from collections.abc import Callable, Iterator
from statistics import median

import numpy as np

from voicelab.diagnose.rules.hearing import ears, is_echo, is_spoken
from voicelab.diagnose.session import Connection, SeenTurn
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble

__all__ = ["setting_not_obeyed"]

OFF_MS = 260.0  # a measured duration differs by so much: detectors end words by up to 200
ALIKE_MS = 250.0  # and is the same in all turns, as a setting is
TURNS = 2
CLEAR_DB = 18.0  # speech above the room, for its ends to be seen
NO_ANSWER_MS = 6_000.0
STOPS_MS = 1_500.0
DEAF_SPEECH_MS = 1_000.0
COMPARED = ("threshold", "prefix_padding_ms", "silence_duration_ms", "speech_duration_ms",
            "create_response", "interrupt_response", "type")  # fmt: skip


def setting_not_obeyed(timeline: Timeline) -> Iterator[Trouble]:
    """Find turn detection that does something else than it says.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence = []
    deaf = False
    for each in timeline.carried:
        if each.configured_ms is None:
            continue
        for check in (_echoed, _deafness, _durations, _answering, _interrupting):
            for sentence in check(each, timeline):
                deaf |= check is _deafness
                evidence.append(
                    Evidence(
                        at_ms=each.configured_ms,
                        until_ms=each.end_ms,
                        sentence=sentence,
                        connection=each.number,
                    )
                )
    if evidence:
        yield Trouble(
            name="setting_not_obeyed",
            severity=3 if deaf else 2,
            sure="likely",
            sentence="the service does not do what its session says",
            cause="a setting was accepted, echoed and not obeyed; services differ by model, "
            "api-version and transport in what they do obey",
            change="another type of turn detection or api-version; measure it on a known "
            "utterance before you tune it",
            evidence=tuple(evidence),
            source="turns that end or begin 260 ms from where they should, twice and alike",
        )


def _echoed(connection: Connection, _: Timeline) -> Iterator[str]:
    """Compare what was asked for with what came back."""
    asked, told = (each.get("turn_detection", ...) for each in (connection.asked, connection.told))
    if asked is ... or told is ...:
        return
    if not isinstance(asked, dict) or not isinstance(told, dict):
        if (asked is None) != (told is None):
            yield f"turn_detection was set to {_kind(asked)} and came back as {_kind(told)}"
        return
    for name in COMPARED:
        if name in asked and name in told and asked[name] != told[name]:
            yield f"{name} was set to {asked[name]} and came back as {told[name]}"


def _deafness(connection: Connection, _: Timeline) -> Iterator[str]:
    """Find speech that no turn detection ever noticed."""
    sound = connection.sound
    if connection.detection is None or sound is None or connection.turns or connection.commits_ms:
        return
    heard, listener = sound.cut(0, sound.duration_ms), ears()
    if heard is None or listener is None:
        if not sound.is_measured or sound.speech_db < sound.floor_db + CLEAR_DB:
            return
        spoken_ms = 10.0 * float(sound.loud(0, sound.duration_ms).sum())
    else:
        (activity,) = listener.activities([heard])
        spoken_ms = float((activity.values >= 0.5).sum()) * activity.hop_ms
    if spoken_ms >= DEAF_SPEECH_MS:
        kind = connection.detection.get("type")
        yield (
            f"{spoken_ms / 1000:.1f} s of speech were sent, and {kind} with threshold "
            f"{connection.detection.get('threshold', 'unknown')} never said speech_started"
        )


def _durations(connection: Connection, timeline: Timeline) -> Iterator[str]:
    """Measure silence, padding and speech against what they should be."""
    sound, told = connection.sound, connection.detection
    if sound is None or told is None or not sound.is_measured:
        return
    if sound.speech_db - sound.floor_db < CLEAR_DB or str(told.get("type")) == "semantic_vad":
        return
    turns = [
        turn
        for turn in connection.turns
        if not turn.by_hand
        and is_spoken(turn, connection) is not False
        and not is_echo(turn, connection, timeline)
    ]
    checks: tuple[tuple[str, Callable[..., float | None], float], ...] = (
        ("silence_duration_ms", _silence_ms, 0.0),
        ("prefix_padding_ms", _padding_ms, _number(told.get("speech_duration_ms"))),
    )
    for name, measure, less_ms in checks:
        wanted_ms = told.get(name)
        if not isinstance(wanted_ms, int | float):
            continue
        # A turn at the very beginning has nothing in front of it.
        seen = [each for turn in turns if (each := measure(turn, connection)) is not None]
        if len(seen) < TURNS:
            continue
        usual_ms = median(seen)
        if max(seen) - min(seen) > ALIKE_MS:
            continue
        if usual_ms > wanted_ms + OFF_MS or usual_ms < wanted_ms - less_ms - OFF_MS:
            yield (
                f"{name} is {wanted_ms:g}, and {len(seen)} turns show {usual_ms:.0f} "
                "measured on the sound"
            )
    wanted_ms = _number(told.get("speech_duration_ms"))
    bursts = [each for turn in turns if (each := _loud_ms(turn, connection)) is not None]
    short = [each for each in bursts if each < wanted_ms - OFF_MS]
    if len(short) >= TURNS:
        yield f"speech_duration_ms is {wanted_ms:g}, and {len(short)} turns hold less sound"


def _answering(connection: Connection, timeline: Timeline) -> Iterator[str]:
    """See whether answers come by themselves exactly where they should."""
    told = connection.detection
    if told is None or "create_response" not in told:
        return
    turns = [
        turn for turn in connection.turns if not turn.by_hand and turn.committed_ms is not None
    ]
    missing = unasked = 0
    for turn in turns:
        at_ms = turn.committed_ms or 0.0
        later = [each.at_ms for each in connection.turns if each.at_ms > at_ms]
        until_ms = min([at_ms + NO_ANSWER_MS, *later])
        answered = [each for each in connection.answers if at_ms - 1 <= each.created_ms <= until_ms]
        if answered and not any(each.asked_for for each in answered):
            unasked += 1
        elif not answered and at_ms + NO_ANSWER_MS <= min([connection.end_ms, *later]):
            missing += not any(each >= at_ms for each in connection.asks_ms)
    errors = any(at.code == "rate_limit_exceeded" for at in connection.errors)
    if told["create_response"] is True and missing >= TURNS and not errors:
        yield f"create_response is true, and {missing} of {len(turns)} turns were never answered"
    if told["create_response"] is False and unasked >= TURNS:
        yield f"create_response is false, and {unasked} of {len(turns)} turns were answered"


def _interrupting(connection: Connection, _: Timeline) -> Iterator[str]:
    """See whether a new turn stops an answer that is being sent, exactly where it should."""
    told = connection.detection
    if told is None or "interrupt_response" not in told:
        return
    went_on = stopped = 0
    for turn in connection.turns:
        if turn.began_ms is None:
            continue
        for answer in connection.answers:
            done_ms = answer.done_ms
            if done_ms is None or not answer.created_ms + 50 < turn.began_ms < done_ms:
                continue
            went_on += answer.status == "completed" and done_ms > turn.began_ms + STOPS_MS
            stopped += answer.reason == "turn_detected"
    if told["interrupt_response"] is True and went_on:
        yield f"interrupt_response is true, and {went_on} answers went on after speech_started"
    if told["interrupt_response"] is False and stopped:
        yield f"interrupt_response is false, and {stopped} answers were stopped by a turn"


def _silence_ms(turn: SeenTurn, connection: Connection) -> float | None:
    """Measure from the last sound of a turn to its end."""
    loud = _loud(turn, connection)
    if loud is None or turn.audio_start_ms is None or turn.audio_end_ms is None:
        return None
    return float(turn.audio_end_ms - turn.audio_start_ms - 10.0 * (loud[-1] + 1))


def _padding_ms(turn: SeenTurn, connection: Connection) -> float | None:
    """Measure from the beginning of a turn to its first sound."""
    sound, loud = connection.sound, _loud(turn, connection)
    if sound is None or loud is None or not turn.audio_start_ms:
        return None
    if loud[0] <= 1:  # it may have begun before
        before = np.flatnonzero(sound.loud(turn.audio_start_ms - 1000, turn.audio_start_ms)[::-1])
        return -10.0 * float(before[-1] + 1) if before.size else 0.0
    return 10.0 * float(loud[0])


def _loud_ms(turn: SeenTurn, connection: Connection) -> float | None:
    loud = _loud(turn, connection)
    return None if loud is None else 10.0 * float(loud[-1] - loud[0] + 1)


def _loud(turn: SeenTurn, connection: Connection) -> np.ndarray | None:
    sound = connection.sound
    if sound is None or turn.audio_start_ms is None or turn.audio_end_ms is None:
        return None
    loud = np.flatnonzero(sound.loud(turn.audio_start_ms, turn.audio_end_ms))
    return loud if loud.size else None


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _kind(value: object) -> str:
    return "null" if value is None else "an object"
