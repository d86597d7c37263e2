"""SessionPolicy: a live session that loses nothing, as a machine without clock or socket.

Inputs come with the time, outputs are to be carried out in order
(:mod:`voicelab.streaming.policy.messages`).  The first :class:`Tick` opens the
first connection.  At most two connections exist: the one that carries the
conversation, and one that is about to take over, because the first was lost or
will expire.  Nothing is appended before ``session.updated``.
"""

import math
from typing import Any

import numpy as np

from voicelab.streaming.policy.attempts import Attempts, GiveUp, why_closed, why_refused
from voicelab.streaming.policy.floor import Floor
from voicelab.streaming.policy.link import Link
from voicelab.streaming.policy.messages import (
    Alive,
    Close,
    Closed,
    Input,
    Interrupt,
    Leave,
    Microphone,
    Open,
    Opened,
    Output,
    Played,
    Received,
    Refused,
    Send,
    SendItem,
    Talk,
    Tell,
    Tick,
    UpdateSettings,
    WakeAt,
)
from voicelab.streaming.policy.meters import Meters
from voicelab.streaming.policy.notices import Ended, Ready, Retrying
from voicelab.streaming.policy.rotation import Rotation
from voicelab.streaming.policy.rules import Rules
from voicelab.wire import Event, Explanation

__all__ = ["SessionPolicy"]

ROTATE_AGAIN_MS = 5_000.0
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
        self.rules = rules
        self.meters = Meters(price=rules.price, connections_per_min=rules.connections_per_min)
        self.floor = Floor(rules, meters=self.meters)
        self.attempts = Attempts(
            most=rules.settings.attempts,
            backoff_ms=rules.settings.backoff_ms,
            steady_ms=rules.steady_ms,
            rng=rng,
        )
        self.rotation = Rotation(
            session_s=rules.session_s,
            before_s=rules.settings.rotate_before_s,
            epoch_s=rules.epoch_s,
            rng=rng,
        )
        self.ended: Ended | None = None
        self._session: dict[str, Any] = rules.configuration
        self._live: Link | None = None
        self._next: Link | None = None
        self._open_ms = -math.inf  # when the next connection is opened; infinite if none is due
        self._lost_ms = 0.0  # since when nobody listens
        self._out: list[Output] = []

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
        self._out = []
        if self.ended is not None:
            return self._out
        floor = self.floor
        match message:
            case Microphone(pcm16):
                self._out += floor.microphone(pcm16, now_ms=now_ms)
            case Played(response_id, _, ms):
                self._out += floor.played(response_id, ms=ms, now_ms=now_ms)
            case Received(connection, event):
                self._received(connection, event, now_ms)
            case Alive(connection, sent_ms):
                if self._live is not None and self._live.number == connection:
                    self._out += floor.alive(sent_ms=sent_ms, now_ms=now_ms)
            case Opened(connection):
                if self._next is not None and self._next.number == connection:
                    self._next.opened_ms = now_ms
            case Closed(connection, code, _):
                self._closed(connection, code, now_ms)
            case Refused(connection, status, headers):
                if self._next is not None and self._next.number == connection:
                    why, retry_after_s = why_refused(status, headers)
                    self._failed(why, now_ms, retry_after_s=retry_after_s)
            case Talk(pressed):
                self._out += floor.talk(pressed=pressed, now_ms=now_ms)
            case Interrupt():
                self._out += floor.interrupt(now_ms=now_ms)
            case SendItem(item, respond):
                self._out += floor.send_item(item, respond=respond, now_ms=now_ms)
            case UpdateSettings(session):
                self._configure(session)
            case Leave():
                self._end("left", "The user left.", now_ms)
            case Tick():
                pass
        self._pursue(now_ms)
        return self._out

    def _received(self, connection: int, event: Event, now_ms: float) -> None:
        link = next(
            (each for each in (self._live, self._next) if each and each.number == connection), None
        )
        if link is None:
            return
        if event.type == "session.created":
            self._learn_expiry(link, event)
            self._send(link, Event("session.update", {"session": self._session}))
        elif event.type == "session.updated":
            before_s = link.expires_at_s
            self._learn_expiry(link, event)
            link.ready = True
            if link is self._live and link.expires_at_s != before_s:
                self.rotation.begin(opened_ms=now_ms, expires_at_s=link.expires_at_s)
        elif event.type == "rate_limits.updated":
            self.meters.told(event.fields.get("rate_limits") or ())
        elif event.type == "error":
            link.last_error = str((event.fields.get("error") or {}).get("code"))
        if link is self._live:
            self._out += self.floor.received(event, now_ms=now_ms)

    def _closed(self, connection: int, code: int, now_ms: float) -> None:
        if self._live is not None and self._live.number == connection:
            why = why_closed(code, last_error=self._live.last_error)
            self._live = None
            self._lost_ms = now_ms
            self.rotation.stop()
            self._out += self.floor.detach(now_ms=now_ms)
            if self._next is None:
                self._try_again(why, now_ms)
        elif self._next is not None and self._next.number == connection:
            self._failed(why_closed(code, last_error=self._next.last_error), now_ms)

    def _failed(
        self, why: Explanation, now_ms: float, *, retry_after_s: float | None = None
    ) -> None:
        """Give up the connection that was to take over."""
        self._next = None
        if self._live is None:
            self._try_again(why, now_ms, retry_after_s=retry_after_s)
        else:
            wait_ms = max(ROTATE_AGAIN_MS, 1000 * (retry_after_s or 0.0))
            self.rotation.postpone(wait_ms=wait_ms, now_ms=now_ms)

    def _try_again(
        self, why: Explanation, now_ms: float, *, retry_after_s: float | None = None
    ) -> None:
        verdict = self.attempts.failed(why, retry_after_s=retry_after_s, now_ms=now_ms)
        if isinstance(verdict, GiveUp):
            self._end(why.name, verdict.sentence, now_ms)
            return
        self._open_ms = max(now_ms + verdict.wait_ms, self.meters.may_open_ms(now_ms=now_ms))
        wait_ms = self._open_ms - now_ms
        self._out.append(Tell(Retrying(verdict.attempt, wait_ms, why.name, why.meaning)))

    def _pursue(self, now_ms: float) -> None:
        """Do what time asks for."""
        if self.ended is not None:
            return
        if self._next is None:
            if self._live is not None and now_ms >= self.rotation.open_ms:
                self._open_ms = self.meters.may_open_ms(now_ms=now_ms)
            if now_ms >= self._open_ms:
                self._open(now_ms)
        elif self._next.ready:
            quiet = self._live is None or self.floor.quiet
            if quiet or self.rotation.may_move(quiet=quiet, now_ms=now_ms):
                self._move(self._next, now_ms)
        elif now_ms >= self._next.asked_ms + self.rules.configure_ms:
            self._out.append(Close(self._next.number))
            self._failed(why_refused(None, {})[0], now_ms)
        if self.ended is None:
            self._out += self.floor.pump(now_ms=now_ms)
            self._out.append(WakeAt(max(now_ms + SHORTEST_SLEEP_MS, self._next_ms())))

    def _open(self, now_ms: float) -> None:
        first = self.meters.connections == 0
        why = "rotation" if self._live is not None else "first" if first else "reconnect"
        self.meters.opened(now_ms=now_ms)
        self._open_ms = math.inf
        self._next = Link(self.meters.connections, why, now_ms)  # type: ignore[arg-type]
        self._out.append(Open(self._next.number))
        if self._live is not None:
            self._out += self.floor.ask_for_summary(now_ms=now_ms)

    def _move(self, link: Link, now_ms: float) -> None:
        """Let a ready connection carry the conversation, then close the old one."""
        old, gap_ms = self._live, 0.0 if self._live is not None else now_ms - self._lost_ms
        if old is not None:
            self._out += self.floor.detach(now_ms=now_ms)
        self._live, self._next = link, None
        self.attempts.configured(now_ms=now_ms)
        opened_ms = now_ms if link.opened_ms is None else link.opened_ms
        self.rotation.begin(opened_ms=opened_ms, expires_at_s=link.expires_at_s)
        outputs, restored = self.floor.attach(link.number, now_ms=now_ms)
        self._out += outputs
        self._out.append(Tell(Ready(link.number, link.why, restored, gap_ms)))
        if old is not None:
            self._out.append(Close(old.number))

    def _configure(self, session: Any) -> None:
        self._session |= session
        self.floor.configure(session)
        for link in (self._live, self._next):
            if link is not None and link.ready:
                self._send(link, Event("session.update", {"session": dict(session)}))

    def _end(self, why: str, sentence: str, now_ms: float) -> None:
        self._out += self.floor.finish(reason=sentence, now_ms=now_ms)
        self._out += [Close(link.number) for link in (self._live, self._next) if link is not None]
        self.ended = Ended(why, sentence)
        self._live = self._next = None
        self._out.append(Tell(self.ended))

    def _next_ms(self) -> float:
        times = [self._open_ms if self._next is None else math.inf]
        if self._next is None:
            if not math.isfinite(self._open_ms):
                times.append(self.rotation.open_ms)
        elif self._next.ready:
            times.append(self.rotation.latest_ms)
        else:
            times.append(self._next.asked_ms + self.rules.configure_ms)
        times += [] if self.floor.next_ms is None else [self.floor.next_ms]
        return min(times)

    def _send(self, link: Link, event: Event) -> None:
        self._out.append(Send(link.number, event))

    def _learn_expiry(self, link: Link, event: Event) -> None:
        expires = (event.fields.get("session") or {}).get("expires_at")
        if isinstance(expires, int | float) and not isinstance(expires, bool):
            link.expires_at_s = float(expires)
