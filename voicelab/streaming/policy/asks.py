"""Asks: answers that have to be asked for once more.

One was refused, because another was still on its way: it is owed as soon as
that one has ended.  Or one failed for a reason that may pass: its turn's answer
is asked for again, a few times, each time after twice the wait.

Times are milliseconds on the policy's clock.
"""

import math

from voicelab.wire import by_error_code

__all__ = ["Asks"]

MOST_ASKS = 5  # a minute in all: as long as a limit on tokens a minute lasts
FIRST_WAIT_MS = 2_000.0


class Asks:
    """The answers that one session still asks for."""

    def __init__(self) -> None:
        self.owed = False
        self._made: dict[int, int] = {}  # by turn
        self._due_ms: dict[int, float] = {}

    def owe(self) -> None:
        """Take note of an answer that was refused, or could not be asked for yet."""
        self.owed = True

    def paid(self) -> bool:
        """Take note that nothing stands in the way of the one that is owed.

        Returns
        -------
        bool
            Whether one was.
        """
        was, self.owed = self.owed, False
        return was

    def failed(self, turn: int, code: str, *, now_ms: float) -> bool:
        """Decide whether a turn's answer is asked for again.

        Parameters
        ----------
        turn : int
            Whose answer failed.
        code : str
            Why, in the service's words.
        now_ms : float
            When.

        Returns
        -------
        bool
            False if that is of no use any more.
        """
        known, made = by_error_code(code), self._made.get(turn, 0)
        if known is None or known.action != "retry" or made >= MOST_ASKS:
            return False
        self._made[turn] = made + 1
        self._due_ms[turn] = now_ms + FIRST_WAIT_MS * 2.0**made
        return True

    def cancel(self, turn: int) -> None:
        """Ask no more: the turn has ended, or was just asked for.

        Parameters
        ----------
        turn : int
            Which.
        """
        self._due_ms.pop(turn, None)

    def due(self, *, now_ms: float) -> list[int]:
        """Take the turns whose answer is to be asked for now.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        list of int
            Their numbers, oldest first.
        """
        if not self._due_ms:
            return []
        turns = sorted(turn for turn, due_ms in self._due_ms.items() if due_ms <= now_ms)
        for turn in turns:
            del self._due_ms[turn]
        return turns

    @property
    def next_ms(self) -> float:
        """When :meth:`due` has something to give; infinite if it never will."""
        return min(self._due_ms.values(), default=math.inf)
