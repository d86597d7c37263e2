"""The gate keeps what it promises, to newcomers and to running calls."""

import math
import types
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from town import Ledger, Town

from voicelab.relay import Call, GateLimits, Refusal, SessionGate, Ticket, admission, gate, window

SEED = 40_000
LIMITS = GateLimits(tokens_per_min=60_000)
HURRIED = GateLimits(sessions=40, connections_per_min=12, reserve_sessions=5)


def test_ten_thousand_arrivals_break_no_promise():
    town = Town(SessionGate(LIMITS), seed=SEED, arrivals=10_000).run()
    counts = town.ledger.gate.counts(now_ms=math.inf)
    print(f"seed {SEED}: {counts}; longest wait {town.longest_ms / 1000:.0f} s")
    assert town.ledger.faults == []
    assert counts.calls == counts.connections == counts.waiting == counts.sessions_taken == 0
    assert counts.admitted + counts.refused + counts.gave_up == 10_000
    assert min(counts.admitted, counts.refused, counts.gave_up, counts.put_off) > 50
    assert counts.renewed > 1000


@pytest.mark.parametrize(
    "limits",
    [
        GateLimits(sessions=1, connections_per_min=4, places=2, tokens_per_min=3_000),
        GateLimits(sessions=3, reserve_sessions=9, reserve_connections_per_min=99),
        GateLimits(reserve_sessions=0, reserve_connections_per_min=0, places=0),
    ],
)
def test_other_limits_are_kept_as_well(limits):
    for seed in range(3):
        assert Town(SessionGate(limits), seed=seed, arrivals=400).run().ledger.faults == []


def planted(module, what, instead):
    """The gate with a mistake in it."""
    source = Path(module.__file__).read_text("utf-8")
    assert source.count(what) == 1
    spoiled = types.ModuleType(module.__name__)
    exec(compile(source.replace(what, instead), module.__file__, "exec"), vars(spoiled))
    return spoiled


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("self.limits.reserved_sessions - rotating", "0"),
        ("if self._taken + 1 > self._newcomers_sessions:\n            return", "if False: return"),
        ("reserve = max(0, self.limits.reserved_connections_per_min - used)", "reserve = 0"),
        ("if lack is None and not self._queue:", "if lack is None:"),
        ("ticket = next(iter(self._queue))", "ticket = next(reversed(self._queue))"),
        ("if room_ms > now_ms:", "if False:"),
        ("or (needs_slot and self._taken >= limits.sessions)", ""),
        ("needs_slot = bool(call.leases)", "needs_slot = True"),
        ("            lease.call.leases.remove(lease)", "            pass"),
        ("            del self._calls[call.number]", "            pass"),
        ("            self._gave_up += 1", "            self._queue[ticket] = None"),
        (">= self.limits.tokens_per_min", "> 10 * self.limits.tokens_per_min"),
        ("if any(until_ms > now_ms for until_ms in self._put_off.values()):", "if False:"),
        ("len(self._queue) < self.limits.places", "True"),
        ("self._opened_by_running.add(1, now_ms=now_ms)", "pass"),
        ("        self._opened.add(1, now_ms=now_ms)", "        pass"),
    ],
)
def test_a_planted_mistake_in_the_gate_is_caught(what, instead):
    spoiled = planted(gate, what, instead).SessionGate
    assert any(
        Town(spoiled(limits), seed=seed, arrivals=500).run().ledger.faults
        for seed in range(3)
        for limits in (LIMITS, HURRIED)
    )


def test_a_call_that_gave_its_session_away_while_reconnecting_is_caught(monkeypatch):
    monkeypatch.setattr(admission.Call, "slots", property(lambda call: len(call.leases)))
    assert Town(SessionGate(LIMITS), seed=1, arrivals=1_000).run().ledger.faults


def test_a_minute_of_59_seconds_is_caught(monkeypatch):
    monkeypatch.setattr(window, "MINUTE_MS", 59_000.0)
    assert Town(SessionGate(LIMITS), seed=1, arrivals=2_000).run().ledger.faults


class Knocking(RuleBasedStateMachine):
    """Any order of anything."""

    def __init__(self):
        super().__init__()
        self.now_ms = 0.0
        limits = GateLimits(sessions=4, connections_per_min=9, tokens_per_min=500, places=3)
        self.ledger = Ledger(SessionGate(limits))

    @property
    def calls(self):
        return list(self.ledger.calls)

    @rule(seconds=st.sampled_from([0, 1, 7, 30, 60, 61]))
    def wait(self, seconds):
        self.now_ms += 1000 * seconds
        self.ledger.advance(self.now_ms)

    @rule(may_wait=st.booleans())
    def knock(self, may_wait):
        self.ledger.knock(self.now_ms, may_wait=may_wait)

    @precondition(lambda self: self.ledger.calls)
    @rule(data=st.data())
    def ask_for_a_lease(self, data):
        self.ledger.lease(data.draw(st.sampled_from(self.calls)), self.now_ms)

    @precondition(lambda self: any(self.ledger.calls.values()))
    @rule(data=st.data())
    def lose_a_connection(self, data):
        held = [(call, lease) for call, leases in self.ledger.calls.items() for lease in leases]
        self.ledger.end(*data.draw(st.sampled_from(held)), self.now_ms)

    @precondition(lambda self: self.ledger.calls)
    @rule(data=st.data())
    def hang_up(self, data):
        self.ledger.hang_up(data.draw(st.sampled_from(self.calls)), self.now_ms)

    @precondition(lambda self: self.ledger.waiting)
    @rule(data=st.data())
    def give_up(self, data):
        self.ledger.give_up(data.draw(st.sampled_from(self.ledger.waiting)), self.now_ms)

    @rule(tokens=st.integers(1, 400))
    def spend(self, tokens):
        self.ledger.spend(tokens, self.now_ms)

    @invariant()
    def no_promise_is_broken(self):
        assert self.ledger.faults == []


Knocking.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestKnocking = Knocking.TestCase


def full(limits=LIMITS):
    """A gate with nobody waiting that takes no newcomer for its sessions."""
    busy = SessionGate(limits)
    calls = []
    while isinstance(answer := busy.knock(now_ms=0.0, may_wait=False), Call):
        calls.append(answer)
    return busy, calls


def test_newcomers_leave_two_sessions_and_a_third_of_the_connections():
    busy, calls = full()
    assert len(calls) == 8
    hurried = SessionGate(GateLimits(sessions=100))
    answers = [hurried.knock(now_ms=0.0, may_wait=False) for _ in range(25)]
    assert sum(isinstance(each, Call) for each in answers) == 20
    assert answers[-1].lack == "connections"
    assert answers[-1].status == 429
    assert answers[-1].retry_after_ms == 60_000
    assert not isinstance(busy.lease(calls[0], now_ms=0.0), Refusal)
    assert not isinstance(busy.lease(calls[1], now_ms=0.0), Refusal)
    assert busy.lease(calls[2], now_ms=0.0).lack == "sessions"


def test_a_call_that_lost_its_connection_keeps_its_session():
    busy, calls = full()
    busy.end(calls[0].leases[0])
    refused = busy.knock(now_ms=1.0, may_wait=False)
    assert (refused.lack, refused.status) == ("sessions", 503)
    assert not isinstance(busy.lease(calls[0], now_ms=2.0), Refusal)


def test_the_expected_wait_is_places_times_the_mean_call_by_sessions():
    busy, calls = full(GateLimits(sessions=6, call_ms=600_000))
    first, second = (busy.knock(now_ms=0.0) for _ in range(2))
    # Four sessions for newcomers: one ends every 150 s.
    assert busy.place(first, now_ms=0.0) == admission.Place(1, 150_000)
    assert busy.place(second, now_ms=0.0) == admission.Place(2, 300_000)
    busy.hang_up(calls[0], now_ms=80_000.0)
    ((ticket, _),) = busy.advance(now_ms=80_000.0)
    assert ticket is first
    assert busy.place(second, now_ms=80_000.0) == admission.Place(1, 20_000)


def test_who_gives_up_lets_those_behind_move_up():
    busy, _ = full()
    tickets = [busy.knock(now_ms=0.0) for _ in range(3)]
    busy.give_up(tickets[0])
    assert busy.place(tickets[2], now_ms=0.0).place == 2
    with pytest.raises(ValueError, match="must be in the queue"):
        busy.place(tickets[0], now_ms=0.0)


def test_spent_tokens_keep_newcomers_out_and_cut_nobody():
    quiet = SessionGate(GateLimits(tokens_per_min=100))
    call = quiet.knock(now_ms=0.0)
    quiet.spend(100, now_ms=1_000.0)
    waiting = quiet.knock(now_ms=2_000.0)
    assert isinstance(waiting, Ticket)
    assert quiet.place(waiting, now_ms=2_000.0).wait_ms == 59_000
    assert quiet.advance(now_ms=60_999.0) == []
    assert not isinstance(quiet.lease(call, now_ms=60_999.0), Refusal)
    assert quiet.next_ms(now_ms=60_999.0) == 61_000
    assert [ticket for ticket, _ in quiet.advance(now_ms=61_000.0)] == [waiting]


def test_a_gate_that_drains_lets_nobody_in_and_leaves_calls_alone():
    busy, calls = full()
    waiting = busy.knock(now_ms=0.0)
    assert busy.drain() == [waiting]
    busy.hang_up(calls[0], now_ms=1.0)
    refused = busy.knock(now_ms=2.0)
    assert (refused.lack, refused.status) == ("draining", 503)
    assert not isinstance(busy.lease(calls[1], now_ms=3.0), Refusal)


def test_a_lease_of_a_call_that_is_over_is_refused():
    busy, calls = full()
    busy.hang_up(calls[0], now_ms=1.0)
    busy.hang_up(calls[0], now_ms=2.0)
    with pytest.raises(ValueError, match="must be running"):
        busy.lease(calls[0], now_ms=3.0)


@pytest.mark.parametrize("relays", [1, 2, 3, 7])
def test_the_shares_of_several_relays_add_up_to_the_whole(relays):
    whole = GateLimits(sessions=11)
    shares = [whole.share(relays=relays, index=index) for index in range(relays)]
    for name in ("sessions", "connections_per_min", "tokens_per_min", "reserve_sessions"):
        assert sum(getattr(each, name) for each in shares) == getattr(whole, name)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: GateLimits(sessions=0), "sessions must be at least 1, got 0"),
        (lambda: GateLimits(places=-1), "places must not be negative, got -1"),
        (lambda: GateLimits(call_ms=0), "call_ms must be positive"),
        (lambda: GateLimits().share(relays=2, index=2), "index must lie in 0 to 1, got 2"),
        (lambda: GateLimits(sessions=2).share(relays=3, index=0), "run fewer relays"),
    ],
)
def test_limits_that_cannot_be_are_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
