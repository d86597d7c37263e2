"""Spoken: user audio of which every sample says whose it is.

A sample of utterance ``u`` in its 20 ms frame ``f`` holds ``256 u + f``; silence
is 0.  So whoever received audio can tell exactly what of it was said when.  A
sample lasts 10 ms: more of them would say nothing more.
"""

import itertools

import numpy as np

RATE_HZ = 100
STEP_MS = 1000 // RATE_HZ


def stream(utterances, *, duration_ms):
    """The microphone's whole stream; utterances are (start_ms, frames), numbered from 1."""
    codes = np.zeros(round(duration_ms / STEP_MS), dtype="<u2")
    for number, (start_ms, frames) in enumerate(utterances, start=1):
        first = round(start_ms / STEP_MS)
        codes[first : first + 2 * frames] = 256 * number + np.repeat(np.arange(frames), 2)
    return codes


def codes_of(octets):
    """The samples of audio, one for 10 ms."""
    return np.frombuffer(octets, dtype="<u2").tolist()


def ordered(codes):
    """Frames in order, each run once."""
    return [code for code, _ in itertools.groupby(codes) if code]


def words(frames):
    """Frames as a transcript."""
    return " ".join(f"f{frame}" for frame in frames)


def read(text):
    """Frames of a transcript; text that is none holds none."""
    return [int(word[1:]) for word in text.split() if word[0] == "f" and word[1:].isdecimal()]
