"""Intervals: known values, coverage by counting, and what would be needed."""

import math

import numpy as np
import pytest

from voicelab.vad.intervals import rate_per_min, seconds_to_show, share, turns_to_show


def test_no_event_in_three_minutes_shows_less_than_one_a_minute():
    assert rate_per_min(0, 180).high == pytest.approx(0.9986, abs=1e-4)
    assert seconds_to_show(0, 1) == 180


def test_no_miss_in_29_turns_shows_less_than_one_in_ten():
    assert share(0, 29).high < 0.10 < share(0, 28).high
    assert turns_to_show(0, 0.10) == 29


def test_the_interval_of_ten_events_is_garwoods():
    # 90 % limits of a Poisson count of 10: 5.425 and 16.962 (Garwood 1936, table 1).
    estimate = rate_per_min(10, 60)
    assert (estimate.low, estimate.high) == pytest.approx((5.425, 16.962), abs=1e-3)


def test_the_interval_of_one_in_ten_is_clopper_and_pearsons():
    estimate = share(1, 10)
    assert (estimate.low, estimate.high) == pytest.approx((0.0051, 0.3942), abs=1e-4)


def test_each_end_holds_95_percent_of_the_time():
    draws = np.random.default_rng(3).poisson(4.0, 2000)
    highs = np.array([rate_per_min(count, 60).high for count in range(30)])[draws]
    lows = np.array([rate_per_min(count, 60).low for count in range(30)])[draws]
    assert np.mean(highs >= 4.0) >= 0.95
    assert np.mean(lows <= 4.0) >= 0.95


def test_no_exposure_is_no_data_and_shows_nothing():
    assert math.isnan(rate_per_min(0, 0).value)
    assert rate_per_min(0, 0).high == math.inf
    assert share(0, 0).high == 1


def test_a_rate_beyond_the_budget_can_never_be_shown_to_meet_it():
    assert seconds_to_show(1.0, 1.0) == math.inf
    assert turns_to_show(0.2, 0.1) == math.inf


def test_what_is_asked_for_does_show_it():
    wanted_s = seconds_to_show(0.5, 1.0)
    assert rate_per_min(0.5 * wanted_s / 60, wanted_s).high <= 1.0
