"""Grid: settings in one order, and detectors that know only some thresholds."""

import pytest

from voicelab.vad import Grid, TurnDetection

GRID = Grid(thresholds=(0.2, 0.5), speech_durations_ms=(0, 200), silences_ms=(300, 500))


def test_the_number_of_a_setting_is_its_place_in_the_list():
    for number, (threshold, speech_ms, silence_ms) in enumerate(GRID):
        settings = TurnDetection(
            threshold=threshold, speech_duration_ms=speech_ms, silence_duration_ms=silence_ms
        )
        assert GRID.index(settings) == number


@pytest.mark.parametrize(("asked", "means"), [(0.0, 0), (0.25, 1), (0.3, 2), (0.65, 3), (1.0, 4)])
def test_a_threshold_between_two_levels_means_the_upper_one(asked, means):
    grid = Grid().on((0.0, 0.25, 0.5, 0.75, 1.0))
    assert len(grid) == 5
    assert grid.index(TurnDetection(threshold=asked)) == means


def test_a_detector_that_gives_any_value_keeps_the_grid():
    assert GRID.on(None) is GRID


def test_an_axis_that_does_not_ascend_is_refused():
    with pytest.raises(ValueError, match="must ascend and not be empty"):
        Grid(thresholds=(0.5, 0.2))
