"""The wait for an answer counts from the voice's last sound, whatever the service says."""

import numpy as np
import pytest

from voicelab.audio import to_pcm16
from voicelab.views.live.speech_end import SpeechEnd

RATE_HZ = 24_000
RNG = np.random.default_rng(3)


def stream(speech, *, voice_ms, noise=0.0, total_ms=4000, chunk_ms=50, began_s=100.0):
    """Let a microphone hear a voice somewhere in noise."""
    t = np.arange(RATE_HZ * total_ms // 1000) / RATE_HZ
    sound = noise * RNG.normal(size=t.size)
    within = (t >= voice_ms[0] / 1000) & (t < voice_ms[1] / 1000)
    sound += 0.3 * within * np.sin(2 * np.pi * 300 * t)
    step = RATE_HZ * chunk_ms // 1000
    for first in range(0, t.size, step):
        chunk = sound[first : first + step]
        speech.hear(to_pcm16(chunk).octets, now_s=began_s + (first + chunk.size) / RATE_HZ)


@pytest.mark.parametrize("noise", [0.0, 0.01])
@pytest.mark.parametrize("chunk_ms", [20, 50, 100])
def test_a_voice_ends_where_it_ends_not_where_the_turn_does(noise, chunk_ms):
    speech = SpeechEnd()
    stream(speech, voice_ms=(1000, 2500), noise=noise, chunk_ms=chunk_ms)
    speech.stopped()
    speech.answered("r1")
    latency = speech.heard("r1", now_s=103.5)
    assert latency.ms == pytest.approx(1000, abs=25)


def test_only_an_answer_s_first_sample_counts():
    speech = SpeechEnd()
    stream(speech, voice_ms=(1000, 2500))
    speech.stopped()
    speech.answered("r1")
    assert speech.heard("r1", now_s=103.5) is not None
    assert speech.heard("r1", now_s=104.0) is None
    assert len(speech.latencies) == 1


def test_an_answer_that_was_asked_for_again_counts_from_the_same_end():
    speech = SpeechEnd()
    stream(speech, voice_ms=(1000, 2500))
    speech.stopped()
    speech.answered("lost")
    speech.answered("again")
    assert speech.heard("again", now_s=105.5).ms == pytest.approx(3000, abs=25)
    assert speech.heard("lost", now_s=106.0) is None


def test_an_answer_to_no_voice_has_no_latency():
    speech = SpeechEnd()
    stream(speech, voice_ms=(0, 0), total_ms=500)
    speech.stopped()
    speech.answered("r1")
    assert speech.heard("r1", now_s=101.0) is None


def test_an_answer_that_nobody_spoke_for_has_none_either():
    speech = SpeechEnd()
    stream(speech, voice_ms=(1000, 2500))
    speech.stopped()
    speech.answered("r1")
    speech.heard("r1", now_s=103.5)
    speech.answered("r2")
    assert speech.heard("r2", now_s=110.0) is None
