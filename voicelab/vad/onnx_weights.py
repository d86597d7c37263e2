"""ONNX weights: the named arrays of an ONNX file, read without its package.

An ONNX file is a protocol buffer [1]_.  Of its messages only those on the way
to a constant matter: model, graph, node, attribute, tensor [2]_.  A branch of
an ``If`` is a graph inside an attribute, and two branches may name their
arrays alike; so arrays are told apart by the branch that they stand in.

References
----------
.. [1] Protocol Buffers, "Encoding".
.. [2] onnx/onnx, ``onnx.proto``.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["read_weights"]

GRAPH_OF_MODEL = 7
NODE_OF_GRAPH = 1
ATTRIBUTE_OF_NODE = 5
NAME_OF_ATTRIBUTE, TENSOR_OF_ATTRIBUTE, GRAPH_OF_ATTRIBUTE = 1, 5, 6
DIMS_OF_TENSOR, TYPE_OF_TENSOR, NAME_OF_TENSOR, RAW_OF_TENSOR = 1, 2, 8, 9
FLOAT32 = 1
VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES = 0, 1, 2, 5

Field = tuple[int, int | bytes]


def read_weights(path: Path, *, branch: str) -> dict[str, NDArray[np.float32]]:
    """Read the float arrays in one branch of the model's first ``If``.

    Parameters
    ----------
    path : Path
        An ONNX file.
    branch : {"then_branch", "else_branch"}
        Which side of the question.

    Returns
    -------
    dict from str to ndarray
        By name; empty where the file holds none, or is of another form.
    """
    found: dict[str, NDArray[np.float32]] = {}
    try:
        for graph in _messages(path.read_bytes(), GRAPH_OF_MODEL):
            for attribute in _attributes(graph):
                if _text(attribute, NAME_OF_ATTRIBUTE) == branch:
                    for inner in _messages(attribute, GRAPH_OF_ATTRIBUTE):
                        found.update(_constants(inner))
    except (IndexError, ValueError):  # it ends early, or is no protocol buffer
        return {}
    return found


def _constants(graph: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for attribute in _attributes(graph):
        for tensor in _messages(attribute, TENSOR_OF_ATTRIBUTE):
            name = _text(tensor, NAME_OF_TENSOR)
            if name and (TYPE_OF_TENSOR, FLOAT32) in _fields(tensor):
                shape = [size for number, size in _fields(tensor) if number == DIMS_OF_TENSOR]
                (raw,) = _messages(tensor, RAW_OF_TENSOR)
                yield name, np.frombuffer(raw, "<f4").reshape([int(size) for size in shape])


def _attributes(graph: bytes) -> Iterator[bytes]:
    for node in _messages(graph, NODE_OF_GRAPH):
        yield from _messages(node, ATTRIBUTE_OF_NODE)


def _messages(message: bytes, wanted: int) -> Iterator[bytes]:
    for number, value in _fields(message):
        if number == wanted and isinstance(value, bytes):
            yield value


def _text(message: bytes, wanted: int) -> str:
    return b"".join(_messages(message, wanted)).decode()


def _fields(message: bytes) -> Iterator[Field]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == LENGTH:
            size, at = _varint(message, at)
        elif wire in (EIGHT_BYTES, FOUR_BYTES):
            size = 8 if wire == EIGHT_BYTES else 4
        else:
            raise ValueError(f"a field must be of a known wire type, got {wire}")
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
