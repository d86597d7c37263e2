"""How a browser captured goes beside the recording and comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.audio import Capture, Sidecar, format_sidecar, parse_sidecar

SHA256 = st.text("0123456789abcdef", min_size=64, max_size=64)
CAPTURES = st.builds(
    Capture,
    echo_cancellation=st.none() | st.booleans(),
    noise_suppression=st.none() | st.booleans(),
    auto_gain=st.none() | st.booleans(),
    rate_hz=st.none() | st.integers(4000, 384_000),
    device_sha256=st.none() | SHA256,
    lost_ms=st.none() | st.integers(0, 1000),
)


@given(CAPTURES, st.none() | SHA256)
def test_what_is_written_is_read(capture, drafted):
    sidecar = Sidecar(capture=capture, drafted_labels_sha256=drafted)
    assert parse_sidecar(format_sidecar(sidecar)) == sidecar


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "JSON object with no other keys"),
        ("no", "JSON object with no other keys"),
        ('{"device": "Ada\'s headset"}', "JSON object with no other keys"),
        ('{"auto_gain": 1}', "auto_gain must be true, false or absent"),
        ('{"rate_hz": 48}', "rate_hz must be a whole number"),
        ('{"device_sha256": "Headset"}', "64 small hexadecimal digits"),
        ('{"lost_ms": -1}', "lost_ms must be a number of milliseconds"),
        ('{"drafted_labels_sha256": "x"}', "64 small hexadecimal digits"),
    ],
)
def test_what_is_no_sidecar_is_refused(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_sidecar(text)
