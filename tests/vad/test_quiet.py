"""The quiet talker: what a setting loses of them is counted, and holds back its verdict."""

from made_rooms import Ear, clicks, speech, start

from voicelab.vad import Grid, Memory, scenes, sweep
from voicelab.vad.quiet import loses_quiet, quiet_missed
from voicelab.vad.setting import Budget

GRID = Grid(thresholds=(0.2, 0.4, 0.5, 0.6, 0.7), speech_durations_ms=(0, 200))
# They last 150 ms: a threshold keeps them out, and so does a speech duration.
KEYS = clicks(every_ms=2900, seconds=240, length_ms=150)


class KeenEar(Ear):
    """Hears a soft voice at half of a loud one's activity."""

    def hear(self, frames):
        heard = super().hear(frames)
        soft = (frames**2).mean(axis=1) < 1e-3
        return heard * (1 - 0.45 * soft * (heard == self.speech))


def swept(*, gains_db=(0.0, -12.0), grid=GRID):
    return sweep(
        scenes([speech(60), KEYS], snr_db=[20], gains_db=gains_db),
        detectors=[KeenEar(0.8, 0.3)],
        grid=grid,
        memory=Memory(),
    )


NO_DURATION = Grid(thresholds=GRID.thresholds, speech_durations_ms=(0,))


def test_turns_missed_are_told_for_each_rung_below_the_usual_level():
    found = swept(gains_db=(0.0, -6.0, -12.0))
    assert list(quiet_missed(found, start(0.2))) == [-6, -12]
    assert quiet_missed(found, start(0.2))[-12].value == 0
    assert quiet_missed(found, start(0.5))[-12].value == 1
    assert quiet_missed(swept(gains_db=(0.0,)), start(0.5)) == {}


def test_a_setting_loses_the_quiet_talker_only_beyond_budget_and_starting_point():
    found = swept()
    lost = loses_quiet(found, start(0.2), start(0.5), Budget())
    assert lost == "a talker 12 dB down loses by it: turns missed 0 -> 100 %"
    assert loses_quiet(found, start(0.5), start(0.6), Budget()) is None
    assert loses_quiet(found, start(0.2), start(0.4), Budget()) is None


def test_what_would_be_shown_is_plausible_if_it_loses_the_quiet_talker_and_says_so():
    alone = swept(gains_db=(0.0,), grid=NO_DURATION).choose(start=start(0.2))
    heard = swept(grid=NO_DURATION).choose(start=start(0.2))
    assert alone.setting == heard.setting == start(0.5)
    assert (alone.verdict, heard.verdict) == ("shown", "plausible")
    assert "a talker 12 dB down loses by it: turns missed 0 -> 100 %" in heard.reason


def test_a_change_that_keeps_the_quiet_talker_is_preferred():
    choice = swept().choose(start=start(0.2))
    assert choice.changed == ("speech_duration_ms",)
    assert quiet_missed(choice.sweep, choice.setting)[-12].value == 0
    assert choice.verdict == "shown"
