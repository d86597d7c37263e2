"""What a person is told of a session follows from its events and notices alone."""

import pytest

from voicelab.streaming.policy import (
    AudioDropped,
    Ended,
    Ready,
    Retrying,
    ServiceSaid,
    TurnSettled,
    Words,
)
from voicelab.views.live import board
from voicelab.views.live.seen import Seen, in_words
from voicelab.wire import Event, explain


def answer(seen, response_id, *words):
    seen.take_event(1, Event("response.created", {"response": {"id": response_id}}))
    for word in words:
        fields = {"response_id": response_id, "delta": word}
        seen.take_event(1, Event("response.audio_transcript.delta", fields))
        seen.take_event(1, Event("response.audio.delta", {"response_id": response_id}))


def question(seen, item_id):
    for name in ("speech_started", "speech_stopped"):
        seen.take_event(1, Event(f"input_audio_buffer.{name}", {"item_id": item_id}))


def texts(seen):
    return [(each.who, each.text) for each in seen.lines]


def test_the_user_s_words_stand_before_the_answer_though_they_come_later():
    seen = Seen()
    question(seen, "u1")
    answer(seen, "r1", "Yes, ", "it is.")
    seen.take_notice(Words("user", "u1", "Is it?"))
    assert texts(seen) == [("user", "Is it?"), ("assistant", "Yes, it is.")]


def test_of_an_answer_that_was_cut_the_words_that_were_heard_are_left():
    seen = Seen()
    question(seen, "u1")
    answer(seen, "r1", "Yes, ", "it is.")
    question(seen, "u2")
    seen.take_notice(Words("assistant", "vl_ar1", "Yes,"))
    seen.take_notice(TurnSettled(1, 0.0, 900.0, "answered in part", 300.0, 0))
    seen.take_notice(Words("user", "u2", "No."))
    assert texts(seen) == [("assistant", "Yes,"), ("user", "No.")]
    assert [each.is_cut for each in seen.lines] == [True, False]


def test_of_an_answer_that_was_cut_before_a_word_none_is_left():
    seen = Seen()
    answer(seen, "r1", "Yes, ")
    seen.take_notice(TurnSettled(1, 0.0, 900.0, "answered in part", 30.0, 0))
    assert texts(seen) == [("assistant", "")]


def test_a_summary_that_the_session_asks_for_is_not_part_of_the_talk():
    seen = Seen()
    made = {"id": "r9", "metadata": {"purpose": "summary"}}
    seen.take_event(1, Event("response.created", {"response": made}))
    seen.take_event(1, Event("response.text.delta", {"response_id": "r9", "delta": "They met."}))
    assert texts(seen) == []


def test_what_holds_is_what_the_connection_in_charge_said():
    seen = Seen()
    seen.take_event(1, Event("session.created", {"session": {"expires_at": 100}}))
    seen.take_notice(Ready(1, "first", 0, 0.0))
    seen.take_event(2, Event("session.created", {"session": {"expires_at": 200}}))
    assert seen.expires_at_s == 100
    seen.take_notice(Ready(2, "rotation", 3, 0.0))
    assert (seen.expires_at_s, seen.connection) == (200, 2)
    assert seen.connections == {"first": 1, "rotation": 1}


def test_who_speaks_is_told_as_it_changes():
    seen = Seen()
    floors = [seen.floor]
    for happens in (
        lambda: seen.take_event(1, Event("input_audio_buffer.speech_started", {"item_id": "u"})),
        lambda: seen.take_event(1, Event("input_audio_buffer.speech_stopped", {"item_id": "u"})),
        lambda: answer(seen, "r", "Yes."),
        seen.fall_silent,
    ):
        happens()
        floors.append(seen.floor)
    assert floors == ["listening", "hearing you", "thinking", "answering", "listening"]


@pytest.mark.parametrize("name", ["1006", "429", "session_expired", "rate_limit_exceeded"])
def test_a_trouble_is_told_in_the_words_of_the_error_reference(name):
    seen = Seen()
    seen.take_notice(Retrying(1, 800.0, name, "unused"))
    assert explain(name).meaning in seen.troubles[-1]
    assert "Attempt 1 in 0.8 s" in seen.troubles[-1]


def test_what_somebody_has_to_change_is_said_with_it():
    assert explain("401").change in in_words("401", "")
    assert in_words("no_such_code", "It failed.") == "no_such_code: It failed."


def test_losses_are_counted_and_told():
    seen = Seen()
    seen.take_notice(AudioDropped(1000.0, 1700.0, "the outage was longer than what is kept"))
    seen.take_notice(TurnSettled(1, 0.0, 900.0, "dropped", 0.0, 1, "shorter than 100 ms"))
    assert seen.dropped_ms == 700
    assert [each.split()[0] for each in seen.troubles] == ["0.7", "Turn"]


def test_races_that_are_lost_without_harm_are_not_told():
    seen = Seen()
    seen.take_notice(ServiceSaid("response_cancel_not_active", "", expected=True))
    seen.take_notice(Ended("left", "The user left."))
    assert (list(seen.troubles), seen.ended) == ([], "")


def test_a_reason_that_is_a_sentence_ends_with_one_full_stop():
    seen = Seen()
    for reason in ("The user left.", "the buffer was full"):
        seen.take_notice(TurnSettled(1, 0.0, 1.0, "dropped", 0.0, 0, reason))
    assert [each.split(": ")[1] for each in seen.troubles] == [
        "The user left.",
        "the buffer was full.",
    ]


def test_no_more_is_kept_than_is_shown():
    seen = Seen()
    for number in range(500):
        answer(seen, f"r{number}", "Yes.")
        seen.take_notice(TurnSettled(number, 0.0, 1.0, "answered", 1.0, 0))
        seen.take_notice(Retrying(1, 0.0, "1006", ""))
    assert max(len(seen.lines), len(seen.turns), len(seen.troubles)) <= 60
    assert seen.endings == {"answered": 500}


def test_what_anybody_said_cannot_write_into_the_page():
    seen, evil = Seen(), "<img src=x onerror=alert(1)>"
    question(seen, "u1")
    seen.take_notice(Words("user", "u1", evil))
    seen.take_notice(ServiceSaid(evil, evil, expected=False))
    seen.take_notice(TurnSettled(1, 0.0, 1.0, "dropped", 0.0, 0, f"'{evil}"))
    shown = board.talk(seen.lines) + board.turns(seen.turns)
    shown += board.troubles(seen.troubles, ended=evil)
    assert "<img" not in shown
    assert shown.count("&lt;img") >= 4
