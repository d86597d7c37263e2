"""Crossed intervals: coverage by drawing, and silence where there are too few."""

import math

import numpy as np
import pytest

from voicelab.vad.crossed import crossed_share


def layout(speakers, noises):
    pairs = [(f"s{i}", f"n{j}") for i in range(speakers) for j in range(noises)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def estimate(amounts, totals, speakers, noises, seed=0):
    who, what = layout(speakers, noises)
    generator = np.random.default_rng(seed)
    return crossed_share(amounts, totals, speakers=who, noises=what, generator=generator, draws=400)


def test_equal_scenes_leave_no_doubt():
    found = estimate(np.full(64, 2.0), np.full(64, 8.0), 8, 8)
    assert tuple(found) == pytest.approx((0.25, 0.25, 0.25, 8))


@pytest.mark.parametrize(("speakers", "noises"), [(7, 20), (20, 7)])
def test_below_eight_of_either_there_is_the_raw_figure_alone(speakers, noises):
    found = estimate(np.ones(140), np.full(140, 4.0), speakers, noises)
    assert found.value == 0.25
    assert math.isnan(found.low)
    assert math.isnan(found.high)
    assert str(found) == "0.25 (too few for an interval)"


def test_nothing_to_count_is_no_data():
    assert str(estimate(np.zeros(64), np.zeros(64), 8, 8)) == "no data"


def test_a_speaker_who_is_always_hard_widens_it_more_than_as_many_hard_scenes():
    scattered = np.zeros((10, 10))
    scattered[np.arange(10), np.arange(10)] = 1
    one_speaker = np.zeros((10, 10))
    one_speaker[3] = 1
    wide, narrow = (
        estimate(amounts.ravel(), np.ones(100), 10, 10) for amounts in (one_speaker, scattered)
    )
    assert wide.value == narrow.value
    assert wide.high - wide.low > narrow.high - narrow.low


def test_the_interval_holds_the_truth_nine_times_in_ten_where_both_factors_matter():
    rng = np.random.default_rng(5)
    held = 0
    for draw in range(100):
        effect = rng.normal(0, 1, (12, 1)) + rng.normal(0, 1, (1, 12))
        amounts = 5 + effect + rng.normal(0, 0.5, (12, 12))
        found = estimate(amounts.ravel(), np.ones(144), 12, 12, seed=draw)
        held += found.low <= 5 <= found.high
    assert held >= 82


def test_the_same_generator_gives_the_same_interval():
    rng = np.random.default_rng(1)
    amounts = rng.random(100)
    assert estimate(amounts, np.ones(100), 10, 10) == estimate(amounts, np.ones(100), 10, 10)
