"""Dialogue: who speaks when; user turns in, answers out.

Everything between a session's settings and its events lies here: turn
detection on the user's audio, the items that come of it, the answer that is on
its way, and what ends it.  Times are milliseconds on the service's clock, and
``audio_*_ms`` those of all audio that the client sent.
"""

import base64
import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voicelab.simulator.agenda import Agenda
from voicelab.simulator.answers import Answers, Meter
from voicelab.simulator.conversation import Conversation, Item
from voicelab.simulator.effective import Effective, turn_detection_of
from voicelab.simulator.error import RequestError, error_event
from voicelab.simulator.heard_turn import HeardTurn
from voicelab.simulator.ids import Ids
from voicelab.simulator.input_audio import InputAudio
from voicelab.simulator.manner import Manner
from voicelab.vad import SpeechStarted, TurnDetection
from voicelab.wire.dialect import Dialect
from voicelab.wire.event import Event

__all__ = ["Dialogue"]


class Dialogue:
    """One session's conversation, its user and its answers.

    Parameters
    ----------
    settings : Effective
        As they hold.
    ids : Ids
        Gives the names.
    dialect : {"voice-live", "openai-ga"}
        What the client speaks: one dialect announces items once more.
    manner : Manner
        How the service goes about it.
    meter : callable
        Counts the tokens of all sessions.
    """

    def __init__(
        self, settings: Effective, *, ids: Ids, dialect: Dialect, manner: Manner, meter: Meter
    ) -> None:
        self.settings = settings
        self.conversation = Conversation()
        self.audio = InputAudio(detector=manner.detector)
        self._ids = ids
        self.dialect: Dialect = dialect
        self._manner = manner
        self._agenda = Agenda()
        self.answers = Answers(
            settings,
            ids=ids,
            conversation=self.conversation,
            agenda=self._agenda,
            dialect=dialect,
            manner=manner,
            meter=meter,
        )
        self._turn: tuple[str, float] | None = None  # item and start of the turn that is open
        self.listen()

    @property
    def next_ms(self) -> float | None:
        """When something is due; ``None`` if nothing is."""
        return self._agenda.next_ms

    def due(self, *, now_ms: float) -> list[Event]:
        """Do what is due.

        Parameters
        ----------
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Event
            What is said.
        """
        return self._agenda.do(now_ms=now_ms)

    def listen(self) -> None:
        """Let the settings hold for the audio to come."""
        wire = self.settings["turn_detection"]
        wanted = turn_detection_of(wire)
        if wanted is not None and {"*", wire["type"]} & self._manner.deaf:
            wanted = None
        if wanted is not None and self._manner.disobeyed:
            default = TurnDetection()
            kept = {name: getattr(default, name) for name in self._manner.disobeyed}
            wanted = replace(wanted, **kept)
        self._turn_detection = wanted
        self.audio.listen(wanted, audio_format=self.settings.input_format)
        if not self.audio.in_turn:
            self._turn = None

    def hear(self, octets: bytes, *, now_ms: float) -> list[Event]:
        """Hear the user.

        Parameters
        ----------
        octets : bytes
            In the session's format.
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Event
            Where turns begin and end, and what follows from that.
        """
        events: list[Event] = []
        for event in self.audio.append(octets):
            if isinstance(event, SpeechStarted):
                events += self._turn_begins(event.audio_start_ms, now_ms=now_ms)
            else:
                events += self._turn_ends(event.audio_end_ms, now_ms=now_ms)
        return events

    def commit(self, *, now_ms: float) -> list[Event]:
        """Take what is in the buffer as one turn; no answer follows by itself.

        Parameters
        ----------
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Event
            ``committed`` and the new item.
        """
        heard = self.audio.commit()
        item_id, self._turn = (self._turn[0] if self._turn else self._ids("item")), None
        return self._committed(heard, item_id, now_ms=now_ms)

    def clear(self) -> list[Event]:
        """Forget what is in the buffer.

        Returns
        -------
        list of Event
            ``cleared``.
        """
        self.audio.clear()
        self._turn = None
        return [Event("input_audio_buffer.cleared")]

    def read_item(self, fields: Mapping[str, Any]) -> Item:
        """Read an item that the client sends; of its audio only the length is kept.

        Parameters
        ----------
        fields : mapping
            As it stands on the wire, checked.

        Returns
        -------
        Item
            With what the service adds to it.
        """
        item: dict[str, Any] = {
            "id": self._ids("item"),
            "object": "realtime.item",
            "status": "completed",
        }
        item |= copy.deepcopy(dict(fields))
        audio_ms = 0.0
        for part in item["content"] if item["type"] == "message" else ():
            if part["type"] == "input_audio":
                octets = base64.b64decode(part.get("audio") or "")
                audio_ms += self.audio.length_ms(octets)
                part |= {"audio": None, "transcript": part.get("transcript")}
        return Item(item, audio_ms=audio_ms)

    def add(self, item: Item, *, after: str | None = None) -> list[Event]:
        """Put an item into the conversation.

        Parameters
        ----------
        item : Item
            The new one.
        after : str or None
            The item in front of it; ``"root"`` puts it first, ``None`` last.

        Returns
        -------
        list of Event
            Its announcement, in one dialect twice.
        """
        before = self.conversation.insert(item, after=after)
        announced = {"item": item.wire(), "previous_item_id": before}
        events = [Event("conversation.item.created", announced)]
        if self.dialect == "openai-ga":
            events.append(Event("conversation.item.done", announced))
        return events

    def _turn_begins(self, start_ms: float, *, now_ms: float) -> list[Event]:
        item_id = self._ids("item")
        self._turn = item_id, start_ms
        events = [
            Event(
                "input_audio_buffer.speech_started",
                {"audio_start_ms": round(start_ms), "item_id": item_id},
            )
        ]
        if self._turn_detection is None or not self._turn_detection.interrupt_response:
            return events
        return events + self.answers.interrupt(now_ms=now_ms)

    def _turn_ends(self, end_ms: float, *, now_ms: float) -> list[Event]:
        if self._turn is None:
            return []
        (item_id, start_ms), self._turn = self._turn, None
        events = [
            Event(
                "input_audio_buffer.speech_stopped",
                {"audio_end_ms": round(end_ms), "item_id": item_id},
            )
        ]
        heard = self.audio.commit(start_ms=start_ms, end_ms=end_ms)
        events += self._committed(heard, item_id, now_ms=now_ms)
        if self._turn_detection is not None and self._turn_detection.create_response:
            try:
                events += self.answers.respond({}, now_ms=now_ms)
            except RequestError as error:
                events.append(error_event(error))
        return events

    def _committed(self, heard: HeardTurn, item_id: str, *, now_ms: float) -> list[Event]:
        fields = {
            "id": item_id,
            "object": "realtime.item",
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [{"type": "input_audio", "audio": None, "transcript": None}],
        }
        before = self.conversation.last_id
        item = Item(fields, audio_ms=heard.duration_ms)
        events = [
            Event("input_audio_buffer.committed", {"item_id": item_id, "previous_item_id": before}),
            *self.add(item),
        ]
        if self.settings["input_audio_transcription"] is not None:
            words = self._manner.transcribe(heard)
            fields["content"][0]["transcript"] = words  # type: ignore[index]
            self._agenda.add(
                now_ms + self._manner.transcribe_ms,
                lambda at_ms: self._transcribed(item_id, words, heard),
            )
        return events

    def _transcribed(self, item_id: str, words: str, heard: HeardTurn) -> list[Event]:
        kind = "conversation.item.input_audio_transcription"
        where = {"item_id": item_id, "content_index": 0}
        whole: dict[str, Any] = {**where, "transcript": words}
        if self.dialect == "openai-ga":
            whole["usage"] = {"type": "duration", "seconds": heard.duration_ms / 1000}
        return [
            Event(f"{kind}.delta", {**where, "delta": words}),
            Event(f"{kind}.completed", whole),
        ]
