"""Server VAD: from activity to turns, causally, one step per frame.

Idle, the machine counts consecutive speech frames; when the run is
``speech_duration_ms`` long, a turn starts **at the end of that frame**, so
short bursts never start a turn and none is removed afterwards.  Active, it
counts consecutive silence; when that is ``silence_duration_ms`` long, the turn
stops.  A turn that is open at the end is never closed.

Two clocks are kept apart.  *Event time* is when the service says something.
*Audio time* is what it says: ``audio_start_ms`` reaches back by the prefix
padding, ``audio_end_ms`` includes the silence.  Assumed, because no document
says it: a turn's audio neither begins before zero nor overlaps the turn
before it.  All times are in ms of audio sent.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voicelab.vad.activity import Activity
from voicelab.vad.turn_detection import Assumptions, TurnDetection

__all__ = ["FoundTurns", "ServerVad", "SpeechStarted", "SpeechStopped", "find_turns"]


class SpeechStarted(NamedTuple):
    """The service heard somebody begin.

    Attributes
    ----------
    event_ms : float
        When it said so.
    audio_start_ms : float
        Where the turn's audio begins, padding included.
    onset_ms : float
        Where the run of speech began that led to it.
    """

    event_ms: float
    audio_start_ms: float
    onset_ms: float


class SpeechStopped(NamedTuple):
    """The service heard enough silence.

    Attributes
    ----------
    event_ms : float
        When it said so.
    audio_end_ms : float
        Where the turn's audio ends, silence included.
    """

    event_ms: float
    audio_end_ms: float


def frames_for(duration_ms: float, hop_ms: float) -> int:
    """Count the frames that a duration takes; at least one.

    Parameters
    ----------
    duration_ms : float >= 0
        A setting.
    hop_ms : float > 0
        Length of a frame.

    Returns
    -------
    int
        The smallest number of whole frames that is long enough.
    """
    # The tolerance keeps 96 ms at three frames of 32 ms whatever the rounding.
    return max(1, math.ceil(duration_ms / hop_ms - 1e-9))


class ServerVad:
    """The machine: feed it activity, get events.

    Parameters
    ----------
    settings : TurnDetection
        Thresholds and durations.
    hop_ms : float > 0
        Length of a frame.
    assumptions : Assumptions
        What the documents leave open.
    """

    def __init__(
        self,
        settings: TurnDetection,
        *,
        hop_ms: float,
        assumptions: Assumptions = Assumptions(),  # noqa: B008 (frozen)
    ) -> None:
        self.settings = settings
        self.hop_ms = hop_ms
        self._release = np.float32(settings.threshold - assumptions.release_below)
        self._threshold = np.float32(settings.threshold)
        self._anchored_at_onset = assumptions.prefix_anchor == "onset"
        self._frames_to_start = frames_for(settings.speech_duration_ms, hop_ms)
        self._frames_to_stop = frames_for(settings.silence_duration_ms, hop_ms)
        self._frame = 0  # frames heard so far
        self._run = 0  # consecutive speech frames while idle
        self._silence = 0  # consecutive silent frames while a turn is open
        self._previous_end_ms = 0.0  # where the turn before ended
        self.active = False  # whether a turn is open

    def step(self, value: float) -> SpeechStarted | SpeechStopped | None:
        """Hear one frame.

        Parameters
        ----------
        value : float in [0, 1]
            The frame's activity.

        Returns
        -------
        SpeechStarted or SpeechStopped or None
            What the service says at the end of this frame.
        """
        self._frame += 1
        if not self.active:
            self._run = self._run + 1 if value >= self._threshold else 0
            return self._start() if self._run >= self._frames_to_start else None
        self._silence = 0 if value >= self._release else self._silence + 1
        return self._stop() if self._silence >= self._frames_to_stop else None

    def feed(self, values: Iterable[float]) -> list[SpeechStarted | SpeechStopped]:
        """Hear any number of frames.

        Parameters
        ----------
        values : iterable of float
            Activity, in order.

        Returns
        -------
        list of SpeechStarted or SpeechStopped
            In order.
        """
        return [event for value in values if (event := self.step(value)) is not None]

    def _start(self) -> SpeechStarted:
        event_ms = self._frame * self.hop_ms
        onset_ms = (self._frame - self._run) * self.hop_ms
        anchor_ms = onset_ms if self._anchored_at_onset else event_ms
        start_ms = max(anchor_ms - self.settings.prefix_padding_ms, self._previous_end_ms, 0.0)
        self.active, self._run, self._silence = True, 0, 0
        return SpeechStarted(event_ms, start_ms, onset_ms)

    def _stop(self) -> SpeechStopped:
        event_ms = self._frame * self.hop_ms
        self.active, self._run, self._silence = False, 0, 0
        self._previous_end_ms = event_ms
        return SpeechStopped(event_ms, event_ms)


@dataclass(frozen=True, eq=False)
class FoundTurns:
    """Turns found under many settings at once, flat: one entry per turn.

    Attributes
    ----------
    setting : ndarray of int, shape (turns,)
        Index of the setting under which it was found; ascending.
    onset_ms : ndarray, shape (turns,)
        Where the run of speech began that opened it.
    started_ms : ndarray, shape (turns,)
        Event time of its start.
    sounding_end_ms : ndarray, shape (turns,)
        End of its last speech frame: where the hangover begins.
    stopped_ms : ndarray, shape (turns,)
        Event time of its stop, and end of its audio; NaN if never closed.
    """

    setting: NDArray[np.int64]
    onset_ms: NDArray[np.float64]
    started_ms: NDArray[np.float64]
    sounding_end_ms: NDArray[np.float64]
    stopped_ms: NDArray[np.float64]

    def __len__(self) -> int:
        return self.setting.size

    def audio_start_ms(
        self, *, prefix_padding_ms: float, anchor: str = "detection"
    ) -> NDArray[np.float64]:
        """Place the turns' audio: padding is arithmetic on the result.

        Parameters
        ----------
        prefix_padding_ms : float >= 0
            Audio in front of the anchor.
        anchor : {"detection", "onset"}
            What the padding is counted back from.

        Returns
        -------
        ndarray, shape (turns,)
            Start of each turn's audio.
        """
        reference = self.onset_ms if anchor == "onset" else self.started_ms
        previous_end = np.zeros(len(self))
        if len(self) > 1:
            same = self.setting[1:] == self.setting[:-1]
            previous_end[1:] = np.where(same, self.stopped_ms[:-1], 0.0)
        return np.maximum(reference - prefix_padding_ms, previous_end)


def find_turns(
    activity: Activity,
    *,
    thresholds: ArrayLike,
    speech_durations_ms: ArrayLike,
    silences_ms: ArrayLike,
    release_below: float = 0.0,
) -> FoundTurns:
    """Find the machine's turns for every combination of settings.

    Settings are numbered in C order of (threshold, speech duration, silence).

    Parameters
    ----------
    activity : Activity
        Heard once.
    thresholds : array_like, shape (a,)
        Each in [0, 1].
    speech_durations_ms : array_like, shape (b,)
        Consecutive speech needed to start.
    silences_ms : array_like, shape (c,)
        Consecutive silence needed to stop.
    release_below : float in [0, 1]
        How far below the threshold counts as silence while a turn is open.

    Returns
    -------
    FoundTurns
        Equal to what :class:`ServerVad` says when fed frame by frame.

    Notes
    -----
    Runs of released activity with gaps shorter than the silence form a cluster.
    A turn can end only where a cluster ends, and starts at the first run of
    speech in it that is long enough; so each cluster holds one turn or none.
    """
    hop_ms = activity.hop_ms
    to_start = [frames_for(ms, hop_ms) for ms in np.atleast_1d(speech_durations_ms)]
    to_stop = [frames_for(ms, hop_ms) for ms in np.atleast_1d(silences_ms)]
    parts: list[tuple[NDArray[np.int64], ...]] = []
    setting = 0
    for threshold in np.atleast_1d(np.asarray(thresholds, dtype=float)):
        first, last = _runs(activity.values >= np.float32(threshold))
        held = np.float32(threshold - release_below)
        held_first, held_last = _runs(activity.values >= held) if release_below else (first, last)
        gaps = held_first[1:] - held_last[:-1]
        clusters = [_clusters(held_first, held_last, gaps >= silence) for silence in to_stop]
        for needed in to_start:
            long_enough = first[last - first >= needed]
            for (begins, ends), silence in zip(clusters, to_stop, strict=True):
                owner = np.searchsorted(begins, long_enough, side="right") - 1
                opening = np.flatnonzero(np.diff(owner, prepend=-1))
                onset = long_enough[opening]
                end = ends[owner[opening]]
                parts.append(
                    (np.full(onset.size, setting), onset, onset + needed, end, end + silence)
                )
                setting += 1
    number, onset, started, sounding_end, stopped = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    closed = stopped <= activity.values.size
    return FoundTurns(
        number,
        hop_ms * onset.astype(np.float64),
        hop_ms * started.astype(np.float64),
        hop_ms * sounding_end.astype(np.float64),
        np.where(closed, hop_ms * stopped.astype(np.float64), np.nan),
    )


def _runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the first frame of each run and the frame after its last."""
    padded = np.zeros(mask.size + 2, np.int8)
    padded[1:-1] = mask
    edges = np.flatnonzero(np.diff(padded))
    return edges[::2], edges[1::2]


def _clusters(
    first: NDArray[np.int64], last: NDArray[np.int64], apart: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join runs that are not apart."""
    if first.size == 0:
        return first, last
    return first[np.concatenate(([True], apart))], last[np.concatenate((apart, [True]))]
