"""A session's life: greeting, settings, items, responses on request, limits, expiry."""

import json

import pytest
from voices import base64_of, only, sentence, tone, types

from voicelab.profiles import Limits
from voicelab.simulator import Call, Close, Manner, Rehearsal, Service, Written


@pytest.fixture
def client():
    return Rehearsal(Service(epoch_s=1_800_000_000)).connect()


def code_of(events):
    return only(events, "error").fields["error"]["code"]


def say(client, text, **fields):
    part = {"type": "input_text", "text": text}
    item = {"type": "message", "role": "user", "content": [part], **fields.pop("item", {})}
    return client.send("conversation.item.create", item=item, **fields)


def test_a_session_is_greeted_with_all_its_settings_and_its_end(client):
    session = client.events()[0].fields["session"]
    assert session["expires_at"] == 1_800_003_600
    assert session["object"] == "realtime.session"
    assert session["model"] == "gpt-realtime"
    assert session["turn_detection"]["prefix_padding_ms"] == 400
    assert session["turn_detection"]["speech_duration_ms"] == 200


def test_an_update_changes_what_it_names_and_is_answered_with_all_of_it(client):
    before = client.events()[0].fields["session"]
    (updated,) = client.send("session.update", session={"instructions": "Be brief."})
    assert updated.fields["session"] == {**before, "instructions": "Be brief."}


def test_null_is_echoed_as_null(client):
    off = {"turn_detection": None, "input_audio_noise_reduction": None}
    session = only(client.send("session.update", session=off), "session.updated").fields["session"]
    assert {key: session[key] for key in off} == off


def test_metadata_comes_back_as_it_was_sent(client):
    pairs = {"voicelab_tuning": "0123456789abcdef", "customer": "ada"}
    (updated,) = client.send("session.update", session={"metadata": pairs})
    assert updated.fields["session"]["metadata"] == pairs


def test_turn_detection_takes_the_defaults_of_its_own_type(client):
    turns = {"type": "azure_semantic_vad", "threshold": 0.7}
    session = client.send("session.update", session={"turn_detection": turns})[-1].fields["session"]
    assert session["turn_detection"] == {
        "type": "azure_semantic_vad",
        "threshold": 0.7,
        "prefix_padding_ms": 420,
        "silence_duration_ms": 500,
        "speech_duration_ms": 80,
        "create_response": True,
        "interrupt_response": True,
        "auto_truncate": False,
        "remove_filler_words": False,
    }


def test_a_model_in_the_payload_is_refused(client):
    (error,) = client.send("session.update", event_id="mine", session={"model": "other"})
    assert error.fields["error"]["param"] == "session.model"
    assert error.fields["error"]["event_id"] == "mine"


@pytest.mark.parametrize(
    "change",
    [
        {"turn_detection": {"type": "server_vad", "threshold": 1.5}},
        {"turn_detection": {"type": "telepathy"}},
        {"turn_detection": {"type": "server_vad", "silence_duration_ms": "long"}},
        {"modalities": ["audio"]},
        {"input_audio_format": "mp3"},
        {"input_audio_format": "g711_ulaw", "input_audio_sampling_rate": 24_000},
        {"max_response_output_tokens": 0},
        {"tools": 7},
    ],
)
def test_a_wrong_value_refuses_the_whole_update(client, change):
    (error,) = client.send("session.update", session={"instructions": "never", **change})
    assert error.fields["error"]["type"] == "invalid_request_error"
    (updated,) = client.send("session.update", session={})
    assert updated.fields["session"] == client.events()[0].fields["session"]


def test_an_unknown_setting_is_dropped_with_a_warning(client):
    warning, updated = client.send("session.update", session={"colour": "red"})
    assert warning.fields["warning"]["param"] == "session.colour"
    assert "colour" not in updated.fields["session"]


def test_a_setting_without_effect_is_echoed_with_a_warning(client):
    deep = {"type": "azure_deep_noise_suppression"}
    warning, *_, updated = client.send(
        "session.update", session={"input_audio_noise_reduction": deep}
    )
    assert warning.fields["warning"]["param"] == "session.input_audio_noise_reduction"
    assert updated.fields["session"]["input_audio_noise_reduction"] == deep


def test_an_unknown_setting_is_refused_in_the_other_dialect():
    client = Rehearsal(Service()).connect("/v1/realtime?model=m")
    message = {"type": "session.update", "session": {"type": "realtime", "colour": "red"}}
    assert code_of(client.send_message(json.dumps(message))) == "unknown_parameter"


def test_items_stand_where_previous_item_id_puts_them(client):
    say(client, "one", item={"id": "one"})
    say(client, "three", item={"id": "three"})
    (first,) = say(client, "zero", item={"id": "zero"}, previous_item_id="root")
    (second,) = say(client, "two", item={"id": "two"}, previous_item_id="one")
    assert first.fields["previous_item_id"] is None
    assert second.fields["previous_item_id"] == "one"
    (last,) = say(client, "four")
    assert last.fields["previous_item_id"] == "three"


def test_an_item_after_one_that_is_not_there_is_refused(client):
    assert code_of(say(client, "x", previous_item_id="nowhere")) == "invalid_value"


def test_an_item_is_retrieved_and_deleted(client):
    (created,) = say(client, "hello")
    item = created.fields["item"]
    (retrieved,) = client.send("conversation.item.retrieve", item_id=item["id"])
    assert retrieved.fields["item"] == item
    assert types(client.send("conversation.item.delete", item_id=item["id"])) == [
        "conversation.item.deleted"
    ]
    again = client.send("conversation.item.delete", item_id=item["id"])
    assert code_of(again) == "item_delete_invalid_item_id"


def test_an_item_of_sound_keeps_its_length_and_not_its_sound(client):
    part = {"type": "input_audio", "audio": base64_of(tone(500))}
    item = {"type": "message", "role": "user", "content": [part]}
    (created,) = client.send("conversation.item.create", item=item)
    assert created.fields["item"]["content"][0]["audio"] is None
    client.send("response.create")
    usage = client.wait_for("response.done").fields["response"]["usage"]
    assert usage["input_token_details"]["audio_tokens"] == 5


def test_an_answer_is_cut_by_the_client_and_not_beyond_its_end(client):
    client.send("response.create")
    done = client.wait_for("response.done").fields["response"]
    cut = {"item_id": done["output"][0]["id"], "content_index": 0}
    too_long = client.send("conversation.item.truncate", **cut, audio_end_ms=99_000)
    assert code_of(too_long) == "invalid_value"
    (truncated,) = client.send("conversation.item.truncate", **cut, audio_end_ms=1500)
    assert truncated.fields["audio_end_ms"] == 1500
    again = client.send("conversation.item.truncate", **cut, audio_end_ms=1000)
    assert code_of(again) == "item_already_truncated"


def test_an_answer_without_sound_yet_cannot_be_cut(client):
    item_id = only(client.send("response.create"), "response.output_item.added").fields["item"][
        "id"
    ]
    heard = client.send(
        "conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=0
    )
    assert code_of(heard) == "unsupported_content_type"


def test_a_second_answer_is_refused_while_one_is_on_its_way(client):
    client.send("response.create")
    assert code_of(client.send("response.create")) == "conversation_already_has_active_response"


def test_a_cancelled_answer_says_so_and_a_second_cancel_finds_none(client):
    client.send("response.create")
    client.wait(500)
    done = client.send("response.cancel")[-1].fields["response"]
    assert done["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    assert code_of(client.send("response.cancel")) == "response_cancel_not_active"
    assert client.wait(10_000) == []


def test_a_written_answer_beside_the_conversation_leaves_no_item_in_it(client):
    client.send("response.create")
    beside = {"conversation": "none", "modalities": ["text"], "metadata": {"topic": "mood"}}
    heard = client.send("response.create", response=beside)
    response = only(heard, "response.created").fields["response"]
    assert response["conversation_id"] is None
    assert response["metadata"] == {"topic": "mood"}
    heard = client.wait(10_000)
    text = "".join(e.fields["delta"] for e in heard if e.type == "response.text.delta")
    done = next(e for e in heard if e.type == "response.text.done")
    assert done.fields["text"] == text != ""
    missing = client.send("conversation.item.retrieve", item_id=done.fields["item_id"])
    assert code_of(missing) == "item_not_found"


def test_a_function_that_must_be_called_is_called_and_its_output_is_answered(client):
    tool = {"type": "function", "name": "weather", "parameters": {}}
    choice = {"tools": [tool], "tool_choice": "required"}
    client.send("session.update", session=choice)
    client.send("response.create")
    done = client.wait_for("response.function_call_arguments.done").fields
    assert done["name"] == "weather"
    assert json.loads(done["arguments"]) == {}
    output = {"type": "function_call_output", "call_id": done["call_id"], "output": "rain"}
    client.send("conversation.item.create", item=output)
    client.send("response.create")
    client.wait_for("response.audio.delta")


def test_a_planted_reply_sees_the_conversation():
    def reply(prompt):
        if prompt.tools:
            return Call(prompt.tools[0]["name"], '{"city": "Bonn"}')
        return Written(prompt.items[-1]["content"][0]["text"].upper())

    client = Rehearsal(Service(manner=Manner(reply=reply))).connect()
    say(client, "hello")
    client.send("response.create")
    assert client.wait_for("response.text.done").fields["text"] == "HELLO"
    client.send("response.create", response={"tools": [{"type": "function", "name": "f"}]})
    assert client.wait_for("response.function_call_arguments.done").fields["arguments"] == (
        '{"city": "Bonn"}'
    )


def test_given_words_are_the_answers_words(client):
    message = {"role": "assistant", "content": [{"type": "text", "text": "Welcome back."}]}
    client.send("response.create", response={"pre_generated_assistant_message": message})
    done = client.wait_for("response.audio_transcript.done")
    assert done.fields["transcript"] == "Welcome back."


def test_too_few_output_tokens_leave_an_answer_incomplete(client):
    client.send("response.create", response={"max_output_tokens": 20})
    done = client.wait_for("response.done").fields["response"]
    assert done["status_details"] == {"type": "incomplete", "reason": "max_output_tokens"}
    assert done["usage"]["output_token_details"]["audio_tokens"] == 20


@pytest.mark.parametrize(
    ("output_format", "bytes_per_s"),
    [("pcm16", 48_000), ("pcm16_16000hz", 32_000), ("pcm16_8000hz", 16_000), ("g711_ulaw", 8_000)],
)
def test_answers_come_in_the_format_that_was_asked_for(client, output_format, bytes_per_s):
    client.send("session.update", session={"output_audio_format": output_format})
    client.send("response.create")
    client.wait(10_000)
    deltas = [e.fields["delta"] for e in client.events() if e.type == "response.audio.delta"]
    octets = sum(3 * len(delta) // 4 - delta[-2:].count("=") for delta in deltas)
    assert octets == round(9.7 * bytes_per_s)


def test_a_session_expires_with_an_error_event_and_close_1001(client):
    client.wait(3_600_000)
    text = "Your session hit the maximum duration of 60 minutes."
    error = client.events()[-1].fields["error"]
    assert (error["type"], error["code"]) == ("invalid_request_error", "session_expired")
    assert error["message"] == text
    assert client.ending == Close(1001, text)
    assert client.now_ms == 3_600_000
    assert client.send("response.create") == []


def test_the_31st_connection_of_a_minute_is_told_to_wait():
    service = Service()
    clients = [Rehearsal(service, now_ms=1000.0 * n).connect() for n in range(31)]
    assert [client.refused for client in clients[:30]] == [None] * 30
    refused = clients[30].refused
    assert (refused.status, dict(refused.headers)) == (429, {"Retry-After": "30"})
    assert Rehearsal(service, now_ms=60_000).connect().refused is None


def test_more_sessions_than_a_limit_are_refused_until_one_leaves():
    service = Service(limits=Limits(session_s=600, concurrent_sessions=1))
    first = Rehearsal(service).connect()
    assert Rehearsal(service).connect().refused.status == 429
    first.leave()
    assert Rehearsal(service).connect().refused is None


def test_tokens_of_all_sessions_count_together_and_come_back_after_a_minute():
    service = Service(limits=Limits(session_s=600, tokens_per_min=240))
    spender, other = Rehearsal(service).connect(), Rehearsal(service).connect()
    spender.send("response.create")
    spender.wait(10_000)  # 194 tokens of sound, and its words
    other.wait(10_000)
    other.speak(sentence())
    failed = only(other.events(), "response.done").fields["response"]
    assert failed["status"] == "failed"
    assert failed["status_details"]["error"]["code"] == "rate_limit_exceeded"
    error = only(other.events(), "error").fields["error"]
    assert (error["type"], error["code"]) == ("rate_limit_error", "rate_limit_exceeded")
    other.wait(60_000)
    other.send("response.create")
    assert other.wait_for("response.done").fields["response"]["status"] == "completed"


def test_half_an_agent_is_let_in_told_what_is_missing_and_closed():
    client = Rehearsal(Service()).connect("/voice-live/realtime?agent-name=clerk")
    assert client.events()[0].type == "error"
    assert client.ending.code == 1008


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 404), ("/voice-live", 404), ("/openai/v1/realtime?model=m&api-version=x", 401)],
)
def test_a_wrong_path_is_refused(path, status):
    assert Rehearsal(Service()).connect(path).refused.status == status


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/realtime", {}, 401),
        ("/v1/realtime", {"api_key": "wrong"}, 401),
        ("/v1/realtime", {"api_key": "right"}, None),
        ("/v1/realtime", {"Authorization": "Bearer right"}, None),
        ("/v1/realtime?api-key=right", {}, None),
        ("/v1/realtime?Authorization=Bearer%20right", {}, None),
    ],
)
def test_a_key_is_asked_for_where_one_is_set(path, headers, status):
    refused = Rehearsal(Service(key="right")).connect(path, **headers).refused
    assert (refused.status if refused else None) == status
