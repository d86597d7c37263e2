"""SessionGate: nobody comes in whom the quota does not carry, and whoever is in stays in.

A running call keeps its session while it reconnects, and may take a second
one to rotate: its leases come before newcomers, who leave a reserve alone.
Newcomers come in in the order in which they arrived; nobody overtakes, not
even where a newcomer arrives at the moment of a free session.

Tokens are known only once they are spent: beyond the limit nobody new comes
in, and no running call is cut for it.

The gate knows no clock and no socket.  Times are milliseconds, never before
the last one.
"""

import math
from collections import deque

from voicelab.relay.admission import Call, GateCounts, Lack, Lease, Place, Refusal, Ticket
from voicelab.relay.limits import GateLimits
from voicelab.relay.window import MINUTE_MS, Window

__all__ = ["SessionGate"]

MOST_LEASES = 2  # the one that carries a call, and the one that takes over
REMEMBERED_CALLS = 20
SHORTEST_RETRY_MS = 1_000.0
PATIENCE_MS = 10_000.0  # how long after its time a call that was put off is still waited for


class SessionGate:
    """The gate in front of one deployment.

    Parameters
    ----------
    limits : GateLimits or None
        What it admits.

    Examples
    --------
    >>> gate = SessionGate(GateLimits(sessions=1, places=1))
    >>> call, ticket = gate.knock(now_ms=0), gate.knock(now_ms=1)
    >>> gate.place(ticket, now_ms=1).place
    1
    >>> gate.hang_up(call, now_ms=2)
    >>> [(ticket.number, call.number) for ticket, call in gate.advance(now_ms=2)]
    [(2, 2)]
    """

    def __init__(self, limits: GateLimits | None = None) -> None:
        self.limits = limits or GateLimits()
        self._calls: dict[int, Call] = {}
        self._queue: dict[Ticket, None] = {}  # in order of arrival
        self._opened = Window()
        self._opened_by_running = Window()
        self._spent = Window()
        self._lasted_ms: deque[float] = deque(maxlen=REMEMBERED_CALLS)
        self._put_off: dict[Call, float] = {}  # until when newcomers let it go first
        self._draining = False
        self._arrivals = self._admitted = self._refused = 0
        self._gave_up = self._renewed = self._times_put_off = 0

    def knock(self, *, now_ms: float, may_wait: bool = True) -> Call | Ticket | Refusal:
        """Ask to come in.

        Parameters
        ----------
        now_ms : float
            When.
        may_wait : bool
            Whether a place in the queue is of use.

        Returns
        -------
        Call or Ticket or Refusal
            In; in the queue, until :meth:`advance` or :meth:`give_up`; or neither.
        """
        self._arrivals += 1
        lack = self._lack(now_ms)
        if lack is None and not self._queue:
            return self._admit(now_ms)
        if may_wait and not self._draining and len(self._queue) < self.limits.places:
            ticket = Ticket(self._arrivals)
            self._queue[ticket] = None
            return ticket
        self._refused += 1
        place = len(self._queue) + 1
        wait_ms = MINUTE_MS if self._draining else self._wait_ms(place, now_ms)
        return Refusal(lack or "sessions", max(SHORTEST_RETRY_MS, wait_ms), place)

    def advance(self, *, now_ms: float) -> list[tuple[Ticket, Call]]:
        """Let in from the queue whoever may come in by now.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        list of (Ticket, Call)
            In order.
        """
        admitted = []
        while self._queue and self._lack(now_ms) is None:
            ticket = next(iter(self._queue))
            del self._queue[ticket]
            admitted.append((ticket, self._admit(now_ms)))
        return admitted

    def give_up(self, ticket: Ticket) -> None:
        """Leave the queue; those behind move up.

        Parameters
        ----------
        ticket : Ticket
            Whose socket is gone; one that came in already is left as it is.
        """
        if ticket in self._queue:
            del self._queue[ticket]
            self._gave_up += 1

    def place(self, ticket: Ticket, *, now_ms: float) -> Place:
        """Tell where one stands.

        Parameters
        ----------
        ticket : Ticket
            In the queue.
        now_ms : float
            The time.

        Returns
        -------
        Place
            With the wait that is expected: places times the mean call, shared
            by the sessions of newcomers, or until the minute has room.

        Raises
        ------
        ValueError
            If it waits no more.
        """
        if ticket not in self._queue:
            raise ValueError("a ticket must be in the queue to have a place, got one that is not")
        place = list(self._queue).index(ticket) + 1
        return Place(place, self._wait_ms(place, now_ms))

    def lease(self, call: Call, *, now_ms: float) -> Lease | Refusal:
        """Ask for another connection of a running call: to rotate, or to reconnect.

        Parameters
        ----------
        call : Call
            Whose.
        now_ms : float
            When.

        Returns
        -------
        Lease or Refusal
            After a refusal newcomers wait until the call has asked again.

        Raises
        ------
        ValueError
            If the call is over.
        """
        if call.over:
            raise ValueError("a call must be running to get a lease, got one that is over")
        limits = self.limits
        room_ms = self._opened.room_ms(1, limit=limits.connections_per_min, now_ms=now_ms)
        if room_ms > now_ms:
            return self._postponed(call, Refusal("connections", room_ms - now_ms), now_ms)
        needs_slot = bool(call.leases)
        if len(call.leases) >= MOST_LEASES or (needs_slot and self._taken >= limits.sessions):
            return self._postponed(call, Refusal("sessions", SHORTEST_RETRY_MS), now_ms)
        self._put_off.pop(call, None)
        self._renewed += 1
        self._opened_by_running.add(1, now_ms=now_ms)
        return self._open(call, now_ms)

    def end(self, lease: Lease) -> None:
        """Take a lease back: its connection is gone.

        Parameters
        ----------
        lease : Lease
            Which; one that has ended is left as it is.
        """
        if lease in lease.call.leases:
            lease.call.leases.remove(lease)

    def hang_up(self, call: Call, *, now_ms: float) -> None:
        """Take a call back, with all its leases: the user's socket is gone.

        Parameters
        ----------
        call : Call
            Which; one that is over is left as it is.
        now_ms : float
            When.
        """
        if not call.over:
            call.over = True
            call.leases.clear()
            del self._calls[call.number]
            self._put_off.pop(call, None)
            self._lasted_ms.append(now_ms - call.since_ms)

    def spend(self, tokens: int, *, now_ms: float) -> None:
        """Count tokens that an answer has used.

        Parameters
        ----------
        tokens : int >= 0
            How many.
        now_ms : float
            When.
        """
        self._spent.add(tokens, now_ms=now_ms)

    def drain(self) -> list[Ticket]:
        """Let nobody in any more; running calls go on.

        Returns
        -------
        list of Ticket
            Those who waited; the queue is empty.
        """
        self._draining = True
        waiting = list(self._queue)
        self._refused += len(waiting)
        self._queue.clear()
        return waiting

    def next_ms(self, *, now_ms: float) -> float:
        """Tell when time alone may let somebody in from the queue.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        float
            When to call :meth:`advance`; infinite if only a call that ends will help.
        """
        if not self._queue or self._taken + 1 > self._newcomers_sessions:
            return math.inf
        held_ms = max(self._put_off.values(), default=now_ms)
        return max(now_ms, held_ms, self._minute_ms(1, now_ms))

    def counts(self, *, now_ms: float) -> GateCounts:
        """Count what goes on.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        GateCounts
            Of now, and so far.
        """
        return GateCounts(
            calls=len(self._calls),
            connections=sum(len(call.leases) for call in self._calls.values()),
            waiting=len(self._queue),
            sessions_taken=self._taken,
            connections_last_min=self._opened.sum(now_ms=now_ms),
            tokens_last_min=self._spent.sum(now_ms=now_ms),
            admitted=self._admitted,
            refused=self._refused,
            gave_up=self._gave_up,
            renewed=self._renewed,
            put_off=self._times_put_off,
        )

    @property
    def _taken(self) -> int:
        return sum(call.slots for call in self._calls.values())

    @property
    def _newcomers_sessions(self) -> int:
        """What may be taken after a newcomer: all but what is left of the reserve."""
        rotating = sum(call.slots - 1 for call in self._calls.values())
        return self.limits.sessions - max(0, self.limits.reserved_sessions - rotating)

    def _newcomers_connections(self, now_ms: float) -> int:
        used = self._opened_by_running.sum(now_ms=now_ms)
        reserve = max(0, self.limits.reserved_connections_per_min - used)
        return self.limits.connections_per_min - reserve

    def _lack(self, now_ms: float) -> Lack | None:
        """What keeps a newcomer out."""
        if self._draining:
            return "draining"
        if self._taken + 1 > self._newcomers_sessions:
            return "sessions"
        if self._spent.sum(now_ms=now_ms) >= self.limits.tokens_per_min:
            return "tokens"
        if self._opened.sum(now_ms=now_ms) + 1 > self._newcomers_connections(now_ms):
            return "connections"
        if any(until_ms > now_ms for until_ms in self._put_off.values()):
            return "connections"
        return None

    def _admit(self, now_ms: float) -> Call:
        self._admitted += 1
        call = Call(self._admitted, now_ms)
        self._calls[call.number] = call
        self._open(call, now_ms)
        return call

    def _open(self, call: Call, now_ms: float) -> Lease:
        lease = Lease(call)
        call.leases.append(lease)
        self._opened.add(1, now_ms=now_ms)
        return lease

    def _postponed(self, call: Call, refusal: Refusal, now_ms: float) -> Refusal:
        self._times_put_off += 1
        self._put_off[call] = now_ms + refusal.retry_after_ms + PATIENCE_MS
        return refusal

    def _minute_ms(self, newcomers: int, now_ms: float) -> float:
        """When so many newcomers fit into the minute."""
        limit = self._newcomers_connections(now_ms)
        opened_ms = self._opened.room_ms(newcomers, limit=limit, now_ms=now_ms)
        most = self.limits.tokens_per_min
        return max(opened_ms, self._spent.room_ms(1, limit=most, now_ms=now_ms))

    def _wait_ms(self, place: int, now_ms: float) -> float:
        # With so many calls of about the same mean length, ends come a mean / sessions apart.
        lasted = self._lasted_ms
        mean_ms = sum(lasted) / len(lasted) if lasted else self.limits.call_ms
        behind = place - max(0, self._newcomers_sessions - self._taken)
        calls_ms = max(0, behind) * mean_ms / self._newcomers_sessions
        return max(calls_ms, self._minute_ms(place, now_ms) - now_ms)
