"""TuningError: why a config cannot be read, written or made.

Every refusal is one sentence: the file, the place inside the document as a
JSON pointer, what must hold there, what was got.  What was got may be a key
that somebody pasted into the wrong file, so it is never repeated when it is
long or looks like one.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = ["UNKNOWN_KEY", "TuningError", "pointer", "refusal", "shown"]

SHOWN_CHARACTERS = 40
UNKNOWN_KEY = "is not known to this voicelab; was it misspelt, or written by a newer one?"
LIKE_A_SECRET = re.compile(r"[A-Za-z0-9]{20}")


class TuningError(ValueError):
    """A config that cannot be read, written or made.

    Parameters
    ----------
    sentence : str
        What must hold and what was got.
    path : str
        Where in the document, as a JSON pointer; empty for the whole of it.
    file : str
        The file, where there is one.
    """

    def __init__(self, sentence: str, *, path: str = "", file: str = "") -> None:
        self.sentence = sentence
        self.path = path
        self.file = file
        place = f"{file}: " if file else ""
        super().__init__(place + (f"{path} {sentence}" if path else sentence))


def shown(value: object) -> str:
    """Name a value in an error without giving away what it might be.

    Parameters
    ----------
    value : object
        What was got, as JSON has it.

    Returns
    -------
    str
        At most 40 characters of it; only its length where it looks like a key.
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        if LIKE_A_SECRET.search(value):
            return f"a text of {len(value)} characters"
        cut = value[:SHOWN_CHARACTERS]
        return repr(cut) if cut == value else repr(cut) + "..."
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return str(value)[:SHOWN_CHARACTERS]


def pointer(*parts: object) -> str:
    """Write a place in a document as a JSON pointer.

    Parameters
    ----------
    *parts : object
        Keys and indices, outermost first.

    Returns
    -------
    str
        As in RFC 6901; a key that looks like a secret is left out.
    """
    keys = ("..." if LIKE_A_SECRET.search(str(part)) else str(part)[:40] for part in parts)
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in keys)


def refusal(error: "ValidationError") -> TuningError:
    """Put the first thing that is wrong with a document into one sentence.

    Parameters
    ----------
    error : pydantic.ValidationError
        What the validation found.

    Returns
    -------
    TuningError
        To be raised.
    """
    first = error.errors(include_url=False)[0]
    kind, got, context = first["type"], first["input"], first.get("ctx", {})
    where = _without_type(first["loc"])
    *parents, last = where or ("",)
    path = pointer(*parents) if last == "[key]" else pointer(*where)
    if kind == "value_error":
        cause = context["error"]
        if isinstance(cause, TuningError):
            return cause
        # A setting's own sentence begins with the setting's name.
        name, _, rest = str(cause).partition(" ")
        if isinstance(got, Mapping) and name in got:
            return TuningError(rest, path=path + pointer(name))
        return TuningError(f"does not hold together: {cause}", path=path)
    if kind == "unexpected_keyword_argument":
        return TuningError(UNKNOWN_KEY, path=path)
    if kind == "json_invalid":
        return TuningError("must hold whole characters, got half of a surrogate pair")
    if kind == "union_tag_invalid":
        return TuningError(
            f"must be one of {context['expected_tags']}, got {shown(context['tag'])}",
            path=path + pointer("type"),
        )
    if kind == "union_tag_not_found":
        return TuningError("is missing", path=path + pointer("type"))
    if kind == "model_attributes_type":
        return TuningError(f"must be an object, got {shown(got)}", path=path)
    if kind == "missing":
        return TuningError("is missing", path=path)
    if kind == "too_long":
        return TuningError(
            f"must hold {context['max_length']} values, got {context['actual_length']}", path=path
        )
    must = first["msg"].replace("Input should", "must", 1)
    return TuningError(f"{must}, got {shown(got)}", path=path)


def _without_type(where: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Drop what pydantic puts between a filter, or turn detection, and its field: its type."""
    above = {"filters": 2, "turn_detection": 1}.get(str(where[0]) if where else "", len(where))
    return where[:above] + where[above + 1 :]
