"""The panel of both sides, driven without a browser."""

import pytest

from voicelab import samples, views
from voicelab.filters import HighPass
from voicelab.vad import Grid, Setting, TurnDetection, scenes, sweep


@pytest.fixture(scope="module")
def swept():
    room = samples.room()
    takes = [room["noise_fan_ventilation"], room["noise_keyboard_typing"], room["speech_male_jfk"]]
    return sweep(
        scenes(takes, snr_db=[10]),
        detectors=["level"],
        filters=(None, HighPass(150)),
        grid=Grid(speech_durations_ms=(0, 200), silences_ms=(500,)),
    )


def test_moving_the_slider_draws_another_picture(swept):
    panel = views.Turns(swept)
    before = panel.png
    panel.threshold.value = 0.8
    assert panel.png != before
    assert panel.setting == Setting("level", TurnDetection(threshold=0.8))


def test_moving_the_slider_back_draws_the_same_picture(swept):
    panel = views.Turns(swept)
    before = panel.png
    panel.threshold.value = 0.8
    panel.threshold.value = 0.5
    assert panel.png == before


def test_the_figures_are_those_of_the_sweep(swept):
    panel = views.Turns(swept)
    panel.threshold.value, panel.speech_duration.value = 0.9, 0
    panel.filter.value = HighPass(150)
    place = swept.grid.index(panel.setting.turn_detection)
    for kind, scores in swept.kinds(panel.setting.condition).items():
        assert panel.figures[kind].false_triggers.value == scores.false_per_min[place]


def test_an_error_in_a_callback_reaches_whoever_moved_the_control(swept):
    class Broken(views.Turns):
        def update(self):
            super().update()
            if self.threshold.value == 0.9:
                raise ZeroDivisionError

    panel = Broken(swept)
    with pytest.raises(ZeroDivisionError):
        panel.threshold.value = 0.9
