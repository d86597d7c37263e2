"""Read arrivals: from a file to numbers.

``voicelab.wire`` knows the file, ``voicelab.jitter`` what the numbers mean;
they meet here.  What was damaged, assumed or left out stands in ``remarks``,
one sentence each.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from voicelab.jitter import Arrivals
from voicelab.wire import (
    ArrivalRow,
    Listened,
    hear_har,
    hear_session_log,
    is_rtp_csv,
    read_arrivals_csv,
    read_rtp_csv,
)

__all__ = ["ARRIVAL_SUFFIXES", "RecordedArrivals", "read_arrivals"]


@dataclass(frozen=True, eq=False, repr=False)
class RecordedArrivals(Arrivals):
    """Arrivals as a file has them.

    Attributes
    ----------
    remarks : tuple of str
        What was damaged, assumed or left out, one sentence each.
    """

    remarks: tuple[str, ...] = ()


def read_arrivals(path: str | Path, *, socket: int | None = None) -> RecordedArrivals:
    """Read when each audio packet of each answer arrived.

    The suffix decides how the file is read: ``.har`` is what the developer
    tools of a browser save, ``.jsonl`` voicelab's own session log, ``.csv`` a
    table with the columns ``response``, ``recv_ms``, ``samples`` and, if
    known, ``event``, or one of RTP packets with ``recv_ms``, ``seq``,
    ``media_ms``; both tables at 24 kHz.

    The sockets of a HAR are taken for one listener's: those that follow each
    other are joined.  Where two speak at once, the one with less audio stays
    out, unless it is asked for.

    Parameters
    ----------
    path : str or Path
        The file.
    socket : int or None
        The only socket of a HAR to read, counted from 1.

    Returns
    -------
    RecordedArrivals
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
    suffix = path.suffix.lower()
    if suffix not in ARRIVAL_SUFFIXES:
        raise ValueError(
            f"{path.name} must end in {' or '.join(sorted(ARRIVAL_SUFFIXES))} to be read as "
            f"arrivals, got {path.suffix or 'no suffix'!r}"
        )
    lines = [] if suffix == ".har" else _text(path)
    try:
        heard = READERS[suffix](lines) if lines else _har(path, socket)
        found = Arrivals.from_rows(heard.rows, name=path.name, rate_hz=heard.rate_hz)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return RecordedArrivals(
        found.name, found.answers, found.rate_hz, sha256=sha256, remarks=heard.remarks
    )


def _text(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(
            f"{path.name} must be UTF-8 text, got bytes that are not; export it again"
        ) from None
    if not text.strip():
        raise ValueError(f"{path.name} must hold arrivals, got an empty file")
    return text.splitlines()


def _table(lines: list[str]) -> Listened:
    if is_rtp_csv(lines):
        rows, remarks = read_rtp_csv(lines)
        return Listened(rows, 24_000, {}, remarks)
    return Listened(tuple(read_arrivals_csv(lines)), 24_000, {}, ())


READERS: Mapping[str, Callable[[list[str]], Listened]] = {
    ".csv": _table,
    ".jsonl": hear_session_log,
}
ARRIVAL_SUFFIXES = frozenset([*READERS, ".har"])


def _har(path: Path, socket: int | None) -> Listened:
    with path.open("rb") as stream:
        heard, remarks = hear_har(stream)
    if socket is not None:
        if socket not in heard:
            known = ", ".join(map(str, heard))
            raise ValueError(f"socket must be one of {known}, got {socket}")
        heard = {socket: heard[socket]}
    return _joined(heard, remarks)


def _joined(heard: Mapping[int, Listened], remarks: tuple[str, ...]) -> Listened:
    """Join the sockets that follow each other, those with the most audio first."""
    spoke = {number: each for number, each in heard.items() if each.rows}
    if not spoke:
        silent = (sentence for each in heard.values() for sentence in each.remarks)
        raise ValueError(
            "; ".join([*remarks, *silent, "there must be audio from the service, got none"])
        )
    kept: dict[int, Listened] = {}
    said = list(remarks)
    for number in sorted(spoke, key=lambda number: -spoke[number].samples):
        each = spoke[number]
        first = next(iter(kept.values()), each)
        if each.rate_hz != first.rate_hz:
            said.append(f"socket {number} stayed out: it has another sample rate than most audio")
        elif any(
            each.rows[0].recv_ms <= other.rows[-1].recv_ms
            and other.rows[0].recv_ms <= each.rows[-1].recv_ms
            for other in kept.values()
        ):
            said.append(f"socket {number} stayed out: another spoke at the same time")
        else:
            kept[number] = each
    rows: list[ArrivalRow] = []
    for number, each in sorted(kept.items(), key=lambda item: item[1].rows[0].recv_ms):
        prefix = f"{number}: " if len(kept) > 1 else ""
        rows += [row._replace(answer=f"{prefix}{row.answer}") for row in each.rows]
        named = f"socket {number}: " if len(heard) > 1 else ""
        said += [f"{named}{sentence}" for sentence in each.remarks]
    return Listened(tuple(rows), next(iter(kept.values())).rate_hz, {}, tuple(said))
