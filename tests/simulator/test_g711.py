"""G.711 against values of the standard, and against itself."""

import numpy as np
import pytest

from voicelab.simulator.g711 import from_g711, to_g711

EVERY_CODE = bytes(range(256))


@pytest.mark.parametrize(
    ("law", "code", "value"),
    [
        ("g711_ulaw", 0x80, 32_124),
        ("g711_ulaw", 0x00, -32_124),
        ("g711_ulaw", 0xFF, 0),
        ("g711_alaw", 0xAA, 32_256),
        ("g711_alaw", 0x2A, -32_256),
        ("g711_alaw", 0xD5, 8),
        ("g711_alaw", 0x55, -8),
    ],
)
def test_a_code_means_what_the_standard_says(law, code, value):
    assert from_g711(bytes([code]), law=law) * 32_768 == value


@pytest.mark.parametrize("law", ["g711_ulaw", "g711_alaw"])
def test_every_value_survives_the_way_there_and_back(law):
    values = from_g711(EVERY_CODE, law=law)
    np.testing.assert_array_equal(from_g711(to_g711(values, law=law), law=law), values)


@pytest.mark.parametrize("law", ["g711_ulaw", "g711_alaw"])
def test_a_sample_goes_to_the_nearest_value(law):
    samples = np.linspace(-1, 1, 999)
    values = from_g711(EVERY_CODE, law=law).astype(float)
    nearest = np.abs(samples[:, None] - values).min(axis=1)
    coded = from_g711(to_g711(samples, law=law), law=law)
    np.testing.assert_allclose(np.abs(coded - samples), nearest, atol=1e-12)
