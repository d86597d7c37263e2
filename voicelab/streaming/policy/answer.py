"""Answer: one answer of the service, on its way or played.

Times are milliseconds from its first sample.
"""

from dataclasses import dataclass, field

__all__ = ["Answer"]


@dataclass
class Answer:
    """One answer.

    Attributes
    ----------
    response_id : str
        Its name.
    turn : int or None
        The user turn that it answers.
    item_id : str or None
        The item that sounds.
    received_ms, played_ms : float
        How much sound came, and how much was heard.
    text : str
        Its words so far.
    words : list of tuple
        When each word begins, and the word, where the service says so.
    done : bool
        Whether nothing more of it comes.
    whole : bool
        Whether it came to its own end.
    flushed : bool
        Whether it was stopped here.
    """

    response_id: str
    turn: int | None = None
    item_id: str | None = None
    received_ms: float = 0.0
    played_ms: float = 0.0
    text: str = ""
    words: list[tuple[float, str]] = field(default_factory=list)
    done: bool = False
    whole: bool = False
    flushed: bool = False

    @property
    def sounding(self) -> bool:
        """Whether there is something left to hear, now or later."""
        return not self.flushed and (not self.done or self.played_ms < self.received_ms - 1)

    def heard(self) -> tuple[str, bool]:
        """Give the words that were heard.

        Returns
        -------
        text : str
            All of them if all was played.
        estimate : bool
            Whether their number follows from the share that was played.
        """
        if self.received_ms == 0:
            return (self.text if self.whole else ""), False
        if not self.flushed and self.played_ms >= self.received_ms - 1:
            return self.text, not self.whole
        if self.words:
            return " ".join(word for at_ms, word in self.words if at_ms < self.played_ms), False
        share = min(1.0, self.played_ms / self.received_ms)
        reach = round(share * len(self.text))
        whole = len(self.text) if reach >= len(self.text) else self.text.rfind(" ", 0, reach) + 1
        return self.text[:whole].rstrip(), True
