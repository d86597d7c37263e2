"""Push-to-talk: the button decides where a turn begins and ends.

Two ways exist, because services disagree about which one works: no turn
detection at all, or one that neither answers nor interrupts.  The sound just
before the button went down belongs to the turn, because people begin to speak
while they press; a turn of less than 100 ms is refused by services and never
committed.  While the button is up nothing is sent but a sign of life.

Times are milliseconds; positions are samples of the microphone's audio.
"""

from dataclasses import dataclass

__all__ = ["SHORTEST_COMMIT_MS", "Press", "PushToTalk"]

SHORTEST_COMMIT_MS = 100.0


@dataclass
class Press:
    """One press of the button.

    Attributes
    ----------
    turn : int
        The user turn that it makes.
    start : int
        Where it begins, pre-roll included.
    end : int or None
        Where it ends; ``None`` while the button is down.
    """

    turn: int
    start: int
    end: int | None = None


class PushToTalk:
    """The button of one session.

    Parameters
    ----------
    rate_hz : int
        Of the microphone's audio.
    pre_roll_ms : float
        Sound before the press that belongs to the turn.
    keep_alive_ms : float
        Longest silence towards the service.
    """

    def __init__(self, *, rate_hz: int, pre_roll_ms: float, keep_alive_ms: float) -> None:
        self._rate_hz = rate_hz
        self._pre_roll = round(pre_roll_ms * rate_hz / 1000)
        self._keep_alive_ms = keep_alive_ms
        self._sent_ms = 0.0
        self._free_from = 0  # where the last press ended: no sound belongs to two turns
        self._awaited: list[int] = []  # turns whose commit was sent, oldest first
        self._ended: dict[str, int] = {}  # where the service ended a press by itself, by item
        self.press: Press | None = None  # from the press until its commit was sent

    @property
    def is_up(self) -> bool:
        """Whether nothing is pressed, or still to be committed."""
        return self.press is None

    def down(self, turn: int, *, at: int) -> Press:
        """Press the button.

        Parameters
        ----------
        turn : int
            The user turn that begins.
        at : int
            Where the microphone stands.

        Returns
        -------
        Press
            With its pre-roll.
        """
        self.press = Press(turn, max(self._free_from, at - self._pre_roll))
        return self.press

    def up(self, *, at: int) -> Press | None:
        """Let the button go.

        Parameters
        ----------
        at : int
            Where the microphone stands.

        Returns
        -------
        Press or None
            ``None`` if it was not down.
        """
        if self.press is None or self.press.end is not None:
            return None
        self.press.end = self._free_from = at
        return self.press

    def long_enough(self, press: Press) -> bool:
        """Tell whether a press may be committed.

        Parameters
        ----------
        press : Press
            Whose button is up.

        Returns
        -------
        bool
            From 100 ms on.
        """
        end = press.start if press.end is None else press.end
        return end - press.start >= SHORTEST_COMMIT_MS * self._rate_hz / 1000

    def over(self) -> None:
        """Take note that the press is over: its commit was sent, or will never be."""
        self.press = None

    def await_item(self, turn: int) -> None:
        """Take note of a commit: the service makes an item of it.

        Parameters
        ----------
        turn : int
            Of the press.
        """
        self._awaited.append(turn)

    def next_item(self) -> int | None:
        """Take the oldest turn whose commit was sent: it is an item, or was refused.

        Returns
        -------
        int or None
            Its number; ``None`` if there is none.
        """
        return self._awaited.pop(0) if self._awaited else None

    def ended_by_service(self, item_id: str, *, at: int) -> None:
        """Take note that silent turn detection ended a press before the button did.

        Parameters
        ----------
        item_id : str
            The item that it makes of it.
        at : int
            Where.
        """
        self._ended[item_id] = at

    def end_of(self, item_id: str) -> int | None:
        """Tell where the service ended what it made an item of.

        Parameters
        ----------
        item_id : str
            The item.

        Returns
        -------
        int or None
            ``None`` if a commit ended it.
        """
        return self._ended.pop(item_id, None)

    def lost(self) -> None:
        """Await nothing more: the connection is gone."""
        self._awaited, self._ended = [], {}

    def sent(self, *, now_ms: float) -> None:
        """Take note that something was sent.

        Parameters
        ----------
        now_ms : float
            When.
        """
        self._sent_ms = now_ms

    @property
    def sign_due_ms(self) -> float:
        """When a sign of life is due while the button is up."""
        return self._sent_ms + self._keep_alive_ms
