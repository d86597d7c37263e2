"""Stamps: whether a log was recorded with the tuning that one has at hand.

An edit that a diagnosis proposes starts from the given tuning; it fits only
if the session ran with that tuning's values.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from voicelab.tuning import Tuning, stamp
from voicelab.wire import read_stamp

__all__ = ["stamp_remarks"]


def stamp_remarks(events: Iterable[Mapping[str, Any]], tuning: Tuning) -> tuple[str, ...]:
    """Compare the stamps in a log with a tuning.

    Parameters
    ----------
    events : iterable of mapping
        What was sent and received, as on the wire or redacted.
    tuning : Tuning
        The one at hand.

    Returns
    -------
    tuple of str
        A sentence for each other stamp, one if there is none at all; empty
        where the log says that it ran with this tuning alone.
    """
    found = dict.fromkeys(each for each in map(read_stamp, events) if each)
    ours = stamp(tuning)
    if not found:
        return ("the log names no tuning: it was not configured by an export, or by an older one",)
    return tuple(
        f"the log ran with tuning {each}, the given one is {ours}: what is proposed starts from "
        "other values than the session had"
        for each in found
        if each != ours
    )
