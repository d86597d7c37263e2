"""Conversation: the items of a session, in order, and what may be done to them.

An item's audio is not kept, only how long it is.  The whole is bounded: beyond
``MOST_ITEMS`` items or ``MOST_CHARACTERS`` of text the oldest items are
forgotten, as a service's context window forgets them.
"""

import copy
import json
from dataclasses import dataclass
from typing import Any

from voicelab.simulator.error import RequestError

__all__ = ["Conversation", "Item"]

MOST_ITEMS = 1_000
MOST_CHARACTERS = 8 * 2**20
MOST_ITEM_CHARACTERS = 2**20


@dataclass
class Item:
    """One entry of the conversation.

    Attributes
    ----------
    fields : dict
        As it stands on the wire.
    audio_ms : float
        How much audio belongs to it.
    truncated : bool
        Whether its audio was cut.
    """

    fields: dict[str, Any]
    audio_ms: float = 0.0
    truncated: bool = False

    @property
    def id(self) -> str:
        """The name it has."""
        return str(self.fields["id"])

    @property
    def characters(self) -> int:
        """How much text it holds."""
        return len(json.dumps(self.fields))

    def wire(self) -> dict[str, Any]:
        """Copy it for an event.

        Returns
        -------
        dict
            As it stands on the wire.
        """
        return copy.deepcopy(self.fields)


class Conversation:
    """The items in order."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._characters = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def items(self) -> tuple[Item, ...]:
        """All of them, oldest first."""
        return tuple(self._items)

    @property
    def last_id(self) -> str | None:
        """The newest item; ``None`` without one."""
        return self._items[-1].id if self._items else None

    def find(self, item_id: Any) -> Item:
        """Find an item.

        Parameters
        ----------
        item_id : str
            Its name.

        Returns
        -------
        Item
            The one.

        Raises
        ------
        RequestError
            If there is none.
        """
        for item in reversed(self._items):
            if item.id == item_id:
                return item
        raise RequestError(
            "item_not_found", f"Item with item_id not found: {str(item_id)[:64]}", param="item_id"
        )

    def insert(self, item: Item, *, after: str | None = None) -> str | None:
        """Put an item into its place.

        Parameters
        ----------
        item : Item
            The new one.
        after : str or None
            The item in front of it; ``"root"`` puts it first, ``None`` last.

        Returns
        -------
        str or None
            The item that now stands in front of it.

        Raises
        ------
        RequestError
            If there is no such item, its name is taken, or it is too long.
        """
        if item.characters > MOST_ITEM_CHARACTERS:
            raise RequestError(
                "string_above_max_length", "An item may hold 1 MiB of text.", param="item"
            )
        if any(other.id == item.id for other in self._items):
            raise RequestError(
                "item_already_exists", f"Item {item.id[:64]} is already there", param="item.id"
            )
        place = len(self._items)
        if after == "root":
            place = 0
        elif after is not None:
            try:
                place = self._items.index(self.find(after)) + 1
            except RequestError as error:
                raise RequestError(
                    "invalid_value", error.message, param="previous_item_id"
                ) from None
        self._items.insert(place, item)
        self._characters += item.characters
        before = self._items[place - 1].id if place else None
        while len(self._items) > MOST_ITEMS or (
            self._characters > MOST_CHARACTERS and len(self._items) > 1
        ):
            self._characters -= self._items.pop(0).characters
        return before

    def remove(self, item_id: Any) -> None:
        """Delete an item.

        Parameters
        ----------
        item_id : str
            Its name.

        Raises
        ------
        RequestError
            If there is none.
        """
        try:
            item = self.find(item_id)
        except RequestError as error:
            raise RequestError(
                "item_delete_invalid_item_id", error.message, param="item_id"
            ) from None
        self._items.remove(item)
        self._characters -= item.characters

    def truncate(self, item_id: Any, *, content_index: Any, audio_end_ms: Any) -> None:
        """Cut an answer where the listener stopped hearing it; its words go with it.

        Parameters
        ----------
        item_id : str
            An assistant's item.
        content_index : int
            Its part.
        audio_end_ms : int
            How much was heard.

        Raises
        ------
        RequestError
            If it is no spoken answer, was cut before, or is shorter.
        """
        item = self.find(item_id)
        if item.fields.get("role") != "assistant":
            raise RequestError(
                "invalid_value", "Only model output can be truncated.", param="item_id"
            )
        content = item.fields["content"]
        if not isinstance(content_index, int) or not 0 <= content_index < len(content):
            if item.audio_ms <= 0:
                raise RequestError(
                    "unsupported_content_type", "There is no audio yet to truncate.",
                    param="content_index",
                )  # fmt: skip
            raise RequestError("invalid_value", "No such content part.", param="content_index")
        if content[content_index].get("type") != "audio" or item.audio_ms <= 0:
            raise RequestError(
                "unsupported_content_type", "Only audio content can be truncated.",
                param="content_index",
            )  # fmt: skip
        if not isinstance(audio_end_ms, int) or audio_end_ms < 0:
            raise RequestError(
                "invalid_value", "audio_end_ms must be a whole number >= 0.", param="audio_end_ms"
            )
        if item.truncated:
            raise RequestError("item_already_truncated", f"Item {item.id} is already truncated.")
        if audio_end_ms > item.audio_ms:
            raise RequestError(
                "invalid_value",
                f"Audio content of {item.audio_ms:.0f}ms is already shorter than {audio_end_ms}ms",
                param="audio_end_ms",
            )
        item.audio_ms, item.truncated = float(audio_end_ms), True
        content[content_index]["transcript"] = ""
