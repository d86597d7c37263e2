"""Arrivals as a table: one line an event of an answer's audio.

::

    # anything
    response,event,recv_ms,samples
    resp_1,delta,1000.0,2400
    resp_1,delta,1096.5,2400
    resp_1,done,1102.1,0

Columns stand in any order and others are ignored.  ``response`` names the
answer; ``recv_ms`` is when the event reached the listener, in milliseconds on
one clock; ``samples`` is the audio in it, not bytes; ``event`` is ``delta`` or
``done`` and may be missing: then every line is a delta.  Lines that begin with
``#`` and empty lines are skipped.
"""

import csv
import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

__all__ = ["ArrivalRow", "number_in", "numbered_lines", "read_arrivals_csv"]

NEEDED = ("response", "recv_ms", "samples")


class ArrivalRow(NamedTuple):
    """One event of an answer's audio.

    Attributes
    ----------
    answer : str
        Whose it was.
    recv_ms : float
        When it reached the listener.
    samples : int >= 0
        How much audio it held.
    is_done : bool
        Whether it ended the answer.
    """

    answer: str
    recv_ms: float
    samples: int
    is_done: bool


def read_arrivals_csv(lines: Iterable[str]) -> list[ArrivalRow]:
    """Read a table of arrivals.

    Parameters
    ----------
    lines : iterable of str
        The text, line by line.

    Returns
    -------
    list of ArrivalRow
        In the order of the lines.

    Raises
    ------
    ValueError
        If there is no header, a column is missing, or a line does not fit;
        the message names the line.
    """
    numbered = numbered_lines(lines)
    number, header = next(numbered, (0, []))
    if not header:
        raise ValueError(f"a table of arrivals must begin with the columns {', '.join(NEEDED)}")
    columns = [name.strip().lower() for name in header]
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise ValueError(
            f"line {number} must name the columns {', '.join(NEEDED)}, separated by commas; "
            f"{', '.join(missing)} is missing from {', '.join(header)[:80]}"
        )
    return [_row(number, columns, values) for number, values in numbered]


def numbered_lines(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Split the lines of a table that say something.

    Parameters
    ----------
    lines : iterable of str
        The text, line by line.

    Yields
    ------
    number : int
        The line's number, from 1.
    values : list of str
        What stands between its commas.

    Raises
    ------
    ValueError
        If a line is not comma-separated text.
    """
    for number, line in enumerate(lines, start=1):
        text = line.lstrip("\ufeff").strip()
        if text and not text.startswith("#"):
            try:
                yield number, next(csv.reader([text]))
            except csv.Error as error:
                raise ValueError(f"line {number} must be comma-separated text: {error}") from error


def _row(number: int, columns: list[str], values: list[str]) -> ArrivalRow:
    if len(values) != len(columns):
        raise ValueError(
            f"line {number} must hold {len(columns)} values like the header, got {len(values)}"
        )
    cells = dict(zip(columns, (value.strip() for value in values), strict=True))
    event = cells.get("event", "delta")
    if event not in ("delta", "done"):
        raise ValueError(f"line {number}: event must be delta or done, got {event[:40]!r}")
    recv_ms = number_in(number, "recv_ms", cells["recv_ms"])
    samples = number_in(number, "samples", cells["samples"])
    if samples < 0 or samples != int(samples):
        raise ValueError(
            f"line {number}: samples must be a whole number, not negative, got {samples:g}"
        )
    return ArrivalRow(cells["response"], recv_ms, int(samples), event == "done")


def number_in(line: int, name: str, text: str) -> float:
    """Read one number of a table.

    Parameters
    ----------
    line : int
        Number of the line, for the message.
    name : str
        Name of the column, for the message.
    text : str
        What stands there.

    Returns
    -------
    float
        Finite.

    Raises
    ------
    ValueError
        If it is no finite number.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"line {line}: {name} must be a finite number, got {text[:40]!r}")
    return value
