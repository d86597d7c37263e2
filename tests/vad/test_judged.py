"""Judged turns: worked out by hand, and in sum what the scores count."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.audio import Span, Turn
from voicelab.vad import Activity, find_turns, score_turns
from voicelab.vad.judged import judge_turns

SPOKEN = (Turn((Span(1_000, 1_600),)), Turn((Span(3_000, 3_400), Span(3_600, 4_000))))
LONG_MS = 6_000.0


def judged(*spans_ms, silence_ms=200, prefix_ms=100, speech_ms=0):
    values = np.zeros(int(LONG_MS / 20), np.float32)
    for start_ms, end_ms in spans_ms:
        values[int(start_ms / 20) : int(end_ms / 20)] = 1
    found = find_turns(
        Activity(values, 20.0, "by hand"),
        thresholds=[0.5], speech_durations_ms=[speech_ms], silences_ms=[silence_ms],
    )  # fmt: skip
    turns = judge_turns(found, SPOKEN, duration_ms=LONG_MS, prefix_padding_ms=prefix_ms)
    scores = score_turns(
        found, SPOKEN, settings=1, duration_ms=LONG_MS, prefix_padding_ms=prefix_ms
    )
    return turns, scores


@pytest.mark.parametrize(
    ("spans_ms", "fates"),
    [
        ([(1_000, 1_600)], ["hit"]),
        ([(2_000, 2_200)], ["false"]),
        ([(1_400, 1_600)], ["clipped"]),
        ([(3_000, 3_300), (3_700, 4_000)], ["cut", "cut"]),
        ([(5_000, 6_000)], ["never closed"]),
        ([(1_000, 1_600), (2_000, 2_100), (3_000, 4_000)], ["hit", "false", "hit"]),
    ],
)
def test_a_turn_s_fate_is(spans_ms, fates):
    turns, _ = judged(*spans_ms)
    assert [turn.fate for turn in turns] == fates


def test_a_turn_that_is_never_closed_ends_with_the_scene():
    turns, _ = judged((5_000, 6_000))
    assert turns[0].end_ms == LONG_MS
    assert turns[0].sentence == "never closed: 4.9 to 6.0 s"


@given(
    st.lists(st.integers(0, 290).flatmap(lambda at: st.tuples(st.just(at), st.integers(1, 60)))),
    st.sampled_from([40, 200, 500]),
    st.sampled_from([0, 60]),
)
def test_judged_one_by_one_the_turns_add_up_to_the_scores(runs, silence_ms, speech_ms):
    spans_ms = [(20.0 * at, 20.0 * min(at + length, 300)) for at, length in runs]
    turns, scores = judged(*spans_ms, silence_ms=silence_ms, speech_ms=speech_ms)
    closed = [turn for turn in turns if turn.fate != "never closed"]
    never = len(turns) - len(closed)
    assert never == scores.never_closed[0]
    assert 0 <= scores.false_triggers[0] - sum(turn.fate == "false" for turn in closed) <= never
    pieces = np.bincount([turn.turn for turn in turns if turn.turn is not None], minlength=2)
    assert pieces.tolist() == scores.pieces[0].tolist()
