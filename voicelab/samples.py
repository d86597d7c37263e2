"""Samples: the recordings and arrival traces that ship, together a room.

They are real sound with licences, labels and limits of their own; the
manifest says them, ``CREDITS.md`` and ``LABELS.md`` beside it tell the rest.
Where a clip is looped, spliced or composed, ``unique_seconds`` is what it
holds without its repeats; only that counts as exposure.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voicelab.audio import Kind
from voicelab.room import Room, read_room

__all__ = ["Sample", "Trace", "folder", "manifest", "room", "traces"]


@dataclass(frozen=True)
class Sample:
    """What is known about one recording.

    Attributes
    ----------
    file : str
        Its path in the samples' folder.
    name : str
        Its name in the room.
    sha256 : str
        Digest of the file.
    kind : {"speech", "fan", "keyboard", "room", "babble", "echo"}
        What one hears.
    seconds : float > 0
        Its length.
    unique_seconds : float > 0
        Its length without repeats of itself.
    source : str
        Where it comes from.
    licence : str
        An SPDX identifier, or "public domain".
    licence_files : tuple of str
        Where the licence's words are, in the samples' folder.
    done : str
        What was done to it.
    remarks : str
        What it is, and is not.
    """

    file: str
    name: str
    sha256: str
    kind: Kind
    seconds: float
    unique_seconds: float
    source: str
    licence: str
    licence_files: tuple[str, ...]
    done: str
    remarks: str


@dataclass(frozen=True)
class Trace:
    """What is known about one arrival trace.

    Attributes
    ----------
    file : str
        Its path in the samples' folder.
    name : str
        Its name in tables.
    sha256 : str
        Digest of the file.
    answers : int
        How many answers arrive in it.
    sender : str
        How the service paced them.
    link : str
        What lay between.
    source : str
        How it was made.
    licence : str
        An SPDX identifier.
    """

    file: str
    name: str
    sha256: str
    answers: int
    sender: str
    link: str
    source: str
    licence: str


def folder() -> Path:
    """Find the samples, in an installed package and in a checkout alike.

    Returns
    -------
    Path
        A folder that is a room.
    """
    here = Path(__file__).resolve()
    packaged = here.parent / "_data" / "samples"
    return packaged if packaged.is_dir() else here.parents[1] / "data" / "samples"


def manifest() -> tuple[Sample, ...]:
    """Read what is known about the recordings.

    Returns
    -------
    tuple of Sample
        In the order of their names.
    """
    return tuple(
        Sample(**{**entry, "licence_files": tuple(entry["licence_files"])})
        for entry in _read()["recordings"]
    )


def traces() -> tuple[Trace, ...]:
    """Read what is known about the arrival traces.

    Returns
    -------
    tuple of Trace
        In the order of their names.
    """
    return tuple(Trace(**entry) for entry in _read()["arrivals"])


def room() -> Room:
    """Read the bundled room.

    Returns
    -------
    Room
        Like any other: its manifest says how much of each clip is not a repeat.
    """
    return replace(read_room(folder()), name="the bundled room")


def _read() -> dict[str, Any]:
    return dict(json.loads((folder() / "manifest.json").read_text(encoding="utf-8")))
