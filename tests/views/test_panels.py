"""Panels: driven without a browser, they draw, edit a config, save it and play sound."""

import io

import ipywidgets as widgets
import numpy as np
import pytest
import soundfile
from matplotlib.figure import Figure

from voicelab import samples, views
from voicelab.audio import Recording, level_dbfs
from voicelab.filters import Chain, HighPass, LowPass, Notch, Peaking
from voicelab.jitter import GUIDE_PLAYER, Answer, Arrivals, Player, play
from voicelab.tuning import Tuning
from voicelab.vad import Grid, Setting, TurnDetection, scenes, sweep
from voicelab.views.figures import Picture
from voicelab.views.panel import PanelError

SOUND = Recording(
    np.random.default_rng(5).normal(0, 0.1, 24_000).astype(np.float32), 24_000, "fan", kind="fan"
)
# Every third packet is late, in each answer by a little more.
LATE_MS = np.where(np.arange(12) % 3 == 1, 1.0, 0.0)
ARRIVALS = Arrivals(
    "late.csv",
    tuple(
        Answer(
            str(n), 20_000 * n + 100 * np.arange(12) + (50 + 5 * n) * LATE_MS, np.full(12, 2_400)
        )
        for n in range(10)
    ),
)


@pytest.fixture(scope="module")
def swept():
    room = samples.room()
    takes = [room["noise_fan_ventilation"], room["noise_keyboard_typing"], room["speech_male_jfk"]]
    return sweep(
        scenes(takes, snr_db=[20, 5]),
        detectors=["level"],
        filters=(None, HighPass(150)),
        grid=Grid(speech_durations_ms=(0, 200), silences_ms=(200, 500)),
    )


@pytest.fixture
def waveform():
    return views.Waveform(SOUND, HighPass(80))


@pytest.fixture
def playback():
    return views.Playback(ARRIVALS, Player(prefill_ms=20))


def sound(place):
    return soundfile.read(io.BytesIO(place.children[1].value), dtype="float32")


@pytest.mark.parametrize(
    ("control", "value"),
    [("frequency", 200), ("q", 6), ("notch", 150)],
)
def test_each_control_of_a_waveform_draws_another_picture_and_back(waveform, control, value):
    slider, before = getattr(waveform, control), waveform.png
    first = slider.value
    slider.value = value
    assert waveform.png != before
    slider.value = first
    assert waveform.png == before


def test_a_waveform_s_filter_is_what_its_controls_say(waveform):
    assert waveform.filter == HighPass(80)
    waveform.notch.value, waveform.notch_q.value = 150, 20
    assert waveform.filter == Chain(HighPass(80), Notch(150, 20))
    waveform.frequency.value = 0
    assert waveform.filter == Notch(150, 20)
    waveform.notch.value = 0
    assert waveform.filter is None
    assert waveform.filtered is SOUND


def test_a_waveform_keeps_filters_that_it_has_no_control_for():
    panel = views.Waveform(SOUND, Chain(HighPass(80), LowPass(7_000), Peaking(300, -3)))
    panel.frequency.value = 120
    assert panel.filter == Chain(HighPass(120), LowPass(7_000), Peaking(300, -3))


def test_before_and_after_are_played_at_one_level(waveform):
    waveform.frequency.value = 400
    assert waveform.before.layout.display == "none"
    waveform.hears.value = True
    (before, rate_hz), (after, _) = sound(waveform.before), sound(waveform.after)
    assert rate_hz == 24_000
    assert before.shape == after.shape == SOUND.samples.shape
    levels = [level_dbfs(Recording(each, rate_hz)) for each in (before, after)]
    assert levels[0] == pytest.approx(levels[1], abs=0.05)
    assert waveform.hears.value is False


def test_a_panel_says_what_differs_from_where_it_started():
    start = Tuning.from_profile("guide")
    panel = views.Waveform(SOUND, tuning=start)
    assert (panel.filter, panel.changes, panel.tuning) == (start.filters[0], (), start)
    panel.frequency.value = 120
    assert [(each.path, each.after) for each in panel.changes] == [
        ("/filters", (HighPass(120, 1.0),))
    ]
    assert panel.tuning.filters == (HighPass(120, 1.0),)
    assert panel.tuning.origin_of("/filters/0").how == "set_by_hand"


def test_playback_s_start_is_the_player_given_and_its_counts_the_model_s(playback):
    assert playback.player == Player(prefill_ms=20)
    for start_ms in (0, 100, 300):
        playback.start_ms.value = start_ms
        expected = play(ARRIVALS.apart(), Player(prefill_ms=start_ms)).underruns.sum()
        assert playback.underruns == expected


def test_a_larger_buffer_draws_another_picture_with_fewer_underruns(playback):
    before, dry = playback.png, playback.underruns
    playback.start_ms.value = 300
    assert playback.png != before
    assert playback.underruns < dry


def test_the_guide_s_preset_is_the_guide_s_player(playback):
    playback.preset.value = "guide: 480 samples"
    assert playback.player == GUIDE_PLAYER
    assert {each.path: each.after for each in playback.changes} == {
        "/player/start_ms": 20.0,
        "/player/on_underrun": "guide",
        "/player/flush_at_end": False,
    }
    assert playback.tuning.player.on_underrun == "guide"


def test_the_smallest_buffer_s_preset_keeps_its_promise(playback):
    playback.preset.value = "smallest for 9 of 10"
    assert playback.outcome.smooth_answers >= 9


def test_too_few_answers_have_no_smallest_buffer():
    panel = views.Playback(Arrivals("few", ARRIVALS.answers[:8]), Player(prefill_ms=20))
    assert panel.choice is None
    assert "smallest for 9 of 10" not in panel.preset.options


@pytest.mark.parametrize("start", ["prefill", "hold"])
def test_an_answer_is_heard_with_its_gaps(playback, start):
    playback.start.value, playback.start_ms.value = start, 0
    playback.hears.value = True
    heard, rate_hz = sound(playback.sound)
    model = play(ARRIVALS, playback.player)
    length_ms = ARRIVALS.answers[0].duration_ms(24_000) + model.end_lag_ms[0, 0]
    assert 1000 * heard.size / rate_hz == pytest.approx(length_ms, abs=6)
    assert "stands in" in playback.sound.children[0].value


def test_the_scene_s_red_turns_can_be_heard(swept):
    panel = views.Turns(swept)
    panel.snr.value, panel.threshold.value, panel.silence.value = 5, 0.6, 200
    assert panel.red_turns
    turn = panel.red_turns[panel.red.value]
    panel.hears.value = True
    heard, rate_hz = sound(panel.sound)
    at_most_ms = turn.end_ms - turn.start_ms + 1_400
    assert 0 < 1000 * heard.size / rate_hz <= at_most_ms + 1
    assert panel.sound.children[0].value == turn.sentence


@pytest.mark.parametrize("control", ["noise", "snr", "filter", "silence", "prefix"])
def test_each_control_of_the_turns_draws_another_picture_and_back(swept, control):
    panel = views.Turns(swept)
    panel.threshold.value = 0.6
    widget, before = getattr(panel, control), panel.pngs
    first = widget.value
    others = {"prefix": [0]}.get(control) or [
        option[1] if isinstance(option, tuple) else option for option in widget.options
    ]
    widget.value = next(value for value in others if value != first)
    assert panel.pngs != before
    widget.value = first
    assert panel.pngs == before


def test_turns_edit_a_config(swept):
    panel = views.Turns(swept)
    panel.threshold.value, panel.filter.value, panel.silence.value = 0.62, HighPass(150), 200
    tuning = panel.tuning
    assert tuning.turn_detection == TurnDetection(threshold=0.62, silence_duration_ms=200)
    assert tuning.filters == (HighPass(150),)
    assert panel.setting == Setting("level", tuning.turn_detection, HighPass(150))


def test_one_button_saves_what_the_panel_holds(waveform, tmp_path):
    waveform.path.value = str(tmp_path / "tuned.json")
    waveform.saves.value = True
    assert Tuning.load(tmp_path / "tuned.json") == waveform.tuning


def test_a_file_that_is_there_is_replaced_at_the_second_press_only(waveform, tmp_path):
    path = tmp_path / "tuned.json"
    path.write_text("mine")
    waveform.path.value = str(path)
    waveform.saves.value = True
    assert path.read_text() == "mine"
    waveform.saves.value = True
    assert Tuning.load(path) == waveform.tuning


def test_code_that_saves_over_a_file_must_say_so(waveform, tmp_path):
    path = tmp_path / "tuned.json"
    path.write_text("mine")
    with pytest.raises(PanelError, match="must not exist yet, got a file"):
        waveform.save(path)
    waveform.save(path, replace=True)
    assert Tuning.load(path) == waveform.tuning


@pytest.mark.parametrize("make", ["waveform", "playback"])
def test_what_goes_wrong_while_saving_is_raised_and_shown(make, request, tmp_path):
    panel = request.getfixturevalue(make)
    panel.path.value = str(tmp_path / "no such folder" / "tuned.json")
    with pytest.raises(ValueError, match="folder that can be written to"):
        panel.saves.value = True
    assert any("folder that can be written to" in each.value for each in htmls(panel.widget))


def htmls(widget):
    if isinstance(widget, widgets.HTML):
        return [widget]
    return [each for child in getattr(widget, "children", ()) for each in htmls(child)]


def test_what_goes_wrong_in_a_redraw_is_shown_as_text_and_cleared_by_the_next():
    class Broken(views.Waveform):
        def update(self):
            super().update()
            if self.frequency.value == 300:
                raise ZeroDivisionError("<b>oops</b>")

    panel = Broken(SOUND)
    with pytest.raises(ZeroDivisionError):
        panel.frequency.value = 300
    assert any("&lt;b&gt;oops" in each.value for each in htmls(panel.widget))
    panel.frequency.value = 100
    assert not any("oops" in each.value for each in htmls(panel.widget))


def test_a_panel_must_say_how_it_is_redrawn():
    with pytest.raises(TypeError, match="must say how its pictures follow its controls"):
        views.Panel(Picture(Figure()), controls=[])


def test_a_turn_that_another_swallowed_is_shown_as_missed(swept):
    panel = views.Turns(swept)
    panel.threshold.value = 0.02
    (swallower,) = panel.judged
    assert swallower.fate == "never closed"
    assert panel.missed == panel.scene.turns[1:]
    panel.threshold.value = 0.98
    assert panel.missed == panel.scene.turns
