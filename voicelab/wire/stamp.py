"""Stamp: which tuning a session was configured with, said on the wire.

Voice Live's session has ``metadata``, 16 pairs of text: the stamp is one of
them, and comes back in ``session.updated``.  The generally available dialect
has no such field; there the stamp is the ``event_id`` of the
``session.update``, which stands in the client's own log and is never echoed.

A stamp is 16 hexadecimal digits and says nothing but equal or not.
"""

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["STAMP_KEY", "read_stamp", "stamp_event_id", "stamp_metadata", "stamp_of_metadata"]

STAMP_KEY = "voicelab_tuning"
STAMP = re.compile(r"[0-9a-f]{16}")
EVENT_ID = re.compile(rf"{STAMP_KEY}_([0-9a-f]{{16}})")
CARRIERS = frozenset(["session.update", "session.updated", "session.created"])


def stamp_metadata(stamp: str) -> dict[str, str]:
    """Write a stamp as the ``metadata`` of a session.

    Parameters
    ----------
    stamp : str
        16 hexadecimal digits.

    Returns
    -------
    dict
        One pair.

    Raises
    ------
    ValueError
        If it is no stamp.
    """
    return {STAMP_KEY: _checked(stamp)}


def stamp_event_id(stamp: str) -> str:
    """Write a stamp as the ``event_id`` of a ``session.update``.

    Parameters
    ----------
    stamp : str
        16 hexadecimal digits.

    Returns
    -------
    str
        An id as any other.

    Raises
    ------
    ValueError
        If it is no stamp.
    """
    return f"{STAMP_KEY}_{_checked(stamp)}"


def read_stamp(event: Mapping[str, Any]) -> str | None:
    """Read the stamp of an event that configures a session, or tells of it.

    Parameters
    ----------
    event : mapping
        As on the wire, or as a log keeps it.

    Returns
    -------
    str or None
        ``None`` if it carries none.

    Examples
    --------
    >>> session = {"metadata": {"voicelab_tuning": "0123456789abcdef"}}
    >>> read_stamp({"type": "session.updated", "session": session})
    '0123456789abcdef'
    """
    if event.get("type") not in CARRIERS:
        return None
    session = event.get("session")
    if isinstance(session, Mapping) and (found := stamp_of_metadata(session.get("metadata"))):
        return found[STAMP_KEY]
    as_id = EVENT_ID.fullmatch(str(event.get("event_id", "")))
    return as_id[1] if as_id and event["type"] == "session.update" else None


def stamp_of_metadata(metadata: object) -> dict[str, str]:
    """Keep of a session's metadata the stamp alone.

    Parameters
    ----------
    metadata : object
        As it was found.

    Returns
    -------
    dict
        The one pair; empty if there is no stamp in it.
    """
    stamp = metadata.get(STAMP_KEY) if isinstance(metadata, Mapping) else None
    return {STAMP_KEY: stamp} if isinstance(stamp, str) and STAMP.fullmatch(stamp) else {}


def _checked(stamp: str) -> str:
    if not STAMP.fullmatch(stamp):
        raise ValueError(f"a stamp must be 16 hexadecimal digits, got {stamp[:40]!r}")
    return stamp
