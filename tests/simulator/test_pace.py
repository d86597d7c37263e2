"""When the pieces of an answer are sent, and how long they travel."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from voices import sentence

from voicelab.jitter import LINKS, SENDERS
from voicelab.simulator import Manner, ModelledPace, Network, Rehearsal, Service, SteadyPace
from voicelab.simulator.pace import LONGEST_DELTA_MS, StalledPace

PACES = [
    SteadyPace(),
    SteadyPace(audio_s_per_s=math.inf),
    SteadyPace(delta_ms=20, audio_s_per_s=0.8),
]
PACES += [ModelledPace(sender=sender) for sender in SENDERS.values()]
PACES += [StalledPace(SteadyPace(), stall_ms=700, after_ms=300)]


@pytest.mark.parametrize("pace", PACES)
@given(duration_ms=st.floats(21, 12_000), answer=st.integers(1, 5))
def test_deltas_add_up_to_the_answer_in_order_and_none_is_long(pace, duration_ms, answer):
    deltas = list(pace.deltas(duration_ms, answer=answer))
    assert sum(delta.length_ms for delta in deltas) == pytest.approx(duration_ms, abs=0.05)
    assert sorted(delta.sent_ms for delta in deltas) == [delta.sent_ms for delta in deltas]
    assert max(delta.length_ms for delta in deltas) <= LONGEST_DELTA_MS
    assert deltas == list(pace.deltas(duration_ms, answer=answer))


def test_at_twice_real_time_an_answer_is_sent_in_half_its_time():
    deltas = list(SteadyPace(first_ms=100, delta_ms=100, audio_s_per_s=2).deltas(1000, answer=1))
    assert [delta.sent_ms for delta in deltas] == [100 + 50 * n for n in range(10)]


@pytest.mark.parametrize(
    "wrong", [{"delta_ms": 0}, {"delta_ms": 600}, {"audio_s_per_s": 0}, {"first_ms": -1}]
)
def test_a_pace_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        SteadyPace(**wrong)


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_over_a_network_everything_comes_later_in_the_same_order_and_alike_twice(link):
    def heard(network):
        client = Rehearsal(Service(network=network, manner=Manner(pace=SteadyPace()))).connect()
        client.speak(sentence())
        client.wait(20_000)
        return [each.at_ms for each in client.received], [e.type for e in client.events()]

    (at_once_ms, order), (late_ms, same), again = heard(None), *(
        heard(Network(link=link, seed=3)) for _ in range(2)
    )  # fmt: skip
    assert same == order
    assert again == (late_ms, same)
    assert all(late > soon for late, soon in zip(late_ms, at_once_ms, strict=True))
