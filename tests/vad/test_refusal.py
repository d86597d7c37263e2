"""The tuner finds what is there, refuses what is not, and leaves alone what is right."""

import numpy as np
import pytest
from noisy_rooms import chosen, even_room, refused, solvable_room, solved, stayed, unsolvable_room

DRAWS = 20
FEWEST = 19  # 95 in 100


@pytest.mark.parametrize(
    ("room", "right"),
    [(solvable_room, solved), (unsolvable_room, refused), (even_room, stayed)],
)
def test_rooms_with_a_known_answer_get_it_in_19_of_20_draws(room, right):
    laid = room()
    answers = [chosen(laid, np.random.default_rng(draw)) for draw in range(DRAWS)]
    assert sum(map(right, answers)) >= FEWEST
    assert {answer.hold_out for answer in answers} == {"by speaker and noise file"}
