"""What the client sends for audio: none, of a wrong kind, or cleaned twice.

The encoding is judged on the appended audio itself, by the checks of
:func:`voicelab.inspect` and by two that need the wire: *pace*, seconds of audio
sent a second, which is 1 from any microphone whose rate is what the session
believes; and *byte order*, for swapped bytes make noise of the smoothest
voice.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import inspect
from voicelab.diagnose.session import Connection
from voicelab.diagnose.sound import Sound, recording
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble

__all__ = ["no_microphone", "suppressors_stacked", "wrong_audio_format"]

# By how much at least; an agent that hears itself over and over reaches 0.13 of half speed.
MISREAD = {"float_as_int16": 0.0, "int16_as_float": 0.0, "half_rate": 0.2}
PARAMS = ("audio", "session.input_audio_format", "session.input_audio_sampling_rate")
LEAST_MS = 5_000.0
PAUSED_MS = 600.0  # between two appends: the microphone was off, not slow
OFF_PACE, STEADY = 0.15, 0.05
WINDOW_MS, WINDOWS = 2_500.0, 3
RATES_HZ = (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
ROUGHER = 4.0  # energy of the differences, as it came against bytes swapped
LOUD = 300.0  # 16-bit units: quieter sound is as rough as any
SILENT_MS = 10_000.0
DIGITAL_SILENCE_DB = -90.0
GATED_DB = -85.0  # no room is as quiet beside speech; the quietest of 61 readers' is at -75
GATED_SHARE = 0.5
GATED_MS = 2_000.0
NEAR_SPEECH_MS = 500.0


def wrong_audio_format(timeline: Timeline) -> Iterator[Trouble]:
    """Find audio that is not what the session takes it for.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence: list[Evidence] = []
    said = False
    for each in timeline.carried:
        for error in each.errors:
            if error.code == "invalid_audio_format" or error.param in PARAMS:
                named = f" for {error.param}" if error.param else ""
                evidence.append(_at(each, error.at_ms, f"the service said {error.code}{named}"))
                said = True
        found = [*_misread(each), *_off_pace(each)]
        evidence += [_over(each, sentence) for sentence in found]
    if evidence:
        yield Trouble(
            name="wrong_audio_format",
            severity=3,
            sure="certain" if said else "likely",
            sentence="the audio that was sent is not what the session takes it for",
            cause="Wrong PCM encoding (the guide's invalid_audio_format); the service takes "
            "16-bit little-endian mono at the session's rate and cannot tell anything else",
            change="verify Int16 encoding, not Float32; resample to input_audio_sampling_rate, or "
            "set that to the rate of the AudioContext",
            evidence=tuple(evidence),
            source="inspect on the appended audio; its limits were set on 105 recordings",
        )


def no_microphone(timeline: Timeline) -> Iterator[Trouble]:
    """Find sessions that were ready and heard nothing.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    denied = [each for each in timeline.carried if each.microphone.get("status") == "denied"]
    silent = []
    for each in timeline.carried:
        if each.configured_ms is None or each.spoke or each.creates_ms or each in denied:
            continue
        open_ms = each.end_ms - each.configured_ms
        sound = each.sound
        if sound is None or not sound.at_ms.size:
            if open_ms >= SILENT_MS:
                silent.append((each, f"ready for {open_ms / 1000:.0f} s, and no audio was sent"))
        elif sound.is_measured and sound.duration_ms >= SILENT_MS:
            loudest_db = float(np.nanmax(sound.levels_db))
            if loudest_db <= DIGITAL_SILENCE_DB:
                what = f"{sound.duration_ms / 1000:.0f} s of audio, all of it digital silence"
                silent.append((each, what))
    if not denied and not silent:
        return
    evidence = [_over(each, "the page was denied the microphone") for each in denied]
    evidence += [_over(each, sentence) for each, sentence in silent]
    yield Trouble(
        name="no_microphone",
        severity=3,
        sure="certain" if denied else "likely",
        sentence="the service never heard the user",
        cause="microphone permission was denied or not asked for, the device is muted, or "
        "capturing never began",
        change="permission first: ask navigator.permissions before the start button is shown, say "
        "when access is blocked, and start capturing when session.updated has come",
        evidence=tuple(evidence),
        source="the guide on microphone permission",
    )


def suppressors_stacked(timeline: Timeline) -> Iterator[Trouble]:
    """Find audio that was cleaned in the browser and once more by the service.

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
    told = False
    for each in timeline.carried:
        settings = {**each.asked, **each.told}
        pairs = (
            ("input_audio_noise_reduction", "noise_suppression", "noise suppression"),
            ("input_audio_echo_cancellation", "echo_cancellation", "echo cancellation"),
        )
        for field, constraint, what in pairs:
            if settings.get(field) and each.microphone.get(constraint) is True:
                told = True
                evidence.append(_over(each, f"{what} runs in the browser and in the service"))
        gated_ms = _gated_ms(each) if settings.get(pairs[0][0]) and not told else 0.0
        if gated_ms:
            evidence.append(
                _over(
                    each,
                    f"{gated_ms / 1000:.1f} s beside speech are digitally silent: something cut "
                    "the room away before the service's own noise reduction",
                )
            )
    if evidence:
        yield Trouble(
            name="suppressors_stacked",
            severity=1,
            sure="certain" if told else "possible",
            sentence="two suppressors clean the same microphone",
            cause="the second works on what the first left: words lose their beginnings and the "
            "echo canceller loses its track",
            change="leave one: turn off noiseSuppression, echoCancellation and autoGainControl in "
            "getUserMedia where the service does it, or set the service's to null",
            evidence=tuple(evidence),
            source="the service's sample with an echo reference, which turns the browser's off",
        )


def _misread(connection: Connection) -> Iterator[str]:
    sound = connection.sound
    if sound is None or sound.samples is None or sound.duration_ms < LEAST_MS:
        return
    samples = sound.samples
    if samples.any():
        for finding in inspect(recording(samples, rate_hz=sound.rate_hz)).findings:
            if finding.name in MISREAD and finding.figure >= MISREAD[finding.name]:
                yield finding.sentence
        loud = samples[np.abs(samples.astype(np.int32)) > LOUD]
        if loud.size > samples.size // 50:
            ratio = _rough(samples) / (1e-9 + _rough(samples.byteswap()))
            if ratio > ROUGHER:
                yield f"it is {ratio:.0f} times smoother with its bytes swapped: big-endian"


def _rough(samples: NDArray[np.int16]) -> float:
    sound = samples.astype(np.float64)
    return float(np.mean(np.diff(sound) ** 2)) / max(float(np.mean(sound**2)), 1e-9)


def _off_pace(connection: Connection) -> Iterator[str]:
    """Compare how much audio was sent with the time it took, while it was sent steadily."""
    sound = connection.sound
    if sound is None or sound.at_ms.size < 20:
        return
    paces = _paces(sound)
    pace = float(np.median(paces)) if len(paces) >= WINDOWS else 1.0
    # A wrong rate is wrong all the time; what catches up is not.
    if abs(pace - 1) <= OFF_PACE or np.ptp(paces) > 2 * STEADY * pace:
        return
    sampled_hz = pace * sound.rate_hz
    true_hz = min(RATES_HZ, key=lambda hz: abs(float(hz) - sampled_hz) / hz)
    if abs(true_hz / sampled_hz - 1) > OFF_PACE / 2:
        return
    yield (
        f"{pace:.2f} s of audio were sent a second: it is sampled at {true_hz} Hz, "
        f"and the session takes it for {sound.rate_hz}"
    )


def _paces(sound: Sound) -> list[float]:
    """Give seconds of audio a second, in stretches in which the microphone was on."""
    edges = np.arange(sound.at_ms[0], sound.at_ms[-1], WINDOW_MS)
    places = np.searchsorted(sound.at_ms, edges)
    return [
        float(sound.start_ms[last] - sound.start_ms[first])
        / float(sound.at_ms[last] - sound.at_ms[first])
        for first, last in pairwise(places)
        if last - first > 5 and np.diff(sound.at_ms[first : last + 1]).max() < PAUSED_MS
    ]


def _gated_ms(connection: Connection) -> float:
    """Measure the digital silence beside speech; 0 unless most of what is beside it is silent."""
    sound = connection.sound
    if sound is None or not sound.is_measured:
        return 0.0
    loud = sound.loud(0, sound.duration_ms)
    reach = round(NEAR_SPEECH_MS / 10)
    near = np.convolve(loud, np.ones(2 * reach + 1), mode="same") > 0
    beside = near[: sound.levels_db.size] & ~loud
    silent = beside & (sound.levels_db[: beside.size] <= GATED_DB)
    silent_ms = 10.0 * float(silent.sum())
    if silent_ms < GATED_MS or silent.sum() < GATED_SHARE * beside.sum():
        return 0.0
    return silent_ms


def _at(connection: Connection, at_ms: float, sentence: str) -> Evidence:
    return Evidence(at_ms=at_ms, until_ms=at_ms, sentence=sentence, connection=connection.number)


def _over(connection: Connection, sentence: str) -> Evidence:
    return Evidence(
        at_ms=connection.configured_ms or connection.opened_ms,
        until_ms=connection.end_ms,
        sentence=sentence,
        connection=connection.number,
    )
