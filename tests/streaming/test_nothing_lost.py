"""Nothing lost: whole sessions in virtual time, with faults, against a service that knows."""

import dataclasses

import pytest
from random_sessions import random_script
from verdict import faults_of, outlasted
from world import Script, World

from voicelab.streaming.policy import AudioDropped, Ended, Opened, Ready, Received, SessionPolicy
from voicelab.streaming.policy.history import History
from voicelab.streaming.policy.outbox import Outbox
from voicelab.wire import by_close_code

SEED = 7_000
SESSIONS = 300
SPEECH = [(4_000, 60), (12_000, 90), (15_500, 50), (30_000, 80), (40_000, 100)]


def ready(world):
    return [notice for _, notice in world.notices if isinstance(notice, Ready)]


def ended(world):
    return [notice for _, notice in world.notices if isinstance(notice, Ended)]


def states(world):
    return [turn.state for turn in world.settled]


def greets_and_drops(script):
    """Whether a service greets and drops for longer than anybody should knock."""
    return any(kind == "greet and drop" and figure > 60_000 for _, kind, figure in script.faults)


def wrong(seeds, *, kept_s=None):
    """Sessions in which something does not hold, by seed."""
    found = {}
    for seed in seeds:
        faults = faults_of(World(random_script(seed), kept_s=kept_s).run())
        if faults:
            found[seed] = faults
    return found


def test_random_sessions_lose_nothing():
    print(f"seeds {SEED} to {SEED + SESSIONS - 1}")
    assert wrong(range(SEED, SEED + SESSIONS)) == {}


def test_most_random_sessions_are_judged_in_full():
    scripts = [random_script(seed) for seed in range(SEED, SEED + SESSIONS)]
    assert all(script.duration_ms >= 60_000 and script.faults for script in scripts)
    judged = [not outlasted(World(script).run()) for script in scripts[:20]]
    assert sum(judged) >= 12


FEW = range(SEED, SEED + 40)


def test_a_resend_buffer_of_zero_loses_audio():
    assert wrong(FEW, kept_s=0.0)


def test_a_client_that_resends_nothing_loses_audio(monkeypatch):
    attach = Outbox.attach
    monkeypatch.setattr(
        Outbox, "attach", lambda self, _, *, now_ms: attach(self, self.stream.end, now_ms=now_ms)
    )
    assert wrong(FEW)


def test_a_client_that_takes_1001_for_clean_loses_the_session(monkeypatch):
    clean = by_close_code(1000)
    monkeypatch.setattr(
        "voicelab.streaming.policy.connections.why_closed",
        lambda code, last_error=None: clean if code == 1001 else by_close_code(code),
    )
    world = World(Script(utterances=SPEECH, faults=[(20_000, "close", 1001)])).run()
    assert ended(world)[0].why == "1000"
    assert wrong(FEW)


def test_a_client_that_does_not_replay_history_forgets(monkeypatch):
    monkeypatch.setattr(History, "items", lambda self, *, audio: [])
    assert wrong(FEW)


def test_a_counter_that_forgets_on_greeting_knocks_for_ever(monkeypatch):
    step = SessionPolicy.step

    def forgetful(self, message, now_ms):
        if isinstance(message, Received) and message.event.type == "session.created":
            self.connections.attempts.made = 0
        return step(self, message, now_ms)

    greeted = [seed for seed in range(SEED, SEED + 200) if greets_and_drops(random_script(seed))]
    assert wrong(greeted) == {}
    monkeypatch.setattr(SessionPolicy, "step", forgetful)
    found = wrong(greeted)
    assert len(found) > len(greeted) / 2
    assert all("attempts in a row" in faults[0] for faults in found.values())


def test_dropped_after_40_seconds_with_1006():
    faults = [(at_ms, "close", 1006) for at_ms in (14_000, 31_000, 42_000)]
    world = World(Script(utterances=SPEECH, faults=faults)).run()
    assert faults_of(world) == []
    assert len(ready(world)) == 4
    assert "dropped" not in states(world)


def test_a_session_that_expires_with_1001_is_renewed_at_once():
    world = World(Script(utterances=SPEECH, faults=[(20_000, "close", 1001)])).run()
    assert faults_of(world) == []
    assert ready(world)[1].gap_ms < 500


def test_a_session_near_its_limit_is_rotated_without_a_gap():
    world = World(Script(utterances=SPEECH, session_s=40.0)).run()
    assert faults_of(world) == []
    rotations = [notice for notice in ready(world) if notice.why == "rotation"]
    assert rotations
    assert all(notice.gap_ms == 0 for notice in rotations)


def test_429_waits_as_long_as_it_was_told():
    faults = [(20_000, "refuse", (429, 1_500.0)), (20_001, "close", 1006)]
    world = World(Script(utterances=SPEECH, faults=faults)).run()
    assert faults_of(world) == []
    refused_ms, again_ms = world.opened_ms[1:3]
    assert again_ms - refused_ms >= 2_000


def test_an_outage_longer_than_what_is_kept_is_counted():
    faults = [(11_000, "refuse", (503, 9_000.0)), (11_001, "close", 1006)]
    world = World(Script(utterances=SPEECH, faults=faults, resend_s=2.0)).run()
    dropped = [notice for _, notice in world.notices if isinstance(notice, AudioDropped)]
    assert sum(notice.end_ms - notice.start_ms for notice in dropped) > 0
    assert faults_of(world) == []


def test_what_does_not_fit_is_summed_up_by_the_session_that_is_left():
    world = World(Script(utterances=SPEECH, session_s=40.0, history_tokens=200)).run()
    (why,) = {notice.why for notice in ready(world)[1:]}
    told = world.last_conversation().restored
    assert why == "rotation"
    assert "things were said." in told[0]["content"][0]["text"]
    assert faults_of(world) == []


def test_without_a_session_to_ask_the_newest_words_are_told_as_they_were():
    faults = [(36_000, "close", 1006)]
    world = World(Script(utterances=SPEECH, faults=faults, history_tokens=200)).run()
    system, *items = world.last_conversation().restored
    assert "things were said." not in system["content"][0]["text"]
    assert 0 < len(items) < len(SPEECH)
    assert faults_of(world) == []


def test_history_in_the_instructions_is_a_choice():
    world = World(
        Script(utterances=SPEECH, faults=[(20_000, "close", 1006)], restore="instructions")
    ).run()
    last = world.last_conversation()
    assert "Previous conversation context:" in last.settings["instructions"]
    assert "dropped" not in states(world)


@pytest.mark.parametrize("talking", ["button, no turn detection", "button, silent turn detection"])
def test_a_button_keeps_first_words_through_a_drop(talking):
    script = Script(utterances=SPEECH, faults=[(13_000, "close", 1006)], talking=talking)
    world = World(script).run()
    assert faults_of(world) == []
    assert len(world.settled) == len(SPEECH)


def test_nothing_is_sent_on_a_connection_that_is_gone():
    world = World(dataclasses.replace(random_script(3), faults=[(9_000, "close", 1006)])).run()
    assert world.policy.step(Opened(1), world.now_ms) == []
