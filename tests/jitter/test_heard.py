"""What was heard by a moment: for truncation, for barge-in, and where a fade lies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_player import render

from voicelab.jitter import QUANTUM_SAMPLES, Answer, Arrivals, Device, Player, heard

QUANTUM_MS = QUANTUM_SAMPLES / 24


def session(*answers):
    return Arrivals(
        "session",
        tuple(
            Answer(
                str(number),
                np.array([QUANTUM_MS * quantum for quantum, _ in packets]),
                np.array([samples for _, samples in packets]),
            )
            for number, packets in enumerate(answers)
        ),
    )


# 480 samples at once, 20 ms; 240 more after a gap of 4 quanta, 21.3 ms; 2400 after the barge-in.
CUT = session([(0, 480), (8, 240), (60, 2400)])


def test_played_is_the_audio_and_not_the_time_since_the_first_sound():
    (told,) = heard(CUT, player=Player(prefill_ms=0))
    assert told.from_ms[:2] == pytest.approx([0, 8 * QUANTUM_MS])
    assert [told.played_ms(at_ms) for at_ms in (-5, 0, 7.5, 20, 30)] == [0, 0, 7.5, 20, 20]
    assert told.played_ms(8 * QUANTUM_MS + 4) == pytest.approx(24)
    assert told.played_ms(1e6) == pytest.approx(3120 / 24)


def test_a_flush_throws_away_what_is_queued_and_refuses_what_is_on_its_way():
    (told,) = heard(CUT, player=Player(prefill_ms=0))
    at_ms = 8 * QUANTUM_MS + 4
    assert told.queued_ms(at_ms) == pytest.approx(6)
    assert told.late_ms(at_ms) == pytest.approx(100)
    assert told.played_ms(at_ms) + told.queued_ms(at_ms) + told.late_ms(at_ms) == pytest.approx(130)


def test_each_answer_is_told_by_itself():
    first, second = heard(session([(0, 480)], [(2, 480)]), player=Player(prefill_ms=0))
    assert (first.answer, second.answer) == ("0", "1")
    assert first.played_ms(20) == pytest.approx(20)
    assert second.played_ms(20) == pytest.approx(20 - 2 * QUANTUM_MS)


def test_a_fast_clock_plays_the_same_audio_in_less_time():
    (told,) = heard(session([(0, 24_000)]), player=Player(), device=Device(drift_ppm=1000))
    assert told.until_ms[0] == pytest.approx(1000 / 1.001)
    assert told.played_ms(1000) == pytest.approx(1000)


def test_without_resampling_the_audio_is_over_in_half_the_time():
    device = Device(context_rate_hz=48_000, resamples=False)
    (told,) = heard(session([(0, 24_000)]), player=Player(), device=device)
    assert told.until_ms[0] == pytest.approx(500)
    assert told.played_ms(250) == pytest.approx(500)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 700)), min_size=1, max_size=8),
    st.sampled_from([1e6, 10.0, 25.0]),
    st.sampled_from(["drop_newest", "drop_oldest"]),
    st.integers(0, 80),
)
def test_played_is_what_a_player_that_plays_sample_by_sample_has_played(
    steps, max_queue_ms, on_overflow, quanta
):
    waits, samples = zip(*steps, strict=True)
    arrivals = session(list(zip(np.cumsum(waits), samples, strict=True)))
    player = Player(
        prefill_ms=15, on_underrun="refill", max_queue_ms=max_queue_ms, on_overflow=on_overflow
    )
    (told,) = heard(arrivals, player=player)
    rendered = render(arrivals.answers, player)
    so_far = rendered.output[: max(0, quanta * QUANTUM_SAMPLES - rendered.first_sample)]
    played = sum(sample >= 0 for sample in so_far)
    assert told.played_ms(quanta * QUANTUM_MS) == pytest.approx(played / 24, abs=1e-6)


def test_a_fade_rises_after_a_silence_and_falls_before_one():
    (told,) = heard(CUT, player=Player(prefill_ms=0, fade_ms=5))
    at_ms = np.array([-1, 0, 2.5, 5, 10, 17.5, 19.99, 20, 30, 8 * QUANTUM_MS + 2.5])
    expected = [0, 0, 0.5, 1, 1, 0.5, 0.002, 0, 0, 0.5]
    assert told.gain(at_ms) == pytest.approx(expected, abs=1e-9)


def test_without_a_fade_the_edges_are_hard():
    (told,) = heard(CUT, player=Player(prefill_ms=0))
    assert told.gain(np.array([-0.01, 0, 19.99, 20.01])).tolist() == [0, 1, 1, 0]


def test_an_answer_that_is_never_heard_is_silent():
    (told,) = heard(session([(0, 100)]), player=Player(prefill_ms=20, flush_at_end=False))
    assert told.played_ms(1e6) == 0
    assert told.gain(np.array([1.0, 2.0])).tolist() == [0, 0]
