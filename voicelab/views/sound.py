"""Sound for the browser: recordings as WAV, level-matched where they are compared."""

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

import ipywidgets as widgets
import numpy as np

from voicelab.audio import Recording, level_dbfs, resample
from voicelab.jitter import Answer

__all__ = ["heard_through", "level_matched", "player", "wav"]

LOUDEST = 0.89  # -1 dBFS


def wav(recording: Recording) -> bytes:
    """Write a recording as 16-bit WAV.

    Parameters
    ----------
    recording : Recording
        Lowered, where it exceeds full scale.

    Returns
    -------
    bytes
        A WAV file.
    """
    import soundfile

    peak = float(np.abs(recording.samples).max())
    samples = recording.samples / max(1.0, peak)
    file = io.BytesIO()
    soundfile.write(file, samples, recording.rate_hz, format="WAV", subtype="PCM_16")
    return file.getvalue()


def player(name: str) -> widgets.VBox:
    """Make a place for a sound, hidden until there is one.

    Parameters
    ----------
    name : str
        Stands above it.

    Returns
    -------
    VBox
        Its second child is the sound; see :func:`wav`.
    """
    sound = widgets.Audio(value=b"", format="wav", autoplay=False, loop=False)
    return widgets.VBox(
        [widgets.HTML(name), sound], layout=widgets.Layout(display="none", margin="0 1em 0 0")
    )


def level_matched(before: Recording, after: Recording) -> tuple[Recording, Recording, float]:
    """Bring two recordings to one level, so that the louder does not win.

    Parameters
    ----------
    before, after : Recording
        Of one length.

    Returns
    -------
    tuple of Recording, Recording and float
        Both, lowered together where one would exceed full scale, and by how
        many decibels ``after`` was raised.
    """
    raised_db = min(level_dbfs(replace(before, turns=None)), 0.0) - level_dbfs(
        replace(after, turns=None)
    )
    raised = after.samples * np.float32(10 ** (raised_db / 20))
    peak = max(float(np.abs(each).max()) for each in (before.samples, raised))
    gain = np.float32(min(1.0, LOUDEST / max(peak, 1e-9)))
    return before.with_samples(gain * before.samples), after.with_samples(gain * raised), raised_db


def heard_through(
    answer: Answer, heard_from_ms: Sequence[float], *, voices: Sequence[Recording], rate_hz: int
) -> Recording:
    """Make an answer audible with its gaps; recorded speech stands in for its words.

    Parameters
    ----------
    answer : Answer
        Only its packets' sizes are known, not what it said.
    heard_from_ms : sequence of float
        From when on each packet is heard; infinite is never.
    voices : sequence of Recording
        Speech that is cut to the answer's length, one after the other.
    rate_hz : int
        Sample rate of the answer.

    Returns
    -------
    Recording
        From the first packet's arrival to the last sound.
    """
    words, missing = [], answer.total_samples
    for voice in cycle(voices):
        words.append(resample(voice, rate_hz).samples[:missing])
        missing -= words[-1].size
        if missing <= 0:
            break
    said = np.split(np.concatenate(words), np.cumsum(answer.samples)[:-1])
    placed = [
        (round((from_ms - float(answer.arrived_ms[0])) * rate_hz / 1000), piece)
        for from_ms, piece in zip(heard_from_ms, said, strict=True)
        if np.isfinite(from_ms)
    ]
    heard = np.zeros(max((at + piece.size for at, piece in placed), default=rate_hz), np.float32)
    for at, piece in placed:
        heard[at : at + piece.size] = piece
    return Recording(heard, rate_hz, f"answer {answer.id}")
