"""Numbered messages come out in order, each once, and what never comes is counted."""

from hypothesis import given
from hypothesis import strategies as st

from voicelab.views.browser.ordering import InOrder


def given_out(order, numbers):
    return [item for number in numbers for item in order.push(number, number)]


@given(st.permutations(range(30)))
def test_any_order_comes_out_in_order(numbers):
    order = InOrder()
    assert given_out(order, numbers) == list(range(30))
    assert (order.taken, order.lost) == (30, 0)


@given(st.lists(st.integers(0, 20)))
def test_a_message_that_comes_twice_is_given_once(numbers):
    found = given_out(InOrder(), numbers)
    assert found == sorted(set(found))


def test_what_is_waited_for_in_vain_is_lost_and_the_rest_goes_on():
    order = InOrder(patience=3)
    assert given_out(order, [0, 2, 3, 4]) == [0]
    assert given_out(order, [5]) == [2, 3, 4, 5]
    assert order.lost == 1
    assert given_out(order, [1, 6]) == [6]
