from pathlib import Path

import pytest

from voicelab.export import export
from voicelab.tuning import Tuning, stamp

TUNED = Path(__file__).parents[1] / "tuning" / "tuned.json"


@pytest.fixture
def tuned():
    return Tuning.load(TUNED)


def test_the_event_is_nested_and_names_its_type(tuned):
    artifact, _, _ = export(tuned, to="openai-realtime")
    assert artifact == {
        "event_id": f"voicelab_tuning_{stamp(tuned)}",
        "type": "session.update",
        "session": {
            "type": "realtime",
            "audio": {
                "input": {
                    "format": {"type": "audio/pcm", "rate": 24000},
                    "noise_reduction": None,
                    "turn_detection": {
                        "type": "server_vad",
                        "threshold": 0.62,
                        "prefix_padding_ms": 400,
                        "silence_duration_ms": 650,
                        "create_response": True,
                        "interrupt_response": True,
                    },
                },
                "output": {"format": {"type": "audio/pcm", "rate": 24000}},
            },
        },
    }


def test_the_speech_duration_has_no_field_and_is_lost(tuned):
    _, lost, _ = export(tuned, to="openai-realtime")
    assert [remark.path for remark in lost] == [
        "/filters/0",
        "/player",
        "/session",
        "/turn_detection/speech_duration_ms",
        "session.metadata",
    ]
    assert "shorter than 200 ms" in lost[-2].sentence


def test_the_stamp_travels_as_the_events_id_and_its_echo_is_lost(tuned):
    said = dict(export(tuned, to="openai-realtime").lost)["session.metadata"]
    assert "the tuning's stamp is the event's event_id" in said
    assert "the service does not return" in said


def test_where_any_burst_may_start_a_turn_no_speech_duration_is_lost():
    _, lost, _ = export(Tuning.from_profile("openai-realtime-2026"), to="openai-realtime")
    assert [remark.path for remark in lost] == ["/player", "/session", "session.metadata"]


def test_push_to_talk_is_null():
    tuning = Tuning.from_profile("openai-realtime-2026").with_value("/turn_detection", None)
    artifact, lost, _ = export(tuning, to="openai-realtime")
    assert artifact["session"]["audio"]["input"]["turn_detection"] is None
    assert [remark.path for remark in lost] == ["/player", "/session", "session.metadata"]


def test_another_rate_than_24_khz_is_lost():
    tuning = Tuning.from_profile("openai-realtime-2026").with_value("/player/rate_hz", 16000)
    lost = dict(export(tuning, to="openai-realtime").lost)
    assert lost["/player/rate_hz"] == "the service sends 24000 Hz, not 16000"


def test_one_event_does_not_change_with_another(tuned):
    first, _, _ = export(tuned, to="openai-realtime")
    first["session"]["audio"]["input"]["format"]["rate"] = 8000
    second, _, _ = export(tuned, to="openai-realtime")
    assert second["session"]["audio"]["output"]["format"]["rate"] == 24000
    assert second["session"]["audio"]["input"]["format"]["rate"] == 24000
