"""Detector families: one clock, streams equal to the whole, and one's own in ten lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info

from voicelab import samples
from voicelab.audio import Recording
from voicelab.vad import DETECTOR_RATE_HZ, DETECTORS, FrameDetector, SileroDetector, detector
from voicelab.vad.level import RISE_DB_PER_S
from voicelab.vad.one_thread import one_thread
from voicelab.vad.silero import find_model
from voicelab.vad.silero_network import SileroNetwork

SPOKEN = samples.room()["speech_male_jfk"].excerpt(0, 4000)
FAMILIES = [*map(detector, DETECTORS), SileroDetector(reset_in_quiet=True)]
named = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def at_16_khz(samples_) -> Recording:
    return Recording(np.asarray(samples_, np.float32), DETECTOR_RATE_HZ)


@named
@settings(max_examples=10)
@given(cuts=st.lists(st.integers(0, SPOKEN.samples.size), max_size=12))
def test_a_stream_of_chunks_of_any_size_hears_what_the_whole_holds(family, cuts):
    (whole,) = family.activities([SPOKEN])
    stream = family.stream(rate_hz=SPOKEN.rate_hz)
    heard = [stream.feed(chunk) for chunk in np.split(SPOKEN.samples, sorted(cuts))]
    apart = 1e-5 if family.name.startswith("silero") else 0  # streams are onnxruntime's
    heard = np.concatenate([*heard, stream.finish()])
    np.testing.assert_allclose(heard, whole.values, rtol=0, atol=apart)


@named
def test_recordings_side_by_side_do_not_hear_each_other(family):
    takes = [SPOKEN.excerpt(0, 900), SPOKEN.excerpt(500, 3100), SPOKEN.excerpt(300, 1500)]
    for take, heard in zip(takes, family.activities(takes), strict=True):
        (alone,) = family.activities([take])
        np.testing.assert_allclose(heard.values, alone.values, atol=1e-6)


@named
def test_activity_lies_between_0_and_1_on_frames_that_cover_the_sound(family):
    (activity,) = family.activities([SPOKEN])
    assert activity.values.min() >= 0
    assert activity.values.max() <= 1
    assert 0 <= activity.duration_ms - SPOKEN.duration_ms < family.hop_ms


def test_a_detector_of_ones_own_is_ten_lines():
    class Zeros(FrameDetector):
        """The share of samples at which the sign changes."""

        name, hop_ms = "zeros", 10.0

        def ears(self):
            return lambda frames: np.mean(np.diff(np.sign(frames), axis=1) != 0, axis=1)

    tone = np.sin(2 * np.pi * 1000 * np.arange(1600) / DETECTOR_RATE_HZ)
    (activity,) = Zeros().activities([at_16_khz(tone)])
    assert activity.values == pytest.approx(2 * 1000 / DETECTOR_RATE_HZ, abs=0.01)
    stream = Zeros().stream()
    np.testing.assert_array_equal(stream.feed(tone[:777].astype("f4")), activity.values[:4])


def test_webrtc_knows_five_levels_and_no_others():
    (activity,) = detector("webrtc").activities([SPOKEN])
    assert set(activity.values.tolist()) <= set(detector("webrtc").levels)
    assert len(set(activity.values.tolist())) > 2


def test_a_steady_noise_becomes_the_floor_and_a_word_stands_above_it():
    noise = 0.05 * np.random.default_rng(1).standard_normal(4 * DETECTOR_RATE_HZ)
    noise[3 * DETECTOR_RATE_HZ :] *= 10
    (activity,) = detector("level-adaptive").activities([at_16_khz(noise)])
    assert np.median(activity.values[100:150]) < 0.1
    assert np.median(activity.values[150:]) == pytest.approx(20 / 40, abs=0.08)


def test_the_floor_falls_at_once_and_creeps_up_by_its_step():
    tone = np.concatenate([np.full(16_000, level) for level in (0.1, 0.01, 0.1)])
    (activity,) = detector("level-adaptive").activities([at_16_khz(tone)])
    assert activity.values[50] == 0  # it fell with the sound
    assert activity.values[100] == pytest.approx(20 / 40, abs=0.002)
    assert activity.values[149] == pytest.approx((20 - RISE_DB_PER_S) / 40, abs=0.002)
    assert np.diff(activity.values[101:]) == pytest.approx(-RISE_DB_PER_S * 0.02 / 40, abs=1e-5)


def test_the_networks_arithmetic_is_the_models(tmp_path):
    """Under another name its arrays are not known, and onnxruntime runs the same model."""
    renamed = tmp_path / "renamed.onnx"
    renamed.write_bytes(find_model().read_bytes().replace(b"forward_basis", b"forwards_base"))
    takes = [SPOKEN, *(take.excerpt(0, 6000) for take in samples.room() if take.kind != "speech")]
    own, theirs = SileroDetector().activities(takes), SileroDetector(renamed).activities(takes)
    assert SileroNetwork.read(find_model()) is not None
    assert SileroNetwork.read(renamed) is None
    for one, other in zip(own, theirs, strict=True):
        np.testing.assert_allclose(one.values, other.values, atol=1e-4)


def test_streams_that_end_at_different_times_hear_what_each_hears_alone():
    takes = [SPOKEN.excerpt(0, length_ms) for length_ms in (3900, 20, 2100, 1000, 2100, 40)]
    detector = SileroDetector()
    for take, heard in zip(takes, detector.activities(takes), strict=True):
        np.testing.assert_array_equal(heard.values, detector.activities([take])[0].values)


def test_products_keep_to_one_thread_until_the_last_who_asked_has_left():
    def threads():
        blas = [each for each in threadpool_info() if each["user_api"] == "blas"]
        return {each["num_threads"] for each in blas if "numpy" in each["filepath"]}

    before = threads()
    with one_thread():
        with one_thread():
            pass
        assert threads() <= {1}  # empty where numpy has a library that nobody can limit
    assert threads() == before


def test_long_noise_leaves_the_reset_model_no_deafer():
    noise = samples.room()["noise_fan_ventilation"].samples
    spoken = SPOKEN.samples
    long = np.concatenate([np.resize(noise, 20 * SPOKEN.rate_hz), spoken])
    take = Recording(long, SPOKEN.rate_hz)
    plain, reset = (each.activities([take])[0] for each in FAMILIES[-2:])
    speech = slice(round(20_000 / plain.hop_ms) + 10, None)
    assert np.mean(reset.values[speech]) >= np.mean(plain.values[speech]) - 0.02
    assert not np.array_equal(reset.values, plain.values)


def test_an_unknown_detector_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="one of level, level-adaptive, webrtc, silero, got 'ear'"):
        detector("ear")


def test_a_file_that_is_no_model_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ValueError, match=r"model\.onnx must be an ONNX model"):
        SileroDetector(tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="must be a file, got nothing"):
        SileroDetector(tmp_path / "missing.onnx")
