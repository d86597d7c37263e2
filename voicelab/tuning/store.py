"""The store: config texts on disk, whole or not at all.

A text is written beside its place and moved there in one step, so that a
reader, a crash or a full disk never meets half a file.
"""

import os
import threading
from contextlib import suppress
from pathlib import Path

from voicelab.tuning.error import TuningError

__all__ = ["read_text", "write_text"]

LARGEST_BYTES = 4_000_000


def read_text(path: str | os.PathLike[str]) -> str:
    """Read a text file of moderate size.

    Parameters
    ----------
    path : path
        Where it is.

    Returns
    -------
    str
        Its text, decoded as UTF-8; a byte order mark is dropped.

    Raises
    ------
    TuningError
        If there is no such file, it is a directory, cannot be read, is too
        large, or is not text.
    """
    file = Path(path)
    if file.is_dir():
        raise TuningError(f"{file} must be a file, got a directory; name the config in it")
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise TuningError(f"{file} must be a file, got nothing of that name") from None
    except OSError as error:
        raise TuningError(f"{file} must be readable, got {error.strerror}") from None
    if len(content) > LARGEST_BYTES:
        raise TuningError(f"{file} must be smaller than {LARGEST_BYTES // 1_000_000} MB, got more")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TuningError(f"{file} must be UTF-8 text, got other bytes") from None


def write_text(text: str, path: str | os.PathLike[str]) -> None:
    """Write a text file whole or not at all.

    The file that was there stays until the new one is complete on disk.  A
    symbolic link is followed.

    Parameters
    ----------
    text : str
        What to write, as UTF-8.
    path : path
        Where; its folder must exist.

    Raises
    ------
    TuningError
        If it cannot be written; nothing is left behind.
    """
    file = Path(os.path.realpath(path))
    beside = file.with_name(f".{file.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        try:
            with beside.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(file)
        finally:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise TuningError(
            f"{os.fspath(path)} must be a file in a folder that can be written to, "
            f"got {error.strerror}"
        ) from None
