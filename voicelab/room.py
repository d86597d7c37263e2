"""Room: a folder with what somebody recorded where their agent will listen.

``recordings/`` holds audio, and beside it Audacity label files of the same
name (``me.flac``, ``me.labels.txt``) and, of what a browser recorded, how it
did (``me.capture.json``); ``arrivals/`` holds when answers
arrived; ``tuned.json`` is what came out.  A flat folder of audio is a room
too.  What one hears in a recording is told by a word in its file's name, or by
a ``manifest.json``, which may also say how much of a clip is not a repeat of
itself: ``{"recordings": [{"name": "fan", "kind": "fan", "unique_seconds": 8}]}``.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from voicelab.arrivals import ARRIVAL_SUFFIXES, read_arrivals
from voicelab.audio import (
    AUDIO_SUFFIXES,
    AudioFileError,
    Kind,
    Labels,
    Recording,
    Sidecar,
    draft_turns,
    parse_labels,
    parse_sidecar,
    read_recording,
)
from voicelab.jitter import Arrivals

__all__ = [
    "Room",
    "capture_path",
    "gather",
    "is_room",
    "kind_from_name",
    "labels_path",
    "read_room",
    "read_take",
]

# The first kind with a word in the name wins: "office_fan" is a fan, "keyboard_room" a keyboard.
KIND_WORDS: dict[Kind, frozenset[str]] = {
    "speech": frozenset(["speech", "me", "voice", "talk", "user", "short", "answers"]),
    "echo": frozenset(["echo", "loudspeaker"]),
    "babble": frozenset(["babble", "cafe", "coffee", "crowd", "restaurant", "people", "tv"]),
    "keyboard": frozenset(["keyboard", "kbd", "keys", "typing", "typewriter", "mouse"]),
    "fan": frozenset(["fan", "fans", "ventilation", "ac", "aircon", "dryer", "hvac"]),
    "room": frozenset(["room", "noise", "office", "hum", "silence", "quiet", "background"]),
}


@dataclass(frozen=True, eq=False)
class Room:
    """Recordings and arrivals that belong together.

    Attributes
    ----------
    name : str
        Names it in tables.
    recordings : tuple of Recording
        Iterating over the room iterates over them.
    arrivals : tuple of Arrivals
        One a file.
    """

    name: str
    recordings: tuple[Recording, ...]
    arrivals: tuple[Arrivals, ...] = ()

    def __iter__(self) -> Iterator[Recording]:
        return iter(self.recordings)

    def __len__(self) -> int:
        return len(self.recordings)

    def __getitem__(self, name: str) -> Recording:
        """Find a recording by its name, or the first of a kind."""
        for recording in self.recordings:
            if recording.name == name:
                return recording
        for recording in self.recordings:
            if recording.kind == name:
                return recording
        raise KeyError(
            f"{name} must be a recording or a kind in {self.name}, "
            f"which has {', '.join(recording.name for recording in self.recordings)}"
        )

    def of_kind(self, *kinds: Kind) -> tuple[Recording, ...]:
        """Pick recordings by kind.

        Parameters
        ----------
        *kinds : str
            Kinds wanted.

        Returns
        -------
        tuple of Recording
            In the room's order.
        """
        return tuple(recording for recording in self.recordings if recording.kind in kinds)


def read_room(folder: str | Path) -> Room:
    """Read a room from its folder.

    Speech without a label file is drafted by rule, and everything measured on
    it says so.

    Parameters
    ----------
    folder : str or Path
        With ``recordings/`` and ``arrivals/``, or with audio files in it.

    Returns
    -------
    Room
        In the order of the file names.

    Raises
    ------
    AudioFileError
        If there is no folder, no audio in it, or a file that cannot be read.
    ValueError
        If a label or arrival file cannot be read.
    """
    folder = Path(folder)
    if not folder.is_dir():
        got = "a file" if folder.exists() else "nothing there"
        raise AudioFileError(f"a room must be a folder, got {got} at {folder}; check the name")
    shelf = folder / "recordings"
    told = _manifest(folder)
    takes = tuple(
        _as_told(read_take(path), told) for path in _audio_in([shelf if shelf.is_dir() else folder])
    )
    _refuse_twins(take.name for take in takes)
    files = _files(folder / "arrivals", ARRIVAL_SUFFIXES)
    return Room(folder.resolve().name, takes, tuple(read_arrivals(path) for path in files))


def is_room(folder: str | Path) -> bool:
    """Tell whether a folder holds recordings.

    Parameters
    ----------
    folder : str or Path
        An existing folder.

    Returns
    -------
    bool
        Whether :func:`read_room` finds audio in it.
    """
    shelf = Path(folder) / "recordings"
    return bool(_files(shelf if shelf.is_dir() else Path(folder), AUDIO_SUFFIXES))


def gather(
    *, takes: Sequence[Path] = (), noise: Sequence[Path] = (), speech: Sequence[Path] = ()
) -> Room:
    """Make a room of files that lie anywhere.

    Parameters
    ----------
    takes : sequence of Path
        Audio files and folders of them; the kind is told by the name.
    noise : sequence of Path
        The same, but nobody speaks in them: room noise where the name says nothing.
    speech : sequence of Path
        The same, but somebody speaks in them.

    Returns
    -------
    Room
        Named "your files".

    Raises
    ------
    AudioFileError
        If there is nothing, or a file that cannot be read.
    ValueError
        If a label file cannot be read.
    """
    found = [
        *(read_take(path) for path in _audio_in(takes)),
        *(read_take(path, kind=_noise_kind(path)) for path in _audio_in(noise)),
        *(read_take(path, kind="speech") for path in _audio_in(speech)),
    ]
    _refuse_twins(take.name for take in found)
    return Room("your files", tuple(found))


def labels_path(path: str | Path) -> Path:
    """Say where a recording's labels lie.

    Parameters
    ----------
    path : str or Path
        The audio file.

    Returns
    -------
    Path
        ``NAME.labels.txt`` beside it.
    """
    path = Path(path)
    return path.with_name(f"{path.stem}.labels.txt")


def capture_path(path: str | Path) -> Path:
    """Say where lies how a browser captured a recording.

    Parameters
    ----------
    path : str or Path
        The audio file.

    Returns
    -------
    Path
        ``NAME.capture.json`` beside it.
    """
    path = Path(path)
    return path.with_name(f"{path.stem}.capture.json")


def read_take(path: str | Path, *, kind: Kind | None = None) -> Recording:
    """Read one recording with its labels.

    Parameters
    ----------
    path : str or Path
        Audio; labels are looked for beside it as ``NAME.labels.txt``.
    kind : str or None
        What one hears; ``None`` takes it from the file's name, and speech where
        the name says nothing.

    Returns
    -------
    Recording
        Speech is labelled, by its file or by a draft.

    Raises
    ------
    AudioFileError
        If it cannot be read.
    ValueError
        If its label file, or its capture file, cannot be read.
    """
    path = Path(path)
    recording = read_recording(path, kind=kind or kind_from_name(path.stem) or "speech")
    told = _sidecar(capture_path(path))
    if told is not None:
        recording = replace(recording, capture=told.capture)
    beside = labels_path(path)
    if not beside.is_file():
        if recording.kind != "speech":
            return recording
        return replace(recording, turns=draft_turns(recording), labels="drafted")
    octets = beside.read_bytes()
    try:
        turns = parse_labels(octets.decode("utf-8"), duration_ms=recording.duration_ms)
        sha256 = hashlib.sha256(octets).hexdigest()
        is_draft = told is not None and told.drafted_labels_sha256 == sha256
        labels: Labels = "drafted" if is_draft else "checked"
        return replace(recording, turns=turns, labels=labels, labels_sha256=sha256)
    except UnicodeDecodeError:
        raise ValueError(f"{beside.name} must be text in UTF-8, got other bytes") from None
    except ValueError as error:
        raise ValueError(f"{beside.name}: {error}") from None


def kind_from_name(name: str) -> Kind | None:
    """Tell from a file's name what one hears in it.

    Parameters
    ----------
    name : str
        Without its ending.

    Returns
    -------
    str or None
        A kind, or ``None`` if no word of the name is known.

    Examples
    --------
    >>> kind_from_name("noise_fan_ventilation"), kind_from_name("rec001")
    ('fan', None)
    """
    words = set(re.split(r"[\W_\d]+", name.lower()))
    return next((kind for kind, known in KIND_WORDS.items() if words & known), None)


def _sidecar(beside: Path) -> Sidecar | None:
    if not beside.is_file():
        return None
    try:
        return parse_sidecar(beside.read_text(encoding="utf-8"))
    except ValueError as error:  # what is no UTF-8 is one, too
        raise ValueError(f"{beside.name}: {error}; remove it, or record again") from None


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """What a room says of its recordings, by name; nothing where it says nothing."""
    path = folder / "manifest.json"
    if not path.is_file():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["recordings"]
        return {entry["name"]: entry for entry in entries}
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{path} must be JSON with a list of recordings that have names, got something else"
        ) from None


def _as_told(take: Recording, told: dict[str, dict[str, Any]]) -> Recording:
    entry = told.get(take.name, {})
    unique_ms = 1000 * float(entry.get("unique_seconds", take.duration_ms / 1000))
    return replace(take, kind=entry.get("kind", take.kind), unique_ms=unique_ms)


def _noise_kind(path: Path) -> Kind:
    told = kind_from_name(path.stem)
    return "room" if told is None or told == "speech" else told


def _audio_in(places: Sequence[Path]) -> list[Path]:
    found = []
    for place in places:
        inside = _files(place, AUDIO_SUFFIXES) if place.is_dir() else [place]
        if not inside:
            raise AudioFileError(
                f"{place} must hold audio files, got none; put WAV or FLAC files into it"
            )
        found += inside
    return found


def _files(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in suffixes and not path.name.startswith(".")
    )


def _refuse_twins(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(
                f"recordings must have names of their own, got {name} twice; rename one"
            )
        seen.add(name)
