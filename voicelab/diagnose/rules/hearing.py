"""What was said in a turn, as far as this machine can tell: speech, noise, or the agent itself.

*Speech* is judged by the local neural detector, where the file holds the
sound: it ignores fans and keyboards.  *Echo* is judged by likeness to the
answer that sounds at that moment: by the waveform, where the file holds both
sides, else by the rise and fall of the level.  Independent voices were seen
at likenesses below 0.12 by waveform and 0.75 by level.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import resample
from voicelab.diagnose.session import Connection, SeenAnswer, SeenTurn
from voicelab.diagnose.sound import recording
from voicelab.diagnose.timeline import Timeline
from voicelab.vad import Detector, detector
from voicelab.wire.levels import LEVEL_MS, SILENT_DB

__all__ = ["begins_ms", "ears", "is_echo", "is_spoken", "likeness", "pad_ms"]

SPEECH = 0.5  # the neural detector's own line
SPOKEN_MS = 96.0  # three of its frames: shorter is no word
JUDGED_MS = 3_000.0
LATE_MS = (-300.0, 1_200.0)  # an echo may seem early where the player is not known
COMPARED_HZ = 8_000
ALIKE_WAVES, ALIKE_LEVELS = 0.2, 0.8
LEAST_FRAMES = 60
LIVELY_DB = 3.0
SMOOTH_FRAMES = 5

Waves = NDArray[Any]


@cache
def ears() -> Detector | None:
    """Give the local neural detector.

    Returns
    -------
    Detector or None
        ``None`` where it cannot run.
    """
    try:
        return detector("silero")
    except (ImportError, ValueError):
        return None


def pad_ms(connection: Connection) -> float:
    """Say how much audio in front of a turn belongs to it.

    Parameters
    ----------
    connection : Connection
        With its settings.

    Returns
    -------
    float
        As the service said it.
    """
    value = (connection.detection or {}).get("prefix_padding_ms")
    return float(value) if isinstance(value, int | float) else 300.0


def begins_ms(turn: SeenTurn, connection: Connection) -> float:
    """Say when somebody began to speak, in file time.

    Parameters
    ----------
    turn : SeenTurn
        Which.
    connection : Connection
        Where it was heard.

    Returns
    -------
    float
        When the audio was sent in which it began; when the service said so, where
        that is not known.
    """
    if turn.audio_start_ms is None or connection.sound is None or not connection.sound.at_ms.size:
        return turn.at_ms
    return connection.sound.file_ms(turn.audio_start_ms + pad_ms(connection))


def is_spoken(turn: SeenTurn, connection: Connection) -> bool | None:
    """Tell whether somebody speaks in a turn.

    Parameters
    ----------
    turn : SeenTurn
        Which.
    connection : Connection
        Where it was heard.

    Returns
    -------
    bool or None
        ``None`` where it cannot be told.
    """
    if "spoken" not in turn.judged:
        turn.judged["spoken"] = _listened(turn, connection)
    found: bool | None = turn.judged["spoken"]
    return found


def _listened(turn: SeenTurn, connection: Connection) -> bool | None:
    if turn.characters == 0:
        return False
    sound, listener = connection.sound, ears()
    if turn.audio_start_ms is None or sound is None or listener is None:
        return None
    end_ms = turn.audio_start_ms + JUDGED_MS
    end_ms = end_ms if turn.audio_end_ms is None else turn.audio_end_ms
    # A little before it as well: the detector wants to have heard the room.
    heard = sound.cut(max(0.0, turn.audio_start_ms - 500), end_ms)
    if heard is None:
        return None
    (activity,) = listener.activities([heard])
    return _longest(activity.values >= SPEECH) * activity.hop_ms >= SPOKEN_MS


def is_echo(turn: SeenTurn, connection: Connection, timeline: Timeline) -> bool:
    """Tell whether a turn is the agent's own voice come back.

    Parameters
    ----------
    turn : SeenTurn
        Which.
    connection : Connection
        Where it was heard.
    timeline : Timeline
        With the answers.

    Returns
    -------
    bool
        True if it sounds like the answer that sounded then.
    """
    alike = likeness(turn, connection, timeline)
    return alike is not None and alike[0] >= (ALIKE_WAVES if alike[1] else ALIKE_LEVELS)


def likeness(
    turn: SeenTurn, connection: Connection, timeline: Timeline
) -> tuple[float, bool] | None:
    """Compare a turn with the answer that sounded then.

    Parameters
    ----------
    turn : SeenTurn
        Which.
    connection : Connection
        Where it was heard.
    timeline : Timeline
        With the answers.

    Returns
    -------
    tuple of float and bool, or None
        The largest correlation over the lags of an echo, and whether it is of
        waveforms; ``None`` where nothing sounded, or neither can be compared.
    """
    if "likeness" not in turn.judged:
        turn.judged["likeness"] = _compared(turn, connection, timeline)
    found: tuple[float, bool] | None = turn.judged["likeness"]
    return found


def _compared(
    turn: SeenTurn, connection: Connection, timeline: Timeline
) -> tuple[float, bool] | None:
    sound = connection.sound
    if turn.audio_start_ms is None or sound is None or not sound.at_ms.size:
        return None
    start_ms = turn.audio_start_ms
    end_ms = min(start_ms + JUDGED_MS, sound.duration_ms)
    if turn.audio_end_ms is not None:
        end_ms = min(end_ms, turn.audio_end_ms)
    from_ms = sound.file_ms(start_ms)
    spoke = [each for each in timeline.answers if _sounds(each, from_ms, end_ms - start_ms)]
    if not spoke:
        return None
    window_ms = (from_ms - LATE_MS[1], from_ms + end_ms - start_ms - LATE_MS[0])
    mine = sound.cut(start_ms, end_ms)
    theirs = _placed_waves(spoke, window_ms) if mine is not None else None
    if mine is not None and theirs is not None:
        return _correlated(resample(mine, COMPARED_HZ).samples, theirs), True
    levels = sound.between(start_ms, end_ms)
    placed = _placed_levels(spoke, window_ms)
    if levels.size < LEAST_FRAMES or placed is None or not np.isfinite(levels).all():
        return None
    return _levels_alike(levels, placed), False


def _sounds(answer: SeenAnswer, from_ms: float, length_ms: float) -> bool:
    """Tell whether an answer sounded in a stretch, before anybody's turn could silence it."""
    if answer.begins_ms is None or answer.ends_ms is None:
        return False
    ends_ms = min(answer.ends_ms, (answer.cut_ms or np.inf) + LATE_MS[1])
    return answer.begins_ms < from_ms + length_ms and ends_ms > from_ms - LATE_MS[1] / 2


def _placed_waves(
    answers: list[SeenAnswer], window_ms: tuple[float, float]
) -> NDArray[np.float64] | None:
    """Lay the answers' sound out as it was heard, at the rate of comparison."""
    laid = np.zeros(round((window_ms[1] - window_ms[0]) * COMPARED_HZ / 1000) + 1)
    for answer in answers:
        sound = answer.sound
        if sound is None or sound.samples is None or sound.samples.size < answer.samples.sum():
            return None
        whole = recording(sound.samples, rate_hz=sound.rate_hz)
        slow = resample(whole, COMPARED_HZ).samples
        ends = np.cumsum(answer.samples) * COMPARED_HZ // sound.rate_hz
        for first, last, at_ms in zip(
            np.concatenate(([0], ends[:-1])), ends, answer.heard_from_ms, strict=True
        ):
            if np.isfinite(at_ms):
                _lay(laid, slow[first:last], round((at_ms - window_ms[0]) * COMPARED_HZ / 1000))
    return laid


def _placed_levels(
    answers: list[SeenAnswer], window_ms: tuple[float, float]
) -> NDArray[np.float64] | None:
    laid = np.full(round((window_ms[1] - window_ms[0]) / LEVEL_MS) + 1, float(SILENT_DB))
    for answer in answers:
        sound = answer.sound
        if sound is None or not sound.is_measured:
            return None
        ends = np.cumsum(1000 * answer.samples / sound.rate_hz) / LEVEL_MS
        for first, last, at_ms in zip(
            np.concatenate(([0.0], ends[:-1])), ends, answer.heard_from_ms, strict=True
        ):
            if np.isfinite(at_ms):
                piece = np.nan_to_num(sound.levels_db[round(first) : round(last)], nan=SILENT_DB)
                _lay(laid, piece, round((at_ms - window_ms[0]) / LEVEL_MS))
    return laid


def _lay(onto: Waves, piece: Waves, at: int) -> None:
    """Put a piece where it belongs, as far as that lies inside."""
    piece = piece[max(0, -at) :]
    at = max(0, at)
    piece = piece[: max(0, onto.size - at)]
    onto[at : at + piece.size] = piece


def _correlated(mine: Waves, theirs: Waves) -> float:
    """Give the largest correlation of the shorter with any stretch of the longer."""
    from scipy.fft import irfft, next_fast_len, rfft

    if mine.size < COMPARED_HZ // 4 or theirs.size <= mine.size or not np.any(theirs):
        return 0.0
    # Differences weigh all of the spectrum alike; a voice's lowest tone would drown it.
    mine, theirs = np.diff(mine.astype(np.float64)), np.diff(theirs)
    size = next_fast_len(mine.size + theirs.size)
    product = irfft(rfft(theirs, size) * np.conj(rfft(mine, size)), size)
    energy = np.concatenate(([0.0], np.cumsum(theirs**2)))
    places = theirs.size - mine.size + 1
    norms = np.sqrt((energy[mine.size :] - energy[: -mine.size])[:places] * np.sum(mine**2))
    least = 0.05 * norms.max() if places else 0.0
    alike = np.abs(product[:places]) / np.maximum(norms, max(least, 1e-9))
    return float(alike.max()) if alike.size else 0.0


def _levels_alike(mine: Waves, theirs: Waves) -> float:
    kernel = np.ones(SMOOTH_FRAMES) / SMOOTH_FRAMES
    floor_db = float(theirs.max()) - 40.0
    mine = np.convolve(mine, kernel, mode="valid")
    theirs = np.convolve(np.maximum(theirs, floor_db), kernel, mode="valid")
    best = 0.0
    if mine.std() < LIVELY_DB:
        return best
    for first in range(max(0, theirs.size - mine.size + 1)):
        stretch = theirs[first : first + mine.size]
        if stretch.std() >= LIVELY_DB:
            best = max(best, float(np.corrcoef(mine, stretch)[0, 1]))
    return best


def _longest(held: NDArray[np.bool_]) -> int:
    """Count the longest run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], held, [False])).astype(int)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
