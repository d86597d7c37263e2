"""Each planted fault is named, and nothing is found where nothing was planted.

The short form of ``benchmarks/diagnose_confusion.py``, on seeds of its own.
"""

import pytest
from drawn import Draw
from planted import FOLLOWS, PLANTED, clean

from voicelab.diagnose import diagnose


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_named_and_nothing_else(name):
    seed = 7000 + list(PLANTED).index(name)
    diagnosis = diagnose(PLANTED[name](Draw(seed, held_out=True)))
    found = {trouble.name for trouble in diagnosis.troubles}
    assert found - FOLLOWS.get(name, set()) == {name}


@pytest.mark.parametrize("seed", [7100, 7101, 7102, 7103])
def test_where_nothing_goes_wrong_nothing_is_found(seed):
    timeline = clean(Draw(seed, held_out=True))
    assert len(timeline.turns) >= 3
    assert any(answer.cut_ms for answer in timeline.answers)  # somebody barged in
    assert [each.refused for each in timeline.connections].count(429) == 1
    assert "rotation" in [each.why for each in timeline.connections]
    assert diagnose(timeline).troubles == ()
