"""Filing: a take becomes a recording of the room, with what stands beside it.

A file that was there before is never written over: the take gets a number.
Labels are drafted by rule; the file beside says so, until a person changes
them or vouches for them.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from voicelab.audio import (
    Capture,
    Recording,
    Sidecar,
    draft_turns,
    format_labels,
    format_sidecar,
    inspect,
    write_recording,
)
from voicelab.room import capture_path, labels_path, read_take
from voicelab.tuning.store import write_text
from voicelab.views.room_check.script import Step, named_by

__all__ = ["Filed", "file_take", "shelf", "vouch"]

KNOWN = "half_rate"  # a page knows at which rate it recorded: there is nothing to guess
LOST_MATTERS_MS = 20.0  # one frame of the level detector


@dataclass(frozen=True, eq=False)
class Filed:
    """A take that lies in the room.

    Attributes
    ----------
    step : Step
        What it was recorded for.
    path : Path
        Where it lies.
    recording : Recording
        As it is read from there.
    remarks : tuple of str
        What is to be said about it.
    serious : bool
        Whether it should be recorded again.
    """

    step: Step
    path: Path
    recording: Recording
    remarks: tuple[str, ...]
    serious: bool


def shelf(folder: Path) -> Path:
    """Find where a room keeps its recordings; make it where there is none.

    Parameters
    ----------
    folder : Path
        The room; it is made, too.

    Returns
    -------
    Path
        ``recordings/`` in it.
    """
    place = folder / "recordings"
    place.mkdir(parents=True, exist_ok=True)
    return place


def file_take(take: Recording, step: Step, *, folder: Path, own: Collection[Path] = ()) -> Filed:
    """Write a take into a room: sound, labels, and how it was captured.

    Parameters
    ----------
    take : Recording
        What was recorded.
    step : Step
        What for.
    folder : Path
        The room.
    own : collection of Path
        Files that this check has written, and may replace.

    Returns
    -------
    Filed
        As it lies there.

    Raises
    ------
    AudioFileError, TuningError
        If it cannot be written.
    """
    path = _free(shelf(folder), step.name, own)
    take = replace(take, name=path.stem, kind=step.kind, turns=None, labels=None)
    drafted = None
    if step.kind == "speech":
        text = format_labels(named_by(step.prompts, draft_turns(take)))
        write_text(text, labels_path(path))
        drafted = hashlib.sha256(text.encode()).hexdigest()
    sidecar = Sidecar(capture=take.capture or Capture(), drafted_labels_sha256=drafted)
    write_text(format_sidecar(sidecar), capture_path(path))
    clipped = write_recording(take, path)
    recording = read_take(path, kind=step.kind)
    return Filed(step, path, recording, *_remarks(recording, step, clipped))


def vouch(filed: Filed) -> Filed:
    """Note that a person has looked at the labels and found them right.

    Parameters
    ----------
    filed : Filed
        Speech.

    Returns
    -------
    Filed
        With labels that count as checked.
    """
    sidecar = Sidecar(capture=filed.recording.capture or Capture())
    write_text(format_sidecar(sidecar), capture_path(filed.path))
    return replace(filed, recording=read_take(filed.path, kind=filed.step.kind))


def _free(place: Path, name: str, own: Collection[Path]) -> Path:
    path, number = place / f"{name}.flac", 1
    while path.exists() and path not in own:
        number += 1
        path = place / f"{name}_{number}.flac"
    return path


def _remarks(recording: Recording, step: Step, clipped: int) -> tuple[tuple[str, ...], bool]:
    found = [each for each in inspect(recording).findings if each.name != KNOWN]
    remarks = [each.sentence for each in found]
    serious = any(each.serious for each in found)
    wanted, turns = len(step.prompts), len(recording.turns or ())
    if wanted and turns != wanted:
        remarks.append(
            f"{wanted} were asked for, the draft finds {turns}; look at the picture, correct "
            "the labels in Audacity, or record it again"
        )
        serious = serious or turns < wanted / 2
    if recording.duration_ms < 900 * step.seconds:
        remarks.append(
            f"it lasts {recording.duration_ms / 1000:.0f} s of {step.seconds:.0f}; a shorter "
            "recording shows less"
        )
    lost_ms = recording.capture.lost_ms if recording.capture else None
    if lost_ms and lost_ms >= LOST_MATTERS_MS:
        remarks.append(
            f"the browser lost {lost_ms:.0f} ms of it: the machine is too busy; close what works "
            "hard and record it again"
        )
    if clipped:
        remarks.append(f"{clipped} samples lay beyond full scale and were cut")
    return tuple(remarks), serious
