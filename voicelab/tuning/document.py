"""The document: a config as JSON text, strictly read and plainly written.

A text is read only if nothing in it has to be guessed: no key twice, no
number that is not finite, no unknown format.  It is written so that equal
configs are equal texts: keys in one order, no idle zeros, optional keys that
say nothing left out.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Final

from voicelab.profiles import PROFILES
from voicelab.tuning.change import SECTIONS
from voicelab.tuning.error import TuningError, pointer, shown

__all__ = ["FORMAT", "check_finite", "parse", "place", "plain", "unread", "with_defaults", "write"]

FORMAT: Final = "voicelab-tuning/1"
EXACT_INTEGERS = 2**53  # below it a float without fraction and the integer are the same number


def parse(text: str) -> dict[str, Any]:
    """Read JSON text into a document of this format, its fields not yet checked.

    Parameters
    ----------
    text : str
        The text of a file.

    Returns
    -------
    dict
        What it says.

    Raises
    ------
    TuningError
        If it is not JSON, holds a key twice, or is not a document of this
        format.
    """
    try:
        document = json.loads(text, object_pairs_hook=_without_duplicates)
    except TuningError:
        raise
    except json.JSONDecodeError as error:
        raise TuningError(
            f"must be JSON, got something else in line {error.lineno}, column {error.colno} "
            f"({error.msg}); was the file cut off?"
        ) from None
    except (ValueError, RecursionError):
        raise TuningError("must be modest JSON, got a huge number or nesting") from None
    if not isinstance(document, dict):
        raise TuningError(f"must be a JSON object, got {shown(document)}")
    _check_format(document.get("format"))
    return document


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise TuningError(f"must hold each key once in an object, got {shown(twice)} again")
    return found


def _check_format(found: object) -> None:
    if found == FORMAT:
        return
    if isinstance(found, str) and found.startswith("voicelab-tuning/"):
        raise TuningError(
            f"must be {FORMAT!r}, got {shown(found)}; another version of voicelab wrote it: "
            "read it with that one, or update this one",
            path="/format",
        )
    got = "nothing" if found is None else shown(found)
    raise TuningError(f"must be {FORMAT!r}, got {got}; is this a tuned config?", path="/format")


def with_defaults(document: dict[str, Any]) -> dict[str, Any]:
    """Fill in the settings that a document leaves out.

    Parameters
    ----------
    document : dict
        What :func:`parse` gave.

    Returns
    -------
    dict
        With its profile's default for each setting that was not there.
    """
    target = document.get("target")
    name = target.get("profile") if isinstance(target, dict) else None
    if not isinstance(name, str) or name not in PROFILES:
        return document
    filled = dict(document)
    for section in ("filters", *SECTIONS):
        default = plain(getattr(PROFILES[name], section))
        given = document.get(section, default)
        both = isinstance(given, dict) and isinstance(default, dict)
        if both and given.get("type", default.get("type")) != default.get("type"):
            both = False  # another kind of turn detection has defaults of its own
        filled[section] = {**default, **given} if both else given
    return filled


def place(document: dict[str, Any], path: str, value: Any) -> None:
    """Put a plain value where a JSON pointer leads.

    Parameters
    ----------
    document : dict
        A plain document, changed in place.
    path : str
        A value's or a section's pointer; one past the last filter appends.
    value : object
        What :func:`plain` gave.

    Raises
    ------
    TuningError
        If it leads to no value.
    """
    match path.split("/"):
        case ["", section] if section in ("filters", *SECTIONS):
            document[section] = value
            return
        case ["", "filters", index] if index.isdecimal():
            at = int(index)
            if at <= len(document["filters"]):
                document["filters"][at : at + 1] = [value]
                return
        case ["", section, name] if section in SECTIONS and name in (document[section] or ()):
            document[section][name] = value
            return
    raise TuningError(
        f"a path must lead to a value, such as /player/start_ms or /filters/0, got {shown(path)}"
        + (" while turn detection is off" if document["turn_detection"] is None else "")
    )


def check_finite(document: Mapping[str, Any]) -> None:
    """Refuse a document that holds NaN or an infinite number.

    Parameters
    ----------
    document : mapping
        A plain document.

    Raises
    ------
    TuningError
        If a number is not finite.
    """
    for path, number in _numbers(document):
        if not math.isfinite(number):
            raise TuningError(f"must be a finite number, got {number}", path=path)


def _numbers(value: Any, *above: object) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _numbers(each, *above, key)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _numbers(each, *above, index)
    elif isinstance(value, float):
        yield pointer(*above), value


def plain(value: Any) -> Any:
    """Turn a settings object, or anything made of them, into what JSON has.

    Parameters
    ----------
    value : object
        Dataclasses, mappings, sequences, numbers (NumPy's too), texts.

    Returns
    -------
    object
        Dicts, lists, numbers, texts; an optional field that is ``None`` is left out.

    Raises
    ------
    TuningError
        If there is anything else in it.
    """
    if is_dataclass(value) and not isinstance(value, type):
        found = ((each, getattr(value, each.name)) for each in fields(value))
        return {
            each.name: plain(inner)
            for each, inner in found
            if not (inner is None and each.default is None)
        }
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_INTEGERS:
        return int(value)
    if value is None or isinstance(value, str | int | float):
        return value
    raise TuningError(f"must be plain values, got one of type {type(value).__name__}")


def write(document: Mapping[str, Any], *, canonical: bool = False) -> str:
    """Write a plain document as JSON text.

    Parameters
    ----------
    document : mapping
        What :func:`plain` gave.
    canonical : bool
        For fingerprints: keys sorted, no white space.

    Returns
    -------
    str
        Text that ends in a line feed, or the canonical text without one.
    """
    if canonical:
        return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def unread(document: Any, read: Any, *above: object) -> Iterator[str]:
    """Find keys of a document that no field has taken.

    A settings class may take arguments that are not fields (``Player`` has two
    short forms); in a document they are unknown like any other key.

    Parameters
    ----------
    document : object
        What was given.
    read : object
        What was made of it.
    *above : object
        Keys and indices that lead here.

    Yields
    ------
    str
        JSON pointers.
    """
    if is_dataclass(read) and isinstance(document, Mapping):
        known = {each.name for each in fields(read)}
        for key, inner in document.items():
            if key not in known:
                yield pointer(*above, key)
            else:
                yield from unread(inner, getattr(read, key), *above, key)
    elif isinstance(read, Mapping) and isinstance(document, Mapping):
        for key, inner in document.items():
            yield from unread(inner, read[key], *above, key)
    elif isinstance(read, tuple) and isinstance(document, list):
        for index, (inner, each) in enumerate(zip(document, read, strict=True)):
            yield from unread(inner, each, *above, index)
