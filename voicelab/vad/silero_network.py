"""The Silero network: the model's own arithmetic, in matrix products.

Run by onnxruntime, one frame at a time, the model spends most of its time
around the arithmetic.  Only the last cell remembers anything, so everything
before it is computed for many frames at once: a short-time spectrum of four
columns, four convolutions, and what the cell takes in [1]_.  Then the cell
goes frame by frame, all streams side by side.

A frame's value must not depend on who else is heard beside it.  So every
product has one shape: frames go in blocks of 32, streams in blocks of 8, the
last block filled up with silence.

References
----------
.. [1] snakers4/silero-vad, ``silero_vad.onnx`` of release 6, its 16 kHz branch.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from voicelab.vad.onnx_weights import read_weights

__all__ = ["SileroNetwork"]

BLOCK = 32  # frames to a product: what they need stays in the core's own cache
LANES = 8  # streams to a product
STATE = 128
HOP = 128  # samples between columns of the spectrum
WINDOW = 256
MIRRORED = 64  # samples, at the end of a frame
BINS = WINDOW // 2 + 1
SHAPES = {
    "stft.forward_basis_buffer": (2 * BINS, 1, WINDOW),
    "encoder.0.reparam_conv.weight": (128, BINS, 3),
    "encoder.1.reparam_conv.weight": (64, 128, 3),
    "encoder.2.reparam_conv.weight": (64, 64, 3),
    "encoder.3.reparam_conv.weight": (128, 64, 3),
    "decoder.rnn.weight_ih": (4 * STATE, 128),
    "decoder.rnn.weight_hh": (4 * STATE, STATE),
    "decoder.decoder.2.weight": (1, STATE, 1),
}

Floats = NDArray[np.float32]


class SileroNetwork:
    """The model's arrays, laid out for products.

    Parameters
    ----------
    weights : dict from str to ndarray
        By the model's own names.
    """

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._basis = np.ascontiguousarray(weights["stft.forward_basis_buffer"][:, 0].T)
        layers = [weights[f"encoder.{number}.reparam_conv.weight"] for number in range(4)]
        self._bias = [weights[f"encoder.{number}.reparam_conv.bias"] for number in range(4)]
        # Of the last two layers' three taps one or two only ever meet padding.
        taps = (slice(0, 3), slice(0, 3), slice(1, 3), slice(1, 2))
        self._layers = [
            np.ascontiguousarray(layer.transpose(2, 1, 0)[tap].reshape(-1, len(layer)))
            for layer, tap in zip(layers, taps, strict=True)
        ]
        # A gate is (1 + tanh(x / 2)) / 2, its candidate tanh(x): one call serves both.
        halved = np.repeat(np.array([0.5, 0.5, 1, 0.5], np.float32), STATE)
        self._taken_in = np.ascontiguousarray(weights["decoder.rnn.weight_ih"].T) * halved
        self._remembered = np.ascontiguousarray(weights["decoder.rnn.weight_hh"].T) * halved
        self._gate_bias = halved * (weights["decoder.rnn.bias_ih"] + weights["decoder.rnn.bias_hh"])
        self._answer = np.ascontiguousarray(weights["decoder.decoder.2.weight"][0, :, 0])
        self._answer_bias = weights["decoder.decoder.2.bias"]

    @classmethod
    def read(cls, model: Path) -> Self | None:
        """Read the network out of a model file.

        Parameters
        ----------
        model : Path
            An ONNX file.

        Returns
        -------
        SileroNetwork or None
            ``None`` where the file holds another network.
        """
        weights = read_weights(model, branch="then_branch")
        same = all(
            name in weights and weights[name].shape == shape for name, shape in SHAPES.items()
        )
        return cls(weights) if same else None

    def prepare(self, seen: Floats) -> Floats:
        """Do what needs no memory, for any frames of any streams.

        Parameters
        ----------
        seen : ndarray, shape (n, 576)
            Frames, each with the 64 samples before it.

        Returns
        -------
        ndarray, shape (n, 512)
            What the cell takes in.
        """
        return _in_blocks(BLOCK, self._prepared, seen)

    def step(self, rows: Floats, state: Floats) -> tuple[Floats, Floats]:
        """Let the cell hear the next frame of every stream.

        Parameters
        ----------
        rows : ndarray, shape (streams, 512)
            From :meth:`prepare`.
        state : ndarray, shape (2, streams, 128)
            What it remembers.

        Returns
        -------
        heard : ndarray, shape (streams,)
            Speech probabilities.
        state : ndarray, shape (2, streams, 128)
            What it remembers now.
        """
        hidden, inner = state
        gates = rows + _in_blocks(LANES, lambda block: block @ self._remembered, hidden)
        np.tanh(gates, out=gates)
        taken, kept, candidate, shown = gates.reshape(len(rows), 4, STATE).transpose(1, 0, 2)
        inner = (0.5 + 0.5 * kept) * inner + (0.5 + 0.5 * taken) * candidate
        hidden = (0.5 + 0.5 * shown) * np.tanh(inner)
        answer = np.sum(np.maximum(hidden, 0) * self._answer, axis=1) + self._answer_bias
        return 0.5 + 0.5 * np.tanh(0.5 * answer), np.stack((hidden, inner))

    def _prepared(self, seen: Floats) -> Floats:
        n = len(seen)
        mirrored = np.concatenate((seen, seen[:, -2 : -2 - MIRRORED : -1]), axis=1)
        hops = mirrored.reshape(n, 5, HOP)  # a column is a hop and the next
        columns = np.concatenate((hops[:, :-1], hops[:, 1:]), axis=2).reshape(-1, WINDOW)
        spectrum = (columns @ self._basis).reshape(n, 4, 2, BINS)
        level = np.sqrt(np.sum(np.square(spectrum), axis=2))
        wide = self._convolved(0, _taps(level, step=1))
        half = self._convolved(1, _taps(wide.reshape(n, 4, -1), step=2))
        one = self._convolved(2, half.reshape(n, -1))
        return np.asarray(self._convolved(3, one) @ self._taken_in + self._gate_bias)

    def _convolved(self, layer: int, taps: Floats) -> Floats:
        return np.asarray(np.maximum(taps @ self._layers[layer] + self._bias[layer], 0))


def _taps(columns: Floats, *, step: int) -> Floats:
    """Each column with its neighbours, silence beyond the ends, one row a place."""
    n, count, size = columns.shape
    padded = np.zeros((n, count + 2, size), np.float32)
    padded[:, 1:-1] = columns
    before, own, after = (padded[:, first : first + count : step] for first in range(3))
    return np.concatenate((before, own, after), axis=2).reshape(-1, 3 * size)


def _in_blocks(size: int, work: Callable[[Floats], Floats], rows: Floats) -> Floats:
    """Work on so many rows at a time, neither more nor fewer."""
    missing = -len(rows) % size
    if missing:
        rows = np.concatenate((rows, np.zeros((missing, rows.shape[1]), np.float32)))
    blocks = [work(rows[first : first + size]) for first in range(0, len(rows), size)]
    whole = blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
    return whole[: len(rows) - missing]
