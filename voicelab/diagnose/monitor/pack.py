"""Pack: the questions that a Log Analytics workspace can answer, as Kusto queries.

Each query is a file ``queries/NAME.kql`` that can be pasted as it is: first
comments (the question, ``Source:`` where its tables and columns stand,
``Unverified:`` what no published paper shows), then its parameters as ``let``
lines, each with its type and meaning, then the query.

The tests parse every query with Kusto's own language service and bind it to
the published columns.  No query was ever run against a workspace, and the
text says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from voicelab.diagnose.monitor.literals import name_literal, string_literal, timespan_literal

__all__ = ["QUERIES", "KqlParameter", "KqlQuery", "kql"]

FOLDER = Path(__file__).with_name("queries")
NEVER_RUN = (
    "// Parsed and bound to the published columns by Kusto's language service; no workspace has\n"
    "//   run it.\n"
)

Type = Literal["timespan", "name", "text"]
PARAMETER = re.compile(r"^let (\w+) = (.+?);  // (\w+): (.+)$", re.MULTILINE)


class KqlParameter(NamedTuple):
    """One value that a query can be given.

    Attributes
    ----------
    name : str
        What it is called in the query.
    type : {"timespan", "name", "text"}
        What it may be.
    default : str
        As it stands in the query.
    meaning : str
        What it does.
    """

    name: str
    type: Type
    default: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class KqlQuery:
    """One query of the pack.

    Attributes
    ----------
    name : str
        How a command line refers to it.
    question : str
        What it answers.
    sources : tuple of str
        Where its tables, columns and values stand, each with the day of the paper.
    unverified : tuple of str
        What it takes for granted that no published paper shows.
    parameters : tuple of KqlParameter
        What it can be given.
    template : str
        The query with its defaults.
    """

    name: str
    question: str
    sources: tuple[str, ...]
    unverified: tuple[str, ...]
    parameters: tuple[KqlParameter, ...]
    template: str

    def text(self, **values: str | timedelta) -> str:
        """Write the query with values for its parameters.

        Parameters
        ----------
        **values
            By the parameters' names in lower case; what is not given keeps its default.

        Returns
        -------
        str
            To be pasted into Log Analytics.

        Raises
        ------
        ValueError
            If there is no such parameter, or it cannot be this.
        """
        by_name = {each.name.lower(): each for each in self.parameters}
        for name in values:
            if name not in by_name:
                raise ValueError(
                    f"query {self.name} must be given {' or '.join(by_name)}, got {name[:40]!r}"
                )
        written = {
            by_name[name].name: _literal(by_name[name], value) for name, value in values.items()
        }

        def filled(line: re.Match[str]) -> str:
            name, default, *comment = line.groups()
            return f"let {name} = {written.get(name, default)};  // {': '.join(comment)}"

        comments, query = _halves(self.template)
        return comments + NEVER_RUN + PARAMETER.sub(filled, query)


def kql(name: str) -> KqlQuery:
    """Find a query by its name.

    Parameters
    ----------
    name : str
        One of :data:`QUERIES`.

    Returns
    -------
    KqlQuery
        The same object each time.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in QUERIES:
        raise ValueError(f"the query must be one of {', '.join(QUERIES)}, got {name[:40]!r}")
    return QUERIES[name]


def _literal(parameter: KqlParameter, value: str | timedelta) -> str:
    try:
        if parameter.type == "timespan":
            return timespan_literal(value)
        if isinstance(value, timedelta):
            raise ValueError("it must be a text, got a span of time")
        return name_literal(value) if parameter.type == "name" else string_literal(value)
    except ValueError as error:
        raise ValueError(f"{parameter.name.lower()}: {error}") from None


def _halves(template: str) -> tuple[str, str]:
    at = template.index("\nlet ") + 1
    return template[:at], template[at:]


def _read(path: Path) -> KqlQuery:
    template = path.read_text("utf-8")
    comments, query = _halves(template)
    said = comments.replace("\n//   ", " ").splitlines()
    notes = [line.removeprefix("// ") for line in said]

    def under(heading: str) -> tuple[str, ...]:
        return tuple(
            note.removeprefix(heading).strip() for note in notes if note.startswith(heading)
        )

    parameters = []
    for name, default, kind, meaning in PARAMETER.findall(query):
        assert kind in get_args(Type), f"{path.name}: {name} is of no known type"
        parameters.append(KqlParameter(name, kind, default, meaning))
    return KqlQuery(
        name=path.stem,
        question=notes[0],
        sources=under("Source:"),
        unverified=under("Unverified:"),
        parameters=tuple(parameters),
        template=template,
    )


QUERIES: Mapping[str, KqlQuery] = MappingProxyType(
    {path.stem: _read(path) for path in sorted(FOLDER.glob("*.kql"))}
)
