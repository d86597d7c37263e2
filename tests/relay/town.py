"""A town whose people knock at a gate, and a ledger that judges the gate by what it saw."""

import heapq
import itertools
from bisect import bisect_right

import numpy as np

from voicelab.relay import Call, Refusal, Ticket

MINUTE_MS = 60_000


class Ledger:
    """What the gate was asked and what it gave, written down from outside."""

    def __init__(self, gate):
        self.gate, self.limits = gate, gate.limits
        self.calls, self.waiting = {}, []  # call: its open leases; tickets by arrival
        self.opened, self.by_running = [], []
        self.spent_ms, self.sums = [], [0]
        self.put_off = {}  # call: until when it may still be expected
        self.admitted = self.refused = 0
        self.faults = []

    def blame(self, sentence, now_ms):
        self.faults.append(f"{sentence} at {now_ms:.0f} ms")

    def last_minute(self, times, now_ms):
        return len(times) - bisect_right(times, now_ms - MINUTE_MS)

    def taken(self):
        return sum(max(1, len(leases)) for leases in self.calls.values())

    def rotating(self):
        return sum(max(1, len(leases)) - 1 for leases in self.calls.values())

    def spent(self, now_ms):
        return self.sums[-1] - self.sums[bisect_right(self.spent_ms, now_ms - MINUTE_MS)]

    def knock(self, now_ms, *, may_wait=True):
        someone_waits, has_room = bool(self.waiting), self.has_room(now_ms)
        answer = self.gate.knock(now_ms=now_ms, may_wait=may_wait)
        if isinstance(answer, Call):
            if someone_waits:
                self.blame("a newcomer overtook the queue", now_ms)
            self.let_in(answer, now_ms)
        elif has_room and not someone_waits:
            self.blame("a newcomer was kept out for nothing", now_ms)
        elif isinstance(answer, Ticket):
            self.waiting.append(answer)
            if not may_wait:
                self.blame("one who cannot wait was made to", now_ms)
            self.judge_place(answer, now_ms)
        else:
            self.refused += 1
            if answer.retry_after_ms <= 0 or answer.place != len(self.waiting) + 1:
                self.blame(f"a refusal told {answer}", now_ms)
            if may_wait and len(self.waiting) < self.limits.places:
                self.blame("refused although the queue had places", now_ms)
        self.judge(now_ms)
        return answer

    def has_room(self, now_ms):
        """Whether every promise would hold with one newcomer more."""
        limits, rotating = self.limits, self.rotating()
        running = self.last_minute(self.by_running, now_ms)
        reserve = max(0, limits.reserved_connections_per_min - running)
        return (
            self.taken() < limits.sessions - max(0, limits.reserved_sessions - rotating)
            and self.last_minute(self.opened, now_ms) < limits.connections_per_min - reserve
            and self.spent(now_ms) < limits.tokens_per_min
            and not self.put_off
        )

    def judge_place(self, ticket, now_ms):
        told = self.gate.place(ticket, now_ms=now_ms)
        if told.place != self.waiting.index(ticket) + 1 or told.wait_ms < 0:
            self.blame(f"a ticket was told {told}", now_ms)

    def advance(self, now_ms):
        admitted = self.gate.advance(now_ms=now_ms)
        for ticket, call in admitted:
            if self.waiting[:1] != [ticket]:
                self.blame("the queue was not served in order", now_ms)
            if ticket in self.waiting:
                self.waiting.remove(ticket)
            self.let_in(call, now_ms)
        self.judge(now_ms)
        return admitted

    def let_in(self, call, now_ms):
        self.admitted += 1
        if self.spent(now_ms) >= self.limits.tokens_per_min:
            self.blame("a newcomer came in without tokens left", now_ms)
        if any(until_ms > now_ms for until_ms in self.put_off.values()):
            self.blame("a newcomer came before a running call", now_ms)
        self.calls[call] = list(call.leases)
        self.opened.append(now_ms)
        newcomers = self.taken() - self.rotating()
        if newcomers > self.limits.sessions - self.limits.reserved_sessions:
            self.blame("a newcomer took a reserved session", now_ms)
        theirs = self.last_minute(self.opened, now_ms) - self.last_minute(self.by_running, now_ms)
        most = self.limits.connections_per_min - self.limits.reserved_connections_per_min
        if theirs > most:
            self.blame("a newcomer took a reserved connection", now_ms)

    def lease(self, call, now_ms):
        answer = self.gate.lease(call, now_ms=now_ms)
        if not isinstance(answer, Refusal):
            self.calls[call].append(answer)
            self.opened.append(now_ms)
            self.by_running.append(now_ms)
            self.put_off.pop(call, None)
        else:
            self.put_off[call] = now_ms + answer.retry_after_ms
            if answer.lack == "sessions" and not self.calls[call]:
                self.blame("a running call could not reconnect", now_ms)
            owed = self.limits.reserved_connections_per_min
            if self.last_minute(self.opened, now_ms) < self.limits.connections_per_min:
                if answer.lack == "connections":
                    self.blame("a running call was put off for nothing", now_ms)
                elif len(self.calls[call]) < 2 and self.rotating() < self.limits.reserved_sessions:
                    self.blame("a running call could not rotate for newcomers", now_ms)
            elif self.last_minute(self.by_running, now_ms) < owed:
                self.blame("a running call found its connections taken by newcomers", now_ms)
        self.judge(now_ms)
        return answer

    def end(self, call, lease, now_ms):
        self.gate.end(lease)
        self.calls[call].remove(lease)
        self.judge(now_ms)

    def hang_up(self, call, now_ms):
        self.gate.hang_up(call, now_ms=now_ms)
        del self.calls[call]
        self.put_off.pop(call, None)
        self.judge(now_ms)

    def give_up(self, ticket, now_ms):
        self.gate.give_up(ticket)
        self.waiting.remove(ticket)
        self.judge(now_ms)

    def spend(self, tokens, now_ms):
        self.gate.spend(tokens, now_ms=now_ms)
        self.spent_ms.append(now_ms)
        self.sums.append(self.sums[-1] + tokens)

    def judge(self, now_ms):
        limits, counts = self.limits, self.gate.counts(now_ms=now_ms)
        if self.taken() > limits.sessions:
            self.blame(f"{self.taken()} sessions at a time", now_ms)
        if self.last_minute(self.opened, now_ms) > limits.connections_per_min:
            self.blame(f"{self.last_minute(self.opened, now_ms)} connections a minute", now_ms)
        if len(self.waiting) > limits.places:
            self.blame(f"{len(self.waiting)} wait", now_ms)
        for call, leases in self.calls.items():
            if call.over or call.leases != leases:
                self.blame("a running call was touched", now_ms)
        seen = {
            "calls": len(self.calls),
            "connections": sum(map(len, self.calls.values())),
            "waiting": len(self.waiting),
            "sessions_taken": self.taken(),
            "connections_last_min": self.last_minute(self.opened, now_ms),
            "tokens_last_min": self.spent(now_ms),
            "admitted": self.admitted,
            "refused": self.refused,
            "renewed": len(self.by_running),
        }
        told = {name: getattr(counts, name) for name in seen}
        if told != seen:
            self.blame(f"the counters say {told} and not {seen}", now_ms)


class Town:
    """Arrivals, departures, losses and rotations, drawn from a seed."""

    def __init__(self, gate, *, seed, arrivals):
        self.ledger = Ledger(gate)
        self.rng = np.random.default_rng(seed)
        self.arrivals = arrivals
        self.agenda, self.order = [], itertools.count()
        self.waited_ms = {}
        self.longest_ms = 0.0

    def later(self, at_ms, act, *who):
        heapq.heappush(self.agenda, (at_ms, next(self.order), act, who))

    def run(self):
        at_ms = 0.0
        for _ in range(self.arrivals):
            # Rush hours and quiet ones, so that queue, refusals and free sessions all occur.
            mean_ms = 2_000 if at_ms % 3_600_000 < 1_200_000 else 20_000
            at_ms += self.rng.exponential(mean_ms)
            self.later(at_ms, self.arrive)
        while self.agenda and not self.ledger.faults:
            now_ms, _, act, who = heapq.heappop(self.agenda)
            act(now_ms, *who)
            if self.rng.random() < 0.1:
                continue  # the next one is let in a moment later
            for ticket, call in self.ledger.advance(now_ms):
                self.longest_ms = max(self.longest_ms, now_ms - self.waited_ms.pop(ticket))
                self.begin(call, now_ms)
            due_ms = self.ledger.gate.next_ms(now_ms=now_ms)
            if due_ms < np.inf and (not self.agenda or due_ms < self.agenda[0][0]):
                self.later(max(due_ms, now_ms + 1), lambda _: None)
        return self

    def arrive(self, now_ms):
        answer = self.ledger.knock(now_ms, may_wait=self.rng.random() < 0.8)
        if isinstance(answer, Call):
            self.begin(answer, now_ms)
        elif isinstance(answer, Ticket):
            self.waited_ms[answer] = now_ms
            self.later(now_ms + self.rng.exponential(400_000), self.give_up, answer)

    def give_up(self, now_ms, ticket):
        if ticket in self.ledger.waiting:
            self.ledger.give_up(ticket, now_ms)
            del self.waited_ms[ticket]

    def begin(self, call, now_ms):
        self.later(now_ms + self.rng.exponential(60_000), self.depart, call)
        self.later(now_ms + self.rng.exponential(20_000), self.lose, call)
        self.later(now_ms + self.rng.exponential(30_000), self.rotate, call)
        self.later(now_ms + self.rng.exponential(10_000), self.answer, call)

    def depart(self, now_ms, call):
        self.ledger.hang_up(call, now_ms)

    def answer(self, now_ms, call):
        if call in self.ledger.calls:
            self.ledger.spend(int(self.rng.integers(100, 5_000)), now_ms)
            self.later(now_ms + self.rng.exponential(10_000), self.answer, call)

    def lose(self, now_ms, call):
        if call in self.ledger.calls:
            for lease in list(self.ledger.calls[call]):
                self.ledger.end(call, lease, now_ms)
            self.reconnect(now_ms, call)
            self.later(now_ms + self.rng.exponential(20_000), self.lose, call)

    def reconnect(self, now_ms, call):
        if call in self.ledger.calls and not self.ledger.calls[call]:
            answer = self.ledger.lease(call, now_ms)
            if isinstance(answer, Refusal):
                self.later(now_ms + answer.retry_after_ms, self.reconnect, call)

    def rotate(self, now_ms, call):
        if call not in self.ledger.calls:
            return
        old = list(self.ledger.calls[call])
        if len(old) == 1 and not isinstance(self.ledger.lease(call, now_ms), Refusal):
            self.later(now_ms + self.rng.uniform(100, 4_000), self.leave, call, old[0])
        self.later(now_ms + self.rng.exponential(30_000), self.rotate, call)

    def leave(self, now_ms, call, lease):
        if call in self.ledger.calls and lease in self.ledger.calls[call]:
            self.ledger.end(call, lease, now_ms)
