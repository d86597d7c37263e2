"""Sound: the audio of one side on one connection, with when each piece of it came.

Two clocks meet here.  *Audio time* counts the samples, as the service does in
``audio_start_ms``; *file time* says when a piece was sent or received.  Levels
are in dB below full scale, one every 10 ms of audio time.  The samples
themselves are kept where the file holds them, up to a bound.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording, from_pcm16
from voicelab.diagnose.happened import Piece
from voicelab.wire.levels import LEVEL_MS, SILENT_DB, levels_db

__all__ = ["KEPT_S", "Sound", "SoundSoFar", "recording"]

KEPT_S = 600.0
FLOOR_SHARE = 0.2  # of all levels: what is quieter is the room
SPEECH_SHARE = 0.95
ABOVE_FLOOR_DB = 10.0
BELOW_SPEECH_DB = 22.0  # fricatives and the ends of words lie so far below the vowels


@dataclass(frozen=True, eq=False)
class Sound:
    """One side's audio on one connection.

    Attributes
    ----------
    at_ms : ndarray, shape (pieces,)
        When each piece was sent or received, in file time.
    start_ms : ndarray, shape (pieces + 1,)
        Where each begins in audio time; the last is where all ends.
    levels_db : ndarray, shape (frames,)
        How loud it is, every 10 ms of audio time; NaN where nobody measured it.
    samples : ndarray of int16 or None
        The beginning of it, as far as it was kept.
    rate_hz : int
        Its sample rate.
    """

    at_ms: NDArray[np.float64]
    start_ms: NDArray[np.float64]
    levels_db: NDArray[np.float64]
    samples: NDArray[np.int16] | None
    rate_hz: int

    @property
    def duration_ms(self) -> float:
        """How much audio there is."""
        return float(self.start_ms[-1])

    @property
    def is_measured(self) -> bool:
        """Whether levels are known."""
        return bool(np.isfinite(self.levels_db).any())

    @cached_property
    def floor_db(self) -> float:
        """Level of the room: a fifth of the time is quieter."""
        return float(np.nanquantile(self.levels_db, FLOOR_SHARE)) if self.is_measured else SILENT_DB

    @cached_property
    def speech_db(self) -> float:
        """Level of what is loud: a twentieth of the time is louder."""
        return (
            float(np.nanquantile(self.levels_db, SPEECH_SHARE)) if self.is_measured else SILENT_DB
        )

    def loud(
        self, first_ms: float, last_ms: float, *, speech_db: float | None = None
    ) -> NDArray[np.bool_]:
        """Tell in which frames of a stretch somebody speaks, by level alone.

        Parameters
        ----------
        first_ms, last_ms : float
            Where it lies in audio time.
        speech_db : float or None
            Level of the speech; ``None`` takes the connection's.

        Returns
        -------
        ndarray of bool, shape (frames,)
            One a 10 ms.
        """
        speech_db = self.speech_db if speech_db is None else speech_db
        least_db = max(self.floor_db + ABOVE_FLOOR_DB, speech_db - BELOW_SPEECH_DB)
        return np.nan_to_num(self.between(first_ms, last_ms), nan=SILENT_DB) >= least_db

    def between(self, first_ms: float, last_ms: float) -> NDArray[np.float64]:
        """Give the levels of a stretch.

        Parameters
        ----------
        first_ms, last_ms : float
            Where it lies in audio time.

        Returns
        -------
        ndarray, shape (frames,)
            In dB.
        """
        first, last = (max(0, round(each / LEVEL_MS)) for each in (first_ms, last_ms))
        return self.levels_db[first:last]

    def cut(self, first_ms: float, last_ms: float) -> Recording | None:
        """Give a stretch as one can hear it.

        Parameters
        ----------
        first_ms, last_ms : float
            Where it lies in audio time.

        Returns
        -------
        Recording or None
            ``None`` where its samples were not kept.
        """
        if self.samples is None:
            return None
        first, last = (max(0, round(each * self.rate_hz / 1000)) for each in (first_ms, last_ms))
        taken = self.samples[first:last]
        if taken.size < min(last - first, 1) or taken.size == 0:
            return None
        return recording(taken, rate_hz=self.rate_hz)

    def file_ms(self, audio_ms: float) -> float:
        """Say when a moment of the audio was sent or received.

        Parameters
        ----------
        audio_ms : float
            In audio time.

        Returns
        -------
        float
            In file time: when the piece that holds it came.
        """
        if not self.at_ms.size:
            return 0.0
        found = int(np.searchsorted(self.start_ms[1:], audio_ms, side="left"))
        return float(self.at_ms[min(found, self.at_ms.size - 1)])


def recording(samples: NDArray[np.int16], *, rate_hz: int) -> Recording:
    """Give samples as one can hear them.

    Parameters
    ----------
    samples : ndarray of int16
        16-bit samples.
    rate_hz : int
        Their rate.

    Returns
    -------
    Recording
        Full scale +-1.
    """
    return Recording(from_pcm16(samples.tobytes()), rate_hz, "stretch")


@dataclass
class SoundSoFar:
    """One side's audio as it comes in.

    Attributes
    ----------
    rate_hz : int
        Of what comes next.
    sample_bytes : int
        Bytes a sample takes; only two are read as levels.
    kept_s : float
        How much of it may be kept.
    """

    rate_hz: int = 24_000
    sample_bytes: int = 2
    kept_s: float = KEPT_S
    at_ms: list[float] = field(default_factory=list)
    lengths_ms: list[float] = field(default_factory=list)
    _levels: list[tuple[int, ...] | None] = field(default_factory=list)
    _kept: list[NDArray[np.int16]] = field(default_factory=list)
    _kept_s: float = 0.0
    _is_whole: bool = True  # no piece is missing among those that are kept

    def feed(self, piece: Piece, *, at_ms: float) -> float:
        """Take in the next piece.

        Parameters
        ----------
        piece : Piece
            The audio.
        at_ms : float
            When it came, in file time.

        Returns
        -------
        float
            How long it is in ms.
        """
        count, levels = piece.samples, piece.levels_db
        if piece.octets is not None:
            count = len(piece.octets) // self.sample_bytes
        sound = piece.pcm16() if self.sample_bytes == 2 else None
        if sound is not None and sound.size:
            levels = levels_db(sound, rate_hz=self.rate_hz)
            if self._is_whole and self._kept_s < self.kept_s:
                self._kept.append(sound)
                self._kept_s += sound.size / self.rate_hz
        elif count:
            self._is_whole = False
        length_ms = 1000 * (count or 0) / self.rate_hz
        self.at_ms.append(at_ms)
        self.lengths_ms.append(length_ms)
        self._levels.append(levels)
        return length_ms

    def sound(self) -> Sound:
        """Sum up.

        Returns
        -------
        Sound
            All that was fed.
        """
        start_ms = np.concatenate(([0.0], np.cumsum(self.lengths_ms)))
        grid = np.full(int(start_ms[-1] / LEVEL_MS) + 1, np.nan)
        for begins_ms, levels in zip(start_ms, self._levels, strict=False):
            if levels:
                first = round(begins_ms / LEVEL_MS)
                grid[first : first + len(levels)] = levels[: grid.size - first]
        kept = np.concatenate(self._kept) if self._kept else None
        return Sound(np.array(self.at_ms), start_ms, grid, kept, self.rate_hz)
