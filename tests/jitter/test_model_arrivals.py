"""Model senders and links: against what they are told to be, and against each other."""

from dataclasses import replace

import numpy as np
import pytest

from voicelab.jitter import (
    LINKS,
    SENDERS,
    GilbertElliott,
    Holds,
    Hop,
    Link,
    ModelSender,
    Slots,
    Tcp,
    model_arrivals,
    smallest_hold_ms,
)

EVERY_MS = 20.0
MANY = EVERY_MS * np.arange(20_000)
OCTETS = np.full(MANY.size, 1_000)


def rng(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
def test_a_sender_sends_what_it_says(sender):
    generator = rng()
    sent = [sender.send(rng=generator) for _ in range(200)]
    lengths_ms = np.array([each.samples.sum() / 24 for each in sent])
    low, high = sender.answer_ms
    assert low - 1 <= lengths_ms.min()
    assert lengths_ms.max() <= high
    assert lengths_ms.mean() == pytest.approx((low + high) / 2, rel=0.05)
    for each in sent:
        assert each.samples[0] == sender.first_ms * 24
        assert (each.samples[1:-1] == sender.delta_ms * 24).all()
        assert each.at_ms[0] == 0
        assert (np.diff(each.at_ms) >= 0).all()


@pytest.mark.parametrize(("name", "least", "most"), [("duplex", 0.99, 1.01), ("slow", 0.79, 0.98)])
def test_a_senders_pace_is_the_one_it_is_told(name, least, most):
    generator = rng()
    paces = []
    for _ in range(200):
        sent = SENDERS[name].send(rng=generator)
        paces.append(sent.samples[:-1].sum() / 24 / (sent.at_ms[-1] - sent.at_ms[0]))
    assert least < np.quantile(paces, 0.05)
    assert np.quantile(paces, 0.95) < most


def test_a_burst_is_several_times_as_fast_as_it_sounds_but_for_its_pauses():
    generator = rng()
    straight = ModelSender(name="straight", delta_ms=250, audio_s_per_s=(4, 4))
    pausing = replace(straight, pause_share=0.4, answer_ms=(200_000, 200_000))
    sent = straight.send(rng=generator)
    assert sent.samples[:-1].sum() / 24 / sent.at_ms[-1] == pytest.approx(4)
    paused_ms = audio_ms = 0.0
    for _ in range(20):
        sent = pausing.send(rng=generator)
        audio_ms += sent.samples[:-1].sum() / 24
        paused_ms += sent.at_ms[-1] - sent.samples[:-1].sum() / 24 / 4
    # A pause of 500 ms follows 0.4 of all stretches of 2350 ms.
    assert paused_ms / audio_ms == pytest.approx(0.4 * 500 / 2350, rel=0.15)


def test_a_delta_travels_as_base64():
    assert SENDERS["duplex"].send(rng=rng()).octets[0] == 250 + 2400 * 2 * 4 / 3


def test_loss_comes_as_often_and_in_runs_as_long_as_told():
    loss = GilbertElliott(enter_share=0.02, leave_share=0.25, lost_share=1)
    lost = loss.lost(400_000, rng=rng())
    assert loss.loss_share == pytest.approx(0.02 / 0.27)
    assert lost.mean() == pytest.approx(loss.loss_share, rel=0.05)
    begins = np.count_nonzero(lost[1:] & ~lost[:-1])
    assert lost.sum() / begins == pytest.approx(4, rel=0.05)


@pytest.mark.parametrize(("name", "percent"), [("wan_1_percent", 1), ("wan_5_percent", 5)])
def test_a_link_loses_what_its_name_says(name, percent):
    (tcp,) = LINKS[name].stages
    assert 100 * tcp.loss.loss_share == pytest.approx(percent, rel=0.05)


def lose(*numbers):
    """A loss that takes these segments, whatever chance says."""

    class These(GilbertElliott):
        def lost(self, segments, *, rng):
            return np.isin(np.arange(segments), numbers)

    return These(enter_share=0, leave_share=1)


def test_a_lost_segment_costs_a_round_trip_and_a_quarter_from_the_next_one_on():
    tcp = Tcp(delay_ms=30, loss=lose(2))
    out_ms = tcp.carry(EVERY_MS * np.arange(8), np.full(8, 1_000), rng=rng())
    # Sent at 40; the next goes at 60, is acknowledged at 120, and 15 later it goes again.
    assert out_ms.tolist() == [30, 50, 165, 165, 165, 165, 165, 170]


def test_a_lost_tail_waits_for_the_timer():
    tcp = Tcp(delay_ms=30, loss=lose(3))
    out_ms = tcp.carry(EVERY_MS * np.arange(4), np.full(4, 1_000), rng=rng())
    assert out_ms.tolist() == [30, 50, 70, 60 + 60 + 200 + 30]


def test_a_long_message_waits_for_its_last_segment():
    tcp = Tcp(delay_ms=30, loss=lose(4))
    (first, second) = tcp.carry(np.array([0.0, 500.0]), np.array([5 * 1448, 100]), rng=rng())
    assert first == 30 + 260
    assert second == 530


def test_a_loss_that_is_lost_again_waits_twice_as_long():
    loss = GilbertElliott(enter_share=0.3, leave_share=0.3, lost_share=0.9)
    tcp = Tcp(delay_ms=50, loss=loss)
    late_ms = tcp.carry(MANY, OCTETS, rng=rng()) - MANY
    assert late_ms.max() > 50 + 300 + 600


def test_holds_begin_as_often_and_last_as_long_as_told():
    holds = Holds(holds_per_s=0.5, hold_ms=(100, 300))
    begin_ms, end_ms = holds.between(0, 4_000_000, rng=rng())
    assert begin_ms.size == pytest.approx(2000, rel=0.08)
    assert (end_ms - begin_ms).mean() == pytest.approx(200, rel=0.03)
    gaps_ms = np.diff(begin_ms)
    assert gaps_ms.std() == pytest.approx(gaps_ms.mean(), rel=0.08)  # as a Poisson process has it


def test_what_is_held_is_let_through_together_at_the_end():
    holds = Holds(holds_per_s=0.4, hold_ms=(60, 200))
    out_ms = holds.carry(MANY, OCTETS, rng=rng(3))
    held = out_ms > MANY
    assert held.any()
    assert (out_ms - MANY).max() < 3 * 200
    released = np.unique(out_ms[held])
    assert np.count_nonzero(held) > 3 * released.size
    assert (out_ms[~held] == MANY[~held]).all()


def test_what_comes_in_a_hold_waits_for_a_hold_that_begins_in_it():
    class Two(Holds):
        def between(self, from_ms, until_ms, *, rng):
            return np.array([100.0, 140.0]), np.array([150.0, 260.0])

    two = Two(holds_per_s=1, hold_ms=(1, 2))
    at_ms = np.array([90.0, 100.0, 145.0, 255.0, 270.0])
    out_ms = two.carry(at_ms, np.ones(5, int), rng=rng())
    assert out_ms.tolist() == [90, 260, 260, 260, 270]


def test_a_cell_carries_so_many_octets_a_slot():
    slots = Slots(slot_ms=10, slot_bytes=1_000)
    at_ms = np.array([1.0, 1.0, 1.0, 95.0])
    out_ms = slots.carry(at_ms, np.array([500, 500, 2_500, 10]), rng=rng())
    assert out_ms.tolist() == [20, 20, 50, 110]
    busy_ms = slots.carry(np.zeros(50), np.full(50, 1_000), rng=rng())
    assert np.diff(busy_ms).tolist() == [10] * 49


def test_a_hop_takes_its_delay_and_on_average_its_jitter():
    out_ms = Hop(delay_ms=15, jitter_ms=2).carry(MANY, OCTETS, rng=rng())
    late_ms = out_ms - MANY
    assert late_ms.min() > 15
    assert late_ms.mean() == pytest.approx(17, abs=0.1)
    assert late_ms.std() == pytest.approx(2 / np.sqrt(4), rel=0.05)


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_nothing_overtakes_and_nothing_arrives_before_it_is_sent(link):
    out_ms = link.carry(MANY[:3000], OCTETS[:3000], rng=rng())
    assert (np.diff(out_ms) >= 0).all()
    assert (out_ms >= MANY[:3000]).all()


def test_links_are_stages_too():
    there = Link(name="there", stages=(LINKS["wifi"], Hop(delay_ms=5)))
    alone_ms = LINKS["wifi"].carry(MANY[:100], OCTETS[:100], rng=rng())
    np.testing.assert_array_equal(there.carry(MANY[:100], OCTETS[:100], rng=rng()), alone_ms + 5)


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_the_same_seed_gives_the_same_arrivals(sender, link):
    first, again = (model_arrivals(3, sender=sender, link=link, rng=rng(9)) for _ in range(2))
    assert first.fingerprint == again.fingerprint
    assert first.name == f"{sender.name} over {link.name}"
    assert all(answer.done_ms == answer.arrived_ms[-1] for answer in first.answers)


def test_model_senders_are_told_apart_by_their_pacing():
    for name, pacing in (("burst", "burst"), ("duplex", "paced"), ("slow", "paced")):
        arrivals = model_arrivals(30, sender=SENDERS[name], link=LINKS["wifi"], rng=rng())
        assert arrivals.pacing == pacing


def test_a_worse_line_needs_a_larger_buffer():
    needed = [
        np.quantile(
            smallest_hold_ms(
                model_arrivals(60, sender=SENDERS["duplex"], link=LINKS[name], rng=rng())
            ),
            0.9,
        )
        for name in ("wire", "wifi", "wan_1_percent", "wan_5_percent")
    ]
    assert (np.diff(needed) > 0).all()


def test_no_answers_are_refused():
    with pytest.raises(ValueError, match="answers must be at least 1, got 0"):
        model_arrivals(0, sender=SENDERS["burst"], link=LINKS["wire"], rng=rng())
