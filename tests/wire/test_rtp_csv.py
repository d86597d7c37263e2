"""RTP timing as a table: one stream, played in order."""

import pytest

from voicelab.arrivals import read_arrivals
from voicelab.wire import is_rtp_csv, read_rtp_csv

HEADER = "recv_ms,seq,media_ms"


def test_a_packet_can_be_read_once_those_in_front_are_there():
    rows, remarks = read_rtp_csv([HEADER, "0,0,0", "45,2,40", "46,1,20", "61,3,60"])
    assert [(row.recv_ms, row.samples) for row in rows] == [
        (0, 480),
        (46, 480),
        (46, 480),
        (61, 480),
    ]
    assert remarks == ("1 packet came after a later one and held it up",)


def test_a_lost_packet_is_a_hole_that_is_not_waited_for():
    rows, remarks = read_rtp_csv([HEADER, "0,0,0", "20,1,20", "60,3,60", "80,4,80", "80,4,80"])
    assert [row.recv_ms for row in rows] == [0, 20, 60, 80]
    assert remarks == (
        "1 packet never came and left a hole that is not waited for",
        "1 packet came twice and counts once",
    )


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([HEADER], True),
        (["seq,media_ms,recv_ms,x"], True),
        (["response,recv_ms"], False),
        ([], False),
    ],
)
def test_the_header_tells_such_a_table(lines, told):
    assert is_rtp_csv(lines) is told


def test_a_line_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match="line 3 must hold 3 values like the header, got 2"):
        read_rtp_csv([HEADER, "0,0,0", "1,1"])
    with pytest.raises(ValueError, match="line 2: seq must be a finite number, got 'x'"):
        read_rtp_csv([HEADER, "0,x,0"])


def test_webrtcs_dump_is_one_long_answer(shared):
    arrivals = read_arrivals(shared / "traces" / "webrtc_rtp_stereo_jitter.csv")
    assert len(arrivals.answers) == 1
    assert arrivals.pacing == "paced"
    assert arrivals.answers[0].duration_ms(24_000) == pytest.approx(40_000, abs=500)
