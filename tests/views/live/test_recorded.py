"""A recording in a microphone's place gives every sample, at the pace of speech."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from spoken_to import sentence

from voicelab import HighPass
from voicelab.audio import Capture, from_pcm16, to_pcm16
from voicelab.views.live import RecordedMicrophone

SPEED = 20.0


def heard(microphone, *, until):
    """Everything a microphone gives until something holds."""
    given, pressed = [], []
    microphone.on_chunk(lambda octets, first: given.append((first, octets)))
    microphone.on_talk(lambda down: pressed.append((down, len(given))))
    microphone.listen()
    deadline = time.monotonic() + 60
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    microphone.stop()
    return given, pressed


def test_every_sample_comes_once_and_silence_follows():
    said = sentence()
    microphone = RecordedMicrophone(said, speed=SPEED)
    given, _ = heard(microphone, until=lambda: microphone.silent)
    octets = b"".join(octets for _, octets in given)
    whole = to_pcm16(said.samples).octets
    assert octets[: len(whole)] == whole
    assert set(octets[len(whole) :]) <= {0}
    firsts = [first for first, _ in given]
    assert firsts == [1200 * number for number in range(len(given))]


def test_it_keeps_the_pace_of_speech():
    microphone = RecordedMicrophone(sentence(), speed=SPEED)
    began = time.monotonic()
    heard(microphone, until=lambda: microphone.silent)
    assert time.monotonic() - began >= 1.5 / SPEED


def test_what_is_said_next_waits_for_what_is_being_said():
    microphone = RecordedMicrophone(sentence(200, amplitude=0.1), speed=SPEED)
    microphone.say(sentence(200, amplitude=0.4))
    given, _ = heard(microphone, until=lambda: microphone.silent)
    sound = from_pcm16(b"".join(octets for _, octets in given))
    assert np.abs(sound[: sound.size // 2]).max() == pytest.approx(0.1, abs=0.001)
    assert np.abs(sound).max() == pytest.approx(0.4, abs=0.001)


def test_its_filters_are_heard_and_can_change():
    said = sentence(2000)
    microphone = RecordedMicrophone(said, [HighPass(300)], speed=SPEED)
    given, _ = heard(microphone, until=lambda: microphone.silent)
    sound = from_pcm16(b"".join(octets for _, octets in given))[: said.samples.size]
    expected = HighPass(300).apply(said).samples
    assert np.abs(sound - expected).max() < 1e-4
    microphone.filters = ()
    assert microphone.filters == ()


def test_muted_it_gives_silence_of_the_same_length():
    microphone = RecordedMicrophone(sentence(), speed=SPEED)
    microphone.muted = True
    given, _ = heard(microphone, until=lambda: microphone.silent)
    assert not any(any(octets) for _, octets in given)
    assert sum(len(octets) for _, octets in given) >= 2 * sentence().samples.size


def test_with_a_button_chunks_flow_only_while_it_is_held():
    microphone = RecordedMicrophone(sentence(), speed=SPEED, hold_to_talk=True)
    given, pressed = heard(microphone, until=lambda: microphone.silent)
    assert [down for down, _ in pressed] == [True, False]
    assert [at for _, at in pressed] == [0, len(given)]


def test_how_it_was_captured_goes_with_it():
    captured = Capture(echo_cancellation=False, rate_hz=48_000)
    microphone = RecordedMicrophone()
    assert microphone.settings is None
    microphone.say(replace(sentence(), capture=captured))
    assert microphone.settings == captured
    assert "sentence" in microphone.said


def test_closed_it_leaves_no_thread():
    microphone = RecordedMicrophone(sentence(), speed=SPEED)
    before = threading.active_count()
    microphone.listen()
    assert microphone.state == "listening"
    microphone.stop()
    assert (microphone.state, threading.active_count()) == ("granted", before)
