"""SessionPolicy: a live session that loses nothing, as a machine without clock or socket.

Inputs come with the time, outputs are to be carried out in order
(:mod:`voicelab.streaming.policy.messages`).  The first :class:`Tick` opens the
first connection.  Nothing is appended before ``session.updated``.

It is a router: what an input means is decided by the machine whose noun it is.
"""

from typing import Any

import numpy as np

from voicelab.streaming.policy.answering import Answering
from voicelab.streaming.policy.connections import Connections
from voicelab.streaming.policy.conversation import Conversation
from voicelab.streaming.policy.handover import Handover
from voicelab.streaming.policy.hearing import Hearing
from voicelab.streaming.policy.messages import (
    Alive,
    Close,
    Closed,
    Input,
    Interrupt,
    Leave,
    Microphone,
    Opened,
    Output,
    Played,
    Received,
    Refused,
    SendItem,
    Talk,
    Tick,
    UpdateSettings,
    WakeAt,
)
from voicelab.streaming.policy.meters import Meters
from voicelab.streaming.policy.notices import Ended, Ready
from voicelab.streaming.policy.pressing import Pressing
from voicelab.streaming.policy.rules import Rules
from voicelab.streaming.policy.tray import Tray

__all__ = ["SessionPolicy"]

SHORTEST_SLEEP_MS = 1.0


class SessionPolicy:
    """One live session.

    Parameters
    ----------
    rules : Rules
        How it is to be kept.
    rng : numpy.random.Generator
        Draws the jitter of waits and rotations.
    """

    def __init__(self, rules: Rules, *, rng: np.random.Generator) -> None:
        self._tray = tray = Tray()
        self.meters = Meters(price=rules.price, connections_per_min=rules.connections_per_min)
        self.connections = Connections(rules, tray=tray, meters=self.meters, rng=rng)
        self.conversation = Conversation(rules, tray=tray)
        self._hearing = Hearing(self.conversation)
        self._pressing = Pressing(self.conversation)
        self._answering = Answering(self.conversation, meters=self.meters)
        self._handover = Handover(self.conversation, answering=self._answering)
        self._events = {**self._hearing.events, **self._answering.events}
        self.ended: Ended | None = None

    def step(self, message: Input, now_ms: float) -> list[Output]:
        """Take an input, and tell what is to be done.

        Parameters
        ----------
        message : Input
            What happened.
        now_ms : float
            When; never before the last one.

        Returns
        -------
        list of Output
            To be carried out in order.
        """
        self._tray.begin(now_ms)
        if self.ended is None:
            self._take(message)
        if self.ended is None:
            self._pursue()
        return self._tray.outputs

    def _take(self, message: Input) -> None:
        connections = self.connections
        match message:
            case Microphone(pcm16):
                self._hearing.microphone(pcm16)
            case Played(response_id, _, ms):
                self._answering.played(response_id, ms=ms)
            case Received(number, event):
                connections.received(number, event, session=self.conversation.session)
                if connections.is_live(number) and event.type in self._events:
                    self._events[event.type](event.fields)
            case Alive(number, sent_ms):
                if connections.is_live(number):
                    self._hearing.alive(sent_ms=sent_ms)
            case Opened(number):
                connections.opened(number)
            case Closed(number):
                if connections.is_live(number):
                    self._handover.leave()
                connections.closed(message)
            case Refused():
                connections.refused(message)
            case Talk(pressed):
                self._pressing.talk(pressed=pressed)
            case Interrupt():
                self._pressing.interrupt()
            case SendItem():
                self._pressing.send_item(message)
            case UpdateSettings(session):
                self._configure(dict(session))
            case Leave():
                self._end(Ended("left", "The user left."))
            case Tick():
                pass

    def _pursue(self) -> None:
        """Do what time asks for."""
        connections, conversation, tray = self.connections, self.conversation, self._tray
        if connections.waits_to_move and connections.may_move(quiet=conversation.quiet):
            self._move()
        elif connections.pursue() == "rotation":
            self._handover.ask_for_summary()
        if connections.gave_up is not None:
            self._end(connections.gave_up)
            return
        self._handover.pursue()
        self._hearing.pursue()
        self._pressing.pursue()
        self._answering.pursue()
        self._pressing.keep_alive()
        next_ms = min(connections.next_ms, conversation.next_ms)
        tray.put(WakeAt(max(tray.now_ms + SHORTEST_SLEEP_MS, next_ms)))

    def _move(self) -> None:
        """Let a ready connection carry the conversation, then close the old one."""
        old = self.connections.live
        if old is not None:
            self._handover.leave()
        link, gap_ms = self.connections.take_over()
        restored = self._handover.enter(link.number)
        self._tray.tell(Ready(link.number, link.why, restored, gap_ms))
        if old is not None:
            self._tray.put(Close(old.number))

    def _configure(self, session: dict[str, Any]) -> None:
        self.conversation.session |= session
        for link in self.connections.all:
            if link.ready:
                self._tray.send(link.number, "session.update", {"session": session})

    def _end(self, why: Ended) -> None:
        self.conversation.finish(why.sentence)
        for link in self.connections.all:
            self._tray.put(Close(link.number))
        self.ended = why
        self._tray.tell(why)
