"""A HAR's times against the page's own: both are recorded of the same session."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from voicelab.arrivals import read_arrivals

pytestmark = pytest.mark.browser

TOOL = Path(__file__).parents[2] / "tools" / "record_har.py"


def tool():
    """The program that records the HAR of the tests."""
    spec = importlib.util.spec_from_file_location("record_har", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_hars_times_are_the_pages_own(chromium, tmp_path):
    har, log = tool().record(chromium)
    frames = har["log"]["entries"][0]["_webSocketMessages"]
    received_ms = [1000 * each["time"] for each in frames if each["type"] == "receive"]
    later_ms = np.array([page_ms for page_ms, _ in log]) - received_ms
    spread_ms = np.abs(later_ms - np.median(later_ms))
    print(
        f"{len(log)} frames; the page has a frame {np.median(later_ms):.2f} ms after the HAR's "
        f"time, median deviation {np.median(spread_ms):.2f}, largest {spread_ms.max():.2f} ms"
    )
    assert np.median(spread_ms) < 3
    assert abs(np.median(later_ms)) < 50
    path = tmp_path / "session.har"
    path.write_text(json.dumps(har))
    heard_ms = np.concatenate([answer.arrived_ms for answer in read_arrivals(path).answers])
    deltas_ms = [at for at, kind in log if kind == "response.audio.delta"]
    apart_ms = np.diff(heard_ms) - np.diff(deltas_ms)
    assert np.median(np.abs(apart_ms)) < 3
