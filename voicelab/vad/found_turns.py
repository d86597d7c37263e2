"""FoundTurns: what the machine finds under many settings, at once.

The same turns as :class:`voicelab.vad.ServerVad` tells when it is fed frame by
frame, without going frame by frame.  Times are in ms of audio heard.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from voicelab.vad.activity import Activity
from voicelab.vad.server_vad import frames_for

__all__ = ["FoundTurns", "find_turns"]


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
    The thresholds lie one after the other on one long axis of frames, so that
    each pair of durations is decided for all of them together.
    """
    hop_ms, frames = activity.hop_ms, activity.values.size
    levels = np.atleast_1d(np.asarray(thresholds, dtype=float))
    to_start = [frames_for(ms, hop_ms) for ms in np.atleast_1d(speech_durations_ms)]
    to_stop = [frames_for(ms, hop_ms) for ms in np.atleast_1d(silences_ms)]
    runs = _Runs.above(activity.values, levels)
    held = _Runs.above(activity.values, levels - release_below) if release_below else runs
    parts: list[tuple[NDArray[np.int64], ...]] = []
    for place, silence in enumerate(to_stop):
        cluster = held.clusters(silence)
        ends = held.last[np.append(np.flatnonzero(np.diff(cluster)), -1)] if cluster.size else None
        owner = cluster if held is runs else cluster[held.holding(runs)]
        for number, needed in enumerate(to_start):
            long_enough = np.flatnonzero(runs.last - runs.first >= needed)
            if ends is None or not long_enough.size:
                continue
            own = owner[long_enough]
            opens = np.append(True, own[1:] != own[:-1])
            onset = long_enough[opens]
            setting = (runs.row[onset] * len(to_start) + number) * len(to_stop) + place
            parts.append((setting, runs.first[onset], runs.first[onset] + needed, ends[own[opens]]))
    if not parts:
        parts.append((np.zeros(0, np.int64),) * 4)
    setting, first, started, sounding_end = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    order = np.argsort(setting, kind="stable")
    setting, first, started, sounding_end = (
        column[order] for column in (setting, first, started, sounding_end)
    )
    silence_of = np.array(to_stop)[setting % len(to_stop)]
    stopped = sounding_end + silence_of
    return FoundTurns(
        setting,
        hop_ms * first.astype(np.float64),
        hop_ms * started.astype(np.float64),
        hop_ms * sounding_end.astype(np.float64),
        np.where(stopped <= frames, hop_ms * stopped.astype(np.float64), np.nan),
    )


@dataclass(frozen=True)
class _Runs:
    """Runs of frames at or above each of some levels, by level and time."""

    row: NDArray[np.int64]  # number of the level
    first: NDArray[np.int64]
    last: NDArray[np.int64]  # the frame after its last
    width: int

    @classmethod
    def above(cls, values: NDArray[np.float32], levels: NDArray[np.float64]) -> "_Runs":
        width = values.size + 2  # silence on both sides keeps the levels apart
        mask = np.zeros((levels.size, width), np.int8)
        np.greater_equal(
            values, levels.astype(np.float32)[:, np.newaxis], out=mask[:, 1:-1].view(np.bool_)
        )
        edges = np.flatnonzero(np.diff(mask.ravel()))
        row, first = np.divmod(edges[::2], width)
        return cls(row, first, edges[1::2] - row * width, width)

    def clusters(self, silence: int) -> NDArray[np.int64]:
        """Number the clusters that runs form across gaps shorter than the silence."""
        if not self.row.size:
            return self.row
        apart = (self.row[1:] != self.row[:-1]) | (self.first[1:] - self.last[:-1] >= silence)
        return np.append(0, np.cumsum(apart))

    def holding(self, inner: "_Runs") -> NDArray[np.int64]:
        """For each run of a higher level the run of this one that holds it."""
        begins = self.row * self.width + self.first
        return np.searchsorted(begins, inner.row * self.width + inner.first, side="right") - 1
