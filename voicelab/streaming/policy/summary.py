"""Summary: what the outgoing session says of all that a new one will not be told.

It is asked for out of band, as text, without a trace in the conversation, and
waited for only a while: where it does not come, the last entries are told word
for word and nothing else.

Times are milliseconds on the policy's clock.
"""

import math
from collections.abc import Mapping
from typing import Any

__all__ = ["Summary"]

PURPOSE = {"purpose": "summary"}
WISH = (
    "Sum up this conversation so far in a few sentences, with every fact, name and number that "
    "may matter later. Write only the summary."
)
PATIENCE_MS = 5_000.0


class Summary:
    """The summary that one session waits for, or not."""

    def __init__(self) -> None:
        self._asked_ms: float | None = None

    @property
    def waits(self) -> bool:
        """Whether one was asked for and has not come."""
        return self._asked_ms is not None

    @property
    def next_ms(self) -> float:
        """When it is waited for no longer; infinite if it is not."""
        return math.inf if self._asked_ms is None else self._asked_ms + PATIENCE_MS

    def ask(self, *, now_ms: float) -> dict[str, Any]:
        """Ask for one.

        Parameters
        ----------
        now_ms : float
            When.

        Returns
        -------
        dict
            The ``response`` of a ``response.create``.
        """
        self._asked_ms = now_ms
        return {
            "conversation": "none",
            "modalities": ["text"],
            "metadata": dict(PURPOSE),
            "instructions": WISH,
        }

    def give_up(self) -> None:
        """Wait no longer: it took too long, or its connection is gone."""
        self._asked_ms = None

    def is_meant(self, response: Mapping[str, Any]) -> bool:
        """Tell whether a response is one, and no answer to anybody.

        Parameters
        ----------
        response : mapping
            As it stands in ``response.created`` and ``response.done``.

        Returns
        -------
        bool
            By the purpose that it was given.
        """
        return (response.get("metadata") or {}) == PURPOSE

    def take(self, response: Mapping[str, Any]) -> str:
        """Take the summary in.

        Parameters
        ----------
        response : mapping
            As it stands in ``response.done``.

        Returns
        -------
        str
            Its words; empty if it came to nothing.
        """
        self._asked_ms = None
        if response.get("status") != "completed":
            return ""
        texts = [
            str(part.get("text") or part.get("transcript") or "")
            for item in response.get("output") or ()
            for part in item.get("content") or ()
        ]
        return " ".join(filter(None, texts)).strip()
