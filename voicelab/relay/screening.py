"""Screening: which events a page may send towards the service.

The service acts on the type that its own reader finds.  So where the list is
enforced, a message whose type two readers could read differently, written
twice or as ``Type``, is none that may pass, whatever it says.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from voicelab.wire import EVENTS, Dialect

__all__ = ["Screening", "Strictness", "events_of"]

Strictness = Literal["off", "observe", "enforce"]

BEGINNING = re.compile(r'\{\s*"type"\s*:\s*"([a-z_.]+)"')
UNKNOWN = "unknown"  # what is counted where the type is not one of the protocol's


class Screening:
    """The list of events, and what became of it.

    Parameters
    ----------
    strictness : {"off", "observe", "enforce"}
        Look at nothing; count what would not pass; let it not pass.
    dialect : {"voice-live", "openai-ga"}
        In which types are written.
    allowed : iterable of str or None
        Types that may pass; ``None`` is every client event of the dialect.
    own : iterable of str
        Types that are for the relay itself.

    Raises
    ------
    ValueError
        If a type is no client event of the dialect.
    """

    def __init__(
        self,
        strictness: Strictness,
        *,
        dialect: Dialect,
        allowed: Iterable[str] | None = None,
        own: Iterable[str] = (),
    ) -> None:
        known = events_of(dialect)
        wanted = known if allowed is None else frozenset(allowed)
        if strange := sorted(wanted - known):
            raise ValueError(
                f"an event that may pass must be a client event of {dialect}, got "
                f"{strange[0][:60]!r}; the events are in docs/events.md"
            )
        self.strictness = strictness
        self.allowed = wanted.union(own)
        self.stopped: Counter[str] = Counter()
        self._known = known

    def objection(self, message: str | bytes) -> str | None:
        """Look at a message of a page.

        Parameters
        ----------
        message : str or bytes
            As it came.

        Returns
        -------
        str or None
            Why it may not pass; ``None`` if it may, or if nobody is strict.
        """
        if self.strictness == "off":
            return None
        if self.strictness == "observe" and isinstance(message, str):
            # Most messages are sound, and begin as they are usually written.
            begins = BEGINNING.match(message)
            if begins is not None and begins[1] in self.allowed:
                return None
        found = _type_of(message)
        if found in self.allowed:
            return None
        # A name from outside is shown, and counted, only if the protocol has it.
        name = found if found in self._known else UNKNOWN
        self.stopped[name] += 1
        if self.strictness == "observe":
            return None
        what = f"events of type {name}" if found in self._known else "messages without a known type"
        return f"{what} may not pass this relay; it lets pass: {', '.join(sorted(self.allowed))}"


def events_of(dialect: Dialect) -> frozenset[str]:
    """Name the client events of a dialect.

    Parameters
    ----------
    dialect : {"voice-live", "openai-ga"}
        Which.

    Returns
    -------
    frozenset of str
        As they are on the wire.
    """
    names = (spec.name_in(dialect) for spec in EVENTS.values() if spec.sender == "client")
    return frozenset(name for name in names if name is not None)


def _type_of(message: str | bytes) -> str | None:
    """Read the one type of a message; ``None`` if there is none that every reader finds."""
    if isinstance(message, bytes):
        return None
    try:
        found = json.loads(message, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, _Pairs):
        return None
    types = [(key, value) for key, value in found.pairs if key.casefold() == "type"]
    if len(types) != 1 or types[0][0] != "type" or not isinstance(types[0][1], str):
        return None
    return types[0][1]


class _Pairs:
    """An object as it is written, keys that come twice included."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs
