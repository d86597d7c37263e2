"""Symptoms of how sound was put into samples: rate, channels, length, type.

Bytes of one type that were taken for another are noise.  Whatever else is
found in such a recording would mislead, so those two checks come first.
"""

import numpy as np

from voicelab.audio.finding import LONG_ENOUGH_MS, Check, Finding
from voicelab.audio.pcm16 import to_pcm16
from voicelab.audio.recording import Recording

__all__ = ["ENCODING", "MISREAD"]

SERVICE_RATE_HZ = 24_000  # mono PCM16 at this rate is what the service takes
WIDEBAND_RATE_HZ = 16_000  # below it fricatives are lost, and detectors are not made for it
TELEPHONE_RATE_HZ = 8_000  # has a symptom of its own
SOUND = (1e-7, 2.0)  # magnitudes that floats of sound have
SOUND_SHARE = 0.99  # of the pairs that are not zero,
SOUND_PAIRS = 100  # if there are so many
FAR_BEYOND = 64.0  # times full scale; floats that merely clip stay far below


def rate(recording: Recording) -> Finding | None:
    """Compare the sample rate with the service's."""
    hz = recording.rate_hz
    if hz in (SERVICE_RATE_HZ, TELEPHONE_RATE_HZ):
        return None
    if hz >= WIDEBAND_RATE_HZ:
        sentence = (
            f"sampled at {hz} Hz it is resampled to the service's {SERVICE_RATE_HZ}: leave it so"
        )
        return Finding("rate", hz, "Hz", sentence, serious=False)
    sentence = (
        f"sampled at {hz} Hz it holds nothing above {hz / 2:g} Hz: "
        f"record at {SERVICE_RATE_HZ} or 48000 Hz"
    )
    return Finding("rate", hz, "Hz", sentence)


def channels(recording: Recording) -> Finding | None:
    """Say that channels were averaged."""
    count = recording.source.channels if recording.source else 1
    if count == 1:
        return None
    sentence = (
        f"its {count} channels were averaged, by which microphones that stand apart cancel: "
        "export the one nearest to the speaker as mono"
    )
    return Finding("channels", count, "channels", sentence, serious=count > 2)


def too_short(recording: Recording) -> Finding | None:
    """Say that a take is too short for some checks."""
    if recording.duration_ms >= LONG_ENOUGH_MS:
        return None
    seconds = recording.duration_ms / 1000
    sentence = (
        f"its {seconds:.1f} s are too short to look for hum, half speed or a telephone: "
        f"inspect a take of {LONG_ENOUGH_MS / 1000:.0f} s as well"
    )
    return Finding("too_short", seconds, "s", sentence, serious=False)


def float_as_int16(recording: Recording) -> Finding | None:
    """Look for Float32 bytes that were taken for Int16.

    Put together again, pairs of such samples are floats of sound; pairs of
    true samples almost never are.
    """
    if np.abs(recording.samples).max() > FAR_BEYOND:
        return None
    integers = to_pcm16(recording.samples).samples
    for first in (0, 1):
        pairs = integers[first : first + (integers.size - first) // 2 * 2].view("<f4")
        magnitude = np.abs(pairs)
        filled = int(np.count_nonzero(pairs))
        sound = int(np.count_nonzero((magnitude > SOUND[0]) & (magnitude < SOUND[1])))
        if filled >= SOUND_PAIRS and sound >= SOUND_SHARE * filled:
            share = 100 * sound / filled
            sentence = (
                f"it looks like Float32 bytes taken for Int16 ({share:.1f} % of its pairs of "
                "samples are floats of sound): import it as 32-bit float, and send Int16"
            )
            return Finding("float_as_int16", share, "% of pairs", sentence)
    return None


def int16_as_float(recording: Recording) -> Finding | None:
    """Look for Int16 that was taken for Float32, as numbers or as bytes."""
    peak = float(np.abs(recording.samples).max())
    if peak <= FAR_BEYOND:
        return None
    whole = bool((recording.samples == np.rint(recording.samples)).all())
    fix = "divide it by 32768" if whole else "import its bytes as 16-bit integers"
    sentence = (
        f"it looks like Int16 taken for Float32 (its peak is {peak:.3g} times full scale): {fix}"
    )
    return Finding("int16_as_float", peak, "times full scale", sentence)


MISREAD: tuple[Check, ...] = (int16_as_float, float_as_int16)
ENCODING: tuple[Check, ...] = (rate, channels, too_short)
