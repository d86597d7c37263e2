"""Who makes answers late: on model arrivals of which it is known."""

import numpy as np
import pytest

from voicelab.jitter import (
    LINKS,
    SENDERS,
    Answer,
    Arrivals,
    Holds,
    Link,
    ModelSender,
    Player,
    cause_of,
    model_arrivals,
    smallest_buffer,
)


def model(sender, link, seed=1):
    return model_arrivals(40, sender=sender, link=link, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("link", ["wifi", "wan_1_percent", "wan_5_percent", "cell"])
def test_a_sender_in_real_time_is_made_late_by_the_network(link, seed):
    assert cause_of([model(SENDERS["duplex"], LINKS[link], seed)]).kind == "network"


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("link", ["wire", "wifi", "wan_1_percent", "cell"])
def test_a_sender_that_does_not_keep_up_is_the_cause_over_whatever_line(link, seed):
    assert cause_of([model(SENDERS["slow"], LINKS[link], seed)]).kind == "sender"


def test_a_sender_that_pauses_longer_than_it_is_ahead_is_the_cause():
    pausing = ModelSender(
        name="pausing",
        delta_ms=250,
        audio_s_per_s=(1.5, 2.0),
        pause_share=0.9,
        pause_ms=(800, 2500),
    )
    assert cause_of([model(pausing, LINKS["wifi"])]).kind == "sender"


class Noted(Holds):
    """Holds of which a page keeps a record."""

    record: list = []  # noqa: RUF012

    def between(self, from_ms, until_ms, *, rng):
        begin_ms, end_ms = super().between(from_ms, until_ms, rng=rng)
        self.record[:] = zip(begin_ms.tolist(), end_ms.tolist(), strict=True)
        return begin_ms, end_ms


def test_a_busy_page_is_told_from_the_network_only_by_its_own_record():
    stalls = Noted(holds_per_s=0.4, hold_ms=(100, 300))
    arrivals = model(SENDERS["duplex"], Link(name="busy", stages=(*LINKS["wire"].stages, stalls)))
    assert cause_of([arrivals], busy_ms=stalls.record).kind == "main_thread"
    unaware = cause_of([arrivals])
    assert unaware.kind == "network"
    assert "A busy main thread looks the same" in unaware.remedy


def test_where_nothing_is_late_the_player_is_to_blame_or_nobody():
    quick = ModelSender(name="quick", delta_ms=250, audio_s_per_s=(3, 6))
    arrivals = model(quick, LINKS["wire"])
    assert cause_of([arrivals], player=Player(hold_ms=20, max_queue_ms=2000)).kind == "player"
    assert cause_of([arrivals], player=Player(hold_ms=20)).kind == "nothing"


def test_one_packet_is_nobodys_fault():
    arrivals = Arrivals("one", (Answer("a", np.array([0.0]), np.array([4800])),))
    assert cause_of([arrivals]).kind == "nothing"


def test_two_packets_are_enough_to_blame_somebody():
    arrivals = Arrivals("two", (Answer("a", np.array([0.0, 900.0]), np.array([2400, 2400])),))
    assert cause_of([arrivals]).kind in ("network", "sender")


def test_a_choice_names_the_cause_and_the_remedy():
    choice = smallest_buffer(model(SENDERS["slow"], LINKS["wifi"]))
    assert choice.cause.kind == "sender"
    assert str(choice.cause) in str(choice)
    assert choice.cause.blamed["sender"] <= choice.cause.late_answers
