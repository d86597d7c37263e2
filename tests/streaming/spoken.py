"""Spoken: user audio of which every sample says whose it is.

A sample of utterance ``u`` in its 20 ms frame ``f`` holds ``256 u + f``; silence
is 0.  So whoever received audio can tell exactly what of it was said when.
"""

import numpy as np

RATE_HZ = 24_000
FRAME = 480  # samples; 20 ms
STEP = 240  # samples; 10 ms


def stream(utterances, *, duration_ms):
    """The microphone's whole stream; utterances are (start_ms, frames), numbered from 1."""
    codes = np.zeros(round(duration_ms / 10), dtype=np.uint16)
    for number, (start_ms, frames) in enumerate(utterances, start=1):
        first = round(start_ms / 10)
        codes[first : first + 2 * frames] = 256 * number + np.repeat(np.arange(frames), 2)
    return codes


def samples(codes):
    """The audio of a stretch of 10 ms codes."""
    return np.repeat(codes, STEP).astype("<u2").tobytes()


def frames_of(octets):
    """Which frames audio holds, in order and without silence."""
    return ordered(np.frombuffer(octets, dtype="<u2")[STEP // 2 :: STEP])


def ordered(codes):
    """Frames in order, each run once."""
    codes = np.asarray(codes)
    if not codes.size:
        return []
    kept = codes[np.flatnonzero(np.diff(codes, prepend=codes[0] ^ 1))]
    return [int(code) for code in kept if code]


def words(frames):
    """Frames as a transcript."""
    return " ".join(f"f{frame}" for frame in frames)


def read(text):
    """Frames of a transcript; text that is none holds none."""
    return [int(word[1:]) for word in text.split() if word[0] == "f" and word[1:].isdecimal()]
