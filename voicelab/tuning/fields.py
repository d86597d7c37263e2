"""What the fields of a document may hold.

Each alias below is an ordinary type with a rule beside it; validation and the
published JSON Schema both read the rule, so neither repeats it.

No field takes free text, because a key pasted in the wrong place would travel
with the config into a repository: a name is cut into runs of at most 24
letters and digits, shorter than any service's key.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core.core_schema import CoreSchema

__all__ = [
    "BY_TYPE",
    "Count",
    "Fingerprint",
    "Moment",
    "Name",
    "NotNegative",
    "Place",
    "Share",
    "Version",
    "Word",
    "plain_name",
]

# Anything but ASCII's signs, controls, and the invisible or reordering ones of Unicode.
LETTER = r"[^\x00-/:-@\[-`{-\u00a0\u2000-\u206f\ufeff]"
RUN = 24


@dataclass(frozen=True)
class Text:
    """A text that matches a pattern."""

    pattern: str
    longest: int
    must_be: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        from pydantic_core import core_schema

        return core_schema.custom_error_schema(
            core_schema.str_schema(pattern=self.pattern, max_length=self.longest, strict=True),
            custom_error_type="text",
            custom_error_message=f"must be {self.must_be}",
        )


@dataclass(frozen=True)
class Time:
    """A moment in UTC, to the second."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        from pydantic_core import core_schema

        text = core_schema.str_schema(
            pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", max_length=20, strict=True
        )
        return core_schema.custom_error_schema(
            core_schema.no_info_after_validator_function(datetime.fromisoformat, text),
            custom_error_type="time",
            custom_error_message="must be a time in UTC such as 2026-11-22T14:03:11Z",
        )


@dataclass(frozen=True)
class Within:
    """A number between two ends, both included."""

    low: float
    high: float

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        return {**handler(source), "ge": self.low, "le": self.high}


class ByType:
    """One of several classes; the field ``type`` tells which."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        from pydantic import Field

        return handler(Annotated[source, Field(discriminator="type")])


BY_TYPE = ByType()
NAME = Text(
    rf"^[._(+-]{{0,2}}{LETTER}{{1,{RUN}}}(?:[ ._()+-]{{1,4}}{LETTER}{{1,{RUN}}}){{0,15}}[)]?$",
    longest=64,
    must_be=f"a name of at most 64 letters, digits and ._()+- in runs of at most {RUN}",
)
Name = Annotated[str, NAME]
Word = Annotated[
    str,
    Text(
        rf"^[a-z0-9]{{1,{RUN}}}(?:[-_./][a-z0-9]{{1,{RUN}}}){{0,12}}$",
        longest=96,
        must_be=f"small letters and digits in runs of at most {RUN}, joined by one of -_./",
    ),
]
Version = Annotated[
    str,
    Text(
        r"^[0-9]{1,4}(?:[.-][0-9]{1,4}){1,3}(?:[.+-]?[a-z]{1,8}[0-9]{0,4}){0,2}$",
        longest=32,
        must_be="a version such as 0.1.0 or 2026-07-15",
    ),
]
Fingerprint = Annotated[
    str,
    Text(r"^[0-9a-f]{64}$", longest=64, must_be="a SHA-256 of 64 small hexadecimal digits"),
]
Place = Annotated[
    str,
    Text(
        r"^/(?:filters|enhancement|turn_detection|player|session)(?:/[a-z0-9_]{1,40})?$",
        longest=64,
        must_be="the path of a value, such as /player/start_ms",
    ),
]
Moment = Annotated[datetime, Time()]
Count = Annotated[int, Within(0, 1_000_000_000)]
NotNegative = Annotated[float, Within(0, 1e9)]
Share = Annotated[float, Within(0, 1)]


def plain_name(text: str) -> str:
    """Make a file's or recording's name fit for the evidence.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text itself where it is a :data:`Name`; otherwise its letters and
        digits, each run and the whole cut short, joined by ``-``.

    Examples
    --------
    >>> plain_name("desk/fan: low.wav")
    'desk-fan-low-wav'
    """
    if len(text) <= NAME.longest and re.fullmatch(NAME.pattern, text):
        return text
    runs = [run[:RUN] for run in re.findall(f"{LETTER}+", text)]
    return "-".join(runs[:16])[: NAME.longest].rstrip("-") or "unnamed"
