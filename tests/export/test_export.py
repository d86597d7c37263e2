import json

import pytest

from voicelab.export import TARGETS, Export, Remark, export
from voicelab.profiles import PROFILES
from voicelab.tuning import Tuning


def test_an_export_unpacks_into_what_is_sent_lost_and_assumed():
    artifact, lost, assumed = export(Tuning.from_profile("guide"), to="voice-live")
    assert artifact["type"] == "session.update"
    assert all(isinstance(remark, Remark) for remark in (*lost, *assumed))


@pytest.mark.parametrize("to", TARGETS)
@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("turn_detection", ["on", "off"])
def test_every_profile_goes_to_every_target_as_json(to, name, turn_detection):
    tuning = Tuning.from_profile(name)
    if turn_detection == "off":
        tuning = tuning.with_value("/turn_detection", None)
    artifact = export(tuning, to=to).artifact
    assert json.loads(json.dumps(artifact, allow_nan=False)) == artifact


def test_a_printed_export_is_the_artifact_and_two_lists_of_sentences():
    text = str(export(Tuning.from_profile("guide"), to="openai-realtime"))
    artifact, _, rest = text.partition("\nlost:\n")
    assert artifact == export(Tuning.from_profile("guide"), to="openai-realtime").text
    assert json.loads(artifact)["session"]["type"] == "realtime"
    lost, _, assumed = rest.partition("\nassumed:\n")
    assert "  /turn_detection/speech_duration_ms: there is no such field" in lost
    assert "  /enhancement/input_audio_noise_reduction: off" in assumed


def test_where_nothing_is_lost_it_says_nothing():
    assert str(Export({}, (), ())) == "{}\nlost: nothing\nassumed: nothing"


def test_an_unknown_target_is_answered_with_those_that_exist():
    with pytest.raises(ValueError, match=r"to must be one of voice-live, .*, got 'li"):
        export(Tuning.from_profile("guide"), to="livekit")


def test_a_target_is_asked_for_by_the_name_it_bears():
    assert all(target.name == name for name, target in TARGETS.items())
    assert {target.detector for target in TARGETS.values()} == {None}
