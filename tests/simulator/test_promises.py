"""What the inventory promises of each event and setting is what the embedded service does."""

import pytest
from voices import types

from voicelab.simulator import Rehearsal, Service
from voicelab.wire.inventory import EVENTS, SUPPORT
from voicelab.wire.session_fields import RESPONSE_FIELDS, SESSION_FIELDS

EXAMPLES = {"text": "word", "int": 1, "number": 1.0, "bool": True, "object": {"a": "b"}}
EXAMPLES |= {"list": ["word"]}
EXAMPLES |= {"base64": "AAAA", "text or object": "word", "int or text": 1}
VOICE_LIVE = {name: each for name, each in SESSION_FIELDS.items() if "voice-live" in each.dialects}


@pytest.fixture
def client():
    return Rehearsal(Service(epoch_s=1_800_000_000)).connect()


def names(support):
    return sorted(
        name
        for name, each in SUPPORT.items()
        if each == support and EVENTS[name].sender == "client"
    )


def fields(name):
    return {each.name: EXAMPLES[each.kind.partition("|")[0]] for each in EVENTS[name].fields}


@pytest.mark.parametrize("name", names("ignored"))
def test_an_ignored_event_is_answered_with_one_warning(client, name):
    (warning,) = client.send(name, **fields(name))
    assert warning.type == "warning"
    assert name in warning.fields["warning"]["message"]


@pytest.mark.parametrize("name", names("refused"))
def test_a_refused_event_is_answered_with_one_error(client, name):
    assert types(client.send(name, **fields(name))) == ["error"]


def set_to(setting):
    """A change of one setting, inside its object."""
    outer, _, inner = setting.name.partition(".")
    value = EXAMPLES[setting.kind]
    if setting.choices:
        value = [setting.choices[0]] if setting.kind == "list" else setting.choices[0]
    elif setting.low > float("-inf"):
        value = int(setting.low) if setting.kind == "int" else setting.low
    if not inner:
        return {outer: value}
    kinds = {
        "turn_detection": "azure_semantic_vad",
        "input_audio_noise_reduction": "near_field",
        "input_audio_echo_cancellation": "server_echo_cancellation",
    }
    kind = {"type": kinds[outer]} if outer in kinds else {}
    return {outer: {**kind, inner: value}}


@pytest.mark.parametrize(
    "name", sorted(name for name, each in VOICE_LIVE.items() if each.support == "ignored")
)
def test_a_setting_without_effect_is_warned_of(client, name):
    answers = client.send("session.update", session=set_to(SESSION_FIELDS[name]))
    assert types(answers)[-1] == "session.updated"
    outer = name.partition(".")[0]
    warned = " ".join(
        each.fields["warning"]["message"] for each in answers if each.type == "warning"
    )
    assert f"session.{outer}" in warned


@pytest.mark.parametrize(
    "name", sorted(name for name, each in VOICE_LIVE.items() if each.support == "refused")
)
def test_a_refused_setting_is_answered_with_an_error(client, name):
    answers = client.send("session.update", session=set_to(SESSION_FIELDS[name]))
    assert types(answers) == ["error"]


@pytest.mark.parametrize(
    "name",
    sorted(
        name
        for name, each in RESPONSE_FIELDS.items()
        if each.support == "ignored" and "voice-live" in each.dialects
    ),
)
def test_a_wish_without_effect_is_warned_of_and_the_response_begins(client, name):
    answers = client.send("response.create", response=set_to(RESPONSE_FIELDS[name]))
    assert types(answers)[0] == "warning"
    assert name in answers[0].fields["warning"]["message"]
    assert "response.created" in types(answers)
