"""The HAR that Chromium wrote: three answers of seven deltas over a bad link."""

from pathlib import Path

import numpy as np

from voicelab.arrivals import read_arrivals
from voicelab.jitter import GUIDE_PLAYER, play
from voicelab.samples import folder

HAR = Path(__file__).with_name("session.har")
SENT = folder() / "arrivals" / "tcp_wan_ge4_rt_s11.csv"


def test_a_recorded_session_becomes_its_answers():
    arrivals = read_arrivals(HAR)
    assert [answer.id for answer in arrivals.answers] == ["resp_1", "resp_2", "resp_3"]
    assert arrivals.rate_hz == 24_000
    assert arrivals.remarks == ()
    for answer, sent in zip(arrivals.answers, read_arrivals(SENT).answers, strict=False):
        np.testing.assert_array_equal(answer.samples, sent.samples[:7])
        assert answer.done_ms is not None
        apart_ms = np.diff(answer.arrived_ms) - np.diff(sent.arrived_ms[:7])
        assert np.median(np.abs(apart_ms)) < 10


def test_it_shows_that_the_guides_player_runs_dry():
    assert play(read_arrivals(HAR), GUIDE_PLAYER).underruns.sum() > 0
