"""The inventory: what the reference counts, and what follows from it."""

from collections import Counter

import pytest

from voicelab.wire import EVENTS, SUPPORT, Event, problems
from voicelab.wire.session_fields import SESSION_FIELDS, session_path
from voicelab.wire.session_shape import VOICE_LIVE_ONLY, VOICE_LIVE_ONLY_TURN_DETECTION

AN_EXAMPLE = {
    "text": "word",
    "int": 3,
    "number": 1.5,
    "bool": True,
    "object": {},
    "list": [],
    "base64": "AAA=",
    "any": None,
}
ITEM = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
FILLED = {"item": ITEM, "error": {"message": "no"}, "warning": {"message": "no"}}
EXTRAS = 13  # what the reference lists beside Azure's enumeration


def example(name):
    """The least event of a type that is right."""
    spec = EVENTS[name]
    fields = {
        each.name: FILLED.get(each.name, AN_EXAMPLE[each.kind.partition("|")[0]])
        for each in spec.fields
        if each.required
    }
    return Event(name, fields)


def test_there_are_20_events_of_clients_and_56_of_the_service():
    senders = Counter(each.sender for each in EVENTS.values())
    assert senders == {"client": 20, "server": 56 + EXTRAS}


def test_each_event_says_how_it_is_supported():
    assert set(SUPPORT) == set(EVENTS)
    assert {SUPPORT[name] for name, each in EVENTS.items() if each.sender == "client"} == {
        "supported",
        "ignored",
        "refused",
    }


@pytest.mark.parametrize("name", EVENTS)
def test_the_least_event_of_each_type_has_no_problem(name):
    (dialect, *_) = EVENTS[name].dialects
    assert problems(example(name), dialect=dialect, sender=EVENTS[name].sender) == []


@pytest.mark.parametrize(
    ("name", "field"),
    [(name, each) for name, spec in EVENTS.items() for each in spec.fields if each.required],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_without_a_required_field_each_event_is_faulty(name, field):
    whole = example(name)
    fields = {key: value for key, value in whole.fields.items() if key != field.name}
    (dialect, *_) = EVENTS[name].dialects
    assert f"{field.name} must be there, got an event without it" in problems(
        Event(name, fields), dialect=dialect
    )


@pytest.mark.parametrize("only", sorted(VOICE_LIVE_ONLY - {"agent"}))
def test_what_the_nested_session_has_no_place_for_is_listed_for_voice_live_alone(only):
    assert SESSION_FIELDS[only].dialects == ("voice-live",)


def test_turn_detections_fields_agree_with_what_is_left_out_of_the_nested_session():
    prefix = "turn_detection."
    assert {
        name.removeprefix(prefix)
        for name, each in SESSION_FIELDS.items()
        if name.startswith(prefix) and each.dialects == ("voice-live",)
    } == VOICE_LIVE_ONLY_TURN_DETECTION


def test_a_setting_is_called_by_its_place_in_the_dialect():
    assert session_path("voice", "voice-live") == "session.voice"
    assert session_path("voice", "openai-ga") == "session.audio.output.voice"
    assert session_path("instructions", "openai-ga") == "session.instructions"
