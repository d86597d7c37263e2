"""Frame figures: the same numbers as scikit-learn's."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.audio import Span, Turn
from voicelab.vad import Activity
from voicelab.vad.frames import frame_figures, frame_truth

metrics = pytest.importorskip("sklearn.metrics", reason="needs scikit-learn")

TURNS = (Turn((Span(1000, 2000), Span(2500, 3000))), Turn((Span(6000, 7000),)))


@given(seed=st.integers(0, 1000), threshold=st.sampled_from([0.1, 0.5, 0.8]))
def test_area_hits_and_false_alarms_are_those_of_scikit_learn(seed, threshold):
    rng = np.random.default_rng(seed)
    values = np.round(rng.random(800), 1).astype(np.float32)  # ties, on purpose
    found = frame_figures(Activity(values, 10.0, "made"), TURNS, threshold=threshold)
    truth = frame_truth(TURNS, frames=800, hop_ms=10.0)
    known = truth >= 0
    speech, heard = truth[known] == 1, values[known]
    assert found.area_share == pytest.approx(metrics.roc_auc_score(speech, heard))
    (quiet, false), (miss, hit) = metrics.confusion_matrix(speech, heard >= np.float32(threshold))
    assert found.hit_share == pytest.approx(hit / (hit + miss))
    assert found.false_share == pytest.approx(false / (false + quiet))
    assert found.frames == known.sum()


def test_frames_near_an_edge_are_not_counted():
    truth = frame_truth(TURNS, frames=800, hop_ms=10.0)
    assert truth[93] == 0
    assert set(truth[94:112]) == {-1}
    assert truth[112] == 1
    assert set(truth[194:212]) == {-1}


def test_where_nobody_speaks_there_is_nothing_to_compare():
    silent = Activity(np.zeros(10, np.float32), 10.0, "made")
    assert math.isnan(frame_figures(silent, (), threshold=0.5).area_share)
