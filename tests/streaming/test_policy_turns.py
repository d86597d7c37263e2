import pytest

from voicelab.streaming.policy.turns import Turns


def test_turns_are_numbered_from_one():
    turns = Turns()
    assert [turns.begin(start).number for start in (0, 500)] == [1, 2]
    assert turns.of(2).start == 500
    assert turns.of(None) is None


@pytest.mark.parametrize(("start", "same"), [(900, True), (1_400, True), (2_200, False)])
def test_a_turn_that_was_lost_goes_on_where_it_is_heard_again(start, same):
    turns = Turns()
    lost = turns.begin(1_000)
    lost.stage, lost.end = "lost", 2_000
    again = turns.begin(start, slack=100)
    assert (again is lost) is same
    if same:
        assert (again.stage, again.start, again.end) == ("open", min(start, 1_000), None)


def test_the_first_end_of_a_turn_holds():
    turns = Turns()
    turn = turns.begin(0)
    assert turns.settle(turn, "answered in part", heard_ms=700.0)
    assert not turns.settle(turn, "dropped", reason="too late")
    assert (turn.state, turn.heard_ms, turn.reason) == ("answered in part", 700.0, "")


def test_the_newest_item_without_an_end_is_owed_an_answer():
    turns = Turns()
    first, second = turns.begin(0), turns.begin(500)
    first.stage = second.stage = "committed"
    assert turns.owed is second
    turns.settle(second, "answered")
    assert turns.owed is first
    assert turns.unsettled == [first]
