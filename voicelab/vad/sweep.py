"""Sweep: both sides of many settings for the price of one pass over the audio.

Scenes are mixed once per filter and heard once by each detector; every
combination of threshold, speech duration and silence is then decided and
scored on that one activity.
Independent cells run through joblib, so ``joblib.parallel_config`` decides
where: on the cores of this machine, or on a Dask cluster.

What was heard is remembered by content (:mod:`voicelab.vad.memory`), so a
sweep that is interrupted goes on where it was when it is called again.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from voicelab.filters import Filter
from voicelab.vad.activity import Activity, Detector
from voicelab.vad.cell import Cell, Scored
from voicelab.vad.detectors import detector as by_name
from voicelab.vad.grid import Grid
from voicelab.vad.memory import SHARED, Memory
from voicelab.vad.one_thread import one_thread
from voicelab.vad.scene import Scene
from voicelab.vad.scores import SceneScores
from voicelab.vad.setting import Condition
from voicelab.vad.swept import Sweep

__all__ = ["sweep"]

# What the neural detector hears side by side, and what a worker holds in memory.
SCENES_PER_CELL = 32
CELL_MS = 500_000.0


def sweep(
    scenes: Sequence[Scene],
    *,
    filters: Sequence[Filter | None] = (None,),
    detectors: Sequence[str | Detector] = ("level", "silero"),
    grid: Grid = Grid(),  # noqa: B008 (frozen)
    prefix_padding_ms: int = 400,
    progress: Callable[[int, int], None] | None = None,
    memory: Memory = SHARED,
) -> Sweep:
    """Hear every scene once per filter and detector, and score every setting on it.

    Parameters
    ----------
    scenes : sequence of Scene
        At least one.
    filters : sequence of Filter or None
        What the audio passes first; ``None`` is no filter.
    detectors : sequence of str or Detector
        Names, or detectors of your own.
    grid : Grid
        The settings; a detector that knows only some levels has those as its
        thresholds.
    prefix_padding_ms : int
        Audio in front of each turn.
    progress : callable or None
        Called with cells done and cells in all.
    memory : Memory
        Where activities are looked for and kept; this process's, unless told.

    Returns
    -------
    Sweep
        Scores for all of it.

    Raises
    ------
    ValueError
        If there is no scene, two detectors share a name, or one cannot run.
    """
    if not scenes:
        raise ValueError("a sweep needs at least one scene, got none")
    listeners = {each.name: each for each in map(by_name, detectors)}
    if len(listeners) < len(detectors):
        raise ValueError(f"detectors must differ in name, got {len(detectors)} of {[*listeners]}")
    cells = [
        Cell(
            batch,
            tuple(scenes[number] for number in batch),
            sound_filter,
            tuple(listeners.values()),
            grid,
            prefix_padding_ms,
        )
        for batch, sound_filter in product(_batches(scenes), filters)
    ]
    # In the order in which they were asked for, whichever cell is done first.
    rows: dict[Condition, dict[int, SceneScores]] = {
        Condition(name, sound_filter): {} for name, sound_filter in product(listeners, filters)
    }
    with one_thread():
        for done, (cell, found) in enumerate(_run(cells, memory), 1):
            for detector, (_, scores) in zip(cell.detectors, found, strict=True):
                condition = Condition(detector.name, cell.filter)
                rows[condition].update(zip(cell.numbers, scores, strict=True))
            if progress is not None:
                progress(done, len(cells))
    scored = {
        condition: tuple(by_scene[number] for number in range(len(scenes)))
        for condition, by_scene in rows.items()
    }
    return Sweep(tuple(scenes), grid, prefix_padding_ms, scored, listeners, memory)


def _batches(scenes: Sequence[Scene]) -> list[tuple[int, ...]]:
    """Scenes of like length share a cell; longest cells first keep all workers busy to the end."""
    batches: list[list[int]] = []
    room_ms = 0.0
    for number in sorted(range(len(scenes)), key=lambda number: -scenes[number].duration_ms):
        if (
            not batches
            or room_ms < scenes[number].duration_ms
            or len(batches[-1]) == SCENES_PER_CELL
        ):
            batches.append([])
            room_ms = CELL_MS
        batches[-1].append(number)
        room_ms -= scenes[number].duration_ms
    return list(map(tuple, batches))


def _run(cells: list[Cell], memory: Memory) -> Iterator[tuple[Cell, list[Scored]]]:
    """Run cells wherever joblib is told to; what they heard is kept as each one ends."""
    from joblib import Parallel, delayed

    def known(cell: Cell) -> list[list[Activity | None]]:
        return [
            [memory.recall(scene, cell.filter, detector) for scene in cell.scenes]
            for detector in cell.detectors
        ]

    work = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(
        delayed(cell.run)(known(cell)) for cell in cells
    )
    for cell, found in zip(cells, work, strict=True):
        for detector, (activities, _) in zip(cell.detectors, found, strict=True):
            for scene, activity in zip(cell.scenes, activities, strict=True):
                memory.remember(scene, cell.filter, detector, activity)
        yield cell, found
