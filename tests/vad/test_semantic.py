"""Turn detection that weighs words: checked, carried, exported, and not predicted."""

import json

import pytest

from voicelab.export import export
from voicelab.tuning import Tuning
from voicelab.vad import AzureSemanticVad, SemanticVad, Setting, TurnDetection

PROFILE = "voice-live-2026-07-15"
GERMAN = AzureSemanticVad(type="azure_semantic_vad_multilingual", languages=("de", "en"))
KINDS = [AzureSemanticVad(), GERMAN, SemanticVad(eagerness="low")]


def tuned(settings) -> Tuning:
    return Tuning.from_profile(PROFILE).with_value("/turn_detection", settings)


@pytest.mark.parametrize("settings", KINDS, ids=lambda each: each.type)
def test_its_settings_survive_the_way_through_a_config(settings):
    there = Tuning.from_json(tuned(settings).to_json())
    assert there.turn_detection == settings
    assert [change.path for change in there.changes()] == ["/turn_detection"]
    assert ["type", settings.type] in [line.split()[:2] for line in str(there).splitlines()]


@pytest.mark.parametrize("settings", KINDS, ids=lambda each: each.type)
def test_voice_live_takes_it_and_the_export_says_that_nobody_can_predict_it(settings):
    artifact, _, assumed = export(tuned(settings), to="voice-live")
    wire = artifact["session"]["turn_detection"]
    assert wire["type"] == settings.type
    assert any("cannot predict it" in remark.sentence for remark in assumed)


@pytest.mark.parametrize("settings", KINDS, ids=lambda each: each.type)
def test_a_sweep_refuses_it_in_a_sentence(settings):
    with pytest.raises(ValueError, match=f"got {settings.type}; it weighs words"):
        Setting("silero", settings)


def test_push_to_talk_leaves_nothing_to_predict():
    with pytest.raises(ValueError, match="got None; push-to-talk leaves nothing to predict"):
        Setting("silero", None)


def test_languages_are_sent_only_where_some_are_named():
    def sent(settings):
        return export(tuned(settings), to="voice-live").artifact["session"]["turn_detection"]

    assert "languages" not in sent(AzureSemanticVad())
    assert sent(GERMAN)["languages"] == ["de", "en"]


def test_openai_has_its_own_kind_and_loses_azures():
    def sent(settings):
        artifact, lost, assumed = export(tuned(settings), to="openai-realtime")
        listen = artifact["session"]["audio"]["input"]["turn_detection"]
        return listen, [remark.path for remark in lost], assumed

    own, lost, assumed = sent(SemanticVad(eagerness="high"))
    assert own == {
        "type": "semantic_vad",
        "eagerness": "high",
        "create_response": True,
        "interrupt_response": True,
    }
    assert "/turn_detection/type" not in lost
    assert any("cannot predict it" in remark.sentence for remark in assumed)
    azures, lost, _ = sent(AzureSemanticVad(silence_duration_ms=700))
    assert (azures["type"], azures["silence_duration_ms"]) == ("server_vad", 700)
    assert "/turn_detection/type" in lost
    assert "languages" not in azures


def test_a_config_that_names_only_the_kind_has_that_kinds_defaults():
    document = json.loads(Tuning.from_profile(PROFILE).to_json())
    document["turn_detection"] = {"type": "azure_semantic_vad"}
    assert Tuning.from_json(json.dumps(document)).turn_detection == AzureSemanticVad()
    assert AzureSemanticVad().speech_duration_ms == 80
    assert TurnDetection().speech_duration_ms == 200


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: AzureSemanticVad(languages=("de",)), "languages must be out of en"),
        (lambda: AzureSemanticVad(threshold=2), r"threshold must lie in \[0, 1\], got 2"),
        (lambda: SemanticVad(eagerness="now"), "eagerness must be one of auto, low"),
    ],
)
def test_settings_out_of_range_are_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
