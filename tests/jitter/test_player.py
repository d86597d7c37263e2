"""Players as settings: shorthands, ranges, and the way to disk and back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from voicelab.jitter import GUIDE_PLAYER, Player

PLAYER = TypeAdapter(Player)


def test_the_shorthands_are_two_ways_to_start():
    assert Player(prefill_ms=100) == Player(start="prefill", start_ms=100)
    assert Player(hold_ms=180) == Player(start="hold", start_ms=180)


def test_a_shorthand_changes_a_player_that_is_there():
    changed = replace(GUIDE_PLAYER, hold_ms=180)
    assert (changed.start, changed.start_ms, changed.on_underrun) == ("hold", 180, "guide")


@pytest.mark.parametrize(
    ("player", "samples", "quanta"),
    [
        (Player(prefill_ms=20), 480, 0),
        (Player(prefill_ms=0), 1, 0),
        (Player(prefill_ms=20.01), 481, 0),
        (Player(prefill_ms=20, rate_hz=48_000), 960, 0),
        (Player(hold_ms=0), 1, 0),
        (Player(hold_ms=16), 1, 3),
        (Player(hold_ms=16.1), 1, 4),
    ],
)
def test_a_prefill_counts_samples_and_a_hold_counts_quanta(player, samples, quanta):
    assert (player.prefill_samples, player.hold_quanta) == (samples, quanta)


@given(st.integers(1, 1_440_000))
def test_a_prefill_in_milliseconds_is_the_same_number_of_samples(samples):
    assert Player(prefill_ms=1000 * samples / 24_000).prefill_samples == samples


@given(st.integers(0, 11_250))
def test_a_hold_in_milliseconds_is_the_same_number_of_quanta(quanta):
    assert Player(hold_ms=1000 * 128 * quanta / 24_000).hold_quanta == quanta


players = st.builds(
    Player,
    start=st.sampled_from(["prefill", "hold"]),
    start_ms=st.floats(0, 60_000),
    on_underrun=st.sampled_from(["play_on", "refill", "guide"]),
    flush_at_end=st.booleans(),
    rate_hz=st.integers(8_000, 48_000),
)


@given(players)
def test_a_player_comes_back_from_json(player):
    assert PLAYER.validate_json(PLAYER.dump_json(player)) == player


def test_a_player_on_disk_has_no_shorthands():
    assert PLAYER.dump_python(Player(hold_ms=180)) == {
        "rate_hz": 24_000,
        "start": "hold",
        "start_ms": 180,
        "on_underrun": "play_on",
        "flush_at_end": True,
        "ratchet_ms": 20,
        "ratchet_to_ms": 1_000,
        "max_queue_ms": 30_000,
        "on_overflow": "drop_newest",
        "whole_quanta": False,
        "fade_ms": 0,
    }


def test_an_unknown_key_is_refused():
    with pytest.raises(ValidationError, match="volume"):
        PLAYER.validate_python({"start_ms": 20, "volume": 11})


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"prefill_ms": 20, "hold_ms": 20}, "by prefill_ms or by hold_ms, got both"),
        ({"prefill_ms": -1}, "start_ms must lie in 0 to 60000 ms, got -1"),
        ({"start_ms": float("nan")}, "start_ms must lie in 0 to 60000 ms, got nan"),
        ({"hold_ms": 480_000}, "did you pass samples"),
        ({"rate_hz": 24}, "did you pass kilohertz"),
        ({"max_queue_ms": 0}, "max_queue_ms must be positive"),
        ({"max_queue_ms": float("inf")}, "max_queue_ms must be positive and finite"),
        ({"start": "later"}, "start must be one of prefill, hold, got 'later'"),
        ({"on_underrun": "stop"}, "one of play_on, refill, ratchet, guide, got 'stop'"),
    ],
)
def test_settings_out_of_range_are_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        Player(**settings)
