"""A take is put together from parts in any order, or asked for again."""

import hashlib

import numpy as np
import pytest

from voicelab.audio import Capture, to_pcm16
from voicelab.views.browser.takes import IncomingTake

SOUND = np.linspace(-0.9, 0.9, 1000)
OCTETS = to_pcm16(SOUND).octets
PARTS = [OCTETS[at : at + 600] for at in range(0, len(OCTETS), 600)]
HEAD = {
    "id": "a/1",
    "parts": len(PARTS),
    "samples": 1000,
    "sha256": hashlib.sha256(OCTETS).hexdigest(),
    "name": "fan",
    "capture": {"auto_gain": True, "rate_hz": 48_000},
}


@pytest.fixture
def incoming():
    return IncomingTake.announced(HEAD)


def test_parts_in_any_order_and_twice_make_the_take(incoming):
    for number in (3, 0, 2, 0, 1):
        assert number in incoming.missing or number == 0
        incoming.put(number, PARTS[number])
    take = incoming.assembled()
    assert to_pcm16(take.samples).octets == OCTETS
    assert (take.name, take.rate_hz) == ("fan", 24_000)
    assert take.capture == Capture(auto_gain=True, rate_hz=48_000)
    assert incoming.arrived
    assert incoming.missing == []


def test_a_part_that_was_garbled_makes_all_of_them_missing_again(incoming):
    for number, part in enumerate(PARTS):
        incoming.put(number, part if number else bytes(len(part)))
    assert incoming.assembled() is None
    assert incoming.missing == [0, 1, 2, 3]


def test_a_take_that_lacks_parts_says_which(incoming):
    incoming.put(2, PARTS[2])
    assert incoming.missing == [0, 1, 3]
