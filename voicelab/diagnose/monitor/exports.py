"""Exports: what Log Analytics hands out, as plain records.

Known are the portal's CSV (``TimeGenerated [UTC]`` and the like as its
header), the API's ``{"tables": [{"columns": [...], "rows": [...]}]}`` in
either spelling, and a list of objects, as the command line ``az`` prints it
and the portal downloads it.  A record is a mapping from a column, in lower
case and without its time zone, to what was in the cell.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["TIME", "Record", "records", "time_zone"]

Record = Mapping[str, Any]

TIME = "timegenerated"
ZONE = re.compile(r"\s*\[([^]]*)\]$")  # the portal's "TimeGenerated [UTC]"
FOREIGN = (
    "an export of Log Analytics must be its CSV, its API's tables, or a list of rows, each with a "
    "column TimeGenerated"
)


def records(text: str) -> Iterator[Record]:
    """Read the records of an export.

    Parameters
    ----------
    text : str
        The whole file.

    Yields
    ------
    mapping of str to object
        One a row, in the file's order.

    Raises
    ------
    ValueError
        If it is no export, or cut off.
    """
    text = text.lstrip("\ufeff")
    if not text.strip():
        raise ValueError(f"{FOREIGN}; got an empty file")
    if text.lstrip()[0] in "{[":
        yield from _of_json(text)
    else:
        yield from _of_csv(text)


def time_zone(text: str) -> str:
    """Say in which zone an export's times are.

    Parameters
    ----------
    text : str
        The whole file.

    Returns
    -------
    str
        As its header calls it, ``UTC`` where it does not.
    """
    found = re.match(r"[^\n]*?timegenerated\s*\[([^]\n]*)\]", text, re.IGNORECASE)
    return found[1] if found else "UTC"


def _column(name: object) -> str:
    return ZONE.sub("", str(name)).strip().lower()


def _of_csv(text: str) -> Iterator[Record]:
    lines = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [_column(name) for name in next(lines)]
        if TIME not in header:
            raise ValueError(f"{FOREIGN}; got a table, or a text, without one")
        for cells in lines:
            if cells:
                yield dict(zip(header, cells, strict=False)) if len(cells) == len(header) else {}
    except csv.Error:
        raise ValueError(
            f"a CSV must end where its last row ends, got one that is cut or damaged in line "
            f"{lines.line_num}; export it again"
        ) from None


def _of_json(text: str) -> Iterator[Record]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(
            "an export must be whole JSON, got one that is cut or damaged; export it again"
        ) from None
    if isinstance(found, dict):
        found = {str(key).lower(): each for key, each in found.items()}
        if "error" in found and "tables" not in found:
            raise ValueError(f"{FOREIGN}; got the API's answer that the query failed")
        tables = found.get("tables")
    else:
        tables = found
    if not isinstance(tables, list):
        raise ValueError(f"{FOREIGN}; got other JSON")
    is_known = False
    for each in tables:
        if not isinstance(each, Mapping):
            yield {}
            continue
        entry = {_column(key): value for key, value in each.items()}
        if isinstance(entry.get("columns"), list) and isinstance(entry.get("rows"), list):
            header = [_name(column) for column in entry["columns"]]
            is_known = is_known or TIME in header
            if TIME in header:
                yield from (_row(header, row) for row in entry["rows"])
        else:
            is_known = is_known or TIME in entry
            yield entry
    if not is_known:
        raise ValueError(f"{FOREIGN}; got {'no rows' if not tables else 'none with that column'}")


def _name(column: object) -> str:
    if isinstance(column, Mapping):
        lower = {str(key).lower(): value for key, value in column.items()}
        column = lower.get("name", lower.get("columnname", ""))
    return _column(column)


def _row(header: list[str], row: object) -> Record:
    if not isinstance(row, list) or len(row) != len(header):
        return {}
    return dict(zip(header, row, strict=True))
