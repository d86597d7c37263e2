"""Origin: who settled a value, and how sure that is.

A value without an origin is its profile's default; one that differs from the
default and does not say why was set by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from voicelab.tuning.change import SECTIONS, HasSettings, changes, document_order, paths
from voicelab.tuning.error import TuningError, pointer
from voicelab.tuning.evidence import Evidence

__all__ = ["By", "How", "Origin", "Verdict", "settled"]

How = Literal["tuned", "kept", "set_by_hand"]
Verdict = Literal["shown", "plausible", "kept"]
By = Literal["turns", "buffer"]


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where one value comes from.

    Attributes
    ----------
    how : {"tuned", "kept", "set_by_hand"}
        A measurement proposed it; a measurement could not tell it from the
        default, which therefore stays; or a person decided.
    verdict : {"shown", "plausible", "kept"} or None
        How sure the measurement is; ``None`` where a person decided.
    by : {"turns", "buffer"} or None
        Which part of the evidence says so; ``None`` where a person decided.

    Raises
    ------
    ValueError
        If the three contradict each other.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    how: How
    verdict: Verdict | None = None
    by: By | None = None

    def __post_init__(self) -> None:
        allowed: tuple[Verdict | None, ...]
        if self.how == "set_by_hand":
            allowed = (None,)
        else:
            allowed = ("kept",) if self.how == "kept" else ("shown", "plausible")
        if self.verdict not in allowed or (self.by is None) != (self.how == "set_by_hand"):
            raise ValueError(
                "a value is tuned (shown or plausible) or kept (kept), each by turns or buffer, "
                f"or set_by_hand with neither; got how {self.how}, verdict {self.verdict}, "
                f"by {self.by}"
            )

    def __str__(self) -> str:
        words = self.how.replace("_", " ")
        return words if self.how != "tuned" else f"{words}, {self.verdict}"


def settled(
    origin: Mapping[str, Origin], *, settings: HasSettings, base: HasSettings, evidence: Evidence
) -> dict[str, Origin]:
    """Check the origins against values and evidence, and add those that go without saying.

    Parameters
    ----------
    origin : mapping of str to Origin
        By a value's or a section's JSON pointer.
    settings : Tuning
        The values.
    base : Profile
        The defaults.
    evidence : Evidence
        What was measured.

    Returns
    -------
    dict of str to Origin
        In the document's order.

    Raises
    ------
    TuningError
        If a path is not there, a kept value is not the default, or a measured
        value lacks its evidence.
    """
    sections = tuple(f"/{section}" for section in ("filters", *SECTIONS))
    known = dict.fromkeys((*sections, *paths(base), *paths(settings)))
    changed = tuple(change.path for change in changes(base, settings))
    for path, said in origin.items():
        at = "/origin" + pointer(path)
        if path not in known:
            raise TuningError("must be the path of a value, got one that is not there", path=at)
        if said.how == "kept" and any(f"{each}/".startswith(f"{path}/") for each in changed):
            raise TuningError(
                "must not be kept where the value is not the profile's default; "
                "if it was changed by hand, say set_by_hand",
                path=at,
            )
        if said.by is not None and getattr(evidence, said.by) is None:
            raise TuningError(
                f"must have its evidence, got {said.how} by {said.by} and no /evidence/{said.by}",
                path=at,
            )
    by_hand = {
        path: Origin(how="set_by_hand")
        for path in changed
        if path not in origin and path.rpartition("/")[0] not in origin
    }
    every = {**origin, **by_hand}
    return {path: every[path] for path in sorted(known, key=document_order) if path in every}
