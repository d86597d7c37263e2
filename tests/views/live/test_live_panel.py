"""A live panel, driven without a browser: a recording is the microphone, the simulator answers."""

import json
import threading

import pytest
from spoken_to import SPEED, WITHIN_S, brief_service, connected, sentence, settled

from voicelab import HighPass, Tuning, views
from voicelab.diagnose import diagnose, read_session
from voicelab.simulator import Manner, Service, read_faults
from voicelab.streaming.policy import AudioDropped, Retrying
from voicelab.views.browser import Microphone
from voicelab.views.panel import PanelError
from voicelab.wire import read_session_log

DEFAULTS = Tuning.from_profile("voice-live-2026-07-15")


@pytest.fixture
def panel():
    """A panel whose session has begun."""
    before = threading.active_count()
    panel = views.LivePanel(microphone=sentence(), service=brief_service(), speed=SPEED)
    panel.front.begins.value = True
    panel.conversation.until(connected("first"), within_s=WITHIN_S)
    yield panel
    panel.leave()
    assert panel.conversation.failure is None
    assert threading.active_count() == before


def wait(panel, condition):
    panel.conversation.until(condition, within_s=WITHIN_S)
    panel.show()


def effective(name, value):
    return lambda talk: talk.asked.effective(name) == value


def test_what_is_said_is_answered_and_both_can_be_read(panel):
    panel.front.says.value = True
    wait(panel, settled(1))
    assert panel.conversation.seen.endings == {"answered": 1}
    assert "Yes, it is." in panel.front.talk.value
    assert panel.state == "live"
    assert "simulator" in panel.front.lamp.value
    assert panel.conversation.meters.output_tokens > 0
    assert [each.total_samples for each in panel.arrivals.answers] == [36_000]


def test_a_threshold_moved_live_changes_what_triggers(panel):
    panel.knobs.threshold.value = 0.99
    wait(panel, effective("threshold", 0.99))
    assert "service: 0.99" in panel.knobs.holds["threshold"].value
    panel.say()
    wait(panel, lambda talk: panel.microphone.silent)
    panel.knobs.threshold.value = 0.5
    wait(panel, effective("threshold", 0.5))
    assert panel.conversation.seen.endings.total() == 0
    panel.say()
    wait(panel, settled(1))


def test_a_silence_is_asked_for_with_all_the_rest_of_turn_detection(panel):
    panel.knobs.threshold.value = 0.6
    panel.knobs.silence.value = 900
    wait(panel, effective("silence_duration_ms", 900))
    assert panel.conversation.asked.effective("threshold") == 0.6
    assert panel.tuning.turn_detection.silence_duration_ms == 900


def test_filter_and_buffer_hold_at_once_where_they_are(panel):
    panel.knobs.cut_off.value, panel.knobs.buffer.value = 120, 340
    assert panel.microphone.filters == (HighPass(120),)
    assert panel.speaker.player.start_ms == 340
    assert {each.path for each in panel.changes} == {"/filters", "/player/start_ms"}


def test_a_value_that_the_service_does_not_take_over_is_seen():
    service = Service(manner=Manner(), faults=read_faults("error:invalid_value@1s"))
    panel = views.LivePanel(microphone=sentence(), service=service, speed=SPEED)
    panel.begin()
    wait(panel, lambda talk: talk.seen.troubles)
    panel.leave()
    assert "invalid_value" in panel.front.troubles.value


@pytest.mark.parametrize(
    ("button", "why", "told"),
    [("drop", "reconnect", ["1006"]), ("expire", "reconnect", ["session_expired"]),
     ("refuse 429", "reconnect", ["1006", "429"]), ("rotate soon", "rotation", [])],
)  # fmt: skip
def test_a_planted_fault_costs_nothing_that_was_said(panel, button, why, told):
    panel.front.faults[button].value = True
    panel.say()
    wait(panel, connected(why))
    wait(panel, settled(1))
    assert [each.why for each in panel.log.told(Retrying)] == told
    assert panel.log.told(AudioDropped) == []
    assert set(panel.conversation.seen.endings) == {"answered"}
    assert all(each in panel.front.troubles.value for each in told)


def test_a_bad_line_makes_the_answers_run_dry(panel):
    panel.front.bad_line.value = True
    panel.say()
    wait(panel, settled(1))
    panel.front.bad_line.value = False
    (bad,) = panel.arrivals.answers
    panel.say()
    wait(panel, settled(2))
    good = panel.arrivals.answers[-1]
    assert bad.arrived_ms[-1] - bad.arrived_ms[0] > good.arrived_ms[-1] - good.arrived_ms[0]


def test_the_answer_can_be_stopped(panel):
    panel.say()
    wait(panel, lambda talk: talk.seen.floor == "answering" and talk.log.answers)
    panel.front.interrupts.value = True
    wait(panel, settled(1))
    assert set(panel.conversation.seen.endings) <= {"answered in part", "superseded"}


def test_a_button_that_is_held_ends_the_turn():
    panel = views.LivePanel(microphone=sentence(), service=brief_service(), speed=SPEED)
    panel.front.talking.value = "hold to talk"
    panel.begin()
    panel.say()
    wait(panel, settled(1))
    panel.knobs.threshold.value = 0.9  # must not bring turn detection back
    panel.say()
    wait(panel, settled(2))
    panel.leave()
    assert panel.conversation.seen.endings == {"answered": 2}
    assert panel.conversation.asked.delays_ms == []


def test_the_log_is_saved_without_sound_and_words(panel, tmp_path):
    panel.say()
    wait(panel, settled(1))
    panel.front.log_path.value = str(tmp_path / "talk.jsonl")
    panel.front.saves_log.value = True
    text = (tmp_path / "talk.jsonl").read_text("utf-8")
    kinds = {json.loads(line).get("type") for line in text.splitlines()[1:]}
    assert {"session.updated", "response.done", "client.turn_settled"} <= kinds
    assert "Yes, it is." not in text
    assert max(map(len, text.splitlines())) < 5_000
    with (tmp_path / "talk.jsonl").open(encoding="utf-8") as file:
        assert list(read_session_log(file))


def test_the_config_in_hand_is_saved_with_what_was_changed(panel, tmp_path):
    panel.knobs.threshold.value = 0.7
    panel.save(tmp_path / "tuned.json")
    assert Tuning.load(tmp_path / "tuned.json").turn_detection.threshold == 0.7


def test_one_conversation_runs_at_a_time(panel):
    other = views.LivePanel(microphone=sentence(), service=brief_service(), speed=SPEED)
    other.begin()
    assert panel.state == "over"
    other.leave()


def test_a_session_can_begin_again_after_it_was_left(panel):
    panel.leave()
    assert panel.state == "over"
    panel.begin()
    panel.say()
    wait(panel, settled(1))


def test_what_needs_a_session_says_so_before_there_is_one(tmp_path):
    panel = views.LivePanel(microphone=sentence())
    for button in (*panel.front.faults.values(), panel.front.interrupts, panel.front.saves_log):
        with pytest.raises(PanelError, match="press talk first"):
            button.value = True
        assert "press talk first" in panel.widget.children[-3].value
    with pytest.raises(PanelError, match="press talk first"):
        panel.log


def test_a_browser_s_microphone_has_the_world_s_pace_and_no_recording():
    with pytest.raises(ValueError, match="speed must be 1"):
        views.LivePanel(speed=4)
    with pytest.raises(PanelError, match="pass microphone="):
        views.LivePanel(microphone=Microphone()).say(sentence())


def test_a_tuning_without_turn_detection_is_talked_to_by_a_button():
    panel = views.LivePanel(DEFAULTS.with_value("/turn_detection", None), microphone=sentence())
    assert panel.front.talking.value == "hold to talk"
    assert panel.knobs.threshold.disabled
    assert set(panel.edits()) == {"/filters", "/player/start_ms"}


@pytest.mark.parametrize(
    ("state", "reduction", "trouble"),
    [("denied", "off", "no_microphone"), ("listening", "near_field", "suppressors_stacked")],
)
def test_a_saved_log_says_how_the_microphone_stood(tmp_path, state, reduction, trouble):
    microphone = Microphone()
    tuning = DEFAULTS.with_value("/enhancement/input_audio_noise_reduction", reduction)
    panel = views.LivePanel(tuning, microphone=microphone, service=brief_service())
    path = tmp_path / "session.jsonl"
    try:
        talk = panel.begin()
        talk.until(connected("first"), within_s=WITHIN_S)
        microphone.set_state({"state": state, "_got": {"noise_suppression": True}})
        panel.show()
        noted = dict(talk.microphone)
        talk.until(lambda _: f'"{state}"' in written(panel, path), within_s=WITHIN_S)
    finally:
        panel.leave()
    assert noted == {"status": state, "muted": False, "noise_suppression": True}
    (connection,) = read_session(path).connections
    assert connection.microphone == noted
    assert trouble in {each.name for each in diagnose(read_session(path)).troubles}


def written(panel, path):
    panel.save_log(path)
    return path.read_text("utf-8")
