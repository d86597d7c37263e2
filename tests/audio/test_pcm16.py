"""PCM16: one rounding rule, little endian, clipping counted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.audio import from_pcm16, to_pcm16

EVERY_INTEGER = np.arange(-32_768, 32_768).astype("<i2")
STEP = 1 / 32_768


def test_every_integer_survives_the_way_there_and_back():
    there = from_pcm16(EVERY_INTEGER.tobytes())
    assert there.dtype == np.float32
    assert to_pcm16(there) == (EVERY_INTEGER.tobytes(), 0)


def test_bytes_are_little_endian():
    assert to_pcm16([STEP, -STEP, 258 * STEP]).octets == b"\x01\x00\xff\xff\x02\x01"
    assert from_pcm16(b"\x02\x01").tolist() == [258 * STEP]


@pytest.mark.parametrize(
    ("steps", "integer"), [(0.5, 0), (0.51, 1), (1.5, 2), (2.5, 2), (-0.5, 0), (-1.5, -2)]
)
def test_a_sample_goes_to_the_nearest_integer_and_ties_to_the_even_one(steps, integer):
    assert to_pcm16([steps * STEP]).samples.tolist() == [integer]


@pytest.mark.parametrize(
    ("sample", "integer", "clipped"),
    [(1.0, 32_767, 0), (1 + STEP, 32_767, 1), (-1.0, -32_768, 0), (-1 - STEP, -32_768, 1)],
)
def test_what_lies_beyond_full_scale_is_cut_and_counted(sample, integer, clipped):
    cut = to_pcm16([sample])
    assert (cut.samples.tolist(), cut.clipped) == ([integer], clipped)


@given(st.lists(st.floats(-1, 32_767 / 32_768, width=32), min_size=1))
def test_rounding_moves_a_sample_by_half_a_step_at_most(samples):
    there = from_pcm16(to_pcm16(samples).octets)
    assert np.abs(there.astype(float) - np.array(samples)).max() <= STEP / 2


@given(st.lists(st.floats(-2, 2), min_size=1))
def test_clipping_counts_what_moved_by_more_than_a_step(samples):
    cut = to_pcm16(samples)
    moved = np.abs(cut.samples / 32_768 - np.array(samples))
    # A sample within half a step of full scale is rounded to it before it is judged.
    assert np.count_nonzero(moved > 1.5 * STEP) <= cut.clipped
    assert cut.clipped <= np.count_nonzero(np.abs(samples) > 1)


@pytest.mark.parametrize("octets", [b"", b"\x01\x00"])
@pytest.mark.parametrize("form", [bytes, bytearray, memoryview])
def test_any_bytes_are_read(octets, form):
    assert from_pcm16(form(octets)).size == len(octets) // 2


def test_half_a_sample_is_refused():
    with pytest.raises(ValueError, match="two bytes a sample, got 3 bytes; was a message cut"):
        from_pcm16(b"\x00\x01\x02")


@pytest.mark.parametrize("sample", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(sample):
    with pytest.raises(ValueError, match="finite to become PCM16, got NaN or Inf"):
        to_pcm16([0.0, sample])
