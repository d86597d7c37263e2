"""Connections: the one that carries the conversation, and the one about to take over.

There are never more than these two.  The second is opened because the first
was lost, or will expire; a conversation moves to it only once it is configured.

Times are milliseconds on the policy's clock.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from voicelab.streaming.policy.attempts import Attempts, GiveUp, why_closed, why_refused
from voicelab.streaming.policy.link import Link, Why
from voicelab.streaming.policy.messages import Close, Closed, Open, Refused
from voicelab.streaming.policy.meters import Meters
from voicelab.streaming.policy.notices import Ended, Retrying
from voicelab.streaming.policy.rotation import Rotation
from voicelab.streaming.policy.rules import Rules
from voicelab.streaming.policy.tray import Tray
from voicelab.wire import Event, Explanation

__all__ = ["Connections"]

ROTATE_AGAIN_MS = 5_000.0


class Connections:
    """The connections of one session.

    Parameters
    ----------
    rules : Rules
        How they are to be kept.
    tray : Tray
        Where it lays what is to be done.
    meters : Meters
        Counts them.
    rng : numpy.random.Generator
        Draws the jitter of waits and rotations.
    """

    def __init__(
        self, rules: Rules, *, tray: Tray, meters: Meters, rng: np.random.Generator
    ) -> None:
        self._configure_ms = rules.configure_ms
        self._tray = tray
        self._meters = meters
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
        self.live: Link | None = None
        self.next: Link | None = None
        self.gave_up: Ended | None = None
        self._open_ms = -math.inf  # when the next one is opened; infinite if none is due
        self._lost_ms = 0.0  # since when nobody listens

    @property
    def all(self) -> list[Link]:
        """Those that there are."""
        return [link for link in (self.live, self.next) if link is not None]

    @property
    def next_ms(self) -> float:
        """When time alone will ask for something."""
        if self.next is None:
            due = math.isfinite(self._open_ms)
            return self._open_ms if due else min(self._open_ms, self.rotation.open_ms)
        if self.next.ready:
            return self.rotation.latest_ms
        return self.next.asked_ms + self._configure_ms

    @property
    def waits_to_move(self) -> bool:
        """Whether one that is configured could take over."""
        return self.next is not None and self.next.ready

    def is_live(self, number: int) -> bool:
        """Tell whether a connection carries the conversation.

        Parameters
        ----------
        number : int
            Its number.

        Returns
        -------
        bool
            False for one that is gone, too.
        """
        return self.live is not None and self.live.number == number

    def opened(self, number: int) -> None:
        """Take note that a handshake was answered.

        Parameters
        ----------
        number : int
            Of which connection.
        """
        if self.next is not None and self.next.number == number:
            self.next.opened_ms = self._tray.now_ms

    def received(self, number: int, event: Event, *, session: Mapping[str, Any]) -> None:
        """Take from an event what it means for its connection; greet back with the settings.

        Parameters
        ----------
        number : int
            On which it came.
        event : Event
            The event.
        session : mapping
            The settings that are wanted.
        """
        link = next((each for each in self.all if each.number == number), None)
        if link is None:
            return
        if event.type in ("session.created", "session.updated"):
            expires = (event.fields.get("session") or {}).get("expires_at")
            if isinstance(expires, int | float) and not isinstance(expires, bool):
                link.expires_at_s = float(expires)
            if event.type == "session.updated":
                link.ready = True
            else:
                self._tray.send(number, "session.update", {"session": dict(session)})
        elif event.type == "rate_limits.updated":
            self._meters.told(event.fields.get("rate_limits") or ())
        elif event.type == "error":
            link.last_error = str((event.fields.get("error") or {}).get("code"))

    def closed(self, end: Closed) -> None:
        """Decide what follows the end of a connection.

        Parameters
        ----------
        end : Closed
            Which, and its close code.
        """
        if self.live is not None and self.live.number == end.connection:
            why = why_closed(end.code, last_error=self.live.last_error)
            self.live, self._lost_ms = None, self._tray.now_ms
            self.rotation.stop()
            if self.next is None:
                self._try_again(why)
        elif self.next is not None and self.next.number == end.connection:
            self._failed(why_closed(end.code, last_error=self.next.last_error))

    def refused(self, refusal: Refused) -> None:
        """Decide what follows a handshake that failed.

        Parameters
        ----------
        refusal : Refused
            Which, with status and headers.
        """
        if self.next is not None and self.next.number == refusal.connection:
            why, retry_after_s = why_refused(refusal.status, refusal.headers)
            self._failed(why, retry_after_s=retry_after_s)

    def pursue(self) -> Why | None:
        """Open what is due, and give up what does not become configured.

        Returns
        -------
        str or None
            What a connection was opened for, if one was.
        """
        now_ms = self._tray.now_ms
        if self.gave_up is not None:
            return None
        if self.next is None:
            if self.live is not None and now_ms >= self.rotation.open_ms:
                self._open_ms = self._meters.may_open_ms(now_ms=now_ms)
            if now_ms >= self._open_ms:
                return self._open()
        elif not self.next.ready and now_ms >= self.next.asked_ms + self._configure_ms:
            self._tray.put(Close(self.next.number))
            self._failed(why_refused(None, {})[0])
        return None

    def may_move(self, *, quiet: bool) -> bool:
        """Tell whether the conversation moves now to the connection that is about to take over.

        Parameters
        ----------
        quiet : bool
            Whether nobody speaks and nothing is owed.

        Returns
        -------
        bool
            True where nobody is disturbed, and where nothing can wait.
        """
        return self.live is None or self.rotation.may_move(quiet=quiet, now_ms=self._tray.now_ms)

    def take_over(self) -> tuple[Link, float]:
        """Let the second one carry the conversation.

        Returns
        -------
        link : Link
            It.
        gap_ms : float
            How long nobody listened.
        """
        link, now_ms = self.next, self._tray.now_ms
        if link is None:
            raise ValueError("a connection must be about to take over, got none; ask may_move")
        gap_ms = 0.0 if self.live is not None else now_ms - self._lost_ms
        self.live, self.next = link, None
        self.attempts.configured(now_ms=now_ms)
        opened_ms = now_ms if link.opened_ms is None else link.opened_ms
        self.rotation.begin(opened_ms=opened_ms, expires_at_s=link.expires_at_s)
        return link, gap_ms

    def _open(self) -> Why:
        why: Why = "first" if self._meters.connections == 0 else "reconnect"
        if self.live is not None:
            why = "rotation"
        self._meters.opened(now_ms=self._tray.now_ms)
        self._open_ms = math.inf
        self.next = Link(self._meters.connections, why, self._tray.now_ms)
        self._tray.put(Open(self.next.number))
        return why

    def _failed(self, why: Explanation, *, retry_after_s: float | None = None) -> None:
        """Give up the connection that was to take over."""
        self.next = None
        if self.live is None:
            self._try_again(why, retry_after_s=retry_after_s)
        else:
            wait_ms = max(ROTATE_AGAIN_MS, 1000 * (retry_after_s or 0.0))
            self.rotation.postpone(wait_ms=wait_ms, now_ms=self._tray.now_ms)

    def _try_again(self, why: Explanation, *, retry_after_s: float | None = None) -> None:
        now_ms = self._tray.now_ms
        verdict = self.attempts.failed(why, retry_after_s=retry_after_s, now_ms=now_ms)
        if isinstance(verdict, GiveUp):
            self.gave_up = Ended(why.name, verdict.sentence)
            return
        self._open_ms = max(now_ms + verdict.wait_ms, self._meters.may_open_ms(now_ms=now_ms))
        wait_ms = self._open_ms - now_ms
        self._tray.tell(Retrying(verdict.attempt, wait_ms, why.name, why.meaning))
