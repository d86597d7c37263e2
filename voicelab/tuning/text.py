"""The text of a Tuning: every value on a line, with where it comes from."""

from typing import TYPE_CHECKING

from voicelab.profiles import Profile
from voicelab.tuning.change import changes, document_order, paths, word
from voicelab.tuning.evidence import Evidence

if TYPE_CHECKING:
    from voicelab.tuning.tuning import Tuning

__all__ = ["describe"]


def describe(tuning: "Tuning", base: Profile) -> str:
    """Write a config as one readable block.

    Parameters
    ----------
    tuning : Tuning
        What to write.
    base : Profile
        Its defaults, shown beside values that differ.

    Returns
    -------
    str
        Lines without a final line feed.
    """
    lines = [_title(tuning)]
    differing = {change.path: change for change in changes(base, tuning)}
    above = ""
    for path in sorted(dict.fromkeys((*paths(tuning), *differing)), key=document_order):
        section, _, name = path[1:].partition("/")
        if name and section != above:
            lines.append(f"  {section}")
        above = section
        said = tuning.origin_of(path)
        default = f"default {word(differing[path].before)}" if path in differing else ""
        remark = "; ".join(part for part in (str(said or ""), default) if part)
        label = f"  {name}" if name else section
        lines.append(f"  {label:<31} {word(_value(tuning, path)):<18} {remark}".rstrip())
    lines.extend(f"  {line}" for line in _evidence(tuning.evidence))
    lines.extend(f"  warning: {warning}" for warning in tuning.warnings)
    return "\n".join(lines)


def _title(tuning: "Tuning") -> str:
    made = f"made by voicelab {tuning.made.voicelab}"
    if tuning.made.at is not None:
        made += f" on {tuning.made.at:%Y-%m-%d at %H:%M} UTC"
    return f"Tuning for {tuning.target.profile}, {made}"


def _value(tuning: "Tuning", path: str) -> object:
    _, section, *rest = path.split("/")
    value: object = getattr(tuning, section)
    if not rest:
        return value
    if isinstance(value, tuple):
        index = int(rest[0])
        return value[index] if index < len(value) else None
    return getattr(value, rest[0])


def _evidence(evidence: Evidence) -> list[str]:
    lines = []
    if evidence.turns is not None:
        seconds = sum(used.seconds for used in evidence.recordings)
        fitted = "calibrated" if evidence.turns.calibrated else "not calibrated"
        lines.append(
            f"turns measured on {len(evidence.recordings)} recordings, {seconds:.0f} s, "
            f"{evidence.turns.measured_on}, detector {evidence.turns.detector} ({fitted})"
        )
    captures = dict.fromkeys(str(each.capture) for each in evidence.recordings if each.capture)
    lines.extend(f"recorded in a browser: {capture}" for capture in captures)
    if evidence.buffer is not None:
        lines.append(
            f"buffer measured on {evidence.buffer.n} answers, {evidence.buffer.measured_on}, "
            f"to keep {evidence.buffer.smooth:.0%} smooth"
        )
    if evidence.not_tested:
        lines.append("not tested: " + ", ".join(evidence.not_tested).replace("_", " "))
    return lines
