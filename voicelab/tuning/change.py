"""Change: one value that differs between two configs, or from a profile.

A value's path is its JSON pointer in the document: ``/filters/0`` is a whole
filter, ``/turn_detection/threshold`` one setting.  Turn detection that is
off (push-to-talk), or of another kind, is a value of its own, ``/turn_detection``.
"""

from dataclasses import fields
from itertools import zip_longest
from typing import NamedTuple, Protocol

from voicelab.filters import Node
from voicelab.jitter.player import Player
from voicelab.vad.semantic import AnyTurnDetection
from voicelab.wire.enhancement import Enhancement
from voicelab.wire.session import SessionSettings

__all__ = ["SECTIONS", "Change", "HasSettings", "changes", "document_order", "paths", "word"]

SECTIONS = ("enhancement", "turn_detection", "player", "session")


class HasSettings(Protocol):
    """What a profile and a tuning have in common."""

    @property
    def filters(self) -> tuple[Node, ...]:
        """What runs in front of the microphone."""

    @property
    def enhancement(self) -> Enhancement:
        """What the service does to the sound."""

    @property
    def turn_detection(self) -> AnyTurnDetection | None:
        """The service's settings; ``None`` is push-to-talk."""

    @property
    def player(self) -> Player:
        """How the page plays."""

    @property
    def session(self) -> SessionSettings:
        """How the client keeps a session alive."""


class Change(NamedTuple):
    """One value that differs.

    Attributes
    ----------
    path : str
        The value's JSON pointer.
    before, after : object
        The two values; ``None`` where there is none.
    """

    path: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.path} {word(self.before)} -> {word(self.after)}"


def word(value: object) -> str:
    """Write a setting's value for a reader.

    Parameters
    ----------
    value : object
        A number, word, filter, pair of numbers, or nothing.

    Returns
    -------
    str
        Without a float's idle zeros; ``off`` for nothing.
    """
    if value is None:
        return "off"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, AnyTurnDetection):
        return value.type
    if isinstance(value, tuple):
        between = ", " if all(isinstance(each, str) for each in value) else " to "
        return between.join(word(each) for each in value) or "none"
    return str(value)


def changes(before: HasSettings, after: HasSettings) -> tuple[Change, ...]:
    """List the values in which two sets of settings differ.

    Parameters
    ----------
    before, after : Profile or Tuning
        What to compare.

    Returns
    -------
    tuple of Change
        In the document's order; empty where all values agree.
    """
    found = []
    for index, (old, new) in enumerate(zip_longest(before.filters, after.filters)):
        found.append(Change(f"/filters/{index}", old, new))
    for section in SECTIONS:
        old, new = getattr(before, section), getattr(after, section)
        if type(old) is not type(new) or old is None:
            found.append(Change(f"/{section}", old, new))
        else:
            for each in fields(new):
                values = getattr(old, each.name), getattr(new, each.name)
                found.append(Change(f"/{section}/{each.name}", *values))
    return tuple(change for change in found if change.before != change.after)


def paths(settings: HasSettings) -> tuple[str, ...]:
    """List the paths of all values.

    Parameters
    ----------
    settings : Profile or Tuning
        Whose values.

    Returns
    -------
    tuple of str
        In the document's order; no filter at all, and turn detection that is
        off, are one value each.
    """
    found = [f"/filters/{index}" for index in range(len(settings.filters))] or ["/filters"]
    for section in SECTIONS:
        value = getattr(settings, section)
        if value is None:
            found.append(f"/{section}")
        else:
            found.extend(f"/{section}/{each.name}" for each in fields(value))
    return tuple(found)


def document_order(path: str) -> int:
    """Tell where in the document a value's section stands.

    Parameters
    ----------
    path : str
        The value's JSON pointer.

    Returns
    -------
    int
        To sort by; values of one section are equal.
    """
    return ("filters", *SECTIONS).index(path.split("/")[1])
