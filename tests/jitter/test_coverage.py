"""Whether the chosen buffer keeps its promise on answers that it did not see."""

import numpy as np
import pytest

from voicelab.arrivals import read_arrivals
from voicelab.jitter import (
    LINKS,
    SENDERS,
    Arrivals,
    model_arrivals,
    play,
    smallest_buffer,
    smallest_hold_ms,
)

TRACES = [
    f"tcp_{link}_{pacing}_s11.csv"
    for link in ("wifi", "wan_ge1", "wan_ge4", "lte")
    for pacing in ("burst", "rt")
]


@pytest.mark.parametrize("start", ["hold", "prefill", None])
@pytest.mark.parametrize("trace", TRACES)
def test_a_recorded_answer_left_out_is_smooth_as_often_as_promised(shared, trace, start):
    answers = read_arrivals(shared / "traces" / trace).answers
    kept = 0
    for number, left_out in enumerate(answers):
        others = Arrivals("others", answers[:number] + answers[number + 1 :])
        player = smallest_buffer(others, smooth=0.8, start=start).player
        kept += int(play(Arrivals("left out", (left_out,)), player).smooth.sum())
    assert kept >= 0.8 * len(answers)


def halves(needed_ms, smooth, rng):
    """The share of one half that the other half's rank suffices for, over many splits."""
    half = needed_ms.size // 2
    rank = int(np.ceil((half + 1) * smooth - 1e-9))
    shares = []
    for _ in range(200):
        order = rng.permutation(needed_ms.size)
        enough_ms = np.sort(needed_ms[order[:half]])[rank - 1]
        shares.append((needed_ms[order[half:]] <= enough_ms).mean())
    return np.array(shares)


@pytest.mark.parametrize("smooth", [0.9, 0.95])
@pytest.mark.parametrize("link", ["wifi", "wan_5_percent", "cell"])
@pytest.mark.parametrize("sender", ["duplex", "slow"])
def test_half_of_the_model_answers_speaks_for_the_other_half(sender, link, smooth):
    rng = np.random.default_rng(11)
    arrivals = model_arrivals(200, sender=SENDERS[sender], link=LINKS[link], rng=rng)
    shares = halves(smallest_hold_ms(arrivals), smooth, rng)
    # Two hundred splits of one set of answers: half a point is four standard errors.
    assert shares.mean() >= smooth - 0.01


def test_a_choice_on_one_network_says_nothing_about_another():
    rng = np.random.default_rng(12)
    good, bad = (
        model_arrivals(100, sender=SENDERS["duplex"], link=LINKS[link], rng=rng)
        for link in ("wifi", "wan_5_percent")
    )
    player = smallest_buffer(good, smooth=0.9, start="hold").player
    assert play(bad, player).smooth.mean() < 0.5


def test_the_least_share_is_what_all_but_one_recording_in_twenty_keep():
    # Holds that are all different: what a buffer keeps is then the share below it.
    n, smooth = 19, 0.9
    needed = np.random.default_rng(13).random((20_000, n))
    rank = int(np.ceil((n + 1) * smooth))
    kept = np.sort(needed, axis=1)[:, rank - 1]
    arrivals = model_arrivals(
        n, sender=SENDERS["duplex"], link=LINKS["wire"], rng=np.random.default_rng(14)
    )
    choice = smallest_buffer(arrivals, smooth=smooth)
    assert choice.rank == rank
    assert choice.least_smooth == pytest.approx(np.quantile(kept, 0.05), abs=0.01)
    assert choice.least_smooth < smooth


def test_more_answers_leave_less_to_luck():
    least = [
        smallest_buffer(
            model_arrivals(
                n, sender=SENDERS["duplex"], link=LINKS["wire"], rng=np.random.default_rng(15)
            )
        ).least_smooth
        for n in (9, 19, 99)
    ]
    assert least == sorted(least)
    assert least[0] == pytest.approx(0.05 ** (1 / 9))  # the largest of nine
