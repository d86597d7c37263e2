"""The filters, against Chromium's own BiquadFilterNode.

Tolerances: below 300 Hz Chromium's single-precision arithmetic shows, more so
in a narrow notch.
"""

import base64

import numpy as np
import pytest

from voicelab import filters
from voicelab.export.worklet import node_settings

pytestmark = pytest.mark.browser

FILTERED = "async (job) => (await import('/offline.mjs')).filtered(job)"
CASES = [
    (filters.HighPass(80), 1e-4),
    (filters.HighPass(80, q_db=filters.WEB_AUDIO_Q_DB), 1e-4),
    (filters.HighPass(400), 1e-6),
    (filters.LowPass(3400), 1e-6),
    (filters.Notch(50), 2e-4),
    (filters.Notch(1000, q=1), 1e-6),
]


@pytest.mark.parametrize("rate_hz", [24_000, 44_100, 48_000])
@pytest.mark.parametrize(("each", "tolerance"), CASES, ids=lambda each: str(each))
def test_a_filter_is_the_browsers_own(page, each, tolerance, rate_hz):
    rng = np.random.default_rng(80)
    at_s = np.arange(rate_hz) / rate_hz
    sound = 0.3 * rng.uniform(-1, 1, rate_hz) + 0.4 * np.sin(2 * np.pi * 60 * at_s)
    sound[100] = 1.0
    sound = sound.astype(np.float32)
    sent = base64.b64encode(sound.tobytes()).decode()
    job = {"samples": sent, "rateHz": rate_hz, "settings": node_settings(each)}
    came = base64.b64decode(page.evaluate(FILTERED, job))
    here = each.stream(rate_hz).feed(sound)
    error = np.abs(here - np.frombuffer(came, np.float32)).max()
    print(f"{each} at {rate_hz} Hz: {error:.1e}")
    assert error < tolerance
