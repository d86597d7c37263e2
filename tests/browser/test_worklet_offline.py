"""The worklet as it ships, and those that people run, in Chromium, against the model.

Rendered offline: every message is seen by the quantum that it was meant for,
and every sample has a number.  Equal means that each sample is heard at the
same place, and silence nowhere else.
"""

from dataclasses import replace

import numpy as np
import pytest
from schedules import (
    RATE_HZ,
    breaks,
    length_quanta,
    messages,
    modelled_runs,
    random_schedule,
    sounding,
)

from voicelab.arrivals import read_arrivals
from voicelab.export.worklet import player_rules
from voicelab.jitter import QUANTUM_SAMPLES, Player
from voicelab.jitter.presets import PRESETS
from voicelab.samples import folder

pytestmark = pytest.mark.browser

POLICIES = {
    f"{start} {on_underrun}{' flush' * flush}": {
        "start": start,
        "on_underrun": on_underrun,
        "flush_at_end": flush,
    }
    for start in ("prefill", "hold")
    for on_underrun in ("play_on", "refill", "ratchet", "guide")
    for flush in (True, False)
}
SCHEDULES = 36  # of each policy
A_CONTEXT = 18  # players that share one
TRACES = sorted((folder() / "arrivals").glob("*.csv"))
TRACE_PLAYERS = [
    Player(prefill_ms=20),
    Player(prefill_ms=200, on_underrun="refill"),
    Player(hold_ms=180, on_underrun="refill"),
    Player(hold_ms=60, on_underrun="ratchet", ratchet_ms=40),
    Player(prefill_ms=20, on_underrun="guide", flush_at_end=False),
]
RENDER = "async (job) => (await import('/offline.mjs')).render(job)"


def rendered(page, cases, *, module="/worklet/player-worklet.js", name="voicelab-player"):
    """What a worklet plays of (arrivals, player) pairs, as runs of numbers."""
    runs = []
    for first in range(0, len(cases), A_CONTEXT):
        some = cases[first : first + A_CONTEXT]
        job = {
            "module": module,
            "name": name,
            "rateHz": RATE_HZ,
            "quanta": max(length_quanta(arrivals, player) for arrivals, player in some),
            "players": [
                {"rules": player_rules(player), "messages": messages(arrivals)}
                for arrivals, player in some
            ],
        }
        played = page.evaluate(RENDER, job)
        if name == "voicelab-player":
            for (arrivals, _), each in zip(some, played, strict=True):
                assert each["acks"] == [quantum for quantum, _ in messages(arrivals)]
        runs += [each["runs"] for each in played]
    return runs


def random_cases(seed, *, unit_samples=1, schedules=SCHEDULES, **policy):
    """Schedules, and players of one policy with a random start."""
    rng = np.random.default_rng(seed)
    cases = []
    for _ in range(schedules):
        player = Player(**{"start_ms": float(rng.choice([0, 20, 50, 110, 240]))} | policy)
        apart = None if player.has_one_queue else 240
        cases.append((random_schedule(rng, apart_quanta=apart, unit_samples=unit_samples), player))
    return cases


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_plays_as_modelled(page, name):
    cases = random_cases(sorted(POLICIES).index(name), **POLICIES[name])
    expected = [modelled_runs(*case) for case in cases]
    assert rendered(page, cases) == expected
    assert sum(map(breaks, expected)) > SCHEDULES / 2


def test_a_full_queue_drops_the_newest_as_modelled(page):
    cases = random_cases(50, max_queue_ms=60.0, on_overflow="drop_newest")
    expected = [modelled_runs(*case) for case in cases]
    assert rendered(page, cases) == expected


def test_a_full_queue_drops_the_oldest_as_modelled(page):
    cases = random_cases(51, max_queue_ms=60.0, on_overflow="drop_oldest")
    expected = [sounding(modelled_runs(*case)) for case in cases]
    assert [sounding(runs) for runs in rendered(page, cases)] == expected


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.stem)
def test_bundled_arrivals_play_as_modelled(page, trace):
    arrivals = read_arrivals(trace).apart()
    cases = [(arrivals, player) for player in TRACE_PLAYERS]
    expected = [modelled_runs(*case) for case in cases]
    assert rendered(page, cases) == expected


@pytest.mark.parametrize("preset", ["guide", "slice", "block_list", "scheduled"])
def test_what_people_run_plays_as_modelled(page, preset):
    # A node that dies in the middle of an answer takes the rest of a quantum with it.
    unit_samples = QUANTUM_SAMPLES if preset == "block_list" else 1
    rng = np.random.default_rng(7)
    player = PRESETS[preset].player
    cases = [
        (
            random_schedule(
                rng, apart_quanta=None if player.has_one_queue else 60, unit_samples=unit_samples
            ),
            player,
        )
        for _ in range(SCHEDULES)
    ]
    module = None if preset == "scheduled" else f"/players/{preset}.js"
    expected = [modelled_runs(*case) for case in cases]
    assert rendered(page, cases, module=module, name=preset) == expected
    assert sum(map(breaks, expected)) > SCHEDULES / 2


WRONG = {
    "one sample more prefill": lambda player: replace(
        player, start_ms=player.start_ms + 1000 / player.rate_hz
    ),
    "the other refill rule": lambda player: replace(player, on_underrun="refill"),
    "no flush": lambda player: replace(player, flush_at_end=False),
    "one quantum more hold": lambda player: replace(
        player, start="hold", start_ms=1000 * QUANTUM_SAMPLES / player.rate_hz
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_model_fails_the_same_comparison(page, wrong):
    # 100 ms is what the first deltas of 2400 samples hold: one sample more waits for the next.
    start_ms = 0 if "hold" in wrong else 100
    cases = random_cases(3, start_ms=float(start_ms), on_underrun="play_on")
    right = [modelled_runs(*case) for case in cases]
    mistaken = [modelled_runs(arrivals, WRONG[wrong](player)) for arrivals, player in cases]
    played = rendered(page, cases)
    assert played == right
    assert played != mistaken
