"""The troubleshooting guide's seven issues, each reproduced, and named with its fix."""

import json
from dataclasses import replace

import pytest
from drawn import Draw, Talk, logged, seen, service_of
from page import Habits, Page
from planted import false_triggers, idle_close, playback_dry
from planted import main_thread_blocked as busy_page

from voicelab.diagnose import diagnose, read_session
from voicelab.profiles import profile


@pytest.fixture
def draw():
    return Draw(11, held_out=False)


def test_issue_1_the_socket_drops_in_mid_session(draw):
    """1006 after 30 to 60 s without user action, or a proxy after 60 to 90 s."""
    talk = Talk(draw, duration_ms=40_000).fill()
    dropped = service_of(draw, talk, "drop@30s,connect=1")
    lost = diagnose(logged(draw, talk, dropped)).named("connection_lost")
    assert "1006" in lost.evidence[0].sentence
    assert "reconnect" in lost.change
    idle = diagnose(idle_close(draw)).named("idle_close")
    assert "60 to 90 s" in idle.cause


def test_issue_2_playback_stutters(draw):
    """The buffer runs empty before the next frames arrive, or the main thread is busy."""
    dry = diagnose(playback_dry(draw)).named("playback_dry")
    assert "underrun" in dry.cause
    assert [edit.path for edit in dry.edits][:2] == ["/player/start", "/player/start_ms"]
    blocked = diagnose(busy_page(draw)).named("main_thread_blocked")
    assert "AudioWorklet" in blocked.change


def test_issue_3_noise_talks_to_the_agent(draw):
    noise = diagnose(false_triggers(draw)).named("false_triggers")
    assert [(edit.path, edit.value) for edit in noise.edits] == [
        ("/turn_detection/threshold", 0.65)
    ]
    assert "high-pass" in noise.change
    assert "push-to-talk" in noise.change


def test_issue_4_the_page_connects_to_the_service_and_cors_blocks_it(draw, tmp_path):
    talk = Talk(draw, duration_ms=8_000)
    talk.say()
    url = "wss://interview-voice.openai.azure.com/openai/realtime?api-key=0123456789abcdef"
    page = Page(service_of(draw, talk), Habits(said=talk.sound, duration_ms=8_000, url=url))
    document = json.loads(page.run())
    document["log"]["entries"].append(
        {
            "_resourceType": "xhr",
            "request": {
                "url": "https://interview-voice.openai.azure.com/openai/sessions",
                "headers": [{"name": "Origin", "value": "https://app.example.com"}],
            },
            "response": {"status": 0, "_error": "net::ERR_FAILED", "headers": []},
        }
    )
    path = tmp_path / "cors.har"
    path.write_text(json.dumps(document))
    diagnosis = diagnose(read_session(path))
    assert "CORS" in diagnosis.named("direct_connection").sentence
    assert "same-origin proxy" in diagnosis.named("direct_connection").change
    assert diagnosis.named("key_in_url").severity == 3


def test_issue_5_the_service_answers_429(draw):
    talk = Talk(draw, duration_ms=10_000)
    service = service_of(draw, talk, limits=replace(profile("guide").limits, concurrent_sessions=0))
    limited = diagnose(seen(draw, talk, service)).named("rate_limit")
    assert "session queue" in limited.change
    assert "quota" in limited.change
    assert limited.severity == 3


def test_issue_6_the_session_ends_after_ten_minutes(draw):
    talk = Talk(draw, duration_ms=620_000)
    ends_ms = talk.say() + 10_000
    service = service_of(draw, talk, limits=profile("guide").limits)
    expired = diagnose(seen(draw, talk, service, muted=((ends_ms, 1e9),), reconnects=False)).named(
        "session_expired"
    )
    assert "after 600 s" in expired.evidence[0].sentence
    assert "rotation" in expired.change


def test_issue_7_the_microphone_is_denied(draw):
    talk = Talk(draw, duration_ms=25_000)
    denied = diagnose(seen(draw, talk, microphone=False)).named("no_microphone")
    assert "permission" in denied.cause
    assert "navigator.permissions" in denied.change
