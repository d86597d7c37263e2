"""Heard turns: outcomes by hand, and counts that agree with the scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.audio import Span, Turn
from voicelab.vad import Activity, Setting, TurnDetection, score_turns
from voicelab.vad.heard_turn import find_alone, hear_turns, missed_turns

HOP_MS = 10.0
DURATION_MS = 10_000.0
TURNS = (Turn((Span(2000, 2500), Span(2800, 3500))), Turn((Span(6000, 6400),)))


def setting(*, silence_ms=500, speech_ms=0, prefix_ms=300) -> Setting:
    return Setting(
        "made",
        TurnDetection(
            silence_duration_ms=silence_ms,
            speech_duration_ms=speech_ms,
            prefix_padding_ms=prefix_ms,
        ),
    )


def speaking(*stretches_ms: tuple[float, float]) -> Activity:
    mask = np.zeros(int(DURATION_MS / HOP_MS), np.float32)
    for begin, end in stretches_ms:
        mask[int(begin / HOP_MS) : int(end / HOP_MS)] = 1
    return Activity(mask, HOP_MS, "made")


def outcomes(activity, own=None):
    found = hear_turns(activity, TURNS, setting=own or setting(), scene=0, duration_ms=DURATION_MS)
    return [turn.outcome for turn in found]


@pytest.mark.parametrize(
    ("stretches", "own", "expected"),
    [
        ([(2000, 3500), (6000, 6400)], setting(), ["hit", "hit"]),
        ([(8000, 8100)], setting(), ["false"]),
        ([(1600, 3500)], setting(), ["early"]),
        ([(2000, 2500), (2800, 3500)], setting(silence_ms=200), ["cut", "cut"]),
        ([(2000, 3500)], setting(speech_ms=400), ["clipped"]),
        ([(9000, 10_000)], setting(), ["never closed"]),
        ([(3550, 3600)], setting(), ["hit"]),  # within the labels' own error: not false
    ],
)
def test_each_turn_is_called_what_it_is(stretches, own, expected):
    assert outcomes(speaking(*stretches), own) == expected


def test_what_no_turn_serves_is_missed():
    heard = speaking((2000, 3500))
    (missed,) = missed_turns(heard, TURNS, setting=setting(), duration_ms=DURATION_MS)
    assert missed == TURNS[1]


def test_a_turn_says_what_and_where_it_is():
    (turn,) = hear_turns(
        speaking((8000, 8100)), TURNS, setting=setting(), scene=3, duration_ms=DURATION_MS
    )
    assert str(turn) == "false turn in scene 3, 8.01 s to 8.60 s (made)"
    assert turn.audio_start_ms == 8010 - 300


stretches = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 90)), max_size=8)


@given(stretches=stretches, silence_ms=st.sampled_from([50, 200, 500]))
def test_outcomes_and_scores_count_alike(stretches, silence_ms):
    heard = speaking(*((10 * begin, 10 * (begin + length)) for begin, length in stretches))
    own = setting(silence_ms=silence_ms)
    scores = score_turns(
        find_alone(heard, own), TURNS, settings=1, duration_ms=DURATION_MS, prefix_padding_ms=300
    )
    named = outcomes(heard, own)
    missed = missed_turns(heard, TURNS, setting=own, duration_ms=DURATION_MS)
    assert len(missed) == np.count_nonzero(scores.pieces[0] == 0)
    assert named.count("never closed") == scores.never_closed[0]
    open_and_false = named.count("never closed") and scores.false_triggers[0] > named.count("false")
    assert named.count("false") + bool(open_and_false) == scores.false_triggers[0]
