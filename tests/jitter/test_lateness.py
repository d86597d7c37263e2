"""The closed-form smallest buffers: enough, and not a sample more."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_player import played

from voicelab.jitter import (
    QUANTUM_SAMPLES,
    Answer,
    Arrivals,
    Player,
    play,
    smallest_hold_ms,
    smallest_prefill_ms,
)

SAMPLES_PER_MS = 24
QUANTUM_MS = QUANTUM_SAMPLES / SAMPLES_PER_MS
STARTED_AGAIN = ("play_on", "refill")


@st.composite
def sessions(draw):
    """Answers of up to twelve packets; times on and off the quanta."""
    clock_ms = 0.0
    answers = []
    for number in range(draw(st.integers(1, 3))):
        steps_ms = draw(
            st.lists(st.sampled_from([0, 1.7, 2 * QUANTUM_MS, 20, 61]), min_size=1, max_size=12)
        )
        sizes = draw(st.lists(st.integers(1, 900), min_size=len(steps_ms), max_size=len(steps_ms)))
        arrived_ms = clock_ms + np.cumsum(steps_ms)
        answers.append(Answer(str(number), arrived_ms, np.array(sizes)))
        clock_ms = arrived_ms[-1] + 10
    return Arrivals("drawn", tuple(answers))


def smooth(arrivals, on_underrun, **start):
    """Which answers a player without a flush plays without an underrun."""
    player = Player(on_underrun=on_underrun, flush_at_end=False, **start)
    return play(arrivals, player).smooth[:, 0]


@settings(deadline=None)
@given(sessions(), st.sampled_from(STARTED_AGAIN))
def test_the_smallest_prefill_is_smooth_and_a_sample_less_is_not(arrivals, on_underrun):
    samples = np.round(smallest_prefill_ms(arrivals) * SAMPLES_PER_MS)
    for row, enough in enumerate(samples):
        assert smooth(arrivals, on_underrun, prefill_ms=enough / SAMPLES_PER_MS)[row]
        if enough > 1:
            assert not smooth(arrivals, on_underrun, prefill_ms=(enough - 1) / SAMPLES_PER_MS)[row]


@settings(deadline=None)
@given(sessions(), st.sampled_from(STARTED_AGAIN))
def test_the_smallest_hold_is_smooth_and_a_quantum_less_is_not(arrivals, on_underrun):
    quanta = np.round(smallest_hold_ms(arrivals) / QUANTUM_MS)
    for row, enough in enumerate(quanta):
        assert smooth(arrivals, on_underrun, hold_ms=enough * QUANTUM_MS)[row]
        if enough:
            assert not smooth(arrivals, on_underrun, hold_ms=(enough - 1) * QUANTUM_MS)[row]


@settings(deadline=None)
@given(sessions())
def test_a_player_that_plays_sample_by_sample_agrees(arrivals):
    (answer, *_) = arrivals.answers
    alone = Arrivals("alone", (answer,))
    (prefill_ms,), (hold_ms,) = smallest_prefill_ms(alone), smallest_hold_ms(alone)
    for player in (Player(prefill_ms=prefill_ms), Player(hold_ms=hold_ms)):
        ((figures, _),) = played(alone, player)
        assert figures["underruns"] == figures["stuck_samples"] == 0
    if hold_ms:
        ((figures, _),) = played(alone, Player(hold_ms=hold_ms - QUANTUM_MS, flush_at_end=False))
        assert figures["underruns"] > 0


@settings(deadline=None)
@given(sessions(), st.lists(st.integers(0, 3000), min_size=2, max_size=8))
def test_more_prefill_never_makes_a_smooth_answer_rough(arrivals, prefills):
    players = [
        Player(prefill_ms=samples / SAMPLES_PER_MS, on_underrun="refill")
        for samples in sorted(prefills)
    ]
    assert (np.diff(play(arrivals, *players).smooth.astype(int), axis=1) >= 0).all()


@settings(deadline=None)
@given(sessions())
def test_an_answers_smallest_hold_never_starts_it_later_than_its_smallest_prefill(arrivals):
    for answer in arrivals.answers:
        alone = Arrivals("alone", (answer,))
        hold = Player(hold_ms=smallest_hold_ms(alone)[0])
        prefill = Player(prefill_ms=smallest_prefill_ms(alone)[0])
        held_ms, filled_ms = play(alone, hold, prefill).start_delay_ms[0]
        assert held_ms <= filled_ms + 1e-9


def test_one_late_packet_by_hand():
    # 384 samples at quantum 0 last for quanta 0 to 2; the next 384 come at quantum 7.
    arrivals = Arrivals(
        "by hand",
        (Answer("a", np.array([0, 7, 8]) * QUANTUM_MS, np.array([384, 384, 384])),),
    )
    assert smallest_hold_ms(arrivals)[0] == pytest.approx(4 * QUANTUM_MS)
    assert smallest_prefill_ms(arrivals)[0] * SAMPLES_PER_MS == pytest.approx(385)


def test_an_answer_of_one_packet_needs_no_buffer():
    arrivals = Arrivals("one", (Answer("a", np.array([3.0]), np.array([480])),))
    assert smallest_hold_ms(arrivals)[0] == 0
    assert smallest_prefill_ms(arrivals)[0] * SAMPLES_PER_MS == pytest.approx(1)
