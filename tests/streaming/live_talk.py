"""What tests of live sessions share: a short sentence, and a session that says it."""

import asyncio

import numpy as np

from voicelab import Recording
from voicelab.simulator import Manner, Service, Speech, read_faults
from voicelab.streaming import LiveSession

RATE_HZ = 24_000
SPEED = 5.0


def sentence(duration_ms=1000, *, before_ms=300, after_ms=200):
    """A voice that every level detector hears, with some quiet around it."""
    t = np.arange(round(RATE_HZ * duration_ms / 1000)) / RATE_HZ
    quiet = [np.zeros(round(RATE_HZ * ms / 1000)) for ms in (before_ms, after_ms)]
    voice = 0.3 * np.sin(2 * np.pi * 300 * t)
    return Recording(np.concatenate((quiet[0], voice, quiet[1])), RATE_HZ, "sentence")


ANSWER = Speech("Yes.", sentence(1000, before_ms=0, after_ms=0))
BRIEF = Manner(reply=lambda prompt: ANSWER)


def brief_service(faults="", **settings):
    """A service that answers in a second."""
    return Service(faults=read_faults(faults), manner=BRIEF, **settings)


async def talk(*, says=(), tuning=None, faults="", limits=None, **asked):
    """Say something to a service with faults; give the log, and what is left in the loop."""
    if "target" not in asked:
        asked["service"] = brief_service(faults, limits=limits)
        asked.setdefault("speed", SPEED)
    async with LiveSession(tuning, seed=7, **asked) as live:
        for each in says or (sentence(),):
            await live.say(each)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    if service := asked.get("service"):
        assert service.open_sessions == 0
    return live.log


def said(**asked):
    return asyncio.run(talk(**asked))
