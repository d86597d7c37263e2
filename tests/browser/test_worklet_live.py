"""The worklet as it ships, live: a real socket in a Worker, a running audio clock.

The worklet says which quantum could read each delta first.  From those quanta
alone the model must give every sample its place.  From the times at which the
socket had the deltas it cannot, for nobody knows the audio clock's phase and
its device's batches; by how much it errs then is reported.
"""

from itertools import pairwise

import numpy as np
import pytest
from schedules import QUANTUM_MS, RATE_HZ, modelled_runs, sounding
from speaking import speaking

from voicelab.arrivals import read_arrivals
from voicelab.export.worklet import player_rules
from voicelab.jitter import Answer, Arrivals, Player, play
from voicelab.samples import folder

pytestmark = pytest.mark.browser

PLAYERS = {
    "20 ms, play on": Player(prefill_ms=20),
    "hold 100 ms, refill": Player(hold_ms=100, on_underrun="refill"),
    "prefill 150 ms, guide's rule": Player(prefill_ms=150, on_underrun="guide", flush_at_end=False),
}
LISTEN = """async (jobs) => {
    const { listen } = await import('/live.mjs');
    return Promise.all(jobs.map(listen));
}"""


def bad_link(*, answers, packets):
    """The beginnings of some answers over a link that loses, a second apart."""
    trace = read_arrivals(folder() / "arrivals" / "tcp_wan_ge4_rt_s11.csv")
    cut = tuple(
        Answer(each.id, each.arrived_ms[:packets], each.samples[:packets])
        for each in trace.answers[:answers]
    )
    moved, free_ms = [], 0.0
    for each in cut:
        arrived_ms = each.arrived_ms - each.arrived_ms[0] + free_ms
        moved.append(Answer(each.id, arrived_ms, each.samples, float(arrived_ms[-1]) + 3))
        free_ms = float(arrived_ms[-1]) + 1000
    return Arrivals("a bad link", tuple(moved))


def as_logged(log, *, time_ms):
    """The arrivals that a log tells of, by whatever it takes for the time."""
    names = list(dict.fromkeys(line["response"] for line in log))
    answers = []
    for name in names:
        audio = [line for line in log if line["response"] == name and line["type"] == "audio"]
        done = [line for line in log if line["response"] == name and line["type"] == "done"]
        times_ms = np.maximum.accumulate([time_ms(line) for line in audio])
        sizes = np.array([line["samples"] for line in audio])
        answers.append(Answer(name, times_ms, sizes, max(time_ms(done[0]), times_ms[-1])))
    return Arrivals("live", tuple(answers))


def silence_ms(runs):
    stretches = sounding(runs)
    return sum(b[0] - sum(a) for a, b in pairwise(stretches)) * 1000 / RATE_HZ


@pytest.fixture(scope="module")
def heard(chromium, site):
    """What each player logged and played of the same service, at the same time."""
    page = chromium.new_context().new_page()
    page.goto(f"{site}/empty.html")
    service = bad_link(answers=3, packets=22)
    with speaking(service) as url:
        seconds = service.answers[-1].end_ms / 1000 + 1.5
        jobs = [
            {"url": url, "rules": player_rules(player), "seconds": seconds}
            for player in PLAYERS.values()
        ]
        played = dict(zip(PLAYERS, page.evaluate(LISTEN, jobs), strict=True))
    page.context.close()
    return service, played


@pytest.mark.parametrize("name", PLAYERS)
def test_the_model_places_every_sample_from_the_quanta_alone(heard, name):
    service, played = heard
    log, runs = played[name]["log"], played[name]["runs"]
    assert sum(line["samples"] for line in log) == sum(
        answer.total_samples for answer in service.answers
    )
    logged = as_logged(log, time_ms=lambda line: line["quantum"] * QUANTUM_MS)
    assert modelled_runs(logged, PLAYERS[name]) == runs
    assert len(runs) > len(service.answers)


@pytest.mark.parametrize("name", ["20 ms, play on", "hold 100 ms, refill"])
def test_the_worklets_own_counters_are_what_was_heard(heard, name):
    service, played = heard
    log, report = played[name]["log"], played[name]["report"]
    logged = as_logged(log, time_ms=lambda line: line["quantum"] * QUANTUM_MS)
    playout = play(logged, PLAYERS[name])
    counted = {each["response"]: each for each in report["answers"]}
    for row, answer in enumerate(service.answers):
        assert counted[answer.id]["playedSamples"] == answer.total_samples
        assert counted[answer.id]["underruns"] == playout.underruns[row, 0]
        silent_ms = counted[answer.id]["silentSamples"] * 1000 / RATE_HZ
        assert silent_ms == pytest.approx(playout.silent_ms[row, 0], abs=1e-6)


@pytest.mark.parametrize("name", PLAYERS)
def test_received_times_predict_silence_only_roughly(heard, name):
    _, played = heard
    log, runs = played[name]["log"], played[name]["runs"]
    received = as_logged(log, time_ms=lambda line: line["recvMs"] - log[0]["recvMs"])
    predicted_ms = silence_ms(modelled_runs(received, PLAYERS[name]))
    # Between answers there is silence too; the error is that of all silence together.
    error_ms = predicted_ms - silence_ms(runs)
    print(f"{name}: silence predicted from received times is off by {error_ms:+.1f} ms")
    assert abs(error_ms) < 150


def test_an_answer_stops_when_the_user_speaks_and_its_rest_is_refused(page):
    begun = Answer("resp_1", np.array([0.0, 0.0, 600.0]), np.array([24_000, 24_000, 2400]))
    started = {"type": "input_audio_buffer.speech_started", "audio_start_ms": 0, "item_id": "u"}
    with speaking(Arrivals("barge-in", (begun,)), also=[(400, started)]) as url:
        job = {"url": url, "rules": player_rules(Player(prefill_ms=0)), "seconds": 1.2}
        (heard,) = page.evaluate(LISTEN, [job])
    (answer,) = heard["report"]["answers"]
    assert heard["events"] == [started["type"], "response.audio.done"]
    assert heard["report"]["refusedSamples"] == 2400
    assert 250 < answer["playedSamples"] * 1000 / RATE_HZ < 700
    assert sum(size for _, _, size in heard["runs"]) == answer["playedSamples"]
