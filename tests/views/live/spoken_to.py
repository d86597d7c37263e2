"""What tests of live panels share: a short sentence, and a service that answers in a second."""

import numpy as np

from voicelab import Recording
from voicelab.simulator import Manner, Service, Speech

RATE_HZ = 24_000
SPEED = 5.0
WITHIN_S = 20.0


def sentence(duration_ms=1000, *, before_ms=300, after_ms=200, amplitude=0.3):
    """A voice that every level detector hears, with some quiet around it."""
    t = np.arange(round(RATE_HZ * duration_ms / 1000)) / RATE_HZ
    before, after = (np.zeros(round(RATE_HZ * ms / 1000)) for ms in (before_ms, after_ms))
    voice = amplitude * np.sin(2 * np.pi * 300 * t)
    return Recording(np.concatenate((before, voice, after)), RATE_HZ, "sentence")


ANSWER = Speech("Yes, it is.", sentence(1500, before_ms=0, after_ms=0))


def brief_service(**settings):
    """A service that answers in a second and a half."""
    return Service(manner=Manner(reply=lambda prompt: ANSWER), **settings)


def settled(n):
    """Whether so many turns have come to their end."""
    return lambda conversation: conversation.seen.endings.total() >= n


def connected(why, n=1):
    """Whether so many connections were opened for a reason."""
    return lambda conversation: conversation.seen.connections[why] >= n
