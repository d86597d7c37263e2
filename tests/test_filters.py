"""Filters: Web Audio's numbers, a published filter's, and chunks of any length."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import iirfilter, iirnotch, lfilter

from voicelab.audio import Recording, Span, Turn
from voicelab.filters import (
    BUTTERWORTH_Q_DB,
    WEB_AUDIO_Q_DB,
    BandPass,
    Chain,
    Filter,
    HighPass,
    LowPass,
    Notch,
    Peaking,
    band,
    hum_notches,
    joined,
    nodes,
)

RATES_HZ = (8_000, 16_000, 24_000, 44_100, 48_000)
SOUND = np.random.default_rng(7).uniform(-1, 1, 2_000).astype(np.float32)


@given(
    cuts=st.lists(st.integers(0, SOUND.size), max_size=40).map(sorted),
    frequency_hz=st.floats(20, 11_000),
    q_db=st.floats(-10, 10),
)
def test_chunks_joined_equal_the_whole_to_the_last_bit(cuts, frequency_hz, q_db):
    high_pass = HighPass(frequency_hz, q_db)
    stream = high_pass.stream(24_000)
    chunks = [stream.feed(chunk) for chunk in np.split(SOUND, cuts)]
    whole = high_pass.apply(Recording(SOUND, 24_000)).samples
    assert np.concatenate(chunks).tobytes() == whole.tobytes()


def test_two_streams_of_one_filter_do_not_share_their_past():
    high_pass = HighPass(80)
    high_pass.stream(24_000).feed(SOUND)
    afresh = high_pass.stream(24_000).feed(SOUND)
    assert np.array_equal(afresh, high_pass.apply(Recording(SOUND, 24_000)).samples)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("frequency_hz", [20, 80, 120, 1_000])
def test_the_default_is_a_butterworth_filter_by_the_bilinear_transform(frequency_hz, rate_hz):
    b, a = iirfilter(2, frequency_hz, btype="highpass", ftype="butter", fs=rate_hz)
    section = HighPass(frequency_hz).sections(rate_hz)
    assert section == pytest.approx(np.array([[*b, *a]]), abs=1e-10)


def test_with_one_decibel_it_is_the_cookbook_s_biquad():
    # w0 = 2 pi 80 / 24000, alpha = sin w0 / (2 10 ** (1 / 20)), worked out to twelve places.
    b0, b1, a1, a2 = 0.990645169779, -1.981290339558, -1.981073050874, 0.981507628242
    section = HighPass(80, WEB_AUDIO_Q_DB).sections(24_000)
    assert section == pytest.approx(np.array([[b0, b1, b0, 1, a1, a2]]), abs=1e-11)


def test_a_browser_that_is_not_told_q_makes_a_bump():
    frequencies_hz = np.arange(60, 201)
    gains_db = HighPass(80, WEB_AUDIO_Q_DB).response_db(frequencies_hz, rate_hz=24_000)
    assert gains_db[frequencies_hz == 80] == pytest.approx(1.000, abs=1e-3)
    assert gains_db[frequencies_hz == 113] == pytest.approx(1.9, abs=0.05)
    assert frequencies_hz[gains_db.argmax()] == 103  # 80 / sqrt(1 - 1 / (2 Q ** 2))


@pytest.mark.parametrize("q_db", [-20, BUTTERWORTH_Q_DB, 0, WEB_AUDIO_Q_DB, 12])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_gain_at_the_cut_off_is_q(rate_hz, q_db):
    for frequency_hz in (50, 80, 300, 0.49 * rate_hz):
        gain_db = HighPass(frequency_hz, q_db).response_db([frequency_hz], rate_hz=rate_hz)
        assert gain_db[0] == pytest.approx(q_db, abs=1e-6)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_nothing_rests_and_what_lies_far_above_passes(rate_hz):
    at_rest, above, top = HighPass(80).response_db([0, 2_000, rate_hz / 2], rate_hz=rate_hz)
    assert at_rest < -250
    assert above == pytest.approx(0, abs=1e-4)
    assert top == pytest.approx(0, abs=1e-9)


def test_two_octaves_below_a_butterworth_filter_takes_24_decibels():
    gain_db = HighPass(400).response_db([100], rate_hz=48_000)[0]
    assert gain_db == pytest.approx(-10 * math.log10(1 + 4**4), abs=0.02)


def test_what_it_does_to_sound_is_what_its_response_says():
    seconds = np.arange(48_000) / 24_000
    hum = Recording(0.5 * np.sin(2 * np.pi * 50 * seconds), 24_000)
    settled = HighPass(80).apply(hum).samples[24_000:]
    gain_db = 20 * math.log10(np.sqrt(2) * settled.std() / 0.5)
    assert gain_db == pytest.approx(HighPass(80).response_db([50], rate_hz=24_000)[0], abs=1e-3)


def test_it_filters_as_the_difference_equation_does():
    section = HighPass(120, WEB_AUDIO_Q_DB).sections(16_000)[0]
    expected = lfilter(section[:3], section[3:], SOUND.astype(float))
    filtered = HighPass(120, WEB_AUDIO_Q_DB).apply(Recording(SOUND, 16_000)).samples
    assert filtered == pytest.approx(expected, abs=1e-6)


def test_a_filtered_recording_keeps_its_labels_and_the_other_stays_as_it_was():
    turns = (Turn((Span(10, 50),), "hello"),)
    before = Recording(SOUND, 24_000, "me", turns=turns)
    after = HighPass(80).apply(before)
    assert (after.name, after.turns, after.rate_hz) == ("me", turns, 24_000)
    assert np.array_equal(before.samples, SOUND)


def test_an_empty_chunk_changes_nothing():
    stream = HighPass(80).stream(24_000)
    first = stream.feed(SOUND[:100])
    assert stream.feed(SOUND[:0]).size == 0
    whole = HighPass(80).stream(24_000).feed(SOUND[:200])
    assert np.array_equal(np.concatenate([first, stream.feed(SOUND[100:200])]), whole)


@pytest.mark.parametrize("frequency_hz", [12_000, 12_001, 1e9])
def test_a_cut_off_beyond_half_the_sample_rate_is_refused(frequency_hz):
    with pytest.raises(ValueError, match=r"below half the sample rate \(12000 Hz\), got 1"):
        HighPass(frequency_hz).sections(24_000)


@pytest.mark.parametrize("frequency_hz", [0, -80, math.nan, math.inf])
def test_a_cut_off_must_be_a_positive_frequency(frequency_hz):
    with pytest.raises(ValueError, match="frequency_hz must be positive, got"):
        HighPass(frequency_hz)


@pytest.mark.parametrize("q_db", [-41, 100, math.nan, math.inf])
def test_q_is_in_decibels_and_within_reason(q_db):
    with pytest.raises(ValueError, match="q_db must lie in -40 to 40 dB, got"):
        HighPass(80, q_db)


@pytest.mark.parametrize("sample", [math.nan, math.inf])
def test_one_sample_that_is_not_finite_is_refused_and_poisons_nothing(sample):
    stream = HighPass(80).stream(24_000)
    with pytest.raises(ValueError, match="chunk must hold finite samples, got NaN or Inf"):
        stream.feed(np.array([0.5, sample], np.float32))
    assert np.array_equal(stream.feed(SOUND), HighPass(80).stream(24_000).feed(SOUND))


ALL = [
    HighPass(80),
    LowPass(7_000),
    BandPass(300, 2),
    Notch(50),
    Peaking(3_000, -6),
    Chain(HighPass(80), Notch(150)),
]


@pytest.mark.parametrize("each", ALL, ids=str)
@given(cuts=st.lists(st.integers(0, SOUND.size), max_size=20).map(sorted))
def test_any_filter_s_chunks_joined_equal_the_whole_to_the_last_bit(each, cuts):
    stream = each.stream(24_000)
    chunks = [stream.feed(chunk) for chunk in np.split(SOUND, cuts)]
    assert (
        np.concatenate(chunks).tobytes() == each.apply(Recording(SOUND, 24_000)).samples.tobytes()
    )


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_default_low_pass_is_a_butterworth_filter_by_the_bilinear_transform(rate_hz):
    b, a = iirfilter(2, 3_000, btype="lowpass", ftype="butter", fs=rate_hz)
    assert LowPass(3_000).sections(rate_hz) == pytest.approx(np.array([[*b, *a]]), abs=1e-10)


def test_a_low_pass_s_q_is_in_decibels_too():
    gain_db = LowPass(3_000, WEB_AUDIO_Q_DB).response_db([3_000], rate_hz=24_000)[0]
    assert gain_db == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("q", [1, 10, 30])
def test_a_notch_is_the_published_one_and_its_q_is_a_ratio(q):
    b, a = iirnotch(50, q, fs=24_000)
    # The cookbook sets the width before the bilinear transform, the other after it.
    assert Notch(50, q).sections(24_000) == pytest.approx(np.array([[*b, *a]]), abs=1e-6)


def test_a_notch_loses_its_tone_and_nothing_an_octave_away():
    at, below, above = Notch(150).response_db([150, 75, 300], rate_hz=24_000)
    assert at < -120
    assert min(below, above) > -0.05


@pytest.mark.parametrize("q", [1.0, 4.0])
def test_a_notch_and_the_band_pass_of_its_q_share_the_power(q):
    frequencies_hz = np.array([50, 200, 290, 310, 1_000, 5_000])
    lost, kept = (
        10 ** (each.response_db(frequencies_hz, rate_hz=24_000) / 10)
        for each in (BandPass(300, q), Notch(300, q))
    )
    assert lost + kept == pytest.approx(np.ones(6), abs=1e-9)


@pytest.mark.parametrize("q", [1.0, 4.0])
def test_a_band_pass_is_three_decibels_down_at_the_ends_of_its_width(q):
    # Ends f0 (sqrt(1 + 1 / (2 Q) ** 2) -+ 1 / (2 Q)); low enough for the transform not to bend.
    ends_hz = 300 * (math.sqrt(1 + 1 / (4 * q * q)) + np.array([-1, 1]) / (2 * q))
    assert BandPass(300, q).response_db(ends_hz, rate_hz=48_000) == pytest.approx(
        [-3.01, -3.01], abs=0.05
    )


def test_a_peak_has_its_gain_at_its_centre_and_none_far_away():
    at, far = Peaking(3_000, 6).response_db([3_000, 50], rate_hz=24_000)
    assert at == pytest.approx(6, abs=1e-9)
    assert far == pytest.approx(0, abs=0.01)


def test_a_peak_and_the_dip_of_the_same_size_undo_each_other():
    undone = Chain(Peaking(1_000, 9), Peaking(1_000, -9))
    frequencies_hz = np.geomspace(20, 11_000, 50)
    assert undone.response_db(frequencies_hz, rate_hz=24_000) == pytest.approx(
        np.zeros(50), abs=1e-9
    )


def test_a_chain_s_gain_is_the_sum_of_its_filters_gains():
    frequencies_hz = np.geomspace(20, 11_000, 50)
    apart = sum(each.response_db(frequencies_hz, rate_hz=24_000) for each in ALL[:5])
    assert Chain(*ALL[:5]).response_db(frequencies_hz, rate_hz=24_000) == pytest.approx(
        apart, abs=1e-6
    )


def test_a_chain_filters_in_one_pass_what_its_filters_do_one_by_one():
    sound = Recording(SOUND, 24_000)
    apart = Notch(150).apply(HighPass(80).apply(sound)).samples
    assert Chain(HighPass(80), Notch(150)).apply(sound).samples == pytest.approx(apart, abs=1e-6)


def test_a_band_keeps_its_middle_and_is_three_decibels_down_at_its_ends():
    low, middle, high = band(100, 4_000).response_db([100, 600, 4_000], rate_hz=48_000)
    assert (low, middle, high) == pytest.approx((-3.01, 0, -3.01), abs=0.02)


def test_hum_is_taken_out_at_its_harmonics():
    gains_db = hum_notches(50, harmonics=3).response_db([50, 100, 150, 600], rate_hz=24_000)
    assert (gains_db[:3] < -120).all()
    assert gains_db[3] > -0.1


def test_a_filter_and_its_nodes_are_the_same_thing():
    for each in (None, HighPass(80), Chain(HighPass(80), Notch(150))):
        assert joined(nodes(each)) == each


def test_equal_chains_are_one_key():
    assert len({Chain(HighPass(80), Notch(50)), Chain(HighPass(80), Notch(50))}) == 1


def test_a_chain_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one filter, got none"):
        Chain()


def test_a_filter_of_your_own_is_no_node_of_a_page():
    class Half(Filter):
        def sections(self, rate_hz):
            return np.array([[0.5, 0, 0, 1, 0, 0]])

    assert Half().apply(Recording(SOUND, 24_000)).samples == pytest.approx(SOUND / 2)
    with pytest.raises(ValueError, match="must be one that a browser has"):
        nodes(Half())


def test_a_band_narrower_than_an_octave_is_refused():
    with pytest.raises(ValueError, match="at least twice low_hz, got 300 and 400"):
        band(300, 400)


@pytest.mark.parametrize("make", [LowPass, Notch, BandPass, lambda f: Peaking(f, 3)])
def test_every_filter_refuses_what_is_no_frequency(make):
    with pytest.raises(ValueError, match="frequency_hz must be positive, got -1"):
        make(-1)
    with pytest.raises(ValueError, match="below half the sample rate"):
        make(12_000).sections(24_000)


@pytest.mark.parametrize("q", [0, -3.01, math.nan, math.inf])
def test_a_ratio_in_decibels_is_refused(q):
    for make in (Notch, BandPass):
        with pytest.raises(ValueError, match="centre by width here, not decibels"):
            make(50, q)


def test_a_gain_beyond_reason_is_refused():
    with pytest.raises(ValueError, match="gain_db must lie in -40 to 40 dB, got 41"):
        Peaking(300, 41)
