"""Words that are lost anyway: set apart where no setting hears them, and never a licence."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest
from made_rooms import Ear, clicks, speech, spoken, start

from voicelab.audio import Span
from voicelab.vad import Grid, Memory, Scene, scenes, sweep
from voicelab.vad.choice import figures
from voicelab.vad.intervals import share
from voicelab.vad.lost_already import as_lost, no_worse
from voicelab.vad.reasons import unheard
from voicelab.vad.setting import Budget

GRID = Grid(thresholds=(0.2, 0.4, 0.5, 0.6, 0.7), speech_durations_ms=(0,))
KEYS = clicks(every_ms=2900, seconds=240)


class Forgetful(Ear):
    """Hears a word that is spoken softly at an activity of its own."""

    def __init__(self, *, soft: float) -> None:
        super().__init__(0.8, 0.3)
        self.soft = soft

    def hear(self, frames):
        heard = super().hear(frames)
        soft = (frames**2).mean(axis=1) < 2e-3
        return np.where(soft & (heard == self.speech), self.soft, heard)


def talker(silent, of=40):
    """The first words are labels on silence."""
    take = speech(of)
    samples = take.samples.copy()
    for turn in take.turns[:silent]:
        samples[round(turn.start_ms * 24) : round(turn.end_ms * 24)] = 0
    return take.with_samples(samples)


def hushed(soft, of=40):
    """The first words are spoken softly."""
    take = speech(of)
    samples = take.samples.copy()
    for turn in take.turns[:soft]:
        samples[round(turn.start_ms * 24) : round(turn.end_ms * 24)] *= 0.2
    return take.with_samples(samples)


def swept(take, ear=None, grid=GRID):
    ear = ear or Ear(0.8, 0.3)
    return sweep(scenes([take, KEYS], snr_db=[20]), detectors=[ear], grid=grid, memory=Memory())


# Keys are heard at 0.2 and may touch a silent label there: a grid that hears none is asked.
NO_KEYS = Grid(thresholds=(0.4, 0.5, 0.6, 0.7), speech_durations_ms=(0,))


def test_labels_on_silence_are_counted_named_and_not_held_against_a_setting():
    found = swept(talker(10), grid=NO_KEYS)
    own = figures(found, start(0.5))["keyboard"]
    assert own.missed_short.value == pytest.approx(0.25)  # what is shown stays what was counted
    assert (own.avoidable_short.value, own.avoidable_short.n) == (0, 30)
    assert unheard({"keyboard": own}) == (
        "keyboard: 10 of 40 short words are heard by no setting: too faint, or a label to correct",
    )
    choice = found.choose(start=start(0.5))
    assert unheard({"keyboard": own})[0] in choice.advice
    metrics = choice.evidence()["turns"]["metrics"]
    assert metrics["keyboard/short_turns_heard_by_no_setting"]["value"] == 0.25
    assert metrics["missed_short_turns"]["value"] == 0.25


def test_words_that_are_lost_in_some_scenes_only_are_told_as_a_mean():
    own = figures(swept(talker(10), grid=NO_KEYS), start(0.5))["keyboard"]
    some = replace(own, avoidable_short=own.avoidable_short._replace(n=39 + 1 / 3))
    (said,) = unheard({"keyboard": some})
    assert said.startswith("keyboard: in the mean 0.7 of 40 short words are heard by no setting")


def test_nothing_is_shown_with_words_set_apart():
    assert (
        figures(swept(talker(0, 60), grid=NO_KEYS), start(0.5))["keyboard"].avoidable_short.n == 60
    )
    for silent, surely in ((0, True), (20, False)):
        own = figures(swept(talker(silent, 60), grid=NO_KEYS), start(0.5))["keyboard"]
        assert own.meets(Budget())
        assert own.meets(Budget(), surely=True) is surely


def test_a_word_that_the_most_sensitive_setting_hears_still_counts():
    found = swept(hushed(10), Forgetful(soft=0.45), grid=NO_KEYS)
    assert figures(found, start(0.4))["keyboard"].avoidable_short.value == 0
    deaf = figures(found, start(0.5))["keyboard"]
    assert deaf.avoidable_short == deaf.missed_short
    assert deaf.missed_short.value == pytest.approx(0.25)
    assert not deaf.meets(Budget())
    assert unheard({"keyboard": deaf}) == ()


def test_two_settings_differ_by_as_many_words_with_and_without_labels_on_silence():
    with_silence, without = (
        swept(take, Forgetful(soft=0.45), grid=NO_KEYS)
        for take in (_both(silent=10, soft=6), hushed(6, of=30))
    )
    for threshold in (0.4, 0.5):
        ours, theirs = (
            figures(found, start(threshold))["keyboard"] for found in (with_silence, without)
        )
        assert ours.avoidable_short.value == pytest.approx(theirs.avoidable_short.value)
        assert ours.avoidable_short.n == pytest.approx(theirs.avoidable_short.n)


def _both(*, silent, soft, of=40):
    take = hushed(silent + soft, of)
    samples = take.samples.copy()
    for turn in take.turns[:silent]:
        samples[round(turn.start_ms * 24) : round(turn.end_ms * 24)] = 0
    return take.with_samples(samples)


def test_a_detector_that_is_deaf_to_most_words_is_not_excused():
    own = figures(swept(talker(21), grid=NO_KEYS), start(0.5))["keyboard"]
    assert own.avoidable_short == own.missed_short
    assert not own.meets(Budget())


def test_a_change_that_loses_nothing_more_is_plausible_and_says_what_stays_lost():
    # Soft words are heard where every key is: no setting serves both sides.
    ear = Forgetful(soft=0.25)
    ear.noise = 0.45
    found = swept(hushed(16), ear)
    assert found.choose(start=start(0.2)).verdict == "kept"  # this one hears the soft words
    choice = found.choose(start=start(0.4))
    assert choice.verdict == "plausible"
    assert "misses no more than the starting point" in choice.reason
    after, before = choice.figures["keyboard"], choice.start_figures["keyboard"]
    assert after.missed_short.value == before.missed_short.value == pytest.approx(0.4)
    assert after.false_triggers.value == 0 < before.false_triggers.value


def test_what_is_lost_already_allows_no_more_than_that_and_never_more_than_half_of_all_turns():
    found = swept(hushed(16), Forgetful(soft=0.25))
    own = figures(found, start(0.4))["keyboard"]
    allowed = as_lost(Budget(), own)
    assert allowed.missed_short == allowed.missed == pytest.approx(0.4)
    assert allowed.false_triggers_per_min == Budget().false_triggers_per_min
    assert as_lost(Budget(), own, times=2).missed == pytest.approx(0.2)
    most = figures(swept(hushed(30), Forgetful(soft=0.25)), start(0.4))["keyboard"]
    assert as_lost(Budget(), most).missed_short == pytest.approx(0.75)
    assert as_lost(Budget(), most).missed == pytest.approx(0.5)
    every_short_one = replace(most, avoidable_short=share(30, 30))
    assert as_lost(Budget(), every_short_one).missed_short >= 1  # no worse is no worse


def test_who_keeps_the_noise_out_already_or_hears_echo_is_held_to_the_budget():
    found = swept(hushed(16), Forgetful(soft=0.25))
    budgets = dict.fromkeys(found.noise_kinds, Budget())
    nothing_meets = {None: np.zeros((1, len(GRID)), bool)}
    assert list(no_worse(found, start(0.2), budgets, nothing_meets)) == ["keyboard"]
    assert no_worse(found, start(0.4), budgets, nothing_meets) == {}
    scene = Scene(hushed(16), clicks(every_ms=2900, seconds=240, kind="echo"), 20.0, 0.0)
    heard = sweep([scene], detectors=[Forgetful(soft=0.25)], grid=GRID, memory=Memory())
    assert heard.noise_kinds == ("echo",)
    assert no_worse(heard, start(0.2), {"echo": Budget()}, nothing_meets) == {}


def test_of_what_keeps_the_noise_out_the_least_deaf_is_asked_for():
    # As loud as words and as long as the shortest, keys are kept out only by what loses those.
    lengths_ms = [100] * 8 + [600] * 32
    take = spoken([(Span(at, at + ms),) for at, ms in zip(count(1000, 2000), lengths_ms)])
    samples = take.samples.copy()
    for turn in take.turns[8:24]:
        samples[round(turn.start_ms * 24) : round(turn.end_ms * 24)] *= 0.2
    ear = Forgetful(soft=0.45)
    ear.noise = 0.9
    grid = Grid(thresholds=(0.3, 0.35, 0.4, 0.5, 0.6, 0.7), speech_durations_ms=(0, 200))
    found = swept(take.with_samples(samples), ear, grid)
    now = figures(found, start(0.5))["keyboard"]
    assert (now.missed.value, now.false_triggers.value > 1) == (pytest.approx(0.4), True)
    nothing_meets = {None: np.zeros((1, len(grid)), bool)}
    spared = no_worse(found, start(0.5), {"keyboard": Budget()}, nothing_meets)
    assert spared["keyboard"].missed == pytest.approx(0.2)
    choice = found.choose(start=start(0.5))
    assert (choice.verdict, choice.setting.turn_detection.speech_duration_ms) == ("plausible", 200)
    assert choice.figures["keyboard"].missed.value == pytest.approx(0.2)


def test_a_few_turns_refute_by_their_interval_and_eight_by_the_estimate():
    for words, refuted in ((7, False), (8, True)):
        found = swept(hushed(1, words), Forgetful(soft=0.45), grid=NO_KEYS)
        own = figures(found, start(0.5))["keyboard"]
        assert own.avoidable_short.value > Budget().missed_short_turns
        assert own.refute(Budget()) is refuted
        assert not own.meets(Budget(), surely=True)
    all_lost = swept(hushed(3, 7), Forgetful(soft=0.45), grid=NO_KEYS)
    assert figures(all_lost, start(0.5))["keyboard"].refute(Budget())


def test_noise_refutes_by_the_estimate_however_little_there_is_of_it():
    loud = figures(swept(speech(40), grid=GRID), start(0.2))["keyboard"]
    rate = loud.false_triggers
    assert loud.refute(Budget(false_triggers_per_min=(rate.low + rate.value) / 2))
    assert not loud.refute(Budget(false_triggers_per_min=1.01 * rate.value))


def test_a_budget_may_ask_that_a_share_of_the_starting_points_false_triggers_go():
    loud = figures(swept(speech(40), grid=GRID), start(0.2))["keyboard"]
    quiet = figures(swept(speech(40), grid=GRID), start(0.5))["keyboard"]
    half = Budget(false_triggers_per_min=1000, removed_false_triggers=0.5)
    assert half.against(loud).false_triggers_per_min == loud.false_triggers.value / 2
    assert half.against(quiet).false_triggers_per_min == 1000  # there is nothing to remove
    assert Budget(removed_false_triggers=0.5).against(loud).false_triggers_per_min == 1
    with pytest.raises(ValueError, match="removed_false_triggers must be a share from 0 to below"):
        Budget(removed_false_triggers=50)


def test_a_start_within_the_rate_still_moves_if_half_must_go():
    found = swept(speech(40))
    rate = figures(found, start(0.2))["keyboard"].false_triggers.value
    lax = {"start": start(0.2), "false_triggers_per_min": 2 * rate}
    assert found.choose(**lax).verdict == "kept"
    halved = found.choose(**lax, removed_false_triggers=0.5)
    assert halved.setting.turn_detection.threshold > 0.3
    assert halved.figures["keyboard"].false_triggers.value == 0
