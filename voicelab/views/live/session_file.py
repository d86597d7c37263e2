"""SessionFile: where a session log is written until somebody wants to keep it."""

import shutil
import tempfile
import weakref
from pathlib import Path

__all__ = ["SessionFile"]


class SessionFile:
    """A file in a folder of its own, which goes when nobody holds this any more.

    Attributes
    ----------
    path : Path
        Where it is.
    """

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="voicelab-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path = folder / "session.jsonl"

    def keep(self, path: str | Path) -> None:
        """Write what there is so far to another place.

        Parameters
        ----------
        path : path
            Where; a file that is there is replaced.

        Raises
        ------
        ValueError
            If there is nothing yet.
        """
        if not self.path.exists():
            raise ValueError("there must have been a session, got none; press talk first")
        shutil.copyfile(self.path, path)
