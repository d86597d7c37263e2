"""Answers and arrivals: how rows become them, their pace, and what they refuse."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.jitter import Answer, Arrivals


def stream(*, every_ms, answers=3, packets=20, samples=2400):
    """A sender that gives 100 ms of audio every so many milliseconds."""
    rows = []
    clock_ms = 0.0
    for answer in range(answers):
        for _ in range(packets):
            rows.append((str(answer), clock_ms, samples, False))
            clock_ms += every_ms
        rows.append((str(answer), clock_ms, 0, True))
        clock_ms += 1000
    return Arrivals.from_rows(rows, name="stream")


def test_rows_become_answers_in_the_order_in_which_they_began():
    arrivals = Arrivals.from_rows(
        [
            ("b", 5.0, 2400, False),
            ("b", 7.0, 0, False),
            ("b", 9.0, 1200, False),
            ("b", 9.5, 0, True),
            ("silent", 10.0, 0, True),
            ("a", 20.0, 2400, False),
        ],
        name="rows",
    )
    first, second = arrivals.answers
    assert (first.id, second.id) == ("b", "a")
    assert first.arrived_ms.tolist() == [5, 9]
    assert first.samples.tolist() == [2400, 1200]
    assert (first.done_ms, second.done_ms) == (9.5, None)
    assert (first.end_ms, second.end_ms) == (9.5, 20)
    assert first.total_samples == 3600
    assert first.duration_ms(24_000) == 150


@pytest.mark.parametrize(
    ("every_ms", "pacing"),
    [(100, "paced"), (130, "paced"), (90, "paced"), (66, "burst"), (5, "burst")],
)
def test_a_burst_outruns_the_clock_by_a_fifth(every_ms, pacing):
    arrivals = stream(every_ms=every_ms)
    assert arrivals.speed == pytest.approx(100 / every_ms)
    assert arrivals.pacing == pacing


def test_an_answer_that_comes_at_once_is_infinitely_fast():
    assert stream(every_ms=0).pacing == "burst"
    assert Arrivals.from_rows([("a", 0.0, 480, False)]).pacing == "burst"


@given(st.floats(0, 400), st.floats(0, 3000))
def test_apart_answers_begin_after_the_one_before_was_heard(every_ms, pause_ms):
    arrivals = stream(every_ms=every_ms)
    apart = arrivals.apart(pause_ms=pause_ms)
    for before, after in zip(apart.answers, apart.answers[1:], strict=False):
        heard_ms = before.end_ms + before.duration_ms(24_000)
        assert after.arrived_ms[0] >= heard_ms + pause_ms - 1e-6
    for moved, answer in zip(apart.answers, arrivals.answers, strict=True):
        np.testing.assert_allclose(np.diff(moved.arrived_ms), np.diff(answer.arrived_ms), atol=1e-6)
        quanta = (moved.arrived_ms[0] - answer.arrived_ms[0]) * 24 / 128
        assert quanta == pytest.approx(round(quanta), abs=1e-6)
        assert moved.done_ms - answer.done_ms == pytest.approx(quanta * 128 / 24)


def test_answers_that_are_apart_stay_where_they_are():
    arrivals = Arrivals.from_rows([("a", 0.0, 2400, False), ("b", 5000.0, 2400, False)])
    assert [answer.arrived_ms[0] for answer in arrivals.apart().answers] == [0, 5000]


def test_packets_cannot_be_changed():
    (answer,) = Arrivals.from_rows([("a", 0.0, 480, False)]).answers
    with pytest.raises(ValueError, match="read-only"):
        answer.arrived_ms[0] = 1


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "must hold at least one answer with audio, got none"),
        ([("a", 1.0, 0, True)], "must hold at least one answer with audio, got none"),
        ([("a", 1.0, -5, False)], "must not hold less than no samples, got -5"),
        ([("a", float("nan"), 5, False)], "'a' must have finite times, got nan"),
        ([("a", float("inf"), 0, True)], "'a' must have finite times, got inf"),
        ([("a", 9.0, 5, False), ("a", 8.0, 5, False)], "one at 8 ms after one at 9 ms"),
        ([("a", 9.0, 5, False), ("a", 8.0, 0, True)], "end after its last packet at 9 ms, got 8"),
        (
            [("a", 9.0, 5, False), ("b", 10.0, 5, False), ("a", 11.0, 5, False)],
            "got 'b' from 10 ms on and 'a' until 11 ms; read each connection by itself",
        ),
    ],
)
def test_rows_that_cannot_be_are_refused(rows, sentence):
    with pytest.raises(ValueError, match=sentence):
        Arrivals.from_rows(rows, name="bad")


@pytest.mark.parametrize(
    ("arrived_ms", "samples", "sentence"),
    [
        ([], [], "at least one packet, got none"),
        ([1, 2], [480], r"got shapes \(2,\) and \(1,\)"),
        ([1, 2], [480, 0], "whole samples, at least one, got 0"),
        ([1, 2], [480, 1.5], "whole samples, at least one, got 1.5"),
        ([1, np.nan], [480, 480], "finite arrival times"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(arrived_ms, samples, sentence):
    with pytest.raises(ValueError, match=sentence):
        Answer("a", np.array(arrived_ms), np.array(samples))


def test_a_rate_in_kilohertz_is_refused():
    with pytest.raises(ValueError, match="did you pass kilohertz"):
        Arrivals.from_rows([("a", 0.0, 480, False)], rate_hz=24)


def test_two_answers_of_one_name_are_refused():
    answer = Answer("a", np.array([0.0]), np.array([480]))
    with pytest.raises(ValueError, match="different ids"):
        Arrivals("twice", (answer, answer))
