"""The worklet's port: flushing, fading, counting, and a ring that grows."""

import base64

import numpy as np
import pytest
from schedules import RATE_HZ

from voicelab.export.worklet import player_rules
from voicelab.jitter import QUANTUM_SAMPLES, Player

pytestmark = pytest.mark.browser

RENDER = "async (job) => (await import('/offline.mjs')).render(job)"


def rendered(page, messages, *, quanta, is_steady=False, **rules):
    """What one player makes of messages."""
    job = {
        "module": "/worklet/player-worklet.js",
        "name": "voicelab-player",
        "rateHz": RATE_HZ,
        "quanta": quanta,
        "isSteady": is_steady,
        "players": [{"rules": player_rules(Player(**rules)), "messages": messages}],
    }
    return page.evaluate(RENDER, job)[0]


def audio(quantum, samples, response="a"):
    return [quantum, {"type": "audio", "response": response, "samples": samples}]


def flush(quantum, response="a"):
    return [quantum, {"type": "flush", "response": response}]


def test_a_flush_stops_an_answer_at_once_and_refuses_its_rest(page):
    messages = [audio(2, 2560), flush(5), audio(6, 1280), audio(9, 256, "b")]
    messages.append([12, {"type": "report"}])
    played = rendered(page, messages, quanta=40, prefill_ms=0)
    q = QUANTUM_SAMPLES
    assert played["runs"] == [[2 * q, 0, 3 * q], [9 * q, 2560 + 1280, 256]]
    flushed, report = played["said"]
    assert flushed == {"type": "flushed", "response": "a", "playedSamples": 3 * q}
    assert report["refusedSamples"] == 1280
    assert [each["playedSamples"] for each in report["answers"]] == [3 * q, 256]


def test_a_flush_of_one_answer_leaves_the_next_in_the_queue(page):
    messages = [audio(2, 1280), audio(3, 256, "b"), flush(4)]
    played = rendered(page, messages, quanta=40, prefill_ms=0)
    q = QUANTUM_SAMPLES
    assert played["runs"] == [[2 * q, 0, 2 * q], [4 * q, 1280, 256]]


def test_a_flush_of_what_is_behind_leaves_what_plays(page):
    messages = [audio(2, 1280), audio(3, 256, "b"), flush(4, "b")]
    played = rendered(page, messages, quanta=40, prefill_ms=0)
    assert played["runs"] == [[2 * QUANTUM_SAMPLES, 0, 1280]]


def test_more_blocks_than_the_ring_has_places_are_kept_in_order(page):
    messages = [audio(2, 100) for _ in range(3)] + [audio(4, 10) for _ in range(600)]
    played = rendered(page, messages, quanta=80, prefill_ms=0)
    assert played["runs"] == [[2 * QUANTUM_SAMPLES, 0, 6300]]


def test_a_fade_rises_from_silence_and_falls_to_it(page):
    ramp = 120  # 5 ms
    played = rendered(page, [audio(2, 1000)], quanta=40, prefill_ms=0, fade_ms=5, is_steady=True)
    gain = 2 * np.frombuffer(base64.b64decode(played["floats"]), np.float32)
    rise, fall = (1 + np.arange(ramp)) / ramp, (ramp - np.arange(ramp)) / ramp
    expected = np.concatenate([rise, np.ones(1000 - 2 * ramp), fall])
    begin = 2 * QUANTUM_SAMPLES
    np.testing.assert_allclose(gain[begin : begin + 1000], expected, atol=1e-6)
    assert not gain[:begin].any()
    assert not gain[begin + 1000 :].any()


def test_a_flush_fades_out(page):
    messages = [audio(2, 24_000), flush(6)]
    played = rendered(page, messages, quanta=40, prefill_ms=0, fade_ms=5, is_steady=True)
    gain = 2 * np.frombuffer(base64.b64decode(played["floats"]), np.float32)
    begin = 6 * QUANTUM_SAMPLES
    np.testing.assert_allclose(gain[begin : begin + 120], (120 - np.arange(120)) / 120, atol=1e-6)
    assert not gain[begin + 120 :].any()
