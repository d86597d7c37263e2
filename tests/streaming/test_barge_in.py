from voicelab.streaming.policy.barge_in import BargeIn


def sounding(*, played_ms, received_ms=1000, done=False):
    machine = BargeIn(rate_hz=1000)
    answer = machine.begin("r", turn=1)
    machine.sound("r", "i", bytes(2 * received_ms))
    machine.played("r", ms=played_ms)
    answer.text, answer.done, answer.whole = "one two three four", done, done
    return machine, answer


def test_the_service_is_told_where_playback_stood():
    machine, _ = sounding(played_ms=500)
    _, events = machine.stop(cancel=True, truncate=True)
    assert [event.type for event in events] == ["response.cancel", "conversation.item.truncate"]
    assert events[1].fields["audio_end_ms"] == 500


def test_nothing_is_truncated_before_the_first_sound():
    machine, _ = sounding(played_ms=0)
    stopped, events = machine.stop(cancel=False, truncate=True)
    assert len(stopped) == 1
    assert events == []


def test_what_ended_is_not_cancelled():
    machine, _ = sounding(played_ms=500, done=True)
    _, events = machine.stop(cancel=True, truncate=True)
    assert [event.type for event in events] == ["conversation.item.truncate"]


def test_pieces_that_come_after_the_flush_are_not_played():
    machine, _ = sounding(played_ms=500)
    machine.stop(cancel=True, truncate=True)
    assert machine.sound("r", "i", bytes(200)) is None


def test_heard_words_are_an_estimate_unless_their_times_are_known():
    _, answer = sounding(played_ms=500)
    assert answer.heard() == ("one two", True)
    answer.words = [(0, "one"), (200, "two"), (400, "three"), (700, "four")]
    assert answer.heard() == ("one two three", False)


def test_an_answer_played_to_its_end_was_heard_whole():
    _, answer = sounding(played_ms=1000, done=True)
    assert answer.heard() == ("one two three four", False)
    assert not answer.sounding
