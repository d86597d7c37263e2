"""Events: a text in, the neutral form, and a text out again."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.wire import EVENTS, Event, WireError, audio_of, build, parse
from voicelab.wire.dialect import ga_type
from voicelab.wire.event import MAX_AUDIO_BYTES, MAX_MESSAGE_BYTES
from voicelab.wire.session_shape import VOICE_LIVE_ONLY

DIALECTS = ("voice-live", "openai-ga")
SHARED = sorted(each.type for each in EVENTS.values() if "openai-ga" in each.dialects)

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
trees = st.recursive(
    scalars.filter(lambda value: value not in (float("inf"), float("-inf"))),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.text(min_size=1).filter(
    lambda name: name not in {"type", "session", "item", "response", "part", "audio", "delta"}
)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(event_type=st.sampled_from(SHARED), fields=st.dictionaries(names, trees, max_size=4))
def test_what_was_built_is_parsed_again(dialect, event_type, fields):
    event = Event(event_type, fields)
    sender = EVENTS[event_type].sender
    assert parse(build(event, dialect=dialect), dialect=dialect, sender=sender) == event


rates = st.sampled_from([8_000, 16_000, 24_000])
turn_detections = st.fixed_dictionaries(
    {"type": st.sampled_from(["server_vad", "semantic_vad"])},
    optional={
        "threshold": st.floats(0, 1),
        "silence_duration_ms": st.integers(1, 5000),
        "idle_timeout_ms": st.none() | st.integers(5000, 30_000),
        "create_response": st.booleans(),
    },
)
flat_sessions = st.fixed_dictionaries(
    {},
    optional={
        "id": st.text(),
        "expires_at": st.integers(0, 2**33),
        "instructions": st.text(),
        "modalities": st.sampled_from([["text", "audio"], ["text"]]),
        "voice": st.none() | st.text() | st.just({"type": "openai", "name": "ash"}),
        "speed": st.floats(0.25, 1.5),
        "output_audio_format": st.sampled_from(
            ["pcm16", "pcm16_16000hz", "pcm16_8000hz", "g711_ulaw", "g711_alaw", None]
        ),
        "turn_detection": st.none() | turn_detections,
        "input_audio_noise_reduction": st.none() | st.just({"type": "near_field"}),
        "input_audio_transcription": st.none() | st.just({"model": "whisper-1"}),
        "max_response_output_tokens": st.just("inf") | st.integers(1, 4096),
        "reasoning_effort": st.none() | st.sampled_from(["low", "high"]),
        "tools": st.lists(st.just({"type": "function", "name": "f"}), max_size=2),
        "somebody_elses": trees,
    },
)
inputs = st.sampled_from([{}, {"input_audio_format": "g711_ulaw"}]) | rates.map(
    lambda rate_hz: {"input_audio_format": "pcm16", "input_audio_sampling_rate": rate_hz}
)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(session=flat_sessions, heard=inputs)
def test_a_session_comes_back_from_either_dialect(dialect, session, heard):
    event = Event("session.updated", {"session": {**session, **heard}})
    assert parse(build(event, dialect=dialect), dialect=dialect, sender="server") == event


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=st.text() | st.binary() | trees.map(json.dumps))
def test_any_text_is_an_event_or_an_error_with_a_code(dialect, text):
    try:
        heard = parse(text, dialect=dialect, sender="client").type
    except WireError as error:
        heard = error.answer()["code"]
    assert heard


@given(
    event_type=st.sampled_from(sorted(EVENTS)),
    fields=st.dictionaries(
        st.sampled_from(["session", "item", "response", "part"]),
        st.recursive(
            trees,
            lambda inner: st.dictionaries(
                st.sampled_from(["audio", "input", "output", "format", "content", "type", "rate"]),
                inner,
            ),
            max_leaves=6,
        ),
    ),
)
def test_no_shape_of_fields_crashes_the_nested_dialect(event_type, fields):
    text = json.dumps({"type": ga_type(event_type), **fields})
    try:
        event = parse(text, dialect="openai-ga", sender="server")
    except WireError:
        return
    build(event, dialect="openai-ga")


def test_the_dialects_differ_where_the_reference_says():
    event = Event("response.audio.delta", {"delta": "AAA="})
    assert json.loads(build(event, dialect="voice-live"))["type"] == "response.audio.delta"
    assert json.loads(build(event, dialect="openai-ga"))["type"] == "response.output_audio.delta"


def test_an_assistants_parts_are_renamed_and_a_users_are_not():
    def built(role, kind):
        item = {"type": "message", "role": role, "content": [{"type": kind, "text": "yes"}]}
        event = Event("conversation.item.create", {"item": item})
        text = build(event, dialect="openai-ga")
        assert parse(text, dialect="openai-ga", sender="client") == event
        return json.loads(text)["item"]["content"][0]["type"]

    assert built("assistant", "text") == "output_text"
    assert built("user", "input_text") == "input_text"


def test_the_output_of_a_response_is_renamed_too():
    item = {"type": "message", "role": "assistant", "content": [{"type": "audio"}]}
    event = Event(
        "response.done", {"response": {"id": "r", "output": [item], "modalities": ["text"]}}
    )
    written = json.loads(build(event, dialect="openai-ga"))["response"]
    assert written["output"][0]["content"] == [{"type": "output_audio"}]
    assert written["output_modalities"] == ["text"]
    assert "type" not in written


def test_a_full_voice_live_session_nests_as_the_reference_lists():
    flat = {
        "modalities": ["text", "audio"],
        "voice": "ash",
        "input_audio_format": "pcm16",
        "output_audio_format": "g711_alaw",
        "turn_detection": {"type": "server_vad", "threshold": 0.5, "speech_duration_ms": 200},
        "input_audio_noise_reduction": {"type": "near_field"},
        "input_audio_transcription": None,
        "max_response_output_tokens": 100,
        **dict.fromkeys(VOICE_LIVE_ONLY),
    }
    event = Event("session.update", {"session": flat})
    assert json.loads(build(event, dialect="openai-ga"))["session"] == {
        "type": "realtime",
        "output_modalities": ["audio"],
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": 24000},
                "turn_detection": {"type": "server_vad", "threshold": 0.5},
                "noise_reduction": {"type": "near_field"},
                "transcription": None,
            },
            "output": {"format": {"type": "audio/pcma"}, "voice": "ash"},
        },
        "max_output_tokens": 100,
    }


def test_a_transcription_session_keeps_its_type():
    text = '{"type": "session.update", "session": {"type": "transcription"}}'
    event = parse(text, dialect="openai-ga", sender="client")
    assert event.fields["session"] == {"type": "transcription"}
    assert json.loads(build(event, dialect="openai-ga")) == json.loads(text)


def test_what_was_given_is_not_changed():
    session = {"audio": {"input": {"turn_detection": None}}}
    fields = {"session": session}
    build(Event("session.update", fields), dialect="openai-ga")
    parse(json.dumps({"type": "session.update", **fields}), dialect="openai-ga", sender="client")
    assert fields == {"session": {"audio": {"input": {"turn_detection": None}}}}


def test_an_unknown_event_is_kept():
    event = parse(
        '{"type": "response.applause", "hands": 2}', dialect="voice-live", sender="server"
    )
    assert (event.known, event.fields) == (False, {"hands": 2})


NO_JSON = "must be one JSON object in UTF-8"
APPEND = '{"type": "input_audio_buffer.append", "audio": "%s"}'


@pytest.mark.parametrize(
    ("text", "code", "param", "said"),
    [
        ("{", "invalid_event", None, NO_JSON),
        (b"\xff\xfe", "invalid_event", None, NO_JSON),
        ("[" * 100_000, "invalid_event", None, NO_JSON),
        ('{"type": "x", "n": NaN}', "invalid_event", None, "NaN is no JSON"),
        ("[]", "invalid_event", None, "must be one JSON object, got a list"),
        ("{}", "invalid_event", "type", "must have a type"),
        ('{"type": 7}', "invalid_event", "type", "got a int"),
        (APPEND % "AA", "invalid_value", "audio", "must be base64 with its padding"),
        (APPEND % "é===", "invalid_value", "audio", "must be base64 with its padding"),
        (APPEND % "AA\\nAA", "invalid_value", "audio", "without line feeds"),
    ],
)
def test_a_text_that_is_no_event_is_refused_in_a_sentence(text, code, param, said):
    with pytest.raises(WireError, match=said) as raised:
        parse(text, dialect="voice-live", sender="client")
    assert (raised.value.code, raised.value.param) == (code, param)


def test_a_refusal_names_the_event_that_it_refuses():
    text = '{"type": "input_audio_buffer.append", "event_id": "mine", "audio": "?"}'
    with pytest.raises(WireError) as raised:
        parse(text, dialect="voice-live", sender="client")
    assert raised.value.answer()["event_id"] == "mine"
    assert raised.value.answer()["type"] == "invalid_request_error"


@pytest.mark.parametrize("owner", ["session", "response"])
def test_the_nested_dialect_never_takes_text_and_audio_together(owner):
    text = json.dumps({"type": "session.update", owner: {"output_modalities": ["text", "audio"]}})
    with pytest.raises(WireError, match="audio always brings its transcript") as raised:
        parse(text, dialect="openai-ga", sender="client")
    assert raised.value.param == f"{owner}.output_modalities"
    parse(text, dialect="openai-ga", sender="server")


def test_an_append_holds_15_mib_and_no_more():
    def append(n_bytes):
        audio = base64.b64encode(bytes(n_bytes)).decode()
        return json.dumps({"type": "input_audio_buffer.append", "audio": audio})

    event = parse(append(MAX_AUDIO_BYTES), dialect="voice-live", sender="client")
    assert len(audio_of(event)) == MAX_AUDIO_BYTES
    with pytest.raises(WireError, match=f"at most {MAX_AUDIO_BYTES} bytes of audio"):
        parse(append(MAX_AUDIO_BYTES + 1), dialect="voice-live", sender="client")


@pytest.mark.parametrize("letter", ["a", "ä"])
def test_a_message_is_measured_in_bytes_before_it_is_read(letter):
    with pytest.raises(WireError, match=f"at most {MAX_MESSAGE_BYTES} bytes, got"):
        parse(letter * (MAX_MESSAGE_BYTES + 1), dialect="voice-live", sender="client")


def test_what_json_cannot_say_is_not_built():
    with pytest.raises(ValueError, match="JSON"):
        build(
            Event("session.update", {"session": {"temperature": float("nan")}}),
            dialect="voice-live",
        )
