"""Rehearsal: a client's side of a connection, in virtual time.

No socket and no clock: half an hour takes as long as its computation.  What
the client does happens at ``now_ms``; :meth:`Rehearsal.wait` lets time pass and
collects what the service does, each at its very moment.
"""

import base64
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from voicelab.audio import to_pcm16
from voicelab.simulator.connection import Connection
from voicelab.simulator.outputs import Close, Cut, Output, Refuse, Send
from voicelab.simulator.service import Service
from voicelab.wire.event import Event

__all__ = ["Received", "Rehearsal"]

VOICE_LIVE_PATH = "/voice-live/realtime?api-version=2026-07-15&model=gpt-realtime"


@dataclass(frozen=True, slots=True)
class Received:
    """What reached the client.

    Attributes
    ----------
    at_ms : float
        When.
    output : Send or Close or Cut
        What.
    """

    at_ms: float
    output: Output


@dataclass
class Rehearsal:
    """A client of a service, in virtual time.

    Attributes
    ----------
    service : Service
        Whom it connects to.
    now_ms : float
        The time; several clients of one service should agree on it.
    received : list of Received
        Everything, in order.
    refused : Refuse or None
        What the handshake was answered with, if it was refused.
    """

    service: Service
    now_ms: float = 0.0
    received: list[Received] = field(default_factory=list, repr=False)
    refused: Refuse | None = None
    _connection: Connection | None = field(default=None, repr=False)

    def connect(self, path: str = VOICE_LIVE_PATH, **headers: str) -> "Rehearsal":
        """Open the connection and hear the greeting.

        Parameters
        ----------
        path : str
            Path and query.
        **headers : str
            Of the request; underscores stand for hyphens.

        Returns
        -------
        Rehearsal
            This one.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.service.connect(path, headers=named, now_ms=self.now_ms)
        if isinstance(answer, Refuse):
            self.refused = answer
        else:
            self._connection = answer
            self.wait(0)
        return self

    def send(self, event_type: str, **fields: Any) -> list[Event]:
        """Send an event.

        Parameters
        ----------
        event_type : str
            Its neutral name.
        **fields : Any
            The rest of it.

        Returns
        -------
        list of Event
            What is heard at the same moment.
        """
        return self.send_message(Event(event_type, fields))

    def send_message(self, message: Event | str | bytes) -> list[Event]:
        """Send a message, whatever it holds.

        Parameters
        ----------
        message : Event or str or bytes
            As it goes out.

        Returns
        -------
        list of Event
            What is heard at the same moment.
        """
        before = len(self.received)
        if self._connection is not None:
            self._take(self._connection.receive(message, now_ms=self.now_ms))
        return self.events(since=before)

    def wait(self, duration_ms: float) -> list[Event]:
        """Let time pass.

        Parameters
        ----------
        duration_ms : float >= 0
            How much.

        Returns
        -------
        list of Event
            What is heard in it.
        """
        before, until_ms = len(self.received), self.now_ms + duration_ms
        while (
            self._connection is not None
            and (due_ms := self._connection.next_ms) is not None
            and due_ms <= until_ms
        ):
            self.now_ms = max(self.now_ms, due_ms)
            self._take(self._connection.advance(now_ms=self.now_ms))
        self.now_ms = until_ms
        return self.events(since=before)

    def wait_for(self, event_type: str, *, within_ms: float = 60_000.0) -> Event:
        """Let time pass until an event is heard.

        Parameters
        ----------
        event_type : str
            Its type.
        within_ms : float
            How long at most.

        Returns
        -------
        Event
            The first of its type from now on.

        Raises
        ------
        ValueError
            If it does not come.
        """
        before, until_ms = len(self.received), self.now_ms + within_ms
        while True:
            for event in self.events(since=before):
                if event.type == event_type:
                    return event
            due_ms = self._connection.next_ms if self._connection else None
            if due_ms is None or due_ms > until_ms:
                raise ValueError(f"{event_type} must come within {within_ms:g} ms, got none")
            self.wait(max(0.0, due_ms - self.now_ms))

    def speak(
        self, sound: ArrayLike, *, rate_hz: int = 24_000, chunk_ms: float = 50.0
    ) -> list[Event]:
        """Send sound as a microphone does, one chunk after the other in real time.

        Parameters
        ----------
        sound : array_like, shape (n,)
            Full scale +-1, at the session's rate.
        rate_hz : int
            The session's rate.
        chunk_ms : float > 0
            Sound in one append.

        Returns
        -------
        list of Event
            What is heard meanwhile.
        """
        before = len(self.received)
        octets = to_pcm16(np.asarray(sound)).octets
        step = 2 * round(rate_hz * chunk_ms / 1000)
        for first in range(0, len(octets), step):
            self.wait(chunk_ms)
            audio = base64.b64encode(octets[first : first + step]).decode("ascii")
            self.send("input_audio_buffer.append", audio=audio)
        return self.events(since=before)

    def leave(self) -> None:
        """Go, as a client that closes."""
        if self._connection is not None:
            self._connection.leave()

    def events(self, *, since: int = 0) -> list[Event]:
        """Give the events that were heard.

        Parameters
        ----------
        since : int
            How many of ``received`` to leave out.

        Returns
        -------
        list of Event
            In order.
        """
        return [
            each.output.event for each in self.received[since:] if isinstance(each.output, Send)
        ]

    @property
    def ending(self) -> Close | Cut | None:
        """How it ended; ``None`` while it has not."""
        last = self.received[-1].output if self.received else None
        return last if isinstance(last, Close | Cut) else None

    def _take(self, outputs: list[Output]) -> None:
        self.received += [Received(self.now_ms, output) for output in outputs]
