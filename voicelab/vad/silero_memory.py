"""Silero's memory: what is remembered of each stream between two frames.

A state of shape (2, streams, 128), the end of the last frame, and how long ago
the state was wiped.  Streams run side by side; who has ended drops out.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicelab.vad.activity import DETECTOR_RATE_HZ

__all__ = ["CONTEXT_SAMPLES", "HOP_SAMPLES", "Network", "SileroMemory"]

HOP_SAMPLES = 512
CONTEXT_SAMPLES = 64
RESET_FRAMES = round(2000 * DETECTOR_RATE_HZ / 1000 / HOP_SAMPLES)
QUIET_FRAMES = 5
QUIET = 0.1


class Network(Protocol):
    """The model in two parts: what needs no memory, and what does."""

    def prepare(self, seen: NDArray[np.float32]) -> NDArray[np.float32]:
        """Compute what one frame alone is enough for.

        Parameters
        ----------
        seen : ndarray, shape (n, 576)
            Frames, each behind the 64 samples before it.

        Returns
        -------
        ndarray, shape (n, anything)
            What ``step`` takes.
        """

    def step(
        self, rows: NDArray[np.float32], state: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Go one frame further.

        Parameters
        ----------
        rows : ndarray, shape (streams, anything)
            Of ``prepare``.
        state : ndarray, shape (2, streams, 128)
            After the frame before.

        Returns
        -------
        ndarray, shape (streams,)
            Speech probabilities.
        ndarray, shape (2, streams, 128)
            The state after this frame.
        """


class SileroMemory:
    """What is remembered of each stream between two frames.

    Parameters
    ----------
    network : Network
        The model.
    resets : bool
        Whether the state is wiped now and then while it is clearly quiet.
    streams : int
        How many begin.
    """

    def __init__(self, network: Network, *, resets: bool, streams: int) -> None:
        self._network = network
        self._resets = resets
        self._state = np.zeros((2, streams, 128), np.float32)
        self._context = np.zeros((streams, CONTEXT_SAMPLES), np.float32)
        self._since_reset = np.zeros(streams, int)
        self._quiet_run = np.zeros(streams, int)

    def hear(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Hear the next frames of the first streams; the others have ended.

        Parameters
        ----------
        frames : ndarray, shape (n, streams, 512)
            Side by side.

        Returns
        -------
        ndarray, shape (n, streams)
            Speech probabilities.
        """
        count, streams, _ = frames.shape
        self._keep(streams)
        seen = np.empty((count, streams, CONTEXT_SAMPLES + HOP_SAMPLES), np.float32)
        seen[:, :, CONTEXT_SAMPLES:] = frames
        seen[0, :, :CONTEXT_SAMPLES] = self._context
        seen[1:, :, :CONTEXT_SAMPLES] = frames[:-1, :, -CONTEXT_SAMPLES:]
        self._context = frames[-1, :, -CONTEXT_SAMPLES:].copy()
        rows = self._network.prepare(seen.reshape(count * streams, -1))
        heard = np.empty((count, streams), np.float32)
        for index, own in enumerate(rows.reshape(count, streams, -1)):
            heard[index], self._state = self._network.step(own, self._state)
            if self._resets:
                self._reset(heard[index])
        return heard

    def _keep(self, streams: int) -> None:
        self._context = self._context[:streams]
        self._state = np.ascontiguousarray(self._state[:, :streams])
        self._since_reset = self._since_reset[:streams]
        self._quiet_run = self._quiet_run[:streams]

    def _reset(self, heard: NDArray[np.float32]) -> None:
        self._since_reset += 1
        self._quiet_run = np.where(heard < QUIET, self._quiet_run + 1, 0)
        due = (self._since_reset >= RESET_FRAMES) & (self._quiet_run >= QUIET_FRAMES)
        if due.any():
            self._state = np.where(due[np.newaxis, :, np.newaxis], np.float32(0), self._state)
            self._since_reset[due] = 0
