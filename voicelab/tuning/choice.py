"""Choice: what a result must offer to become part of a Tuning.

Results are made where they are measured, by packages that know nothing of
configs; so they speak in the document's own words: JSON pointers and plain
values.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from voicelab.tuning.document import place, plain
from voicelab.tuning.fields import plain_name
from voicelab.tuning.origin import By, Verdict

__all__ = ["Choice", "join"]

UNTESTED = {"turns": "turns", "buffer": "arrivals"}


class Choice(Protocol):
    """A result that settles some values and says how sure it is.

    Turn detection's choice and playback's smallest buffer are such results.
    """

    def settings(self) -> Mapping[str, object]:
        """Give the values that were chosen.

        Returns
        -------
        mapping of str to object
            By JSON pointer: ``"/turn_detection/threshold": 0.62``, or a whole
            section, ``"/filters": (HighPass(80),)``.  A value that was kept
            may be left out.
        """

    def verdicts(self) -> Mapping[str, Verdict]:
        """Say how sure each value is.

        Returns
        -------
        mapping of str to str
            By JSON pointer ``"shown"``, ``"plausible"`` or ``"kept"``, for
            each value that was looked at.
        """

    def evidence(self) -> Mapping[str, Any]:
        """Give what stands behind it.

        Returns
        -------
        mapping of str to object
            Plain parts of the document's ``evidence``: ``"turns"`` or
            ``"buffer"``, and any of the lists ``"recordings"``, ``"arrivals"``
            and ``"not_tested"``.
        """


def join(document: dict[str, Any], choice: Choice | None, *, by: By) -> None:
    """Write a choice into a plain document.

    Parameters
    ----------
    document : dict
        Changed in place; not checked here.
    choice : Choice or None
        ``None`` leaves the values and says that nobody tested them.
    by : {"turns", "buffer"}
        The part of the evidence that it fills.

    Raises
    ------
    TuningError
        If the choice names a value that is not there.
    """
    evidence = document["evidence"]
    if choice is None:
        evidence["not_tested"].append(UNTESTED[by])
        return
    for path, value in choice.settings().items():
        place(document, path, plain(value))
    for path, verdict in choice.verdicts().items():
        how = "kept" if verdict == "kept" else "tuned"
        document["origin"][path] = {"how": how, "verdict": verdict, "by": by}
    for key, part in plain(choice.evidence()).items():
        if not isinstance(part, list):
            evidence[key] = part
            continue
        have = evidence.setdefault(key, [])
        for each in part:
            if isinstance(each, dict) and isinstance(each.get("name"), str):
                each = {**each, "name": plain_name(each["name"])}
            if each not in have:
                have.append(each)
