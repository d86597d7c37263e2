"""The validator: what is wrong with an event, said in one sentence each."""

from dataclasses import asdict

import pytest

from voicelab.export import export
from voicelab.profiles import PROFILES
from voicelab.tuning import Tuning
from voicelab.wire import Event, build, parse, problems, refusals


def update(**session):
    return Event("session.update", {"session": session})


def message(role, **part):
    item = {"type": "message", "role": role, "content": [part]}
    return Event("conversation.item.create", {"item": item})


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (
            update(turn_detection={"type": "server_vad", "threshold": 65}),
            "session.turn_detection.threshold must lie in 0 to 1, got 65",
        ),
        (
            update(turn_detection={"threshold": 0.65}),
            "session.turn_detection.type must be there, got an event without it",
        ),
        (
            update(turn_detection={"type": "server_vad", "silence_duration_ms": 0.45}),
            "session.turn_detection.silence_duration_ms must be a whole number, got 0.45",
        ),
        (
            update(turn_detection={"type": "server_vad", "silence_ms": 450}),
            "session.turn_detection.silence_ms must not be there: the inventory has no such "
            "field; check its spelling",
        ),
        (
            update(input_audio_format="pcm32"),
            "session.input_audio_format must be one of pcm16, g711_ulaw, g711_alaw, got 'pcm32'",
        ),
        (update(modalities=["voice"]), "session.modalities must be one of text, audio, animation, "
            "avatar, got 'voice'"),
        (update(tools=None), "session.tools must be a list, got None"),
        (update(voice=7), "session.voice must be a text or an object, got 7"),
        (update(parallel_tool_calls="yes"), "session.parallel_tool_calls must be a truth value, "
            "got 'yes'"),
        (Event("session.update", {"session": "off"}), "session must be an object, got 'off'"),
        (
            Event("input_audio_buffer.append", {"audio": "?" * 50}),
            "audio must be base64, got a text of 50 characters",
        ),
        (message("user", type="text", text="hello"), "item.content[0].type must be one of "
            "input_text, input_audio, input_image in a message of the user, got 'text'"),
        (message("user", type="input_text"), "item.content[0].text must be there, got an event "
            "without it"),
        (message("user", type="input_audio", audio="?"), "item.content[0].audio must be base64, "
            "got '?'"),
        (message("narrator", type="input_text"), "item.role must be one of system, user, "
            "assistant, got 'narrator'"),
        (Event("conversation.item.create", {"item": {"type": "song"}}), "item.type must be one of "
            "message, function_call, function_call_output, mcp_approval_response, "
            "mcp_approval_request, mcp_list_tools, mcp_call, web_search_call, file_search_call, "
            "got 'song'"),
        (Event("error", {"error": {}}), "error.message must be there, got an event without it"),
        (
            Event("input_audio_bufer.commit"),
            "type must name an event of voice-live, got 'input_audio_bufer.commit'; nearest: "
            "input_audio_buffer.commit, input_audio_buffer.committed, input_audio_buffer.clear",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_one_sentence(event, sentence):
    assert problems(event) == [sentence]


def test_a_sentence_names_the_field_as_its_dialect_does():
    event = update(turn_detection={"type": "server_vad", "threshold": 65})
    (fault,) = refusals(event, dialect="openai-ga")
    assert (fault.code, fault.param) == (
        "invalid_value",
        "session.audio.input.turn_detection.threshold",
    )


def test_speech_duration_is_unknown_to_the_nested_dialect():
    event = update(turn_detection={"type": "server_vad", "speech_duration_ms": 200})
    assert problems(event) == []
    (fault,) = refusals(event, dialect="openai-ga")
    assert fault.code == "unknown_parameter"


@pytest.mark.parametrize("sender", ["client", "server"])
def test_nobody_may_send_the_others_events(sender):
    event = Event("input_audio_buffer.commit") if sender == "server" else Event("session.created")
    (sentence,) = problems(event, sender=sender)
    assert f"that a {sender} may send" in sentence


def test_what_is_off_is_null_where_it_can_be_off():
    off = update(
        turn_detection=None, input_audio_noise_reduction=None, input_audio_transcription=None
    )
    assert problems(off) == []


def test_a_refusal_carries_the_id_of_its_event():
    (fault,) = refusals(Event("conversation.item.delete", {"event_id": "mine"}))
    assert (fault.event_id, fault.code, fault.param) == (
        "mine",
        "missing_required_parameter",
        "item_id",
    )


def test_a_reported_session_may_hold_what_no_update_may():
    session = {"id": "sess_1", "object": "realtime.session", "expires_at": 1, "avatar": None}
    assert problems(Event("session.updated", {"session": session})) == []
    assert problems(Event("session.update", {"session": {"id": "sess_1"}})) != []


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize(
    ("target", "dialect"), [("voice-live", "voice-live"), ("openai-realtime", "openai-ga")]
)
def test_what_export_writes_has_no_problem(name, target, dialect):
    text = export(Tuning.from_profile(name), to=target).text
    event = parse(text, dialect=dialect, sender="client")
    assert problems(event, dialect=dialect, sender="client") == []


@pytest.mark.parametrize("name", PROFILES)
def test_an_exported_event_means_the_same_in_both_dialects(name):
    tuning = Tuning.from_profile(name)
    event = parse(export(tuning, to="openai-realtime").text, dialect="openai-ga", sender="client")
    sent = event.fields["session"]["turn_detection"]
    assert sent.items() <= asdict(tuning.turn_detection).items()
    assert build(event, dialect="openai-ga") == build(
        parse(build(event, dialect="openai-ga"), dialect="openai-ga", sender="client"),
        dialect="openai-ga",
    )
