"""Sweep and choice, with a detector whose every answer is known."""

import numpy as np
import pytest
from made_rooms import RATE_HZ, Ear, clicks, speech, start

from voicelab.audio import Recording
from voicelab.filters import HighPass
from voicelab.vad import Condition, Grid, TurnDetection, scenes, sweep

GRID = Grid(speech_durations_ms=(0, 200), silences_ms=(500,))


def swept(ear: Ear, *, turns: int = 40, noise: Recording | None = None, grid=GRID, **kwargs):
    room = [speech(turns), noise or clicks(every_ms=2900, seconds=240)]
    return sweep(scenes(room, snr_db=[10]), detectors=[ear], grid=grid, **kwargs)


def test_the_plateau_is_where_noise_ends_and_speech_begins():
    grid = Grid(speech_durations_ms=(0,))
    choice = swept(Ear(speech=0.8, noise=0.3), grid=grid).choose(start=start(0.2))
    assert choice.plateau == (0.32, 0.8)
    assert choice.setting.turn_detection.threshold == 0.56
    assert choice.changed == ("threshold",)


def test_a_change_that_every_interval_supports_is_shown():
    choice = swept(Ear(speech=0.8, noise=0.3), turns=60).choose(start=start(0.2))
    assert choice.verdict == "shown"
    assert choice.needs == ()


def test_a_change_on_little_noise_is_plausible_and_says_how_much_more_would_show_it():
    noise = clicks(every_ms=2900, seconds=100)
    choice = swept(Ear(speech=0.8, noise=0.3), noise=noise).choose(start=start(0.2))
    assert choice.verdict == "plausible"
    assert choice.needs == ("record 180 s of keyboard (now 100 s)",)


def test_a_handful_of_events_cannot_be_told_from_chance():
    noise = clicks(every_ms=8000, seconds=16)
    choice = swept(Ear(speech=0.8, noise=0.3), noise=noise).choose(start=start(0.2))
    assert choice.verdict == "kept"
    assert choice.setting == choice.start
    assert "cannot tell it from the starting point" in choice.reason


def test_a_start_that_meets_the_budget_stays():
    choice = swept(Ear(speech=0.8, noise=0.3)).choose(start=start(0.5))
    assert (choice.verdict, choice.changed) == ("kept", ())
    assert choice.plateau == (0.32, 0.8)


def test_where_no_threshold_separates_the_two_the_speech_duration_may():
    choice = swept(Ear(speech=0.8, noise=0.8)).choose(start=start(0.5))
    assert choice.changed == ("speech_duration_ms",)
    assert choice.setting.turn_detection.threshold == 0.5


def test_noise_that_is_as_long_and_as_loud_as_speech_has_no_setting():
    noise = clicks(every_ms=2900, seconds=240)
    held = noise.with_samples(
        np.repeat(noise.samples[:: RATE_HZ // 10], RATE_HZ // 10)[: noise.samples.size]
    )
    tone = held.with_samples(
        np.sin(2 * np.pi * 4000 * np.arange(held.samples.size) / RATE_HZ)
        * ((np.arange(held.samples.size) / 24) % 2900 < 900)
    )
    choice = swept(Ear(speech=0.8, noise=0.8), noise=tone).choose(start=start(0.5))
    assert choice.verdict == "kept"
    assert choice.unsolved == ("keyboard",)


@pytest.mark.parametrize("always", [0.0, 1.0])
def test_a_detector_that_is_always_on_or_off_has_no_plateau(always):
    class Stuck(Ear):
        def hear(self, frames):
            return np.full(len(frames), always)

    choice = swept(Stuck(0.8, 0.3)).choose(start=start(0.5))
    assert choice.plateau is None
    assert choice.verdict == "kept"


def test_a_filter_is_proposed_where_it_alone_helps():
    room = [
        speech(40),
        Recording(clicks(every_ms=2900, seconds=240).samples, RATE_HZ, "typing", "keyboard"),
    ]

    class LowEar(Ear):
        """Mistakes anything below 100 Hz for speech."""

        def hear(self, frames):
            rumble = np.abs(np.fft.rfft(frames, axis=1)[:, 1]) / frames.shape[1] > 0.002
            heard = super().hear(frames)
            return np.where(rumble & (heard < 0.8), 0.9, heard)

    samples = clicks(every_ms=2900, seconds=240).samples
    time_s = np.arange(samples.size) / RATE_HZ
    rumble = np.sin(2 * np.pi * 50 * time_s) * ((1000 * time_s) % 2900 < 900)
    room[1] = Recording(rumble + 1e-4, RATE_HZ, "fan", "fan")
    result = sweep(
        scenes(room, snr_db=[10]),
        detectors=[LowEar(0.8, 0.3)],
        filters=(None, HighPass(500)),
        grid=GRID,
    )
    choice = result.choose(start=start(0.5))
    assert choice.setting.filter == HighPass(500)


def test_noise_that_is_looped_is_not_new_time():
    result = swept(Ear(0.8, 0.3), noise=clicks(every_ms=2900, seconds=10))
    scores = result.kinds(Condition("ear"))["keyboard"]
    assert scores.exposure_s == 10
    assert scores.at_risk_s.max() > 60


def test_the_same_words_over_more_ratios_are_not_more_words():
    room = [speech(10), clicks(every_ms=2900, seconds=30)]
    result = sweep(scenes(room, snr_db=[20, 10, 5]), detectors=[Ear(0.8, 0.3)], grid=GRID)
    assert result.kinds(Condition("ear"))["keyboard"].short_turns == 10


def test_the_table_is_tidy_and_agrees_with_the_arrays():
    result = swept(Ear(0.8, 0.3))
    frame = result.frame
    assert len(frame) == len(GRID)
    row = frame[(frame.threshold == 0.5) & (frame.speech_duration_ms == 200)].iloc[0]
    place = GRID.index(TurnDetection(threshold=0.5, speech_duration_ms=200))
    scores = result.kinds(Condition("ear"))["keyboard"]
    assert row.missed_short_turns == scores.missed_short[place]
    assert row.false_triggers == scores.false_triggers[place]


def test_progress_counts_every_cell():
    seen = []
    swept(Ear(0.8, 0.3), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 1)]


def test_scenes_are_mixed_once_for_all_detectors_and_conditions_stay_in_order():
    room = [speech(3), clicks(every_ms=2900, seconds=20)]
    detectors = [Ear(0.8, 0.3, name=name) for name in ("b", "a")]
    filters = (HighPass(80), None)
    both = sweep(scenes(room), detectors=detectors, filters=filters, grid=GRID)
    assert list(both.scores) == [Condition(name, each) for name in ("b", "a") for each in filters]
    alone = sweep(scenes(room), detectors=detectors[1:], filters=filters, grid=GRID)
    one = both.frame[both.frame.detector == "a"].reset_index(drop=True)
    assert one.equals(alone.frame)


def test_a_setting_that_was_not_swept_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"must hold the setting asked for, got 0\.123"):
        swept(Ear(0.8, 0.3)).choose(start=start(0.123))


def test_a_condition_that_was_not_swept_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="must hold the condition asked for"):
        swept(Ear(0.8, 0.3)).kinds(Condition("silero"))
