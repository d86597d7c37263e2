"""A spoken turn, from the user's first sound to the answer's last, in virtual time."""

import base64

import numpy as np
import pytest
from voices import base64_of, only, quiet, sentence, tone, types

from voicelab.simulator import Manner, Rehearsal, Service, SteadyPace
from voicelab.wire.validator import problems


@pytest.fixture
def client():
    return Rehearsal(Service()).connect()


def answers_sound(events, response_id=None):
    return b"".join(
        base64.b64decode(event.fields["delta"])
        for event in events
        if event.type == "response.audio.delta"
        and response_id in (None, event.fields["response_id"])
    )


def test_a_turn_is_answered_in_the_order_that_the_reference_tells(client):
    client.send("session.update", session={"input_audio_transcription": {"model": "whisper-1"}})
    heard = client.speak(sentence()) + client.wait(12_000)
    first_seen = list(dict.fromkeys(types(heard)))
    assert first_seen == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.created",
        "response.created",
        "rate_limits.updated",
        "response.output_item.added",
        "response.content_part.added",
        "response.audio.delta",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
        "response.audio_transcript.delta",
        "response.audio.done",
        "response.audio_transcript.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.done",
    ]


def test_speech_is_placed_on_the_clock_of_all_audio_sent(client):
    heard = client.speak(sentence())
    started = only(heard, "input_audio_buffer.speech_started")
    stopped = only(heard, "input_audio_buffer.speech_stopped")
    # Detected 200 ms into the voice at 500 ms, less a padding of 400 ms; two frames of slack.
    assert started.fields["audio_start_ms"] == pytest.approx(300, abs=40)
    assert stopped.fields["audio_end_ms"] == pytest.approx(2000, abs=40)
    assert started.fields["item_id"] == stopped.fields["item_id"]


def test_the_assistants_item_is_announced_twice_under_one_id(client):
    heard = client.speak(sentence()) + client.wait(10_000)
    added = only(heard, "response.output_item.added").fields["item"]["id"]
    created = [e.fields["item"]["id"] for e in heard if e.type == "conversation.item.created"]
    assert created[1:] == [added]


def test_an_answers_deltas_join_to_its_words_and_its_sound(client):
    heard = client.speak(sentence()) + client.wait(10_000)
    words = "".join(
        event.fields["delta"] for event in heard if event.type == "response.audio_transcript.delta"
    )
    done = only(heard, "response.done").fields["response"]
    assert words == only(heard, "response.audio_transcript.done").fields["transcript"]
    assert words.startswith("Printing, in the only sense")
    assert len(answers_sound(heard)) == 2 * 24 * 9_700
    assert done["usage"]["output_token_details"]["audio_tokens"] == 194  # twenty a second
    assert done["usage"]["input_token_details"]["audio_tokens"] == 17  # ten a second


def test_what_the_service_says_is_what_the_inventory_allows(client):
    client.send("session.update", session={"input_audio_transcription": {"model": "whisper-1"}})
    client.speak(sentence())
    client.wait(1000)
    client.speak(sentence())
    client.wait(20_000)
    wrong = {
        problem
        for event in client.events()
        for problem in problems(event, dialect="voice-live", sender="server")
    }
    assert wrong == set()


def test_in_the_other_dialect_an_item_is_announced_as_added_and_as_done():
    client = Rehearsal(Service(profile_name="openai-realtime-2026")).connect("/v1/realtime?model=m")
    heard = client.speak(sentence()) + client.wait(20_000)
    announced = [event for event in heard if event.type.startswith("conversation.item.")]
    assert types(announced) == ["conversation.item.created", "conversation.item.done"] * 2
    assert {
        problem
        for event in client.events()
        for problem in problems(event, dialect="openai-ga", sender="server")
    } == set()


def test_who_speaks_into_an_answer_ends_it(client):
    client.speak(sentence())
    client.wait(400)
    heard = client.speak(tone(500))
    done = only(heard, "response.done").fields["response"]
    assert done["status"] == "cancelled"
    assert done["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert "response.audio.delta" not in types(client.speak(tone(1000)))
    order = types(heard)
    assert order.index("input_audio_buffer.speech_started") < order.index("response.audio.done")
    assert order[-1] == "response.done"


def test_without_interrupt_response_an_answer_is_finished(client):
    turns = {"type": "server_vad", "interrupt_response": False}
    client.send("session.update", session={"turn_detection": turns})
    client.speak(sentence())
    heard = client.speak(tone(4000))
    assert only(heard, "response.done").fields["response"]["status"] == "completed"


def test_an_interrupted_answer_is_cut_where_a_listener_is_who_plays_it_at_once():
    manner = Manner(pace=SteadyPace(first_ms=100, audio_s_per_s=10))
    client = Rehearsal(Service(manner=manner)).connect()
    turns = {"type": "server_vad", "auto_truncate": True}
    client.send("session.update", session={"turn_detection": turns})
    client.speak(sentence())
    first_sound_ms = next(
        each.at_ms
        for each in (client.wait_for("response.audio.delta"), client)[1].received
        if getattr(each.output, "event", None) and each.output.event.type == "response.audio.delta"
    )
    client.wait(2000)  # all of it was sent, and two seconds of it were heard
    heard = client.speak(tone(500))
    cut = only(heard, "conversation.item.truncated").fields
    started_ms = next(
        each.at_ms
        for each in reversed(client.received)
        if each.output.event.type == "input_audio_buffer.speech_started"
    )
    assert cut["audio_end_ms"] == int(started_ms - first_sound_ms)
    heard = client.send(
        "conversation.item.truncate",
        item_id=cut["item_id"],
        content_index=0,
        audio_end_ms=cut["audio_end_ms"],
    )
    assert heard[0].fields["error"]["code"] == "item_already_truncated"


def test_without_create_response_a_turn_is_committed_and_not_answered(client):
    turns = {"type": "server_vad", "create_response": False}
    client.send("session.update", session={"turn_detection": turns})
    heard = client.speak(sentence()) + client.wait(1000)
    assert types(heard)[-1] == "conversation.item.created"
    assert "response.created" in types(client.send("response.create"))


def test_push_to_talk_without_turn_detection_commits_by_hand(client):
    heard = client.send("session.update", session={"turn_detection": None})
    assert heard[0].fields["session"]["turn_detection"] is None
    assert client.speak(sentence()) == []
    committed, created = client.send("input_audio_buffer.commit")
    assert committed.fields["item_id"] == created.fields["item"]["id"]
    client.send("response.create")
    assert client.wait_for("response.done").fields["response"]["status"] == "completed"


def test_push_to_talk_with_a_patient_detector_commits_by_hand(client):
    turns = {
        "type": "server_vad",
        "create_response": False,
        "interrupt_response": False,
        "silence_duration_ms": 5000,
    }
    client.send("session.update", session={"turn_detection": turns})
    heard = client.speak(sentence())
    assert types(heard) == ["input_audio_buffer.speech_started"]
    committed = client.send("input_audio_buffer.commit")[0]
    assert committed.fields["item_id"] == heard[0].fields["item_id"]
    assert types(client.speak(quiet(6000))) == []  # the turn was closed by hand


@pytest.mark.parametrize("sent_ms", [0, 99])
def test_a_commit_of_less_than_100_ms_is_refused(client, sent_ms):
    client.send("session.update", session={"turn_detection": None})
    client.speak(quiet(sent_ms), chunk_ms=10)
    (error,) = client.send("input_audio_buffer.commit")
    assert error.fields["error"]["code"] == "input_audio_buffer_commit_empty"
    client.speak(quiet(100 - sent_ms), chunk_ms=1)
    assert types(client.send("input_audio_buffer.commit"))[0] == "input_audio_buffer.committed"


def test_a_cleared_buffer_holds_nothing_to_commit(client):
    client.send("session.update", session={"turn_detection": None})
    client.speak(tone(500))
    assert types(client.send("input_audio_buffer.clear")) == ["input_audio_buffer.cleared"]
    (error,) = client.send("input_audio_buffer.commit")
    assert error.fields["error"]["code"] == "input_audio_buffer_commit_empty"


@pytest.mark.parametrize(
    ("settings", "rate_hz"),
    [
        ({"input_audio_sampling_rate": 16_000}, 16_000),
        ({"input_audio_sampling_rate": 8_000}, 8_000),
    ],
)
def test_turns_are_found_at_every_rate(client, settings, rate_hz):
    client.send("session.update", session=settings)
    sound = np.concatenate(
        (quiet(500, rate_hz=rate_hz), tone(1000, rate_hz=rate_hz), quiet(800, rate_hz=rate_hz))
    )
    stopped = only(client.speak(sound, rate_hz=rate_hz), "input_audio_buffer.speech_stopped").fields
    assert stopped["audio_end_ms"] == pytest.approx(2000, abs=40)


def test_turns_do_not_depend_on_how_the_audio_is_cut():
    found = []
    for chunk_ms in (7, 50, 400):
        client = Rehearsal(Service()).connect()
        heard = client.speak(sentence(), chunk_ms=chunk_ms)
        found.append(
            [
                only(heard, "input_audio_buffer.speech_started").fields["audio_start_ms"],
                only(heard, "input_audio_buffer.speech_stopped").fields["audio_end_ms"],
            ]
        )
    assert found[0] == found[1] == found[2]


def test_one_append_may_hold_a_whole_turn(client):
    heard = client.send("input_audio_buffer.append", audio=base64_of(sentence()))
    assert types(heard)[:3] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]


def test_a_transcript_says_by_rule_how_long_somebody_spoke(client):
    client.send("session.update", session={"input_audio_transcription": {"model": "whisper-1"}})
    client.speak(sentence())
    completed = client.wait_for("conversation.item.input_audio_transcription.completed")
    assert completed.fields["transcript"] == "[speech, 1.7 s]"


def test_a_planted_transcript_hears_the_turns_sound():
    loudest = []

    def transcribe(turn):
        loudest.append(float(np.abs(turn.samples).max()))
        return "good morning"

    client = Rehearsal(Service(manner=Manner(transcribe=transcribe))).connect()
    client.send("session.update", session={"input_audio_transcription": {"model": "whisper-1"}})
    client.speak(sentence())
    completed = client.wait_for("conversation.item.input_audio_transcription.completed")
    assert completed.fields["transcript"] == "good morning"
    assert loudest == [pytest.approx(0.3, abs=0.01)]
