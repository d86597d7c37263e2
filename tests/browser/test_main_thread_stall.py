"""A page that stalls for 300 ms: where the socket is decides what one hears of it."""

from itertools import pairwise

import numpy as np
import pytest
from schedules import RATE_HZ, sounding
from speaking import speaking

from voicelab.export.worklet import player_rules
from voicelab.jitter import Answer, Arrivals, Player

pytestmark = pytest.mark.browser

PREFILL_MS = 100
STALL_MS = 300
PACED = Arrivals("paced", (Answer("resp_1", np.arange(50) * 50.0, np.full(50, 1200)),))
LISTEN = "async (job) => (await import('/live.mjs')).listenThroughStall(job)"


@pytest.fixture(scope="module")
def heard(chromium, site):
    """What is heard of 50 ms deltas at real-time pace, by where the socket is."""
    runs = {}
    for socket in ("worker", "page", "debounced"):
        page = chromium.new_context().new_page()
        page.goto(f"{site}/empty.html")
        with speaking(PACED) as url:
            job = {"url": url, "socket": socket, "seconds": 3.2}
            job |= {"stallAtMs": 1000, "stallMs": STALL_MS}
            rules = player_rules(Player(prefill_ms=PREFILL_MS))
            runs[socket] = page.evaluate(LISTEN, {**job, "rules": rules})
        page.context.close()
    return runs


def silent_ms(runs):
    stretches = sounding(runs)
    gaps = [b[0] - sum(a) for a, b in pairwise(stretches)]
    return sum(gaps) * 1000 / RATE_HZ


def played_ms(runs):
    return sum(size for _, _, size in runs) * 1000 / RATE_HZ


def test_a_socket_on_the_page_makes_the_stall_audible(heard):
    print(f"on the page: {silent_ms(heard['page']):.0f} ms of silence")
    assert silent_ms(heard["page"]) == pytest.approx(STALL_MS - PREFILL_MS, abs=70)
    assert played_ms(heard["page"]) == 2500


def test_a_socket_in_a_worker_does_not(heard):
    print(f"in a worker: {silent_ms(heard['worker']):.0f} ms of silence")
    assert silent_ms(heard["worker"]) < silent_ms(heard["page"]) / 2  # the machine is slow too
    assert played_ms(heard["worker"]) == 2500


def test_a_debounce_of_0_ms_loses_what_the_stall_has_piled_up(heard):
    lost_ms = 2500 - played_ms(heard["debounced"])
    print(f"debounced: {lost_ms:.0f} ms of audio lost")
    assert lost_ms >= 150
