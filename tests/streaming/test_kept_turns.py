from voicelab.streaming.policy.kept_turns import KeptTurns
from voicelab.streaming.policy.span import Span


def kept(*, worded=()):
    turns = KeptTurns()
    for number in (1, 2, 3):
        turns.keep(number, Span(0, 100), bytes(200))
    for number in worded:
        turns.know_words(number)
    return turns


def test_turns_whose_words_are_known_go_first_and_the_oldest_among_them():
    turns = kept(worded=(2, 3))
    turns.shrink_to(200)
    assert [turns.audio(number) is not None for number in (1, 2, 3)] == [True, False, True]
    turns.shrink_to(100)
    assert turns.audio(1) is not None
    assert turns.samples == 100


def test_what_lacks_its_beginning_is_no_audio_of_a_turn():
    turns = KeptTurns()
    turns.keep(1, Span(0, 100), bytes(150))
    assert turns.audio(1) is None


def test_a_settled_turn_makes_room():
    turns = kept()
    turns.let_go(2)
    turns.let_go(2)
    assert turns.samples == 200
    assert turns.audio(2) is None


def test_a_turn_kept_twice_counts_once():
    turns = kept()
    turns.keep(1, Span(0, 50), bytes(100))
    assert turns.samples == 250
