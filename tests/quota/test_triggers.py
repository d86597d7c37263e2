from pathlib import Path

import pytest

from voicelab.quota import trigger_costs
from voicelab.tuning import Tuning

TUNED = Tuning.load(Path(__file__).parents[1] / "tuning" / "tuned.json")


def test_the_fan_worked_out_by_hand():
    # 0 a minute, at most 0.73; an answer of 500 tokens: 0.73 x 60 x 500 = 21,900 an hour.
    (fan,) = trigger_costs(TUNED, answer_tokens=500, answer_price=0.01)
    assert (fan.kind, fan.triggers_per_min) == ("fan", (0.0, 0.0, 0.73))
    assert fan.tokens_per_h == pytest.approx((0, 0, 21_900))
    assert fan.money_per_h == pytest.approx((0, 0, 0.438))
    assert fan.default_tokens_per_h == pytest.approx(0.4 * 60 * 500)


def test_noise_for_half_of_the_call_costs_half():
    (whole,) = trigger_costs(TUNED, answer_tokens=500)
    (half,) = trigger_costs(TUNED, answer_tokens=500, exposed_share=0.5)
    assert half.tokens_per_h[2] == whole.tokens_per_h[2] / 2
    assert half.money_per_h is None


def test_where_no_answer_is_created_by_itself_false_triggers_cost_none():
    silent = TUNED.with_value("/turn_detection/create_response", False)
    assert trigger_costs(silent, answer_tokens=500) == ()
    assert trigger_costs(TUNED.with_value("/turn_detection", None), answer_tokens=500) == ()


def test_a_config_without_evidence_promises_nothing():
    assert trigger_costs(Tuning.from_profile("guide"), answer_tokens=500) == ()


def test_a_given_rate_stands_instead_of_evidence():
    (given,) = trigger_costs(TUNED, answer_tokens=800, given_per_min=0.5)
    assert (given.kind, given.tokens_per_h) == ("given", (24_000, 24_000, 24_000))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"exposed_share": 1.5}, "the exposed share must lie between 0 and 1, got 1.5"),
        ({"given_per_min": -1}, "false triggers a minute must not be negative, got -1"),
    ],
)
def test_a_number_out_of_range_is_refused(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        trigger_costs(TUNED, answer_tokens=500, **wrong)
