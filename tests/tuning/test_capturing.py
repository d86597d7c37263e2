"""A config's evidence holds for sound that is captured as the recordings were."""

from dataclasses import replace

import pytest

from voicelab.audio import Capture
from voicelab.export import export
from voicelab.tuning import (
    CaptureUsed,
    Evidence,
    RecordingUsed,
    Tuning,
    capture_differences,
    stacked_suppressors,
)
from voicelab.wire import Enhancement

CALL = {
    "echo_cancellation": True,
    "noise_suppression": True,
    "auto_gain": True,
    "rate_hz": 48_000,
    "device_sha256": "a" * 64,
}


def used(name, **capture):
    said = CaptureUsed(**{**CALL, **capture}) if capture != {"capture": None} else None
    return RecordingUsed(name=name, kind="fan", seconds=180, sha256="0" * 64, capture=said)


def evidence(*recordings):
    return Evidence(recordings=recordings)


def test_nothing_differs_where_all_is_as_it_was():
    assert capture_differences(evidence(used("fan")), Capture(**CALL)) == ()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"noise_suppression": False}, "noise suppression is off; fan was recorded with on"),
        ({"rate_hz": 16_000}, "the device's sample rate is 16000; fan was recorded with 48000"),
        ({"device_sha256": "b" * 64}, "the device is another one than fan was recorded with"),
    ],
)
def test_a_setting_that_differs_is_named_with_both_values(changed, sentence):
    (found,) = capture_differences(evidence(used("fan")), Capture(**{**CALL, **changed}))
    assert str(found) == sentence


def test_recordings_that_agree_are_named_together_and_others_apart():
    recordings = (used("fan"), used("room"), used("me", auto_gain=False))
    found = capture_differences(evidence(*recordings), Capture(**{**CALL, "auto_gain": False}))
    assert [each.recordings for each in found] == [("fan", "room")]
    mixed = capture_differences(evidence(*recordings), Capture(**CALL))
    assert [each.recordings for each in mixed] == [("me",)]


def test_how_a_recording_was_made_that_nobody_noted_is_not_known():
    (found,) = capture_differences(evidence(used("fan", capture=None)), Capture(**CALL))
    assert str(found) == "how fan was recorded is not known"


def test_what_no_microphone_of_the_users_captured_is_not_asked_about():
    lent = used("fan", capture=None)
    made = replace(used("speaker echo", capture=None), kind="echo")
    own = replace(used("my_echo", capture=None), kind="echo", sha256="1" * 64)
    asked = evidence(lent, made, own)
    (found,) = capture_differences(asked, Capture(**CALL), shipped={lent.sha256})
    assert found.recordings == ("my_echo",)


def test_what_a_browser_does_not_say_is_not_compared():
    assert capture_differences(evidence(used("fan")), Capture()) == ()


def test_two_suppressors_in_a_row_are_warned_of():
    deep = Enhancement(input_audio_noise_reduction="azure_deep_noise_suppression")
    (warning,) = stacked_suppressors(deep, [Capture(**CALL)])
    assert "noise is suppressed twice" in warning
    assert stacked_suppressors(deep, [Capture(**{**CALL, "noise_suppression": False}), None]) == ()
    both = replace(deep, input_audio_echo_cancellation="server_echo_cancellation")
    assert len(stacked_suppressors(both, [Capture(**CALL)])) == 2
    assert stacked_suppressors(Enhancement(), [Capture(**CALL)]) == ()


def test_the_capture_travels_with_the_config():
    tuning = replace(
        Tuning.from_profile("voice-live-2026-07-15"),
        evidence=evidence(used("fan"), used("room", capture=None)),
    )
    read = Tuning.from_json(tuning.to_json())
    assert read == tuning
    assert len(read.capture_differences(Capture(**{**CALL, "auto_gain": False}))) == 2


def test_a_devices_name_finds_no_place_in_a_config():
    text = replace(Tuning.from_profile("guide"), evidence=evidence(used("fan"))).to_json()
    with pytest.raises(ValueError, match="device_sha256"):
        Tuning.from_json(text.replace("a" * 64, "Ada's headset"))


@pytest.mark.parametrize(
    ("to", "kind", "place"),
    [
        ("voice-live", "azure_deep_noise_suppression", "input_audio_noise_reduction"),
        ("voice-live", "near_field", "input_audio_noise_reduction"),
        ("openai-realtime", "far_field", "noise_reduction"),
    ],
)
def test_noise_reduction_is_exported_and_said_not_to_be_simulated(to, kind, place):
    tuning = Tuning.from_profile("voice-live-2026-07-15").with_value(
        "/enhancement/input_audio_noise_reduction", kind
    )
    artifact, _, assumed = export(tuning, to=to)
    session = artifact["session"]
    inside = session if to == "voice-live" else session["audio"]["input"]
    assert inside[place] == {"type": kind}
    said = dict(assumed)["/enhancement/input_audio_noise_reduction"]
    assert "its effect is not simulated" in said


def test_what_only_voice_live_has_is_lost_elsewhere():
    tuning = Tuning.from_profile("voice-live-2026-07-15").with_value(
        "/enhancement",
        Enhancement(
            input_audio_noise_reduction="azure_deep_noise_suppression",
            input_audio_echo_cancellation="server_echo_cancellation",
        ),
    )
    artifact, lost, _ = export(tuning, to="openai-realtime")
    assert artifact["session"]["audio"]["input"]["noise_reduction"] is None
    assert {path for path, _ in lost} >= {
        "/enhancement/input_audio_noise_reduction",
        "/enhancement/input_audio_echo_cancellation",
    }


def test_an_export_warns_where_the_recordings_were_cleaned_already():
    tuning = replace(
        Tuning.from_profile("voice-live-2026-07-15"), evidence=evidence(used("fan"))
    ).with_value("/enhancement/input_audio_noise_reduction", "near_field")
    _, _, assumed = export(tuning, to="voice-live")
    assert any("noise is suppressed twice" in sentence for _, sentence in assumed)


def test_an_enhancement_that_no_service_has_is_refused():
    with pytest.raises(ValueError, match="must be one of off, azure_deep"):
        Enhancement(input_audio_noise_reduction="strong")


def test_a_printed_config_says_how_its_recordings_were_captured_and_warns():
    tuning = replace(Tuning.from_profile("voice-live-2026-07-15"), evidence=evidence(used("fan")))
    assert "recorded in a browser: echo cancellation on" in str(tuning)
    assert "warning" not in str(tuning)
    twice = tuning.with_value("/enhancement/input_audio_noise_reduction", "far_field")
    assert "warning: noise is suppressed twice" in str(twice)
