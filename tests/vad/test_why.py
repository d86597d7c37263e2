"""Why a turn was found: the story told, and the smallest change that removes it."""

import numpy as np
import pytest
from made_rooms import RATE_HZ, Ear, clicks, speech, start

from voicelab.audio import Recording
from voicelab.filters import HighPass
from voicelab.vad import Grid, Memory, scenes, sweep
from voicelab.vad.bands import bands_around
from voicelab.vad.heard_turn import find_alone

GRID = Grid(
    thresholds=(0.2, 0.35, 0.5, 0.9), speech_durations_ms=(0, 80, 200), silences_ms=(200, 500)
)
EARS = [Ear(0.8, 0.3), Ear(0.8, 0.0, name="deaf to keys")]


@pytest.fixture(scope="module")
def swept():
    room = [speech(6), clicks(every_ms=2900, seconds=30)]
    return sweep(
        scenes(room, snr_db=[10]),
        detectors=EARS,
        filters=(None, HighPass(80)),
        grid=GRID,
        memory=Memory(),
    )


@pytest.fixture(scope="module")
def why(swept):
    return swept.why(swept.false_turns(start(0.2))[1])


def test_every_single_change_it_names_does_remove_the_turn(swept, why):
    assert {change.name for change in why.changes} == {
        "threshold",
        "speech_duration_ms",
        "detector",
    }
    for change in why.changes:
        found = find_alone(swept.activity(why.turn.scene, change.setting.condition), change.setting)
        there = (found.onset_ms < why.turn.sounding_end_ms) & (
            found.sounding_end_ms > why.turn.onset_ms
        )
        assert not there.any()


def test_the_nearest_value_is_named_and_the_one_that_misses_least_comes_first(why):
    changes = {change.name: change for change in why.changes}
    assert changes["threshold"].setting.turn_detection.threshold == 0.35
    assert changes["speech_duration_ms"].setting.turn_detection.speech_duration_ms == 200
    assert why.smallest.missed == min(change.missed for change in why.changes)
    assert why.smallest.name == "threshold"


def test_a_change_is_counted_on_all_scenes(swept, why):
    change = why.smallest
    frame = swept.frame
    own = frame[(frame.detector == "ear") & (frame["filter"] == "none")]
    own = own[(own.speech_duration_ms == 0) & (own.silence_duration_ms == 500)].set_index(
        "threshold"
    )
    assert change.false_triggers_now == own.loc[0.2].false_triggers
    assert change.false_triggers == own.loc[0.35].false_triggers == 0
    assert change.missed == change.missed_now == 0
    assert change.turns == 6


def test_the_machines_steps_are_told_in_words(why):
    begun, started, audio, end = why.steps
    assert "activity 0.30 reaches the threshold of 0.20" in begun
    assert "0 ms were asked for: the turn starts" in started
    assert "400 ms of padding" in audio
    assert "500 ms of silence" in end


def test_each_family_says_whether_it_would_have_found_it(why):
    found = {each.detector: each.finds for each in why.families}
    assert found == {"ear": True, "deaf to keys": False}
    assert "finds none: peak 0.00" in str(why)


def test_a_key_is_heard_where_keys_sound(why):
    loud = {band.name: band.during_dbfs for band in why.bands}
    assert max(loud, key=loud.get) == "hiss and clicks"
    assert {band.name: band.rise_db for band in why.bands}["hiss and clicks"] > 20


def test_it_says_whose_story_it_is(why):
    assert str(why).startswith("local model, not the service: false turn in scene 0")


def test_where_nothing_helps_it_says_so():
    room = [speech(3), clicks(every_ms=2900, seconds=20, length_ms=600)]
    stuck = sweep(
        scenes(room, snr_db=[10]),
        detectors=[Ear(0.8, 0.8)],
        grid=Grid(thresholds=(0.5, 0.8), silences_ms=(500,)),
        memory=Memory(),
    )
    why = stuck.why(stuck.false_turns(start(0.5, 200))[0])
    assert why.smallest is None
    assert "no single change of the sweep removes it" in str(why)


def test_a_choice_knows_its_false_turns(swept):
    assert swept.choose(start=start(0.2)).false_turns == ()
    stays = swept.choose(start=start(0.2), false_triggers_per_min=1000)
    assert {turn.outcome for turn in stays.false_turns} == {"false"}


def test_the_bands_powers_add_up_to_the_whole():
    rng = np.random.default_rng(4)
    sound = Recording(0.1 * rng.standard_normal(RATE_HZ).astype("f4"), RATE_HZ)
    bands = bands_around(sound, 500, 900)
    power = sum(10 ** (band.during_dbfs / 10) for band in bands)
    assert power == pytest.approx(np.mean(sound.samples[12_000:21_600] ** 2), rel=0.1)


def test_ablation_shows_each_filter_and_detector_once_a_kind(swept):
    table = swept.ablation(start(0.2))
    assert len(table) == 4
    assert table.own.sum() == 1
    by_detector = table.groupby("detector").false_triggers.sum()
    assert by_detector["deaf to keys"] == 0
    assert by_detector["ear"] > 0


def test_nothing_on_the_front_is_beaten_on_both_sides(swept):
    frame = swept.frame
    own = frame[(frame.detector == "ear") & (frame.never_closed == 0)]
    noise = own.false_triggers_per_min.to_numpy()
    loss = np.maximum(own.missed_turns, own.missed_short_turns).to_numpy()
    front = swept.front("ear")
    assert front
    for setting in front:
        row = own[
            (own.threshold == setting.turn_detection.threshold)
            & (own.speech_duration_ms == setting.turn_detection.speech_duration_ms)
            & (own.silence_duration_ms == setting.turn_detection.silence_duration_ms)
            & (own["filter"] == str(setting.filter or "none"))
        ].iloc[0]
        lost = max(row.missed_turns, row.missed_short_turns)
        assert not np.any((noise < row.false_triggers_per_min) & (loss <= lost))
        assert not np.any((noise <= row.false_triggers_per_min) & (loss < lost))
