"""Agenda: what is to be done when, earliest first; of equal times, first come first."""

import heapq
from collections.abc import Callable
from itertools import count

from voicelab.wire.event import Event

__all__ = ["Agenda", "Task"]

Task = Callable[[float], list[Event]]


class Agenda:
    """Tasks with the time at which each is due."""

    def __init__(self) -> None:
        self._tasks: list[tuple[float, int, Task]] = []
        self._numbers = count()

    @property
    def next_ms(self) -> float | None:
        """When the earliest is due; ``None`` without one."""
        return self._tasks[0][0] if self._tasks else None

    def add(self, at_ms: float, task: Task) -> None:
        """Note a task.

        Parameters
        ----------
        at_ms : float
            When it is due.
        task : callable
            Is given the time at which it was due, gives what is said.
        """
        heapq.heappush(self._tasks, (at_ms, next(self._numbers), task))

    def do(self, *, now_ms: float) -> list[Event]:
        """Do what is due, and what becomes due by that.

        Parameters
        ----------
        now_ms : float
            Until when.

        Returns
        -------
        list of Event
            What is said, in order.
        """
        events: list[Event] = []
        while self._tasks and self._tasks[0][0] <= now_ms:
            at_ms, _, task = heapq.heappop(self._tasks)
            events += task(at_ms)
        return events
