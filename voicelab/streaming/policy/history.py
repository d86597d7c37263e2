"""History: what was said and heard, in order, fit to be told to a new connection.

An entry is what a conversation item holds, with two differences.  Of an answer
it has what was *heard*: after a barge-in the words up to where playback
stopped, marked as an estimate unless word times were known.  And it survives
the connection: items get names that the policy made up, so that what is said
of them later finds its entry.

Tokens are estimated at four letters each.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["Entry", "History"]

LETTERS_A_TOKEN = 4
TOKENS_AN_ITEM = 4
AUDIO_TOKENS_A_SECOND = 10
RENEWED = (
    "The connection was renewed in the middle of this conversation. What follows was said before. "
    "Go on from there; do not greet again and do not mention it."
)
Role = Literal["user", "assistant", "item"]


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


class History:
    """The entries of one session, oldest first.

    Parameters
    ----------
    most_tokens : int
        How much of it a new connection is told.
    """

    def __init__(self, *, most_tokens: int) -> None:
        self._most_tokens = most_tokens
        self._names: dict[tuple[int, str], str] = {}  # connection and item id, to key
        self.entries: list[Entry] = []
        self.summary: str | None = None
        self._summarised = 0  # entries that the summary covers

    def add(self, entry: Entry) -> Entry:
        """Add an entry at the end.

        Parameters
        ----------
        entry : Entry
            With a key of its own.

        Returns
        -------
        Entry
            The same.
        """
        self.entries.append(entry)
        return entry

    def remove(self, key: str) -> None:
        """Take an entry out, because it will be said again.

        Parameters
        ----------
        key : str
            Its name; nothing happens if there is none.
        """
        self.entries = [entry for entry in self.entries if entry.key != key]

    def name(self, entry: Entry, *, connection: int, item_id: str) -> None:
        """Take note of what a connection calls an entry.

        Parameters
        ----------
        entry : Entry
            The entry.
        connection : int
            Which connection.
        item_id : str
            Its name there.
        """
        self._names[connection, item_id] = entry.key

    def find(self, *, connection: int, item_id: str) -> Entry | None:
        """Find the entry that a connection means.

        Parameters
        ----------
        connection : int
            Which connection.
        item_id : str
            The item's name there.

        Returns
        -------
        Entry or None
            ``None`` if there is none.
        """
        key = self._names.get((connection, item_id), item_id)
        return next((each for each in reversed(self.entries) if each.key == key), None)

    def overflow(self) -> list[Entry]:
        """List what a new connection would not be told, and no summary covers.

        Returns
        -------
        list of Entry
            Oldest first; empty while everything fits.
        """
        kept = len(self._kept())
        told = [entry for entry in self.entries if entry.told]
        return told[self._summarised : max(self._summarised, len(told) - kept)]

    def summarised(self, text: str, *, entries: int) -> None:
        """Let a summary stand for what does not fit.

        Parameters
        ----------
        text : str
            The summary, of all that was said so far.
        entries : int
            How many of the told entries it covers.
        """
        self.summary, self._summarised = text, entries

    def items(self, *, audio: Callable[[int], str | None]) -> list[dict[str, Any]]:
        """Write the items that a new connection is sent, with one system line in front.

        Parameters
        ----------
        audio : callable
            Gives the audio of a turn in base64, or ``None`` if it is not kept.

        Returns
        -------
        list of dict
            As they stand on the wire; empty if nothing was said.
        """
        kept = self._kept()
        if not kept:
            return []
        line = RENEWED + (f" Before that: {self.summary}" if self.summary else "")
        system = {
            "type": "message",
            "role": "system",
            "content": [{"type": "input_text", "text": line}],
        }
        return [system, *(_wire(entry, audio) for entry in kept)]

    def item(self, entry: Entry, *, audio: Callable[[int], str | None]) -> dict[str, Any]:
        """Write one item.

        Parameters
        ----------
        entry : Entry
            Which.
        audio : callable
            As in :meth:`items`.

        Returns
        -------
        dict
            As it stands on the wire.
        """
        return _wire(entry, audio)

    def paragraph(self) -> str:
        """Write history as a text for the instructions, as the guide does it.

        Returns
        -------
        str
            Empty if nothing was said.
        """
        lines = [f"{entry.role}: {_words(entry)}" for entry in self._kept() if entry.role != "item"]
        if not lines:
            return ""
        before = [f"summary: {self.summary}"] if self.summary else []
        return "\n".join(["Previous conversation context:", *before, *lines])

    def _kept(self) -> list[Entry]:
        """Take the newest entries that fit; a function's output never without its call."""
        told = [entry for entry in self.entries if entry.told]
        left = self._most_tokens - len(self.summary or "") // LETTERS_A_TOKEN
        first = len(told)
        while first > 0 and told[first - 1].tokens <= left:
            first -= 1
            left -= told[first].tokens
        return list(_whole(told[first:]))


def _whole(entries: list[Entry]) -> Iterable[Entry]:
    called: set[str] = set()
    answered = {
        str(entry.item.get("call_id"))
        for entry in entries
        if entry.item.get("type") == "function_call_output"
    }
    for entry in entries:
        call_id = str(entry.item.get("call_id"))
        if entry.item.get("type") == "function_call":
            called.add(call_id)
            if call_id not in answered and entry is not entries[-1]:
                continue  # nobody will answer it any more
        if entry.item.get("type") == "function_call_output" and call_id not in called:
            continue
        yield entry


def _wire(entry: Entry, audio: Callable[[int], str | None]) -> dict[str, Any]:
    if entry.role == "item":
        return dict(entry.item)
    content: dict[str, Any] = {"type": "input_text", "text": _words(entry)}
    if entry.role == "assistant":
        content["type"] = "text"
    sound = audio(entry.turn) if entry.text is None and entry.turn is not None else None
    if sound is not None:
        content = {"type": "input_audio", "audio": sound}
    return {"id": entry.key, "type": "message", "role": entry.role, "content": [content]}


def _words(entry: Entry) -> str:
    if entry.text is None:
        return f"[speech of {entry.length_s:.1f} s that nobody wrote down]"
    return entry.text
