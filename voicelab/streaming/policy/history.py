"""History: what was said and heard, in order, fit to be told to a new connection.

Connections name items each in their own way; history knows which entry each
of them means.  What does not fit in the bound is told as a summary, where there
is one, and otherwise not at all: the newest entries go first.
"""

from collections.abc import Iterable
from typing import Any

from voicelab.streaming.policy.entry import LETTERS_A_TOKEN, Entry, Sound

__all__ = ["History"]

RENEWED = (
    "The connection was renewed in the middle of this conversation. What follows was said before. "
    "Go on from there; do not greet again and do not mention it."
)


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

    def summarised(self, text: str) -> None:
        """Let a summary stand for all that was said so far.

        Parameters
        ----------
        text : str
            The summary; nothing changes if it is empty.
        """
        if text:
            self.summary = text
            self._summarised = sum(entry.told for entry in self.entries)

    def items(self, *, audio: Sound) -> list[dict[str, Any]]:
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
        return [system, *(entry.wire(audio) for entry in kept)]

    def paragraph(self) -> str:
        """Write history as a text for the instructions, as the guide does it.

        Returns
        -------
        str
            Empty if nothing was said.
        """
        lines = [f"{entry.role}: {entry.words}" for entry in self._kept() if entry.role != "item"]
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
