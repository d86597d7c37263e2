"""Two-sided scores: cases by hand, three detectors that cheat, and a slow reference."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_scores import reference

from voicelab.audio import Span, Turn
from voicelab.vad import Activity, SceneScores, find_turns, is_short, score_turns

HOP_MS = 10.0
DURATION_MS = 10_000.0
TURNS = (
    Turn((Span(2000, 2500), Span(2800, 3500))),
    Turn((Span(6000, 6400),)),
)


def score(
    mask: np.ndarray, *, silence_ms=500, speech_ms=0, turns=TURNS, prefix_ms=300
) -> SceneScores:
    activity = Activity(mask.astype(np.float32), HOP_MS, "made")
    found = find_turns(
        activity, thresholds=[0.5], speech_durations_ms=[speech_ms], silences_ms=[silence_ms]
    )
    return score_turns(
        found,
        turns,
        settings=1,
        duration_ms=mask.size * HOP_MS,
        prefix_padding_ms=prefix_ms,
    )


def speaking(*stretches_ms: tuple[float, float]) -> np.ndarray:
    mask = np.zeros(int(DURATION_MS / HOP_MS), bool)
    for begin, end in stretches_ms:
        mask[int(begin / HOP_MS) : int(end / HOP_MS)] = True
    return mask


PERFECT = speaking((2000, 3500), (6000, 6400))


def test_a_perfect_detector_scores_perfectly():
    scores = score(PERFECT)
    assert scores.false_triggers[0] == scores.early_opens[0] == scores.never_closed[0] == 0
    assert scores.pieces.tolist() == [[1, 1]]
    assert scores.clipped_ms.max() == 0
    assert scores.missed_speech_ms[0] == 0
    assert scores.latency_ms.tolist() == [[500, 500]]


def test_a_start_in_silence_is_a_false_trigger_and_costs_its_open_time():
    scores = score(PERFECT | speaking((8000, 8100)))
    assert scores.false_triggers[0] == 1
    # From the end of the first frame to the end of the hangover, and without it.
    click_ms, hangover_ms = 90, 500
    perfect = score(PERFECT)
    assert scores.falsely_open_ms[0] - perfect.falsely_open_ms[0] == click_ms + hangover_ms
    assert scores.falsely_open_sounding_ms[0] - perfect.falsely_open_sounding_ms[0] == click_ms


def test_a_start_within_the_collar_of_a_span_is_not_false():
    assert score(speaking((3500, 3600))).false_triggers[0] == 0
    assert score(speaking((3630, 3700))).false_triggers[0] == 1


def test_a_turn_that_opens_early_and_runs_into_speech_is_counted_apart():
    scores = score(speaking((1600, 3500)))
    assert (scores.early_opens[0], scores.false_triggers[0]) == (1, 0)


def test_a_pause_longer_than_the_silence_cuts_a_turn_in_two():
    scores = score(speaking((2000, 2500), (2800, 3500)), silence_ms=200)
    assert scores.pieces[0, 0] == 2


def test_padding_that_is_shorter_than_the_speech_duration_clips_the_onset():
    scores = score(PERFECT, speech_ms=200, prefix_ms=100)
    assert scores.clipped_ms[0].tolist() == [100, 100]
    assert scores.clipped_from_onset_ms[0].tolist() == [0, 0]


def test_a_turn_swallowed_by_the_one_before_it_is_missed():
    scores = score(speaking((2000, 6400)))
    assert scores.pieces.tolist() == [[1, 0]]


def test_always_on_never_closes_misses_all_but_one_turn_and_is_never_at_risk():
    scores = score(np.ones(1000, bool))
    assert scores.never_closed[0] == 1
    assert scores.early_opens[0] == 1
    assert scores.pieces.tolist() == [[1, 0]]
    assert scores.at_risk_ms[0] == pytest.approx(HOP_MS)  # before its first frame was over


def test_always_off_misses_every_turn_and_is_always_at_risk():
    scores = score(np.zeros(1000, bool))
    assert scores.pieces.tolist() == [[0, 0]]
    labelled_ms = (3500 + 120 - (2000 - 60)) + (6400 + 120 - (6000 - 60))
    assert scores.at_risk_ms[0] == DURATION_MS - labelled_ms
    assert scores.missed_speech_ms[0] == scores.speech_ms == 1600


def test_a_detector_that_toggles_each_frame_never_closes_or_never_starts():
    toggling = np.arange(1000) % 2 == 0
    assert score(toggling).never_closed[0] == 1
    assert score(toggling, speech_ms=20).pieces.tolist() == [[0, 0]]


def test_a_turn_up_to_700_ms_is_short():
    assert is_short(Turn((Span(0, 700),)))
    assert not is_short(Turn((Span(0, 701),)))


stretches = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=8)


@given(stretches=stretches, labelled=stretches, silence=st.sampled_from([50, 200, 500]))
def test_the_fast_scores_equal_the_slow_ones(stretches, labelled, silence):
    frames = 400
    mask = np.zeros(frames, bool)
    for begin, length in stretches:
        mask[begin : begin + length] = True
    turns, after = [], 0
    for begin, length in sorted(labelled):
        if begin * 10 > after:
            turns.append(Turn((Span(begin * 10, (begin + length) * 10),)))
            after = (begin + length) * 10 + 200
    activity = Activity(mask.astype(np.float32), HOP_MS, "made")
    found = find_turns(activity, thresholds=[0.5], speech_durations_ms=[20], silences_ms=[silence])
    scores = score_turns(
        found, tuple(turns), settings=1, duration_ms=frames * HOP_MS, prefix_padding_ms=40
    )
    slow = reference(
        list(
            zip(
                found.onset_ms,
                found.started_ms,
                found.sounding_end_ms,
                found.stopped_ms,
                strict=True,
            )
        ),
        turns,
        duration_ms=frames * HOP_MS,
        prefix_padding_ms=40,
    )
    for name, value in slow.items():
        np.testing.assert_allclose(getattr(scores, name)[0], value, atol=1e-6, err_msg=name)


def test_many_settings_at_once_equal_each_alone():
    rng = np.random.default_rng(7)
    activity = Activity(rng.random(1000).astype(np.float32) ** 2, HOP_MS, "made")
    thresholds, speech, silences = [0.2, 0.5, 0.9], [0, 20, 50], [100, 300]
    together = score_turns(
        find_turns(
            activity, thresholds=thresholds, speech_durations_ms=speech, silences_ms=silences
        ),
        TURNS,
        settings=18,
        duration_ms=DURATION_MS,
        prefix_padding_ms=300,
    )
    place = 0
    for threshold in thresholds:
        for needed in speech:
            for silence in silences:
                alone = score_turns(
                    find_turns(
                        activity,
                        thresholds=[threshold],
                        speech_durations_ms=[needed],
                        silences_ms=[silence],
                    ),
                    TURNS,
                    settings=1,
                    duration_ms=DURATION_MS,
                    prefix_padding_ms=300,
                )
                for name in ("false_triggers", "at_risk_ms", "pieces", "latency_ms"):
                    np.testing.assert_allclose(
                        getattr(together, name)[place], getattr(alone, name)[0]
                    )
                place += 1


def test_a_scene_without_turns_has_only_a_noise_side():
    scores = score(speaking((100, 200)), turns=())
    assert scores.false_triggers[0] == 1
    assert scores.pieces.shape == (1, 0)
    assert math.isclose(scores.speech_ms, 0)
