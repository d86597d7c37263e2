from dataclasses import asdict, fields
from pathlib import Path

import pytest

from voicelab.export import export
from voicelab.filters import HighPass
from voicelab.tuning import Tuning, stamp
from voicelab.tuning.change import paths
from voicelab.vad.turn_detection import TurnDetection

TUNED = Path(__file__).parents[1] / "tuning" / "tuned.json"


@pytest.fixture
def tuned():
    return Tuning.load(TUNED)


def test_the_event_is_flat_and_complete(tuned):
    artifact, _, _ = export(tuned, to="voice-live")
    assert artifact == {
        "type": "session.update",
        "session": {
            "turn_detection": {
                "type": "server_vad",
                "threshold": 0.62,
                "prefix_padding_ms": 400,
                "silence_duration_ms": 650,
                "speech_duration_ms": 200,
                "create_response": True,
                "interrupt_response": True,
            },
            "input_audio_format": "pcm16",
            "input_audio_sampling_rate": 24000,
            "input_audio_noise_reduction": None,
            "input_audio_echo_cancellation": None,
            "output_audio_format": "pcm16",
            "metadata": {"voicelab_tuning": stamp(tuned)},
        },
    }


def test_what_becomes_of_the_stamp_in_the_services_logs_is_said_to_be_unknown(tuned):
    said = dict(export(tuned, to="voice-live").assumed)["session.metadata"]
    assert "whether the service's own logs hold it nobody says" in said


def test_the_event_never_names_a_model(tuned):
    assert "model" not in export(tuned, to="voice-live").artifact["session"]


def test_every_turn_detection_setting_travels():
    settings = TurnDetection(
        threshold=0.31,
        prefix_padding_ms=11,
        silence_duration_ms=222,
        speech_duration_ms=33,
        create_response=False,
        interrupt_response=False,
    )
    tuning = Tuning.from_profile("guide").with_value("/turn_detection", settings)
    sent = export(tuning, to="voice-live").artifact["session"]["turn_detection"]
    assert sent == asdict(settings)


def test_push_to_talk_is_null_and_its_doubt_is_said():
    tuning = Tuning.from_profile("guide").with_value("/turn_detection", None)
    artifact, _, assumed = export(tuning, to="voice-live")
    assert artifact["session"]["turn_detection"] is None
    (doubt,) = [remark for remark in assumed if remark.path == "/turn_detection"]
    assert "push-to-talk" in doubt.sentence


def test_what_the_page_and_the_client_do_is_lost_with_its_place(tuned):
    _, lost, _ = export(tuned, to="voice-live")
    said = {remark.path: remark.sentence for remark in lost}
    assert list(said) == ["/filters/0", "/player", "/session"]
    assert "BiquadFilterNode with frequency 80 and Q -3.01" in said["/filters/0"]
    assert "hold of 180 ms" in said["/player"]
    assert "5 attempts, rotation 120 s before the limit" in said["/session"]


def test_every_value_is_in_the_event_or_named_as_lost():
    tuning = Tuning.from_profile("guide").with_value("/filters", (HighPass(80), HighPass(120)))
    artifact, lost, _ = export(tuning, to="voice-live")
    sent = {f"/turn_detection/{key}" for key in artifact["session"]["turn_detection"]}
    sent |= {f"/enhancement/{key}" for key in artifact["session"]}
    missing = [
        path
        for path in paths(tuning)
        if path not in sent and not any(path.startswith(remark.path) for remark in lost)
    ]
    assert missing == []


def test_a_config_without_filters_loses_none():
    _, lost, _ = export(Tuning.from_profile("voice-live-2026-07-15"), to="voice-live")
    assert [remark.path for remark in lost] == ["/player", "/session"]


@pytest.mark.parametrize(
    ("rate_hz", "asked"), [(24000, "pcm16"), (16000, "pcm16_16000hz"), (8000, "pcm16_8000hz")]
)
def test_the_service_is_asked_for_the_rate_that_the_page_plays(rate_hz, asked):
    tuning = Tuning.from_profile("guide").with_value("/player/rate_hz", rate_hz)
    artifact, lost, _ = export(tuning, to="voice-live")
    assert artifact["session"]["output_audio_format"] == asked
    assert "/player/rate_hz" not in [remark.path for remark in lost]


def test_a_rate_that_the_service_does_not_send_is_lost():
    tuning = Tuning.from_profile("guide").with_value("/player/rate_hz", 48000)
    artifact, lost, _ = export(tuning, to="voice-live")
    assert artifact["session"]["output_audio_format"] == "pcm16"
    assert "not 48000; 24000 is asked for" in dict(lost)["/player/rate_hz"]


def test_each_settings_field_is_sent_under_its_own_name(tuned):
    sent = export(tuned, to="voice-live").artifact["session"]["turn_detection"]
    assert list(sent) == [each.name for each in fields(TurnDetection)]
