"""Read arrivals: from a file to numbers.

``voicelab.wire`` knows the file, ``voicelab.jitter`` what the numbers mean;
they meet here.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from voicelab.jitter import Arrivals
from voicelab.wire import ArrivalRow, read_arrivals_csv

__all__ = ["ARRIVAL_SUFFIXES", "read_arrivals"]

READERS: dict[str, Callable[[Iterable[str]], list[ArrivalRow]]] = {".csv": read_arrivals_csv}
ARRIVAL_SUFFIXES = frozenset(READERS)


def read_arrivals(path: str | Path) -> Arrivals:
    """Read when each audio packet of each answer arrived.

    The suffix decides how the file is read; today that is ``.csv``, a table
    with the columns ``response``, ``recv_ms``, ``samples`` and, if known,
    ``event``, at 24 kHz.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    Arrivals
        Named like the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is a folder, is of an unknown kind, is not text, or does not hold
        arrivals.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path} must be a file with arrivals, got a folder; name a file in it")
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; check the path, or record arrivals first")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ValueError(
            f"{path.name} must end in {' or '.join(READERS)} to be read as arrivals, "
            f"got {path.suffix or 'no suffix'!r}"
        )
    octets = path.read_bytes()
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path.name} must be UTF-8 text, got bytes that are not; export it again as CSV"
        ) from error
    if not text.strip():
        raise ValueError(f"{path.name} must hold arrivals, got an empty file")
    try:
        arrivals = Arrivals.from_rows(reader(text.splitlines()), name=path.name)
        return replace(arrivals, sha256=hashlib.sha256(octets).hexdigest())
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
