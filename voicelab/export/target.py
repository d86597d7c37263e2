"""Target and Export: where a config goes, and what came of it.

An export never only succeeds: beside the artifact stand the values that the
target cannot express (``lost``) and those that it takes on trust
(``assumed``), each with a sentence.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from voicelab.tuning import Tuning

__all__ = ["Export", "ExportRefused", "Remark", "Target"]


class ExportRefused(ValueError):
    """A value that means something else at the target."""


class Remark(NamedTuple):
    """One value that an export could not carry over as it was.

    Attributes
    ----------
    path : str
        The value's JSON pointer in the config; where only the artifact has
        it, its dotted name there.
    sentence : str
        What became of it, and where it goes instead.
    """

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class Export(NamedTuple):
    """What came of a config at a target; unpacks as ``artifact, lost, assumed``.

    Attributes
    ----------
    artifact : dict
        What one pastes or sends; for a target that is code, texts by file name.
    lost : tuple of Remark
        What the target cannot express.
    assumed : tuple of Remark
        What nobody has measured at the target.
    """

    artifact: dict[str, Any]
    lost: tuple[Remark, ...]
    assumed: tuple[Remark, ...]

    @property
    def text(self) -> str:
        """The artifact as one pastes or saves it."""
        if self.files:
            return "\n".join(f"// ==== {name}\n{text}" for name, text in self.files.items())
        return json.dumps(self.artifact, indent=2)

    @property
    def files(self) -> dict[str, str]:
        """The artifact's texts by file name; nothing where it is one document."""
        is_code = all(isinstance(text, str) and "." in name for name, text in self.artifact.items())
        return dict(self.artifact) if is_code else {}

    def __str__(self) -> str:
        lines = [self.text]
        for name, remarks in (("lost", self.lost), ("assumed", self.assumed)):
            lines.append(f"{name}:" if remarks else f"{name}: nothing")
            lines.extend(f"  {remark}" for remark in remarks)
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a config can go.

    Attributes
    ----------
    name : str
        What one asks for.
    write : callable
        Writes a Tuning's values as they stand.
    detector : str or None
        The voice activity detector that applies the threshold there; ``None``
        is unknown.
    """

    name: str
    write: Callable[[Tuning], Export]
    detector: str | None = None
