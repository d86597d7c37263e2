"""What clients do that they should not: a stated answer each, and a service that lives on."""

import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from voices import base64_of, quiet, sentence, tone, types

from voicelab.simulator import Rehearsal, Service
from voicelab.wire.inventory import EVENTS


def client():
    return Rehearsal(Service()).connect()


def lives(peer):
    peer.send("session.update", session={"turn_detection": {"type": "server_vad"}})
    peer.send("input_audio_buffer.clear")
    heard = peer.speak(sentence()) + peer.wait(60_000)
    return "response.done" in types(heard)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("", "invalid_event"),
        ("{", "invalid_event"),
        ("[]", "invalid_event"),
        ('"text"', "invalid_event"),
        ("{}", "invalid_event"),
        ('{"type": 7}', "invalid_event"),
        ("[" * 100_000, "invalid_event"),
        (b"\x00\x01", "invalid_event"),
        ('{"type": "input_audio_buffer.append"}', None),
        ('{"type": "input_audio_buffer.append", "audio": 7}', None),
        ('{"type": "input_audio_buffer.append", "audio": "*"}', "invalid_value"),
        ('{"type": "input_audio_buffer.append", "audio": "AAAAA"}', "invalid_value"),
        ('{"type": "input_audio_buffer.append", "audio": "AAAA"}', "invalid_value"),
        ('{"type": "session.created", "session": {}}', "invalid_value"),
        ('{"type": "no.such.event"}', "invalid_value"),
        ('{"type": "session.update"}', "missing_required_parameter"),
        ('{"type": "session.update", "session": []}', "invalid_type"),
        ('{"type": "conversation.item.create", "item": {"type": "message"}}', None),
        ('{"type": "conversation.item.truncate", "item_id": "x", "content_index": 0}', None),
        ('{"type": "session.avatar.connect", "client_sdp": "AAAA"}', "unsupported_operation"),
    ],
)
def test_a_message_that_is_none_is_answered_with_one_error(message, code):
    peer = client()
    (error,) = peer.send_message(message)
    assert error.type == "error"
    assert code in (None, error.fields["error"]["code"])
    assert lives(peer)


def test_half_a_sample_is_refused_and_nothing_of_it_is_heard():
    peer = client()
    peer.send("session.update", session={"turn_detection": None})
    assert types(peer.send("input_audio_buffer.append", audio="AAAA")) == ["error"]
    (error,) = peer.send("input_audio_buffer.commit")
    assert "0.00ms" in error.fields["error"]["message"]


def test_more_than_15_mib_in_one_append_is_refused_and_less_is_heard():
    peer = client()
    peer.send("session.update", session={"turn_detection": None})
    assert types(peer.send("input_audio_buffer.append", audio="AAAA" * (5 * 2**20 + 2))) == [
        "error"
    ]
    assert peer.send("input_audio_buffer.append", audio="AAAA" * (5 * 2**20)) == []


def test_a_message_of_20_mb_that_is_no_audio_is_refused():
    peer = client()
    words = {"type": "input_text", "text": "x" * 20_000_000}
    item = {"type": "message", "role": "user", "content": [words]}
    (error,) = peer.send("conversation.item.create", item=item)
    assert error.fields["error"]["code"] == "string_above_max_length"


IMPOSSIBLE_FIRST = [
    ("input_audio_buffer.commit", {}),
    ("input_audio_buffer.clear", {}),
    ("response.cancel", {}),
    ("response.cancel", {"response_id": "resp_9"}),
    ("conversation.item.delete", {"item_id": "item_9"}),
    ("conversation.item.retrieve", {"item_id": "item_9"}),
    ("conversation.item.truncate", {"item_id": "x", "content_index": 0, "audio_end_ms": 0}),
]


@pytest.mark.parametrize(("event_type", "fields"), IMPOSSIBLE_FIRST)
def test_a_request_out_of_order_is_answered_and_changes_nothing(event_type, fields):
    peer = client()
    (answer,) = peer.send(event_type, **fields)
    assert answer.type in ("error", "input_audio_buffer.cleared")
    assert lives(peer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = sorted({field.name for spec in EVENTS.values() for field in spec.fields})


@given(
    event_type=st.sampled_from([each for each, spec in EVENTS.items() if spec.sender == "client"]),
    fields=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
)
def test_no_json_whatever_breaks_the_service(event_type, fields):
    peer = client()
    for event in peer.send_message(json.dumps({"type": event_type, **fields})):
        assert event.type != ""
    assert peer.ending is None


SESSION_KEYS = ["turn_detection", "modalities", "voice", "tools", "tool_choice", "temperature"]
SESSION_KEYS += ["input_audio_format", "input_audio_echo_cancellation", "metadata", "instructions"]


@given(session=st.dictionaries(st.sampled_from(SESSION_KEYS), JSON, max_size=3))
def test_no_session_whatever_breaks_the_service(session):
    peer = client()
    peer.send_message(json.dumps({"type": "session.update", "session": session}))
    peer.send("response.create")
    assert lives(peer)


RESPONSE_KEYS = ["modalities", "voice", "tools", "tool_choice", "conversation", "metadata"]
RESPONSE_KEYS += ["max_output_tokens", "output_audio_format", "instructions", "input_items"]
RESPONSE_KEYS += ["pre_generated_assistant_message", "temperature", "cancel_previous"]


@given(request=st.dictionaries(st.sampled_from(RESPONSE_KEYS), JSON, max_size=4))
def test_no_request_for_an_answer_whatever_breaks_the_service(request):
    peer = client()
    peer.send_message(json.dumps({"type": "response.create", "response": request}))
    assert lives(peer)


def peak_bytes(act):
    tracemalloc.start()
    act()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_100_000_tiny_appends_are_heard_like_few_long_ones():
    sound = np.concatenate([sentence()] + [quiet(500)] * 4)
    whole, tiny = client(), client()
    whole.speak(sound)
    assert sound.size > 100_000
    for sample in sound:
        tiny.send("input_audio_buffer.append", audio=base64_of([sample]))
    spoken = [
        [e.fields for e in each.events() if e.type == "input_audio_buffer.speech_stopped"]
        for each in (whole, tiny)
    ]
    assert spoken[0][0]["audio_end_ms"] == spoken[1][0]["audio_end_ms"]


def test_silence_for_ever_takes_no_more_memory_than_a_minute_of_it():
    def listen(minutes):
        peer = client()
        second = base64_of(quiet(1000))
        for _ in range(60 * minutes):
            peer.wait(1000)
            peer.send("input_audio_buffer.append", audio=second)

    assert peak_bytes(lambda: listen(8)) < 2 * peak_bytes(lambda: listen(1))


def test_sound_that_is_never_committed_is_counted_in_full_and_kept_in_part():
    def hoard():
        peer = client()
        peer.send("session.update", session={"turn_detection": None})
        minute = base64_of(tone(60_000))
        for _ in range(10):
            peer.send("input_audio_buffer.append", audio=minute)
        peer.send("input_audio_buffer.commit")
        peer.send("response.create")
        usage = peer.wait_for("response.done").fields["response"]["usage"]
        assert usage["input_token_details"]["audio_tokens"] == 6000

    assert peak_bytes(hoard) < 120e6


def test_a_flood_of_items_forgets_the_oldest():
    peer = client()
    part = {"type": "input_text", "text": "x" * 100}
    for number in range(1200):
        item = {"id": f"n{number}", "type": "message", "role": "user", "content": [part]}
        peer.send("conversation.item.create", item=item)
    assert types(peer.send("conversation.item.retrieve", item_id="n0")) == ["error"]
    assert types(peer.send("conversation.item.retrieve", item_id="n1199")) == [
        "conversation.item.retrieved"
    ]


def test_a_flood_of_answers_is_refused_beyond_some():
    peer = client()
    beside = {"conversation": "none"}
    heard = [peer.send("response.create", response=beside) for _ in range(40)]
    assert [types(each)[0] for each in heard].count("response.created") == 16
    assert lives(peer)
