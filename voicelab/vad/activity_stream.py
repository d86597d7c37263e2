"""ActivityStream: a detector that is fed sound as it comes in.

Sound is float32, full scale +-1, at a rate that is stated once.  Chunks may
have any length; the values, joined, are those that the detector gives of the
whole, also where the sound is resampled on its way: bit for bit, and to
0.00001 from the neural detector, whose recordings are computed side by side.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["DETECTOR_RATE_HZ", "ActivityStream", "Ears"]

DETECTOR_RATE_HZ = 16_000

# Frames in, one value each out; what was heard before is remembered inside.
Ears = Callable[[NDArray[np.float32]], NDArray[np.float32]]


class ActivityStream:
    """Cuts chunks into frames and hears them, with a memory between chunks.

    Parameters
    ----------
    ears : callable
        From frames, shape (n, hop_samples), to their values, shape (n,); at rest.
    hop_samples : int
        Samples in a frame at 16 kHz.
    rate_hz : int
        Sample rate of the chunks.
    """

    def __init__(self, ears: Ears, hop_samples: int, *, rate_hz: int = DETECTOR_RATE_HZ) -> None:
        self._ears = ears
        self._resampler = None
        if rate_hz != DETECTOR_RATE_HZ:
            import soxr

            self._resampler = soxr.ResampleStream(
                rate_hz, DETECTOR_RATE_HZ, 1, dtype="float32", quality="HQ"
            )
        self._hop_samples = hop_samples
        self._rest = np.zeros(0, np.float32)

    def feed(self, chunk: NDArray[np.float32]) -> NDArray[np.float32]:
        """Hear the next chunk.

        Parameters
        ----------
        chunk : ndarray, shape (n,)
            The next samples; may be empty.

        Returns
        -------
        ndarray, shape (frames,)
            Activity of the frames that are complete by now; often none.
        """
        return self._hear(self._resampled(chunk, last=False))

    def finish(self) -> NDArray[np.float32]:
        """Hear what is left, the last frame filled up with silence.

        Returns
        -------
        ndarray, shape (frames,)
            Activity of what was begun.
        """
        heard = self._hear(self._resampled(np.zeros(0, np.float32), last=True))
        if not self._rest.size:
            return heard
        silence = np.zeros(self._hop_samples - self._rest.size, np.float32)
        return np.concatenate((heard, self._hear(silence)))

    def _resampled(self, chunk: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        chunk = np.asarray(chunk, np.float32)
        if self._resampler is None:
            return chunk
        return np.asarray(self._resampler.resample_chunk(chunk, last=last), np.float32)

    def _hear(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        sound = np.concatenate((self._rest, sound))
        whole = sound.size // self._hop_samples * self._hop_samples
        self._rest = sound[whole:]
        if not whole:
            return np.zeros(0, np.float32)
        heard = self._ears(sound[:whole].reshape(-1, self._hop_samples))
        return np.asarray(heard, np.float32)
