"""Stock: distinct seconds by kind, labels, turns, and what is still wanted."""

import numpy as np
import pytest

from voicelab.audio import Recording, Span, Turn
from voicelab.audio.stock import KindStock, take_stock


def take(kind, seconds, *, turns=None, labels=None, distinct_s=None):
    rate_hz = 4_000
    return Recording(
        np.zeros(seconds * rate_hz),
        rate_hz,
        kind=kind,
        turns=turns,
        labels=labels,
        unique_ms=1_000 * (seconds if distinct_s is None else distinct_s),
    )


def turn(start_ms, *lasts_ms):
    """A turn whose spans lie 200 ms apart."""
    spans = []
    for each_ms in lasts_ms:
        spans.append(Span(start_ms, start_ms + each_ms))
        start_ms += each_ms + 200
    return Turn(tuple(spans))


def test_repeats_do_not_count_and_kinds_are_kept_apart():
    stock = take_stock([take("fan", 60), take("fan", 30, distinct_s=8), take("room", 5)])
    assert stock.kinds == (
        KindStock("speech", 0, 0.0),
        KindStock("fan", 2, 68.0),
        KindStock("keyboard", 0, 0.0),
        KindStock("room", 1, 5.0),
    )


def test_a_turn_is_short_up_to_700_ms_pauses_included():
    turns = (turn(0, 700), turn(2_000, 701), turn(4_000, 300, 300))
    assert take_stock([take("speech", 6, turns=turns)]).turns == 3
    assert take_stock([take("speech", 6, turns=turns)]).short_turns == 1


def test_short_spans_stand_in_only_where_no_turn_is_short():
    long_turn, short_turn = turn(0, 300, 900, 500), turn(4_000, 600)
    assert take_stock([take("speech", 6, turns=(long_turn,))]).short_spans == 2
    assert take_stock([take("speech", 6, turns=(long_turn, short_turn))]).short_spans == 0


def test_only_turns_of_speech_count():
    stock = take_stock([take("echo", 6, turns=(turn(0, 500),)), take("fan", 6, turns=())])
    assert (stock.turns, stock.checked, stock.not_labelled) == (0, 0, 0)


def test_labels_are_counted_by_who_vouches_for_them():
    said = (turn(0, 500),)
    speech = [
        take("speech", 2, turns=said),
        take("speech", 2, turns=said, labels="drafted"),
        take("speech", 2, turns=(), labels="drafted"),
        take("speech", 2),
    ]
    stock = take_stock(speech)
    assert (stock.checked, stock.drafted, stock.not_labelled) == (1, 2, 1)
    assert "label 1 of the speech takes: voicelab label" in stock.to_do
    assert "check the labels of 2 speech takes, which are drafts" in stock.to_do


@pytest.mark.parametrize(("short_turns", "more"), [(0, 29), (20, 9), (28, 1)])
def test_29_short_turns_are_wanted(short_turns, more):
    turns = tuple(turn(2_000 * each, 500) for each in range(short_turns))
    wanted = take_stock([take("speech", 60, turns=turns)]).to_do
    assert f"record {more} more short answers" in wanted[-1]


def test_180_seconds_of_fan_keyboard_and_every_noise_that_is_there_are_wanted():
    wanted = take_stock([take("fan", 100), take("babble", 30)]).to_do
    assert [each.split(",")[0] for each in wanted] == [
        "record 80 s more of fan",
        "record 180 s more of keyboard",
        "record 150 s more of babble",
        "record 29 more short answers (yes",
    ]


def test_a_room_that_holds_enough_wants_nothing():
    turns = tuple(turn(2_000 * each, 500) for each in range(29))
    room = [take("fan", 180), take("keyboard", 180), take("speech", 60, turns=turns)]
    assert take_stock(room).to_do == ()


def test_a_stock_prints_one_line_a_kind():
    said = (turn(0, 300, 900), turn(4_000, 800))
    stock = take_stock([take("speech", 6, turns=said), take("fan", 100, distinct_s=40)])
    assert str(stock).splitlines() == [
        "kind      takes  seconds  wanted",
        "speech        1      6.0",
        "fan           1     40.0     180",
        "keyboard      0      0.0     180",
        "2 turns, 0 of them short, 1 short spans beside; 29 wanted",
        "labels of speech: 1 checked, 0 drafted, 0 missing",
    ]
