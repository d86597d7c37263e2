"""An interview of half an hour in real time, client and service in two processes.

    python benchmarks/interview.py [--minutes 30] [--scenarios guide ...]

The interviewee says a few sentences of the bundled room, one after the other,
and waits for each answer.  Under ``guide`` the service ends each session after
ten minutes, drops the line forty seconds after each greeting, and refuses one
connection with 429; no session reaches its limit there, so ``guide-limit``
leaves the drops out and refuses the first rotation.  Under today's profile a
session outlives half an hour; what it costs grows with it, until towards the end
the service's limit on tokens a minute is reached.  They run side by side.

Printed are turns by their end, audio lost, the gap in which nobody listened for
each reconnect and each rotation, and how many of the facts planted in the
conversation stand in what a new connection would be told.  Time is never scaled
here.  A refusal that asks for ten seconds makes an outage of about twelve: what
was being said when it began, and what the service had not shown to have heard,
have the rest of ``resend_s``, 15 s, to themselves.
"""

import argparse
import asyncio
import itertools
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from statistics import median
from time import perf_counter

import numpy as np

import voicelab as vl
from voicelab.streaming import LiveSession
from voicelab.streaming.policy import AudioDropped, Ready, Retrying, SendItem, TurnSettled
from voicelab.tuning import Tuning

SCENARIOS = {  # profile, faults
    "guide": ("guide", "drop@40s;refuse:429@connect=3"),
    "guide-limit": ("guide", "refuse:429@connect=2"),
    "today": ("voice-live-2026-07-15", ""),
}
MOST_FACTS = 10  # planted one a minute
SPEAKER = "speech_female_ljspeech"
SENTENCES_MS = ((9_820, 11_800), (12_920, 16_600), (22_850, 28_060))  # no long pause in them


def sentences():
    """The same sentences, for ever in turn."""
    take = vl.samples.room()[SPEAKER]
    return itertools.cycle([take.excerpt(*ends_ms) for ends_ms in SENTENCES_MS])


def fact(number):
    return f"Fact number {number}: the drawer of cabinet {number} holds {number * 37} screws."


def plant(live, number):
    content = [{"type": "input_text", "text": fact(number)}]
    item = {"type": "message", "role": "user", "content": content}
    live.tell(SendItem(item, respond=False))


def spread(gaps_ms):
    if not gaps_ms:
        return "none"
    p95 = float(np.percentile(gaps_ms, 95))
    longest = max(gaps_ms)
    return (
        f"{len(gaps_ms)}, gap median {median(gaps_ms):.0f} ms, p95 {p95:.0f} ms, "
        f"longest {longest:.0f} ms"
    )


async def interview(url, profile, minutes):
    tuning = Tuning.from_profile("voice-live-2026-07-15")
    limits = vl.profile(profile).limits
    rotate_before_s = min(120.0, limits.session_s / 5)
    tuning = tuning.with_value("/session/rotate_before_s", rotate_before_s)
    planted = 0
    async with LiveSession(tuning, target=url, seed=1) as live:
        begun = perf_counter()
        for said in sentences():
            elapsed_min = (perf_counter() - begun) / 60
            if elapsed_min >= minutes:
                break
            if planted < min(MOST_FACTS, 1 + elapsed_min):
                planted += 1
                plant(live, planted)
            await live.say(said)
        kept = repr(live.history)
    facts = sum(fact(number) in kept for number in range(1, planted + 1))
    return [*told(live.log), f"facts kept:  {facts} of {planted}"]


def told(log):
    """What a log says of an interview, in lines."""
    lost_s = sum(each.end_ms - each.start_ms for each in log.told(AudioDropped)) / 1000
    opened, settled = log.told(Ready), log.told(TurnSettled)
    return [
        f"lasted:      {log.now_ms / 60000:.1f} minutes",
        f"turns:       {dict(Counter(each.state for each in settled))}",
        f"dropped for: {dict(Counter(each.reason for each in settled if each.reason))}",
        f"repeats:     {sum(each.repeats for each in settled)}",
        f"audio lost:  {lost_s:.1f} s",
        f"lost with:   {dict(Counter(each.why for each in log.told(Retrying)))}",
        *(
            f"{why + ':':12} {spread([each.gap_ms for each in opened if each.why == why])}"
            for why in ("reconnect", "rotation")
        ),
    ]


def run(scenario, minutes):
    profile, faults = SCENARIOS[scenario]
    command = ["-m", "voicelab", "simulate", "--profile", profile, "--faults", faults]
    with subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True) as service:
        try:
            return asyncio.run(interview(service.stdout.readline().strip(), profile, minutes))
        finally:
            service.terminate()


def main(minutes, scenarios):
    with ProcessPoolExecutor(len(scenarios)) as pool:
        for name, lines in zip(
            scenarios, pool.map(run, scenarios, itertools.repeat(minutes)), strict=True
        ):
            print("\n  ".join([f"{name}:", *lines]), flush=True)
    print("load of the machine: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--scenarios", nargs="*", choices=list(SCENARIOS), default=list(SCENARIOS))
    main(**vars(parser.parse_args()))
