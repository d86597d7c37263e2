import json
from dataclasses import replace
from pathlib import Path

import pytest

from voicelab.export import TARGETS, ExportRefused, export
from voicelab.tuning import Tuning

TUNED = Path(__file__).parents[1] / "tuning" / "tuned.json"
PATH = "/turn_detection/threshold"
UNKNOWN = TARGETS["voice-live"]
SILERO = replace(UNKNOWN, detector="silero")
WEBRTC = replace(UNKNOWN, detector="webrtc")
LEVEL = replace(UNKNOWN, detector="level")
DEFAULT, TUNED_TO = 0.5, 0.62


def tuned_on(detector, *, calibrated=False):
    document = json.loads(TUNED.read_text())
    document["evidence"]["turns"].update(detector=detector, calibrated=calibrated)
    return Tuning.from_json(json.dumps(document))


def sent(written):
    return written.artifact["session"]["turn_detection"]["threshold"]


def remark(remarks):
    return {each.path: each.sentence for each in remarks}.get(PATH)


def test_a_threshold_that_was_not_calibrated_is_a_starting_point():
    written = export(tuned_on("silero"), to="voice-live")
    assert sent(written) == TUNED_TO
    starting_point = "tuned on silero, not calibrated to the service: a starting point"
    assert remark(written.assumed) == starting_point
    assert remark(written.lost) is None


def test_a_calibrated_threshold_travels_without_a_word():
    written = export(tuned_on("silero", calibrated=True), to="voice-live")
    assert sent(written) == TUNED_TO
    assert remark(written.assumed) is None


def test_only_what_is_portable_leaves_the_threshold_at_the_profiles_default():
    written = export(tuned_on("silero"), to="voice-live", only_portable=True)
    assert sent(written) == DEFAULT
    assert remark(written.assumed) == (
        "0.62 was tuned on silero and stays behind; "
        "0.5, the default of voice-live-2026-07-15, is written"
    )
    rest = export(tuned_on("silero"), to="voice-live").artifact["session"]["turn_detection"]
    kept = written.artifact["session"]["turn_detection"]
    assert {**kept, "threshold": TUNED_TO} == rest


def test_a_calibrated_threshold_is_portable():
    tuning = tuned_on("silero", calibrated=True)
    assert sent(export(tuning, to="voice-live", only_portable=True)) == TUNED_TO


@pytest.mark.parametrize("calibrated", [False, True])
@pytest.mark.parametrize("only_portable", [False, True])
@pytest.mark.parametrize("target", ["voice-live", "openai-realtime", SILERO])
def test_a_threshold_on_levels_own_scale_never_leaves(calibrated, only_portable, target):
    tuning = tuned_on("level", calibrated=calibrated)
    written = export(tuning, to=target, only_portable=only_portable)
    assert "0.62" not in json.dumps(written.artifact)
    assert "whose scale is voicelab's own; 0.5, the default" in remark(written.lost)
    assert remark(written.assumed) is None


@pytest.mark.parametrize(("detector", "target"), [("silero", SILERO), ("level", LEVEL)])
def test_a_target_with_the_same_detector_gets_the_threshold_as_it_is(detector, target):
    written = export(tuned_on(detector), to=target, only_portable=True)
    assert sent(written) == TUNED_TO
    assert remark(written.lost) is None
    assert remark(written.assumed) is None


def test_a_target_with_another_detector_refuses_the_threshold():
    with pytest.raises(
        ExportRefused,
        match=r"must be tuned on webrtc, which applies it there, got 0\.62 tuned on sil",
    ):
        export(tuned_on("silero"), to=WEBRTC)


def test_a_target_with_another_detector_takes_what_is_portable():
    written = export(tuned_on("silero"), to=WEBRTC, only_portable=True)
    assert sent(written) == DEFAULT
    assert "stays behind" in remark(written.assumed)


def test_a_threshold_set_by_hand_travels_and_says_so():
    tuning = tuned_on("level").with_value(PATH, 0.7)
    written = export(tuning, to="voice-live", only_portable=True)
    assert sent(written) == 0.7
    assert remark(written.assumed) == "set by hand; no measurement stands behind it"


def test_a_default_threshold_needs_no_remark():
    written = export(Tuning.from_profile("guide"), to="voice-live")
    assert sent(written) == 0.65
    assert remark(written.assumed) is None


def test_a_kept_threshold_is_the_default_and_needs_no_remark():
    document = json.loads(TUNED.read_text())
    document["turn_detection"]["threshold"] = DEFAULT
    document["origin"][PATH].update(how="kept", verdict="kept")
    written = export(Tuning.from_json(json.dumps(document)), to=WEBRTC)
    assert sent(written) == DEFAULT
    assert remark(written.assumed) is None


def test_a_verdict_on_the_whole_section_is_one_on_the_threshold():
    document = json.loads(TUNED.read_text())
    document["origin"]["/turn_detection"] = document["origin"].pop(PATH)
    written = export(Tuning.from_json(json.dumps(document)), to="voice-live")
    assert "a starting point" in remark(written.assumed)


def test_with_push_to_talk_there_is_no_threshold_to_speak_of():
    tuning = tuned_on("level").with_value("/turn_detection", None)
    written = export(tuning, to=WEBRTC)
    assert written.artifact["session"]["turn_detection"] is None
    assert remark(written.lost) is None


def test_exporting_leaves_the_config_as_it_was():
    tuning = tuned_on("level")
    before = tuning.digest()
    export(tuning, to="voice-live")
    assert tuning.digest() == before
