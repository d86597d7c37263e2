"""Notebooks: the ones that ship, and copies of them to work in.

They are found in an installed package and in a checkout alike.  A copy is
never written over a file that is there: somebody may have worked in it.  Each
copy notes, in its metadata, the fingerprint of what it was copied from; so a
later voicelab can tell that it ships another version than the one that was kept.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Copied", "copy_missing", "shipped"]

BUNDLED_ROOM = re.compile(r"vl\.samples\.room\(\)(  # vl\.read_room\(.*\))?")
THIS_FOLDER = 'vl.read_room(".")'


@dataclass(frozen=True, kw_only=True)
class Copied:
    """What lies in a folder after the missing notebooks were copied to it.

    Attributes
    ----------
    folder : Path
        Where.
    written : tuple of str
        Names of the notebooks that were missing.
    kept : tuple of str
        Names of those that were there, and stay as they are.
    behind : tuple of str
        Those among them that are copies of another version than the one that ships.
    """

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]
    behind: tuple[str, ...]

    def __str__(self) -> str:
        said = []
        if self.written:
            said.append(f"copied {', '.join(self.written)} to {self.folder}")
        if self.kept:
            said.append(f"kept your {', '.join(self.kept)}")
        if self.behind:
            said.append(f"a newer {', '.join(self.behind)} ships: rename yours to get it")
        return "; ".join(said)


def shipped() -> tuple[Path, ...]:
    """Find the notebooks that ship.

    Returns
    -------
    tuple of Path
        In order of use; to be copied before they are changed.
    """
    here = Path(__file__).resolve()
    packaged = here.parent / "_data" / "notebooks"
    folder = packaged if packaged.is_dir() else here.parents[1] / "notebooks"
    return tuple(sorted(folder.glob("*.ipynb")))


def copy_missing(folder: str | Path, *, reads_folder: bool = False) -> Copied:
    """Copy the notebooks that a folder does not hold yet.

    Parameters
    ----------
    folder : str or Path
        Where they are to be; it must exist.
    reads_folder : bool
        Whether the folder is a room.  A copy then reads it instead of the bundled
        room, and holds no output, for what ships was computed on the bundled room.

    Returns
    -------
    Copied
        Print it.

    Raises
    ------
    OSError
        If a copy cannot be written.
    """
    folder = Path(folder)
    written, kept, behind = [], [], []
    for source in shipped():
        octets = source.read_bytes()
        sha256 = hashlib.sha256(octets).hexdigest()
        notebook = json.loads(octets)
        notebook["metadata"]["voicelab"] = {"copied_from_sha256": sha256}
        if reads_folder:
            _read_this_folder(notebook)
        copy = folder / source.name
        try:
            with copy.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n")
            written.append(copy.name)
        except FileExistsError:
            kept.append(copy.name)
            if _copied_from(copy) not in (None, sha256):
                behind.append(copy.name)
    return Copied(folder=folder, written=tuple(written), kept=tuple(kept), behind=tuple(behind))


def _read_this_folder(notebook: dict[str, Any]) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            lines = "".join(cell["source"])
            cell["source"] = BUNDLED_ROOM.sub(THIS_FOLDER, lines).splitlines(keepends=True)
            cell["outputs"] = []
            cell["execution_count"] = None


def _copied_from(copy: Path) -> str | None:
    """Fingerprint of what a copy was made of; ``None`` where it does not say."""
    try:
        return str(json.loads(copy.read_bytes())["metadata"]["voicelab"]["copied_from_sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
