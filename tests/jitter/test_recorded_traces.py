"""The recorded traces, where they are at hand: read, told apart, and played."""

import numpy as np
import pytest

from voicelab.arrivals import read_arrivals
from voicelab.jitter import GUIDE_PLAYER, Player, play, smallest_buffer, smallest_prefill_ms

# Underruns at 20, 200, 400 and 1000 ms, playing on, as measured by another program.  Its quanta
# began elsewhere on the clock, which moves packets that are late by less than a quantum: hence
# the tolerance where the sender is paced and many are.
MEASURED = {
    "tcp_wifi_burst_s11": (1, 0, 0, 0),
    "tcp_wan_ge1_burst_s11": (1, 0, 0, 0),
    "tcp_wan_ge4_burst_s11": (8, 3, 1, 0),
    "tcp_lte_burst_s11": (1, 1, 1, 0),
    "tcp_wifi_rt_s11": (35, 14, 0, 0),
    "tcp_wan_ge1_rt_s11": (52, 19, 0, 0),
    "tcp_wan_ge4_rt_s11": (43, 33, 13, 0),
    "tcp_lte_rt_s11": (38, 16, 7, 1),
}


@pytest.fixture(params=MEASURED)
def trace(request, shared):
    return read_arrivals(shared / "traces" / f"{request.param}.csv")


def test_a_trace_holds_twelve_answers_of_its_senders_pace(trace):
    assert len(trace.answers) == 12
    assert trace.pacing == ("burst" if "burst" in trace.name else "paced")
    assert all(answer.done_ms is not None for answer in trace.answers)


def test_underruns_are_those_that_another_program_found(trace):
    playout = play(trace, *(Player(prefill_ms=ms) for ms in (20, 200, 400, 1000)))
    tolerance = [0, 0, 0, 0] if trace.pacing == "burst" else [4, 1, 0, 1]
    difference = playout.underruns.sum(axis=0) - MEASURED[trace.name.removesuffix(".csv")]
    assert (abs(difference) <= tolerance).all(), difference


def test_the_guides_prefill_is_none_when_the_first_delta_is_longer(trace):
    playout = play(trace.apart(), GUIDE_PLAYER, *(Player(prefill_ms=ms) for ms in (0, 50, 100)))
    assert np.ptp(playout.underruns, axis=1).max() == 0


def test_an_answer_is_smooth_exactly_from_its_smallest_prefill_on(trace):
    prefills_ms = np.arange(0, 1500, 50)
    playout = play(trace, *(Player(prefill_ms=ms, on_underrun="refill") for ms in prefills_ms))
    enough = prefills_ms >= smallest_prefill_ms(trace)[:, np.newaxis]
    enough[:, 0] = smallest_prefill_ms(trace) < 1  # a prefill of nothing is one of one sample
    np.testing.assert_array_equal(playout.smooth, enough)


def test_the_chosen_buffer_plays_every_answer_of_a_dozen(trace):
    choice = smallest_buffer(trace)
    assert choice.rank == 12
    assert choice.chosen.smooth_answers == choice.other_start.smooth_answers == 12
