"""Fault scripts in text become the same values that code would write."""

import pytest

from voicelab.simulator import read_faults
from voicelab.simulator.faults import (
    BeDeaf,
    CloseSession,
    CutConnection,
    RefuseConnection,
    StallAudio,
)
from voicelab.simulator.when import When, read_when


def test_a_script_is_a_row_of_faults():
    assert read_faults("drop@40s; refuse:429@connect=2;deaf;stall:900ms@answer=1;") == (
        CutConnection(how="drop", when=When(after_s=40)),
        RefuseConnection(status=429, when=When(connection=2)),
        BeDeaf(kind="*"),
        StallAudio(stall_ms=900, when=When(answer=1)),
    )
    assert read_faults("") == ()


def test_a_close_has_a_reason_where_one_is_known():
    (close,) = read_faults("close:4000@1s")
    assert close == CloseSession(code=4000, reason="", when=When(after_s=1))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("", When()),
        ("greeting", When()),
        ("1.5s", When(after_s=1.5)),
        ("2min,connect=3", When(after_s=120, connection=3)),
        ("answer=2", When(answer=2)),
        ("answer=2+500ms", When(answer=2, after_s=0.5, into_sound=True)),
    ],
)
def test_a_moment_is_read(text, when):
    assert read_when(text) == when
