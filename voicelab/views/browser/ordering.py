"""Ordering: numbered messages, put back in order and counted.

Two threads may hand over what one page sent, so a message can overtake
another.  What comes early waits; what has been waited for in vain, because a
line was cut, is counted as lost.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

__all__ = ["InOrder"]

PATIENCE = 64  # later messages that may wait for one that is missing
Item = TypeVar("Item")


class InOrder(Generic[Item]):
    """Messages of one stream, in the order of their numbers, from 0 on.

    Parameters
    ----------
    patience : int > 0
        How many later messages wait for one that is missing.
    """

    def __init__(self, *, patience: int = PATIENCE) -> None:
        self._patience = patience
        self._next = 0
        self._early: dict[int, Item] = {}
        self.lost = 0

    @property
    def taken(self) -> int:
        """How many numbers are settled: given, or lost."""
        return self._next

    def push(self, number: int, item: Item) -> Iterator[Item]:
        """Take a message and give all that are due now.

        Parameters
        ----------
        number : int >= 0
            Its place; one that was there is given once only.
        item : object
            The message.

        Yields
        ------
        object
            Messages in order.
        """
        if number < self._next:
            return
        self._early[number] = item
        if len(self._early) > self._patience:
            first = min(self._early)
            self.lost += first - self._next
            self._next = first
        while self._next in self._early:
            due = self._early.pop(self._next)
            self._next += 1
            yield due
