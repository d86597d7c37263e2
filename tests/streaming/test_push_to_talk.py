import pytest

from voicelab.streaming.policy.push_to_talk import PushToTalk


def button():
    return PushToTalk(rate_hz=1000, pre_roll_ms=300.0, keep_alive_ms=5000.0)


def test_sound_before_the_press_belongs_to_the_turn():
    assert button().down(1, at=2000).start == 1700


def test_no_sound_belongs_to_two_turns():
    machine = button()
    machine.down(1, at=1000)
    machine.up(at=1900)
    machine.over()
    assert machine.down(2, at=2000).start == 1900


@pytest.mark.parametrize(("end", "long_enough"), [(99, False), (100, True)])
def test_less_than_100_ms_is_never_committed(end, long_enough):
    machine = button()
    machine.down(1, at=0)
    assert machine.long_enough(machine.up(at=end)) is long_enough


def test_a_button_that_is_up_cannot_be_let_go():
    assert button().up(at=100) is None


def test_a_sign_of_life_is_due_after_silence():
    machine = button()
    machine.sent(now_ms=1000.0)
    assert machine.sign_due_ms == 6000.0
