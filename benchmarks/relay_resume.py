"""Pages that talk through a relay that resumes, while all kinds of faults befall the service.

    python benchmarks/relay_resume.py [--sessions 12] [--sentences 6] [--seed 7]

Each page has one socket and says some sentences, a tone that every detector
hears; behind the relay each connection but some is dropped, reset, expired,
closed with 1011 or struck dumb at a random moment, or refused.  None comes
within ten seconds of the last, for a client that is not given these may give
up after five attempts, and says so.  Everything
runs four times faster than the world, so no time here is a latency.  Counted
are turns by their one end, sound of the user that was lost, connections, and
page sockets that closed.
"""

import argparse
import asyncio
import base64
import contextlib
import json
from collections import Counter

import numpy as np
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from voicelab.audio import Recording, to_pcm16
from voicelab.profiles import Limits
from voicelab.relay import GateLimits, Origins, Relay, RelayRules, Resuming, SessionGate
from voicelab.simulator import Manner, Service, Simulator, Speech
from voicelab.simulator.faults import (
    CloseSession,
    CutConnection,
    ExpireSession,
    RefuseConnection,
)
from voicelab.simulator.when import When
from voicelab.streaming import endpoint
from voicelab.tuning import Tuning

SPEED = 4.0
RATE_HZ = 24_000
CHUNK_MS = 50
AT_ONCE = 3
ORIGIN = "https://app.example"
TUNING = Tuning.from_profile("voice-live-2026-07-15").with_value("/session/rotate_before_s", 20)
PLENTY = GateLimits(sessions=10, connections_per_min=10_000, tokens_per_min=10**9)


def tone(ms):
    t = np.arange(RATE_HZ * ms // 1000) / RATE_HZ
    return 0.3 * np.sin(2 * np.pi * 300 * t)


ANSWER = Speech("Yes.", Recording(tone(1000), RATE_HZ, "answer"))


def faults(rng, connections):
    """Something for each connection, at a random moment; every fourth is left alone."""
    found = []
    for number in range(1, connections + 1):
        when = When(connection=number, after_s=float(rng.uniform(10.5, 20)))
        kinds = (
            CutConnection(when=when, how="drop"),
            CutConnection(when=when, how="reset"),
            CutConnection(when=when, how="half-open"),
            ExpireSession(when=when),
            CloseSession(when=when, code=1011),
            RefuseConnection(when=When(connection=number), status=503, retry_after_s=1),
        )
        if number % 4 and not (number == 1 and rng.integers(6) == 5):
            found.append(kinds[rng.integers(len(kinds) - (number == 1))])
    return tuple(found)


async def talk(seed, sentences):
    rng = np.random.default_rng(seed)
    manner = Manner(reply=lambda prompt: ANSWER)
    service = Service(faults=faults(rng, 40), limits=Limits(session_s=45), manner=manner)
    rules = RelayRules(origins=Origins.of([ORIGIN]), messages_per_s=1000.0)
    told = []
    async with (
        Simulator(service, speed=SPEED) as simulator,
        Relay(
            endpoint.local(simulator.url),
            rules=rules,
            gate=SessionGate(PLENTY),
            resuming=Resuming(tuning=TUNING, speed=SPEED, seed=seed),
        ) as relay,
        connect(relay.url.replace("http", "ws") + "/api/voice", origin=ORIGIN, proxy=None) as page,
    ):

        async def listen():
            with contextlib.suppress(ConnectionClosed):
                async for message in page:
                    told.append(json.loads(message))

        ears = asyncio.create_task(listen())
        octets = to_pcm16(np.concatenate((np.zeros(12_000), tone(1200), np.zeros(84_000)))).octets
        step = 2 * RATE_HZ * CHUNK_MS // 1000
        loop = asyncio.get_running_loop()
        due_s, said, rest = loop.time(), 0, 0
        while page.close_code is None and rest < 8:
            for first in range(0, len(octets), step):
                sound = octets[first : first + step] if said < sentences else bytes(step)
                audio = base64.b64encode(sound).decode()
                append = {"type": "input_audio_buffer.append", "audio": audio}
                with contextlib.suppress(ConnectionClosed):
                    await page.send(json.dumps(append))
                due_s += CHUNK_MS / 1000 / SPEED
                await asyncio.sleep(max(0.0, due_s - loop.time()))
            said, rest = said + (said < sentences), rest + (said >= sentences)
        closed = page.close_code is not None
        ears.cancel()
    states = Counter(each["state"] for each in told if each["type"] == "relay.turn_settled")
    whys = Counter(each["why"] for each in told if each["type"] == "relay.ready")
    lost_ms = sum(e["end_ms"] - e["start_ms"] for e in told if e["type"] == "relay.audio_dropped")
    gap_ms = max(each["gap_ms"] for each in told if each["type"] == "relay.ready")
    return states, whys, lost_ms, closed, gap_ms


async def main(sessions, sentences, seed):
    total, opened, lost_ms, closed = Counter(), Counter(), 0.0, 0
    whole, kept_s = Counter(), TUNING.session.resend_s
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(number):
        async with at_once:
            return await talk(seed + number, sentences)

    for states, whys, lost, was_closed, gap_ms in await asyncio.gather(*map(one, range(sessions))):
        total += states
        opened += whys
        lost_ms += lost
        closed += was_closed
        if lost:
            outage = f"its longest outage was {gap_ms / 1000:.1f} s"
            print(f"a page lost {lost / 1000:.1f} s of sound; {outage}")
        else:
            whole += states + Counter(pages=1)
    last = seed + sessions - 1
    print(f"embedded service, {SPEED:g} times as fast as the world, seeds {seed} to {last}")
    print(f"{sessions} pages, {sessions * sentences} sentences said; page sockets closed: {closed}")
    print(f"turns settled: {total.total()}: {dict(total)}; user sound lost: {lost_ms / 1000:.1f} s")
    print(f"connections to the service: {opened.total()}: {dict(opened)}")
    pages = whole.pop("pages", 0)
    print(
        f"pages whose outages left nothing out of the {kept_s:g} s that are kept: {pages}, with "
        f"{pages * sentences} sentences; turns settled: {whole.total()}: {dict(whole)}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=12)
    parser.add_argument("--sentences", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    asyncio.run(main(asked.sessions, asked.sentences, asked.seed))
