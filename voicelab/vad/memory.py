"""Memory: activity that was heard once is not listened to again.

An activity is remembered by content: the fingerprint of the sound, the filter,
the detector and its version.  Settings are no part of it, so a sweep that is
interrupted, widened or repeated only listens to what is new.

A detector without a version is never remembered: nobody would notice that it
was changed.
"""

import hashlib
from collections import OrderedDict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicelab.filters import Filter
from voicelab.vad.activity import Activity, Detector
from voicelab.vad.scene import Scene

__all__ = ["SHARED", "Memory"]

MOST_BYTES = 256_000_000  # some 400 hours of a detector with 20 ms frames


class Memory:
    """Activities by content, in memory, and on disk if a folder is named.

    Parameters
    ----------
    folder : str or Path or None
        Keeps them beyond the process; made if it is not there.
    most_bytes : int
        What is kept in memory; the longest unused goes first.
    """

    def __init__(self, folder: str | Path | None = None, *, most_bytes: int = MOST_BYTES) -> None:
        self.folder = None if folder is None else Path(folder)
        self.most_bytes = most_bytes
        self._values: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._values)

    def recall(
        self, scene: Scene, sound_filter: Filter | None, detector: Detector
    ) -> Activity | None:
        """Look for what a detector heard in a scene.

        Parameters
        ----------
        scene : Scene
            The sound.
        sound_filter : Filter or None
            What it passed first.
        detector : Detector
            Who listened.

        Returns
        -------
        Activity or None
            ``None`` if that was never heard, or forgotten.
        """
        if detector.version is None:
            return None
        key = _key(scene, sound_filter, detector)
        if key in self._values:
            self._values.move_to_end(key)
        elif self.folder is not None and (file := self.folder / f"{key}.npy").is_file():
            self._keep(key, np.load(file, allow_pickle=False))
        values = self._values.get(key)
        return None if values is None else Activity(values, detector.hop_ms, detector.name)

    def remember(
        self, scene: Scene, sound_filter: Filter | None, detector: Detector, activity: Activity
    ) -> None:
        """Keep what a detector heard in a scene.

        Parameters
        ----------
        scene : Scene
            The sound.
        sound_filter : Filter or None
            What it passed first.
        detector : Detector
            Who listened; without a version nothing is kept.
        activity : Activity
            What it heard.
        """
        if detector.version is None:
            return
        key = _key(scene, sound_filter, detector)
        if key in self._values:
            return
        self._keep(key, activity.values)
        if self.folder is not None and not (file := self.folder / f"{key}.npy").is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            half = file.with_suffix(".half.npy")  # never a torn file under its final name
            np.save(half, activity.values, allow_pickle=False)
            half.replace(file)

    def _keep(self, key: str, values: NDArray[np.float32]) -> None:
        self._values[key] = values
        self._bytes += values.nbytes
        while self._bytes > self.most_bytes and len(self._values) > 1:
            _, oldest = self._values.popitem(last=False)
            self._bytes -= oldest.nbytes


def _key(scene: Scene, sound_filter: Filter | None, detector: Detector) -> str:
    parts = (scene.content, repr(sound_filter), detector.name, detector.version, detector.hop_ms)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


SHARED = Memory()  # so that an interrupted cell of a notebook finds again what it had heard
