"""Arrivals as a table: what is read, and what is refused with its line."""

import pytest

from voicelab.wire import ArrivalRow, read_arrivals_csv

TABLE = """\
# ms since the first send
response,seq,event,send_ms,recv_ms,samples
0,0,delta,0.0,29.94,2400

0,1,done,5.0,31.5,0
"""


def test_a_table_becomes_rows():
    assert read_arrivals_csv(TABLE.splitlines()) == [
        ArrivalRow("0", 29.94, 2400, False),
        ArrivalRow("0", 31.5, 0, True),
    ]


def test_three_columns_in_any_order_are_enough():
    lines = ["\ufeffSamples, recv_ms ,response", '480,1.5,"resp, 1"', " 480.0 , 2e1 , b "]
    assert read_arrivals_csv(lines) == [
        ArrivalRow("resp, 1", 1.5, 480, False),
        ArrivalRow("b", 20.0, 480, False),
    ]


def test_a_header_alone_is_no_row():
    assert read_arrivals_csv(["response,recv_ms,samples"]) == []


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "must begin with the columns response, recv_ms, samples"),
        (["# nothing"], "must begin with the columns"),
        (["recv_ms,seq,media_ms", "0,0,0"], "line 1 .* response, samples is missing"),
        (["response;recv_ms;samples"], "line 1 .* separated by commas"),
        (["response,recv_ms,samples", "0,1"], "line 2 must hold 3 values like the header, got 2"),
        (["#", "response,recv_ms,samples", "0,x,1"], "line 3: recv_ms must be .* got 'x'"),
        (["response,recv_ms,samples", "0,nan,1"], "line 2: recv_ms must be a finite number"),
        (["response,recv_ms,samples", "0,1,"], "line 2: samples must be a finite number, got ''"),
        (["response,recv_ms,samples", "0,1,1.5"], "line 2: samples must be a whole number"),
        (["response,recv_ms,samples", "0,1,-2"], "line 2: samples must be .* got -2"),
        (
            ["response,recv_ms,samples,event", "0,1,2,audio"],
            "line 2: event must be delta or done, got 'audio'",
        ),
        (['"' + "A" * 200_000 + '"'], "line 1 must be comma-separated text"),
    ],
)
def test_a_line_that_does_not_fit_is_named(lines, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_arrivals_csv(lines)
