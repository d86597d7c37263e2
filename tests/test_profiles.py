import pytest

from voicelab.filters import WEB_AUDIO_Q_DB, HighPass
from voicelab.jitter.player import Player
from voicelab.profiles import PROFILES, profile
from voicelab.vad.turn_detection import TurnDetection


def test_the_guide_is_its_own_numbers():
    guide = profile("guide")
    assert guide.turn_detection.threshold == 0.65
    assert guide.turn_detection.prefix_padding_ms == 300
    assert guide.turn_detection.silence_duration_ms == 450
    assert guide.player.prefill_samples == 480
    assert guide.player.on_underrun == "guide"
    assert guide.session.attempts == 3
    assert guide.session.backoff_ms == (1500, 1500)
    assert guide.limits.concurrent_sessions == 10


def test_the_guide_rotates_at_nine_of_ten_minutes():
    guide = profile("guide")
    assert guide.limits.session_s == 10 * 60
    assert guide.limits.session_s - guide.session.rotate_before_s == 9 * 60


def test_the_guides_filter_keeps_web_audios_q():
    assert profile("guide").filters == (HighPass(80, q_db=WEB_AUDIO_Q_DB),)


def test_the_guide_leaves_the_speech_duration_to_the_service():
    service = profile("voice-live-2026-07-15").turn_detection
    assert profile("guide").turn_detection.speech_duration_ms == service.speech_duration_ms
    assert any("speech_duration_ms" in note.fact for note in profile("guide").notes)


def test_voice_lives_defaults_are_those_of_the_settings_class():
    assert profile("voice-live-2026-07-15").turn_detection == TurnDetection(
        threshold=0.5, prefix_padding_ms=400, silence_duration_ms=500, speech_duration_ms=200
    )
    assert profile("voice-live-2026-07-15").turn_detection == TurnDetection()


def test_of_two_papers_the_newer_one_gives_the_token_limit():
    voice_live = profile("voice-live-2026-07-15")
    (note,) = [note for note in voice_live.notes if "tokens a minute" in note.fact]
    assert voice_live.limits.tokens_per_min == 100_000
    assert "100,000" in note.fact
    assert f"{note.dated}" == "2026-03-31"


def test_voice_live_limits_session_length_and_new_connections():
    limits = profile("voice-live-2026-07-15").limits
    assert (limits.session_s, limits.connections_per_min) == (3600, 30)
    assert limits.concurrent_sessions is None


def test_openai_starts_a_turn_on_any_burst():
    assert profile("openai-realtime-2026").turn_detection == TurnDetection(
        threshold=0.5, prefix_padding_ms=300, silence_duration_ms=500, speech_duration_ms=0
    )


@pytest.mark.parametrize("name", ["voice-live-2026-07-15", "openai-realtime-2026"])
def test_an_untuned_page_plays_the_first_sample_at_once(name):
    player = profile(name).player
    assert player == Player(start="prefill", start_ms=0, on_underrun="play_on")
    assert player.prefill_samples == 1


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_names_its_sources_and_no_source_is_newer_than_its_reading(name):
    known = profile(name)
    assert known.name == name
    assert known.notes
    assert all(note.source for note in known.notes)
    assert all(note.dated <= known.as_of for note in known.notes if note.dated)
    assert str(known).startswith(name)


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_rotates_before_its_session_ends(name):
    known = profile(name)
    assert 0 < known.session.rotate_before_s < known.limits.session_s


def test_no_detector_behind_a_services_threshold_is_known():
    assert {known.detector for known in PROFILES.values()} == {None}


def test_an_unknown_profile_is_answered_with_those_that_exist():
    with pytest.raises(ValueError, match=r"one of guide, openai-realtime-2026, voice-live-2026"):
        profile("voice-live")


def test_profiles_cannot_be_exchanged():
    with pytest.raises(TypeError):
        PROFILES["guide"] = profile("openai-realtime-2026")
