"""Retelling: what a page hears of a session that changes its connections.

It hears one session: one ``session.created``, each item once, and of each
answer an end.  What belongs to a change of connection, such as the history
that is told to a new one, is not for it.  What became of the session it hears
too, as ``relay.*`` events (:mod:`voicelab.streaming.policy.notices`).

Times in the user's audio are those of the page's microphone, whatever
connection names them.  Everything is in neutral form.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from voicelab.streaming.policy.notices import (
    AudioDropped,
    Ready,
    Retrying,
    ServiceSaid,
    TurnSettled,
)
from voicelab.wire import Event

__all__ = ["Retelling"]

TOLD = (AudioDropped, Ready, Retrying, TurnSettled)
PLACES_MS = ("audio_start_ms", "audio_end_ms")
SUMMARY = {"purpose": "summary"}
WHERE = ("response_id", "item_id", "output_index", "content_index")
LOST = {
    "type": "relay_error",
    "code": "connection_error",
    "message": "The service's connection ended before the answer did; the relay goes on.",
}


class Retelling:
    """What one page hears.

    Parameters
    ----------
    place_ms : callable
        Turns a time on the live connection into one of the page's microphone.
    """

    def __init__(self, *, place_ms: Callable[[float], float]) -> None:
        self._place_ms = place_ms
        self._greeting: Event | None = None
        self._greeted = False
        self._updates = False  # the page wants to know its session.updated
        self._restored: set[str] = set()  # items that the policy told a connection again
        self._hidden: set[str] = set()  # responses that are not for the page
        self._open: dict[str, dict[str, Any]] = {}  # answers without an end, and where they are
        self._expected = False
        self._judges: dict[str, Callable[[Mapping[str, Any]], bool]] = {
            "session.created": lambda _: False,
            "session.updated": self._is_wanted,
            "input_audio_buffer.cleared": lambda _: False,  # the policy's own signs of life
            "conversation.item.created": self._is_new,
            "response.created": self._begins,
            "response.done": self._ends,
        }

    def updates(self) -> None:
        """Take note that the page has changed its settings."""
        self._updates = True

    def sent(self, event: Event) -> None:
        """Take note of what the policy says to the service.

        Parameters
        ----------
        event : Event
            To any connection.
        """
        item_id = (event.fields.get("item") or {}).get("id")
        if event.type == "conversation.item.create" and not str(item_id).startswith("page_"):
            self._restored.add(str(item_id))

    def told(self, notice: object) -> list[Event]:
        """Retell what became of the session.

        Parameters
        ----------
        notice : Notice
            Of the policy.

        Returns
        -------
        list of Event
            For the page.
        """
        if isinstance(notice, ServiceSaid):
            self._expected = notice.expected
        if not isinstance(notice, TOLD):
            return []
        events = self.cut_off() if isinstance(notice, Ready | Retrying) else []
        if isinstance(notice, Ready) and not self._greeted and self._greeting is not None:
            self._greeted = True
            events.append(self._greeting)
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(notice).__name__).lower()
        return [*events, Event(f"relay.{name}", asdict(notice))]

    def cut_off(self) -> list[Event]:
        """End the answers that will have no end, because their connection is gone.

        Returns
        -------
        list of Event
            What the service would have said, with status ``failed``.
        """
        events = []
        for response_id, where in self._open.items():
            if where:
                events.append(Event("response.audio.done", where))
            details = {"type": "failed", "error": LOST}
            response = {"id": response_id, "status": "failed", "status_details": details}
            events.append(Event("response.done", {"response": response}))
        self._open = {}
        return events

    def heard(self, event: Event, *, live: bool, played: bool) -> list[Event]:
        """Retell what a connection said.

        Parameters
        ----------
        event : Event
            What.
        live : bool
            Whether the connection carries the conversation.
        played : bool
            Whether the policy wants it played, if it is sound.

        Returns
        -------
        list of Event
            For the page.
        """
        expected, self._expected = self._expected, False
        if event.type == "session.created" and not self._greeted:
            session = dict(event.fields.get("session") or {})
            session.pop("expires_at", None)  # the page's session does not end with it
            self._greeting = Event(event.type, {**event.fields, "session": session})
        if not live or (expected and event.type == "error"):
            return []
        is_for_page = self._judges.get(event.type)
        if is_for_page is not None and not is_for_page(event.fields):
            return []
        fields = event.fields
        if event.type == "response.audio.delta":
            if not played:
                return []
            self._open.setdefault(str(fields.get("response_id")), {}).update(
                {key: fields[key] for key in WHERE if key in fields}
            )
        if _response_of(fields) in self._hidden:
            return []
        moved = {
            key: round(self._place_ms(float(fields[key]))) for key in PLACES_MS if key in fields
        }
        return [Event(event.type, {**fields, **moved}) if moved else event]

    def _is_wanted(self, _: Mapping[str, Any]) -> bool:
        wanted, self._updates = self._updates, False
        return wanted

    def _is_new(self, fields: Mapping[str, Any]) -> bool:
        return str((fields.get("item") or {}).get("id")) not in self._restored

    def _begins(self, fields: Mapping[str, Any]) -> bool:
        response = fields.get("response") or {}
        if (response.get("metadata") or {}) == SUMMARY:
            self._hidden.add(str(response.get("id")))
            return False
        self._open[str(response.get("id"))] = {}
        return True

    def _ends(self, fields: Mapping[str, Any]) -> bool:
        self._open.pop(str((fields.get("response") or {}).get("id")), None)
        return True


def _response_of(fields: Mapping[str, Any]) -> str:
    return str(fields.get("response_id") or (fields.get("response") or {}).get("id"))
