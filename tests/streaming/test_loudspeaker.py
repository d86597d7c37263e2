"""The loudspeaker that only counts, by hand."""

from hypothesis import given
from hypothesis import strategies as st

from voicelab.streaming.loudspeaker import Heard, Loudspeaker


def sound(duration_ms):
    return bytes(48 * duration_ms)


def heard(speaker, now_ms):
    return list(speaker.heard(now_ms=now_ms))


def test_an_answer_is_heard_as_time_goes_by():
    speaker = Loudspeaker()
    speaker.play("r", "i", sound(200), now_ms=1000)
    assert heard(speaker, 1000) == []
    assert heard(speaker, 1050) == [Heard("r", "i", 50)]
    assert heard(speaker, 1050) == []
    assert heard(speaker, 5000) == [Heard("r", "i", 200)]
    assert speaker.free_ms() == 1200


def test_an_answer_begins_as_long_after_its_first_piece_as_the_player_holds():
    speaker = Loudspeaker(start_ms=180)
    speaker.play("r", "i", sound(200), now_ms=0)
    assert heard(speaker, 180) == []
    assert heard(speaker, 200) == [Heard("r", "i", 20)]


def test_silence_after_running_dry_is_no_part_of_the_answer():
    speaker = Loudspeaker()
    speaker.play("r", "i", sound(100), now_ms=0)
    assert heard(speaker, 500) == [Heard("r", "i", 100)]
    speaker.play("r", "i", sound(100), now_ms=500)
    assert heard(speaker, 530) == [Heard("r", "i", 130)]


def test_an_answer_waits_for_the_one_before():
    speaker = Loudspeaker()
    speaker.play("a", "i", sound(300), now_ms=0)
    speaker.play("b", "j", sound(100), now_ms=50)
    assert heard(speaker, 350) == [Heard("a", "i", 300), Heard("b", "j", 50)]


def test_what_was_thrown_away_is_not_heard():
    speaker = Loudspeaker()
    speaker.play("a", "i", sound(300), now_ms=0)
    heard(speaker, 100)
    speaker.flush("a")
    assert heard(speaker, 5000) == []


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 300)), min_size=1))
def test_nothing_is_heard_twice_before_it_came_or_not_at_all(steps):
    speaker, now_ms, came_ms, told = Loudspeaker(), 0.0, 0.0, [0.0]
    for wait_ms, length_ms in steps:
        now_ms += wait_ms
        speaker.play("r", "i", sound(length_ms), now_ms=now_ms)
        came_ms += length_ms
        told += [each.ms for each in heard(speaker, now_ms)]
        assert told[-1] <= min(came_ms, now_ms)
    told += [each.ms for each in heard(speaker, speaker.free_ms())]
    assert told == sorted(set(told))
    assert told[-1] == came_ms
