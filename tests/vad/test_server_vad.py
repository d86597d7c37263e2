"""Server VAD: the machine by hand, then the fast form against the machine."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.vad import (
    Activity,
    Assumptions,
    ServerVad,
    SpeechStarted,
    SpeechStopped,
    TurnDetection,
    find_turns,
)

HOP_MS = 20.0


def heard(pattern: str) -> list[float]:
    """One frame a letter: X speech, . silence."""
    return [1.0 if letter == "X" else 0.0 for letter in pattern]


def machine(*, assumptions: Assumptions = Assumptions(), **settings) -> ServerVad:  # noqa: B008 (frozen)
    plain = {"prefix_padding_ms": 0, "silence_duration_ms": 60, "speech_duration_ms": 0}
    return ServerVad(TurnDetection(**{**plain, **settings}), hop_ms=HOP_MS, assumptions=assumptions)


def test_a_turn_starts_at_the_end_of_the_frame_that_completes_the_speech_duration():
    events = machine(speech_duration_ms=60).feed(heard("..XXX"))
    assert events == [SpeechStarted(event_ms=100, audio_start_ms=100, onset_ms=40)]


def test_a_short_burst_never_starts_a_turn():
    assert machine(speech_duration_ms=60).feed(heard("XX.XX.XX.")) == []


def test_a_turn_stops_when_the_silence_is_long_enough_and_its_audio_includes_it():
    events = machine().feed(heard("XX..."))
    assert events[-1] == SpeechStopped(event_ms=100, audio_end_ms=100)


def test_a_pause_shorter_than_the_silence_keeps_the_turn_open():
    vad = machine()
    assert len(vad.feed(heard("XX..XX.."))) == 1
    assert vad.active


def test_a_turn_that_is_open_at_the_end_is_never_closed():
    found = find_turns(
        Activity(np.array(heard("..XX.."), np.float32), HOP_MS, "made"),
        thresholds=[0.5],
        speech_durations_ms=[0],
        silences_ms=[60],
    )
    assert math.isnan(found.stopped_ms[0])


@pytest.mark.parametrize(("anchor", "start_ms"), [("detection", 70), ("onset", 30)])
def test_prefix_padding_counts_back_from_its_anchor(anchor, start_ms):
    vad = machine(
        assumptions=Assumptions(prefix_anchor=anchor), prefix_padding_ms=50, speech_duration_ms=60
    )
    (event,) = vad.feed(heard("....XXX"))
    assert event.audio_start_ms == start_ms + (20 if anchor == "detection" else 0)


def test_padding_reaches_neither_before_zero_nor_into_the_turn_before():
    events = machine(prefix_padding_ms=1000).feed(heard("X...X..."))
    first, stopped, second = events[:3]
    assert first.audio_start_ms == 0
    assert second.audio_start_ms == stopped.audio_end_ms


def test_activity_between_release_and_threshold_keeps_a_turn_open_but_starts_none():
    quiet = [0.4] * 10
    vad = machine(threshold=0.5, assumptions=Assumptions(release_below=0.15))
    assert vad.feed(quiet) == []
    assert len(vad.feed([0.6, *quiet])) == 1
    assert vad.active


def test_a_threshold_of_zero_is_a_value_and_hears_speech_in_silence():
    assert machine(threshold=0.0).feed([0.0])


values = st.lists(
    st.tuples(st.floats(0, 1, width=32), st.integers(1, 9)), min_size=1, max_size=30
).map(lambda runs: np.repeat([value for value, _ in runs], [n for _, n in runs]).astype("f4"))
durations = st.sampled_from([0, 20, 50, 64, 100, 200])


@given(
    values=values,
    threshold=st.floats(0, 1),
    speech_duration_ms=durations,
    silence_duration_ms=durations.filter(bool),
    release_below=st.sampled_from([0.0, 0.15]),
    anchor=st.sampled_from(["detection", "onset"]),
    hop_ms=st.sampled_from([10.0, 20.0, 32.0]),
    cuts=st.lists(st.integers(0, 200), max_size=5),
)
def test_frame_by_frame_in_blocks_and_whole_are_the_same(
    values, threshold, speech_duration_ms, silence_duration_ms, release_below, anchor, hop_ms, cuts
):
    settings = TurnDetection(
        threshold=threshold,
        speech_duration_ms=speech_duration_ms,
        silence_duration_ms=silence_duration_ms,
        prefix_padding_ms=70,
    )
    assumptions = Assumptions(prefix_anchor=anchor, release_below=release_below)

    def fresh():
        return ServerVad(settings, hop_ms=hop_ms, assumptions=assumptions)

    by_frame, by_block = fresh(), fresh()
    stepped = [event for value in values if (event := by_frame.step(value)) is not None]
    blocks = np.split(values, sorted(min(cut, len(values)) for cut in cuts))
    assert [event for block in blocks for event in by_block.feed(block)] == stepped

    found = find_turns(
        Activity(values, hop_ms, "made"),
        thresholds=[threshold],
        speech_durations_ms=[speech_duration_ms],
        silences_ms=[silence_duration_ms],
        release_below=release_below,
    )
    starts = [event for event in stepped if isinstance(event, SpeechStarted)]
    stops = [event.event_ms for event in stepped if isinstance(event, SpeechStopped)]
    stops += [math.nan] * (len(starts) - len(stops))
    audio_start_ms = found.audio_start_ms(prefix_padding_ms=70, anchor=anchor)
    np.testing.assert_array_equal(found.started_ms, [event.event_ms for event in starts])
    np.testing.assert_array_equal(found.onset_ms, [event.onset_ms for event in starts])
    np.testing.assert_array_equal(found.stopped_ms, stops)
    np.testing.assert_allclose(audio_start_ms, [event.audio_start_ms for event in starts])


def test_settings_are_numbered_in_c_order_of_threshold_speech_and_silence():
    activity = Activity(np.array(heard("XXX..X...."), np.float32), HOP_MS, "made")
    found = find_turns(
        activity, thresholds=[0.5, 1.0], speech_durations_ms=[20, 60], silences_ms=[40, 60]
    )
    # Silence 40 splits the two runs, and the second is too short for 60 ms of speech.
    assert np.bincount(found.setting, minlength=8).tolist() == [2, 1, 1, 1, 2, 1, 1, 1]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"threshold": 1.5}, r"threshold must lie in \[0, 1\], got 1.5"),
        ({"silence_duration_ms": 0}, "silence_duration_ms must be at least 10, got 0"),
        ({"silence_duration_ms": 0.5}, "did you pass seconds"),
        ({"prefix_padding_ms": -1}, "prefix_padding_ms must lie in 0 to 60000 ms"),
    ],
)
def test_settings_out_of_range_are_refused_in_a_sentence(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        TurnDetection(**settings)
