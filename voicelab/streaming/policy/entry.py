"""Entry: one thing that was said, as history keeps it.

It is what a conversation item holds, with two differences.  Of an answer it has
what was *heard*: after a barge-in the words up to where playback stopped,
marked as an estimate unless word times were known.  And it survives the
connection: its name was made up by the policy.

Tokens are estimated at four letters each.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["LETTERS_A_TOKEN", "Entry", "Sound"]

LETTERS_A_TOKEN = 4
TOKENS_AN_ITEM = 4
AUDIO_TOKENS_A_SECOND = 10
Role = Literal["user", "assistant", "item"]
Sound = Callable[[int], str | None]  # of a turn, in base64; None if it is not kept


@dataclass
class Entry:
    """One entry.

    Attributes
    ----------
    key : str
        Its name, the same on all connections.
    role : {"user", "assistant", "item"}
        Who said it; ``item`` is anything else, kept as it stands on the wire.
    text : str or None
        The words; ``None`` while they are not known.
    estimate : bool
        Whether the words are those that were probably heard.
    turn : int or None
        The user turn whose audio stands for the words while they are not known.
    length_s : float
        How long that audio is.
    item : mapping
        The item as it stands on the wire, where the role is ``item``.
    """

    key: str
    role: Role
    text: str | None = None
    estimate: bool = False
    turn: int | None = None
    length_s: float = 0.0
    item: Mapping[str, Any] = field(default_factory=dict)

    @property
    def told(self) -> bool:
        """Whether a new connection is told of it: an answer that nobody heard was not said."""
        return self.role != "assistant" or bool(self.text)

    @property
    def tokens(self) -> int:
        """How many tokens it costs, by estimate."""
        if self.role == "item":
            return TOKENS_AN_ITEM + len(str(self.item)) // LETTERS_A_TOKEN
        if self.text is None:
            return TOKENS_AN_ITEM + math.ceil(AUDIO_TOKENS_A_SECOND * self.length_s)
        return TOKENS_AN_ITEM + math.ceil(len(self.text) / LETTERS_A_TOKEN)

    @property
    def words(self) -> str:
        """What stands for it in a text."""
        if self.text is None:
            return f"[speech of {self.length_s:.1f} s that nobody wrote down]"
        return self.text

    def wire(self, sound: Sound) -> dict[str, Any]:
        """Write it as an item.

        Parameters
        ----------
        sound : callable
            Gives the audio of a turn in base64, or ``None`` if it is not kept.

        Returns
        -------
        dict
            As it stands on the wire.
        """
        if self.role == "item":
            return dict(self.item)
        content: dict[str, Any] = {"type": "input_text", "text": self.words}
        if self.role == "assistant":
            content["type"] = "text"
        heard = sound(self.turn) if self.text is None and self.turn is not None else None
        if heard is not None:
            content = {"type": "input_audio", "audio": heard}
        return {"id": self.key, "type": "message", "role": self.role, "content": [content]}
