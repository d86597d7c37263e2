"""Echo: the agent's own voice as noise, at its level, in its room, by rule."""

from dataclasses import replace

import numpy as np
import pytest
from made_rooms import RATE_HZ, Ear, clicks, speech, start

from voicelab import samples
from voicelab.audio import Capture, Recording, level_dbfs
from voicelab.vad import Condition, Grid, Memory, Setting, TurnDetection, echo_scenes, sweep
from voicelab.vad.echo import ADVICE, returned, room_response
from voicelab.vad.scenes import turns_joined

AGENT = Recording(
    clicks(every_ms=200, seconds=10, length_ms=150).samples, RATE_HZ, "agent", "speech"
)
USERS = [speech(8, name="user")]


def test_the_room_is_small_its_direct_sound_comes_first_and_it_dies_away():
    response = room_response()
    assert np.sum(response**2) == pytest.approx(1)
    assert np.argmax(np.abs(response)) == 0
    decay = 10 * np.log10(np.cumsum(response[::-1] ** 2)[::-1])
    t60_ms = np.argmax(decay < -60) / RATE_HZ * 1000
    assert 100 < t60_ms < 500


def test_an_echo_is_the_agents_speech_later_and_in_the_room():
    agent = AGENT.excerpt(0, 1500)
    dry, wet = agent.samples.astype(float), returned(agent, delay_ms=100).samples
    late = round(0.1 * RATE_HZ)
    response = room_response()
    direct = np.convolve(np.concatenate((dry, dry)), response)[dry.size : 2 * dry.size]
    np.testing.assert_allclose(np.roll(wet, -late), direct, atol=1e-5)


def test_levels_are_below_the_users_and_the_silent_user_comes_first():
    laid = echo_scenes(AGENT, USERS, return_db=(-15, -35))
    assert [(len(scene.turns) > 0, scene.snr_db) for scene in laid] == [
        (False, 15),
        (True, 15),
        (False, 35),
        (True, 35),
    ]
    assert {scene.kind for scene in laid} == {"echo"}
    for scene in laid[::2]:
        heard = scene.recording()
        whole = heard.with_samples(heard.samples)
        assert level_dbfs(whole) == pytest.approx(-26 - scene.snr_db, abs=0.3)


def captured(recording, *, level_dbfs_, **capture):
    gain = 10 ** ((level_dbfs_ - level_dbfs(recording)) / 20)
    loud = recording.with_samples(recording.samples * np.float32(gain))
    return replace(loud, capture=Capture(echo_cancellation=True, **capture))


def test_a_recorded_echo_comes_back_as_it_is_at_its_level_below_who_spoke_to_the_same_microphone():
    echo = captured(replace(AGENT, kind="echo"), level_dbfs_=-50, lost_ms=3.0)
    usual, low = (captured(speech(8), level_dbfs_=at, lost_ms=0.0) for at in (-25, -38))
    nobody, loud, soft = echo_scenes(echo, [usual, low])
    assert [each.snr_db for each in (nobody, loud, soft)] == pytest.approx([25, 25, 12], abs=0.01)
    assert nobody.noise is loud.noise is soft.noise is echo


def test_where_another_microphone_heard_the_user_the_levels_of_an_echo_are_those_by_rule():
    echo = captured(replace(AGENT, kind="echo"), level_dbfs_=-50)
    for user in (speech(8), captured(speech(8), level_dbfs_=-25, device_sha256="a" * 64)):
        laid = echo_scenes(echo, [user])
        assert [each.snr_db for each in laid] == [15, 15, 25, 25, 35, 35]
        assert {each.noise for each in laid} == {echo}


def test_self_triggers_count_per_minute_of_agent_speech_and_barge_ins_can_be_missed():
    found = sweep(
        echo_scenes(AGENT, USERS),
        detectors=[Ear(speech=0.8, noise=0.4)],
        grid=Grid(thresholds=(0.2, 0.6, 0.9), speech_durations_ms=(0,), silences_ms=(200,)),
        memory=Memory(),
    )
    scores = found.kinds(Condition("ear"))["echo"]
    assert scores.exposure_s == pytest.approx(10)  # however often it came back
    assert scores.turns == 8
    assert scores.missed.tolist()[1:] == [0, 1]
    assert scores.false_triggers[1] == 0
    assert scores.never_closed[0] + scores.false_triggers[0] > 0


def test_where_no_threshold_separates_the_two_the_advice_is_in_those_words():
    found = sweep(
        echo_scenes(AGENT, USERS),
        detectors=[Ear(speech=0.8, noise=0.8)],
        grid=Grid(speech_durations_ms=(0,)),
        memory=Memory(),
    )
    choice = found.choose(start=start(0.5))
    assert choice.unsolved == ("echo",)
    assert ADVICE == "echo cancellation, headphones or push-to-talk"
    assert ADVICE in choice.advice[0]
    assert ADVICE in str(choice)


def test_a_real_agent_on_a_loudspeaker_triggers_a_real_detector():
    room = samples.room()
    agent = room["speech_female_librivox_sonnet"]
    found = sweep(
        echo_scenes(agent, [room["speech_male_jfk"]], return_db=(-15,)),
        detectors=["silero"],
        grid=Grid(),
    )
    place = found.grid.index(TurnDetection())
    scores = found.kinds(Condition("silero"))["echo"]
    assert scores.false_triggers[place] + scores.never_closed[place] > 0
    wrong = found.false_turns(Setting("silero", TurnDetection()))
    assert {found.scenes[turn.scene].kind for turn in wrong} == {"echo"}


def test_an_agent_without_labels_is_taken_whole_and_one_with_labels_without_its_gaps():
    assert turns_joined(AGENT).samples.size == AGENT.samples.size
    assert turns_joined(USERS[0]).duration_ms < USERS[0].duration_ms / 1.5


@pytest.mark.parametrize(
    ("users", "levels", "sentence"),
    [([], (-15,), "at least one labelled turn"), (USERS, (15,), "levels of 0 dB and below")],
)
def test_what_cannot_be_laid_out_is_refused(users, levels, sentence):
    with pytest.raises(ValueError, match=sentence):
        echo_scenes(AGENT, users, return_db=levels)
