"""Connection: a session as a client meets it, through faults and a network.

It is driven like the session itself: put in what happens with its time, take
out what is due, and come back at ``next_ms``.  A cut ends it at once and loses
what is still on its way; a close frame comes after what was sent before it.
"""

from collections import deque
from collections.abc import Callable

from voicelab.simulator.address import Address
from voicelab.simulator.faults import (
    CloseSession,
    CutConnection,
    ExpireSession,
    Fault,
    RepeatAnnouncements,
    SayError,
    ShortenSession,
    SwapAnnouncements,
)
from voicelab.simulator.network import Way
from voicelab.simulator.outputs import Close, Cut, Output, Send
from voicelab.simulator.session import Session
from voicelab.wire.event import Event

__all__ = ["Connection"]

Striking = CloseSession | CutConnection | ExpireSession | SayError | ShortenSession
SWAPPED = {"input_audio_buffer.committed", "response.output_item.added"}


class Connection:
    """One client's connection.

    Parameters
    ----------
    session : Session
        The honest service behind it.
    address : Address
        What the client asked for.
    faults : tuple of Fault
        Those that strike this connection.
    way : Way or None
        The way to the client; ``None`` takes no time.
    opened_ms : float
        When it began.
    closed : callable
        Called once, when it has ended.
    """

    def __init__(
        self,
        session: Session,
        *,
        address: Address,
        faults: tuple[Fault, ...] = (),
        way: Way | None = None,
        opened_ms: float,
        closed: Callable[[], object],
    ) -> None:
        self.address = address
        self.way = way
        self._session = session
        self._closed = closed
        self._travelling: deque[tuple[float, Output]] = deque()
        self._waiting = [fault for fault in faults if isinstance(fault, Striking)]
        self._strikes: list[tuple[float, Striking]] = []
        self._repeats = any(isinstance(fault, RepeatAnnouncements) for fault in faults)
        self._swaps = any(isinstance(fault, SwapAnnouncements) for fault in faults)
        self._answers: list[str] = []  # ids of the responses begun so far
        self._sounding: set[str] = set()
        self._over = False  # a close frame is on its way, or everything has ended
        self.ended = False
        self._greeting: list[Output] | None = session.open(agent_is_whole=address.agent_is_whole)
        self._opened_ms = opened_ms

    @property
    def next_ms(self) -> float | None:
        """When :meth:`advance` must be called at the latest; ``None`` once it has ended."""
        if self.ended:
            return None
        if self._greeting is not None:
            return self._opened_ms
        times = [at_ms for at_ms, _ in self._strikes]
        if self._travelling:
            times.append(self._travelling[0][0])
        if not self._over and self._session.next_ms is not None:
            times.append(self._session.next_ms)
        return min(times, default=None)

    def receive(self, message: Event | str | bytes, *, now_ms: float) -> list[Output]:
        """Hear the client.

        Parameters
        ----------
        message : Event or str or bytes
            An event in neutral form, or a message as it came.
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Output
            What has reached the client by now.
        """
        outputs = self.advance(now_ms=now_ms)
        if self._over:
            return outputs
        self._send(self._session.receive(message, now_ms=now_ms), now_ms=now_ms)
        return [*outputs, *self.advance(now_ms=now_ms)]

    def advance(self, *, now_ms: float) -> list[Output]:
        """Do what is due.

        Parameters
        ----------
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Output
            What has reached the client by now, in order.
        """
        arrived: list[Output] = []
        if self.ended:
            return arrived
        if self._greeting is not None:
            greeting, self._greeting = self._greeting, None
            self._send(greeting, now_ms=now_ms)
            self._strike_later(
                [fault for fault in self._waiting if fault.when.answer is None], now_ms
            )
        if not self._over:
            self._send(self._session.advance(now_ms=now_ms), now_ms=now_ms)
        arrived += self._arrived(now_ms)
        for strike in sorted(self._strikes, key=lambda each: each[0]):
            if strike[0] <= now_ms and not self.ended:
                self._strikes.remove(strike)
                arrived += self._strike(strike[1], now_ms)
        return arrived

    def plant(self, fault: Fault, *, now_ms: float) -> None:
        """Let something go wrong with a connection that is there.

        Parameters
        ----------
        fault : Fault
            Its time counts from now; one that strikes no connection is passed over.
        now_ms : float
            The service's clock.
        """
        if isinstance(fault, Striking) and not self.ended:
            self._waiting.append(fault)
            if fault.when.answer is None:
                self._strike_later([fault], now_ms)

    def leave(self) -> None:
        """Take note that the client is gone."""
        if not self.ended:
            self.ended = self._over = True
            self._travelling.clear()
            self._strikes.clear()
            self._closed()

    def _arrived(self, now_ms: float) -> list[Output]:
        arrived = []
        while self._travelling and self._travelling[0][0] <= now_ms:
            output = self._travelling.popleft()[1]
            arrived.append(output)
            if isinstance(output, Close):
                self.leave()
        return arrived

    def _strike(self, fault: Striking, now_ms: float) -> list[Output]:
        if isinstance(fault, CutConnection):
            self.leave()
            return [Cut(fault.how)]
        if self._over:
            return []
        if isinstance(fault, SayError):
            self._send(self._session.say(fault.error), now_ms=now_ms)
        elif isinstance(fault, ShortenSession):
            self._send(self._session.shorten(fault.lasts_s, now_ms=now_ms), now_ms=now_ms)
        elif isinstance(fault, ExpireSession):
            self._send(self._session.expire(), now_ms=now_ms)
        elif isinstance(fault, CloseSession):
            self._send(self._session.end(fault.code, fault.reason), now_ms=now_ms)
        return self._arrived(now_ms)

    def _strike_later(self, faults: list[Striking], from_ms: float) -> None:
        for fault in faults:
            self._waiting.remove(fault)
            self._strikes.append((from_ms + 1000 * fault.when.after_s, fault))

    def _send(self, outputs: list[Output], *, now_ms: float) -> None:
        for output in self._announced(outputs):
            event = output.event if isinstance(output, Send) else None
            there_ms = now_ms
            if self.way is not None:
                there_ms = self.way.arrival_ms(event, sent_ms=now_ms)
            self._travelling.append((there_ms, output))
            self._over = self._over or isinstance(output, Close)
            if event is not None:
                self._watch(event, now_ms)

    def _announced(self, outputs: list[Output]) -> list[Output]:
        announced: list[Output] = []
        for output in outputs:
            is_item = isinstance(output, Send) and output.event.type == "conversation.item.created"
            last = announced[-1] if announced else None
            if self._swaps and is_item and isinstance(last, Send) and last.event.type in SWAPPED:
                announced.insert(-1, output)
            else:
                announced.append(output)
            if self._repeats and is_item:
                announced += [output, output]
        return announced

    def _watch(self, event: Event, now_ms: float) -> None:
        """See which moments of the script have come."""
        if event.type == "response.created":
            self._answers.append(event.fields["response"]["id"])
            self._meet(len(self._answers), now_ms, into_sound=False)
        elif event.type == "response.audio.delta":
            response_id = event.fields["response_id"]
            if response_id not in self._sounding:
                self._sounding.add(response_id)
                self._meet(self._answers.index(response_id) + 1, now_ms, into_sound=True)

    def _meet(self, answer: int, now_ms: float, *, into_sound: bool) -> None:
        met = [
            fault
            for fault in self._waiting
            if fault.when.answer == answer and fault.when.into_sound == into_sound
        ]
        self._strike_later(met, now_ms)
