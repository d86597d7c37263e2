"""Choosing a buffer: the rank, the promise, what stands beside it, and refusals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicelab.jitter import (
    ECHO_LIMIT_MS,
    Answer,
    Arrivals,
    play,
    smallest_buffer,
    smallest_hold_ms,
    smallest_prefill_ms,
)

PACKET_MS = 16.0  # three quanta: what is on time is never late by rounding


def paced(late_ms, *, name="paced"):
    """Answers of 16 ms packets every 16 ms; in each the thirtieth comes so much too late."""
    on_time_ms = PACKET_MS * np.arange(50)
    thirtieth = np.arange(50) == 29
    return Arrivals(
        name,
        tuple(
            Answer(
                str(number),
                16_000 * number + np.maximum.accumulate(on_time_ms + late * thirtieth),
                np.full(50, 384),
            )
            for number, late in enumerate(late_ms)
        ),
    )


def burst(answers=12):
    """Answers of 10 s that arrive in 2 s, the next one before that is heard."""
    return Arrivals(
        "burst",
        tuple(
            Answer(str(number), 4_000 * number + 50.0 * np.arange(40), np.full(40, 6000))
            for number in range(answers)
        ),
    )


LATE_MS = [0, 16, 32, 48, 64, 80, 96, 112, 128, 256]


@pytest.mark.parametrize(
    ("n", "smooth", "rank"),
    [(9, 0.9, 9), (10, 0.9, 10), (19, 0.9, 18), (19, 0.95, 19), (10, 0.5, 6), (99, 0.01, 1)],
)
def test_the_rank_is_the_next_answers_place_among_the_others(n, smooth, rank):
    choice = smallest_buffer(paced([0] * n), smooth=smooth)
    assert (choice.n, choice.rank) == (n, rank)


@pytest.mark.parametrize("start", ["hold", "prefill"])
def test_the_buffer_is_the_smallest_of_its_rank(start):
    arrivals = paced(LATE_MS)
    closed_form = {"hold": smallest_hold_ms, "prefill": smallest_prefill_ms}[start]
    choice = smallest_buffer(arrivals, smooth=0.8, start=start)
    np.testing.assert_array_equal(choice.smallest_ms, closed_form(arrivals))
    assert choice.rank == 9
    assert choice.chosen.smooth_answers == 9
    shorter = replace(choice.player, start_ms=np.sort(choice.smallest_ms)[7])
    assert play(arrivals, shorter).smooth.sum() == 8
    assert choice.start_ms == round(choice.start_ms)
    assert abs(choice.start_ms - np.sort(choice.smallest_ms)[8]) < 1


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(0, 300), min_size=10, max_size=20),
    st.sampled_from([0.5, 0.8, 0.9]),
    st.sampled_from(["hold", "prefill"]),
)
def test_answers_left_out_one_by_one_are_smooth_as_often_as_promised(late_ms, smooth, start):
    answers = paced(late_ms).answers
    kept = 0
    for number, left_out in enumerate(answers):
        others = Arrivals("others", answers[:number] + answers[number + 1 :])
        player = smallest_buffer(others, smooth=smooth, start=start).player
        kept += bool(play(Arrivals("left out", (left_out,)), player).smooth.all())
    assert kept >= smooth * len(answers) - 1e-9


def test_the_guide_and_no_buffer_stand_beside_the_choice():
    choice = smallest_buffer(paced(LATE_MS), start="hold")
    assert choice.other_start.player.start == "prefill"
    assert choice.chosen.underruns == choice.other_start.underruns == 0
    assert choice.chosen.start_delay_ms == pytest.approx(256)
    assert choice.chosen.start_delay_p95_ms == choice.chosen.start_delay_ms
    assert (choice.no_buffer.underruns, choice.no_buffer.start_delay_ms) == (9, 0)
    assert choice.no_buffer.silent_ms == pytest.approx(sum(LATE_MS))
    # The guide's 20 ms are two packets here, so it waits for the second.
    assert (choice.guide.underruns, choice.guide.start_delay_ms) == (8, PACKET_MS)
    assert choice.guide.silent_ms == pytest.approx(sum(late - 16 for late in LATE_MS[1:]))


@pytest.mark.parametrize(("answers", "start"), [(paced(LATE_MS), "hold"), (burst(), "prefill")])
def test_told_nothing_it_prefills_bursts_and_holds_paced_answers(answers, start):
    choice = smallest_buffer(answers)
    assert choice.player == smallest_buffer(answers, start=start).player


def test_a_choice_speaks_the_words_of_a_tuned_config():
    choice = smallest_buffer(paced(LATE_MS), start="hold")
    assert choice.settings() == {
        "/player/start": "hold",
        "/player/start_ms": 256,
        "/player/on_underrun": "refill",
    }
    assert set(choice.verdicts().values()) == {"shown"}
    (used,) = choice.evidence()["arrivals"]
    assert (used["pacing"], used["answers"]) == ("paced", 10)
    assert used["sha256"] == paced(LATE_MS).fingerprint
    assert choice.evidence()["buffer"]["n"] == 10


def test_a_burst_passes_the_echo_limit_whatever_the_buffer():
    choice = smallest_buffer(burst())
    assert choice.pacing == "burst"
    assert choice.no_buffer.longest_wait_ms > ECHO_LIMIT_MS
    assert choice.passes_echo_limit
    assert not smallest_buffer(paced(LATE_MS)).passes_echo_limit


def test_nobody_is_judged_by_answers_that_did_not_wait_for_each_other():
    choice = smallest_buffer(burst())
    assert choice.guide.start_delay_p95_ms == 0
    assert choice.guide.longest_wait_ms == choice.no_buffer.longest_wait_ms


def test_a_hold_in_whole_milliseconds_lasts_no_quantum_longer():
    choice = smallest_buffer(paced(np.array(LATE_MS) + 5))
    assert choice.start_ms == 261
    assert choice.chosen.start_delay_ms == pytest.approx(max(choice.smallest_ms))
    assert choice.chosen.smooth_answers == 10


def test_recordings_of_one_pacing_are_pooled():
    first, second = paced(LATE_MS[:5], name="a"), paced(LATE_MS[5:], name="b")
    pooled, whole = smallest_buffer([first, second]), smallest_buffer(paced(LATE_MS))
    assert str(pooled) == str(whole)


def test_a_choice_prints_as_one_block():
    choice = smallest_buffer(paced(LATE_MS), start="hold")
    lines = str(choice).splitlines()
    assert lines[0] == (
        "hold 256 ms keeps 90 % of future answers smooth: 10 answers of a paced sender, rank 10"
    )
    assert lines[1] == "(one recording in twenty of this size would keep less than 74 %)"
    assert [line.split()[0] for line in lines[4:8]] == ["chosen", "or", "the", "no"]
    assert "within the 2000 ms of Azure's server echo cancellation" in lines[-3]
    assert lines[-2:] == str(choice.cause).splitlines()
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("smooth", "n", "sentence"),
    [
        (
            0.9,
            8,
            "smooth=0.9 needs at least 9 answers, got 8; record 1 more, or ask for smooth=0.888",
        ),
        (0.95, 10, "needs at least 19 answers, got 10; record 9 more"),
        (0.99, 12, "needs at least 99 answers"),
    ],
)
def test_too_few_answers_are_refused(smooth, n, sentence):
    with pytest.raises(ValueError, match=sentence):
        smallest_buffer(paced([0] * n), smooth=smooth)


def test_what_is_offered_to_too_few_answers_is_possible():
    assert smallest_buffer(paced([0] * 8), smooth=0.888).rank == 8


def test_a_burst_and_a_paced_sender_are_not_pooled():
    with pytest.raises(ValueError, match="got a burst sender in burst and a paced one in paced"):
        smallest_buffer([burst(), paced(LATE_MS)])


def test_recordings_of_different_rates_are_not_pooled():
    with pytest.raises(ValueError, match=r"one sample rate to be pooled, got \[16000, 24000\]"):
        smallest_buffer([burst(), replace(burst(), rate_hz=16_000)])


@pytest.mark.parametrize("smooth", [0, 1, 90, float("nan")])
def test_a_share_out_of_range_is_refused(smooth):
    with pytest.raises(ValueError, match="smooth must lie between 0 and 1"):
        smallest_buffer(burst(), smooth=smooth)


def test_nothing_recorded_is_refused():
    with pytest.raises(ValueError, match="got no arrivals"):
        smallest_buffer([])


def test_an_unknown_way_to_start_is_refused():
    with pytest.raises(ValueError, match="start must be one of prefill, hold, got 'soon'"):
        smallest_buffer(burst(), start="soon")
