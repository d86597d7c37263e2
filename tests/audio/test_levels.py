"""Levels: what a level is, resampling, and mixtures at a stated ratio."""

import numpy as np
import pytest

from voicelab.audio import SPEECH_DBFS, Recording, Span, Turn, level_dbfs, mix, resample

RATE_HZ = 16_000
SECOND = np.arange(RATE_HZ) / RATE_HZ
TONE = 0.5 * np.sin(2 * np.pi * 440 * SECOND)
HISS = np.random.default_rng(1).standard_normal(RATE_HZ)


def spoken(*spans_ms, samples=TONE):
    """A tone, spoken in some spans and a tenth as loud elsewhere."""
    loud = np.full(RATE_HZ, 0.1)
    for start_ms, end_ms in spans_ms:
        loud[start_ms * 16 : end_ms * 16] = 1
    turns = tuple(Turn((Span(*span),)) for span in spans_ms)
    return Recording(loud * samples, RATE_HZ, "me", turns=turns)


@pytest.mark.parametrize(
    ("samples", "dbfs"),
    [
        (np.tile([1.0, -1.0], 500), 0.0),
        (np.sin(2 * np.pi * 440 * SECOND), -3.0103),
        (TONE, -3.0103 - 6.0206),
        (np.full(100, 0.1), -20.0),
        (np.zeros(100), -120.0),
        (np.full(100, 1e-9), -120.0),
    ],
)
def test_a_level_is_the_root_mean_square_below_a_full_square_wave(samples, dbfs):
    assert level_dbfs(Recording(samples, RATE_HZ)) == pytest.approx(dbfs, abs=1e-3)


def test_the_level_of_speech_is_that_of_its_spans():
    assert level_dbfs(spoken((200, 400), (600, 900))) == pytest.approx(-9.03, abs=0.01)


def test_where_nobody_speaks_or_nothing_is_labelled_the_whole_clip_counts():
    whole = Recording(TONE, RATE_HZ)
    assert level_dbfs(Recording(TONE, RATE_HZ, turns=())) == level_dbfs(whole)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 24_000, 48_000])
def test_resampling_keeps_tone_length_and_labels(rate_hz):
    before = spoken((200, 400), samples=10 * TONE)
    after = resample(before, rate_hz)
    middle = slice(int(0.22 * rate_hz), int(0.38 * rate_hz))
    expected = 5 * np.sin(2 * np.pi * 440 * np.arange(after.samples.size) / rate_hz)
    assert after.rate_hz == rate_hz
    assert after.duration_ms == pytest.approx(before.duration_ms, abs=0.2)
    assert (after.turns, after.name) == (before.turns, "me")
    assert after.samples[middle] == pytest.approx(expected[middle], abs=5e-3)


def test_what_a_lower_rate_cannot_hold_is_gone_and_not_folded_back():
    whistle = Recording(np.sin(2 * np.pi * 7_000 * SECOND), RATE_HZ)
    assert level_dbfs(resample(whistle, 8_000).excerpt(100, 900)) < -90


def test_resampling_to_its_own_rate_changes_nothing():
    tone = Recording(TONE, RATE_HZ)
    assert resample(tone, RATE_HZ) is tone


@pytest.mark.parametrize("snr_db", [-5.0, 0.0, 20.0])
def test_a_mixture_holds_speech_and_noise_at_the_stated_levels(snr_db):
    voice, noise = spoken((200, 400)), Recording(HISS, RATE_HZ, kind="fan")
    mixed = mix(voice, noise, snr_db=snr_db)
    gain = 10 ** ((SPEECH_DBFS - level_dbfs(voice)) / 20)
    rest = Recording(mixed.samples - gain * voice.samples, RATE_HZ)
    assert level_dbfs(rest) == pytest.approx(SPEECH_DBFS - snr_db, abs=0.01)
    assert (mixed.name, mixed.kind, mixed.turns) == ("me", "speech", voice.turns)


def test_the_pauses_of_speech_do_not_change_its_noise():
    noise = Recording(HISS, RATE_HZ, kind="fan")
    beds = []
    for voice in (spoken((200, 400)), spoken((0, 1_000))):
        gain = 10 ** ((SPEECH_DBFS - level_dbfs(voice)) / 20)
        beds.append(mix(voice, noise, snr_db=10).samples - gain * voice.samples)
    assert beds[0] == pytest.approx(beds[1], abs=1e-6)


def test_noise_begins_at_its_offset_and_is_repeated():
    click = Recording(np.eye(1, RATE_HZ)[0], RATE_HZ)
    steps = Recording(np.arange(1, 5) / 4, RATE_HZ, kind="fan")
    offset_ms = 1_000 * 3 / RATE_HZ
    mixed = mix(click, steps, snr_db=0, offset_ms=offset_ms)
    heard = mixed.samples[1:9] / mixed.samples[4]
    assert heard == pytest.approx(np.array([1, 2, 3, 4, 1, 2, 3, 4]) / 4, rel=1e-5)


def test_noise_of_another_rate_is_resampled():
    hum = np.sin(2 * np.pi * 100 * np.arange(48_000) / 48_000)
    bed = mix(spoken((0, 1_000)), Recording(hum, 48_000, kind="room"), snr_db=-40).samples
    spectrum = np.abs(np.fft.rfft(bed))
    assert np.argmax(spectrum) == 100  # one second: bins are hertz


@pytest.mark.parametrize("silent", ["speech", "noise"])
def test_silence_is_not_mixed(silent):
    sound = {"speech": Recording(TONE, RATE_HZ), "noise": Recording(HISS, RATE_HZ)}
    sound[silent] = Recording(np.zeros(9), RATE_HZ, "nothing")
    with pytest.raises(ValueError, match=f"{silent} must be audible .* got silence in nothing"):
        mix(sound["speech"], sound["noise"], snr_db=10)
