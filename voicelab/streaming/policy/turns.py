"""Turns: every user turn, and its one end.

A turn begins where the service, or a button, says so.  It ends once, in one of
four states: answered; answered in part, with what was heard of the answer;
superseded by what the user said or did next; dropped, with a reason.

A turn whose connection was lost while the user spoke is not a new turn when it
is heard again: it is the same one, repeated.

Positions are samples of the microphone's audio.
"""

from voicelab.streaming.policy.notices import EndState
from voicelab.streaming.policy.turn import Turn

__all__ = ["Turns"]


class Turns:
    """The user turns of one session."""

    def __init__(self) -> None:
        self.all: list[Turn] = []
        self.end = 0  # where the last one ends that is an item

    def begin(self, start: int, *, slack: int = 0) -> Turn:
        """Begin a turn, or go on with one that was lost while it was spoken.

        Parameters
        ----------
        start : int
            Where it begins.
        slack : int
            How far apart the beginnings of the same turn may lie.

        Returns
        -------
        Turn
            The open one.
        """
        for turn in self.all:
            if turn.stage == "lost" and turn.state is None:
                known = turn.start if turn.end is None else turn.end
                if turn.start - slack <= start <= known + slack:
                    turn.stage, turn.start, turn.end = "open", min(start, turn.start), None
                    return turn
        self.all.append(Turn(len(self.all) + 1, start))
        return self.all[-1]

    @property
    def open(self) -> Turn | None:
        """The one that is spoken now."""
        return self._newest("open")

    @property
    def lost(self) -> Turn | None:
        """The one that was spoken when its connection was lost."""
        return self._newest("lost")

    @property
    def owed(self) -> Turn | None:
        """The newest that is an item and has not ended."""
        return self._newest("committed")

    @property
    def unsettled(self) -> list[Turn]:
        """All that have not ended."""
        return [turn for turn in self.all if turn.state is None]

    def of(self, number: int | None) -> Turn | None:
        """Find a turn.

        Parameters
        ----------
        number : int or None
            Its number.

        Returns
        -------
        Turn or None
            ``None`` for ``None``.
        """
        return None if number is None else self.all[number - 1]

    def settle(
        self, turn: Turn, state: EndState, *, heard_ms: float = 0.0, reason: str = ""
    ) -> bool:
        """End a turn.

        Parameters
        ----------
        turn : Turn
            Which.
        state : {"answered", "answered in part", "superseded", "dropped"}
            How.
        heard_ms : float
            How much of its answer was heard.
        reason : str
            Why it was dropped.

        Returns
        -------
        bool
            False if it had ended before; the first end holds.
        """
        if turn.state is not None:
            return False
        turn.state, turn.heard_ms, turn.reason = state, heard_ms, reason
        return True

    def _newest(self, stage: str) -> Turn | None:
        for turn in reversed(self.all):
            if turn.stage == stage and turn.state is None:
                return turn
        return None
