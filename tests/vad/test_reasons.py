"""Reasons: a sentence names the side of the budget that it is about."""

import pytest

from voicelab.vad import Budget, Figures
from voicelab.vad.intervals import rate_per_min, share
from voicelab.vad.reasons import too_few

NONE = share(0, 12)


def figures(**changed):
    sides = dict.fromkeys(("missed_short", "missed", "avoidable_short", "avoidable"), NONE)
    return Figures(
        **{"false_triggers": rate_per_min(0, 60), "cut": share(0, 0), **sides, **changed},
        falsely_open_share=0.0,
        never_closed=0,
        clipped_p95_ms=0.0,
        latency_ms=500.0,
    )


@pytest.mark.parametrize(
    ("side", "said"),
    [
        ("avoidable_short", "misses 20 % of the short turns held out, and 5 are too few"),
        ("avoidable", "misses 20 % of the turns held out, and 5 are too few"),
        ("cut", "cuts 20 % of the turns held out, and 5 are too few"),
    ],
)
def test_too_few_turns_are_told_of_the_side_that_has_too_few(side, said):
    assert said in too_few("fan", figures(**{side: share(1, 5)}), Budget())


def test_how_many_would_show_it_follows_from_what_was_asked_of_that_side():
    budget = Budget(missed_short_turns=0.05, cut_turns=0.10)
    few = share(1, 5)
    assert "; 59, all heard," in too_few("fan", figures(avoidable_short=few), budget)
    assert "; 29, all whole," in too_few("fan", figures(cut=few), budget)
