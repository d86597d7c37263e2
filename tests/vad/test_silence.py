"""How long a silence ends a turn: told by conversations only, shown by a curve always."""

import pytest
from made_rooms import Ear, clicks, speech, spoken, start

from voicelab.audio import Span
from voicelab.vad import Grid, Memory, scenes, sweep

GRID = Grid(speech_durations_ms=(0,), silences_ms=(300, 500, 800))
KEYS = clicks(every_ms=2900, seconds=30)
PAUSE_MS = 600


def talk(turns: int = 30):
    """Two words with a pause between them, then a gap, again and again."""
    begins = [1000 + 6000 * number for number in range(turns)]
    return spoken(
        [(Span(at, at + 900), Span(at + 900 + PAUSE_MS, at + 2400)) for at in begins], name="talk"
    )


def swept(*takes):
    return sweep(
        scenes([*takes, KEYS], snr_db=[10]),
        detectors=[Ear(0.8, 0.3)],
        grid=GRID,
        memory=Memory(),
    )


def test_a_conversation_that_is_cut_asks_for_a_longer_silence():
    choice = swept(talk()).choose(start=start(0.5))
    assert choice.changed == ("silence_duration_ms",)
    assert choice.setting.turn_detection.silence_duration_ms == 800
    assert choice.start_figures["keyboard"].cut.value == 1
    assert choice.figures["keyboard"].cut.value == 0
    assert choice.settings() == {"/turn_detection/silence_duration_ms": 800}
    assert "conversation" not in choice.evidence()["not_tested"]


def test_without_a_conversation_the_silence_stays_and_is_not_judged():
    choice = swept(speech(40)).choose(start=start(0.2))
    assert choice.changed == ("threshold",)
    assert "/turn_detection/silence_duration_ms" not in choice.verdicts()
    assert "conversation" in choice.evidence()["not_tested"]


def test_the_curve_trades_cuts_for_waiting_under_two_readings():
    curve = swept(talk(6)).cut_curve(start(0.5))
    assert sorted(curve.turn_gap_ms.unique()) == [800, 1500]
    for _, reading in curve.groupby("turn_gap_ms"):
        assert reading.cut_share.is_monotonic_decreasing
        assert reading.latency_ms.is_monotonic_increasing
        at = reading.set_index("silence_duration_ms")
        assert at.loc[500].cut_share == 1
        assert at.loc[650].cut_share == 0
        assert at.loc[500].latency_ms == pytest.approx(500, abs=40)


def test_the_gain_ladder_keeps_each_rung_apart():
    found = sweep(
        scenes([speech(10), KEYS], snr_db=[10], gains_db=(0, -12)),
        detectors=["level"],
        grid=GRID,
        memory=Memory(),
    )
    (condition,) = found.scores
    assert found.gains_db == (0, -12)
    usual, quiet = (found.kinds(condition, gain_db=db)["keyboard"] for db in found.gains_db)
    assert usual.turns == quiet.turns == 10
    place = GRID.index(start(0.6).turn_detection)
    assert usual.missed[place] < quiet.missed[place]
    assert set(found.frame.gain_db) == {0, -12}
