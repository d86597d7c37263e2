"""What a relay adds, beside a bare proxy and a direct connection, in one run.

    python benchmarks/relay.py [--sessions 1 10 100 250 300 350 400] [--seconds 5] [--rounds 2]

A service in one process answers each append of 50 ms of sound with a piece of
100 ms that repeats the append's time stamp; clients in another come one by one,
send in real time, and note how long the piece took once all of them are there.
Between them stands nothing, a bare proxy of thirty lines over ``websockets``
(``bare`` below), or the relay, each in a process of its own, with the library's
own clock for all.  The three take turns, round by round, at each number of
sessions.

*Held* is the largest number of sessions whose 99th percentile stays under
``TARGET_MS``.  Memory is the growth of the middle process over idle sessions,
divided by their number; processor time is the middle process's own, for each
second of a session.
"""

import argparse
import asyncio
import base64
import json
import logging
import multiprocessing
import os
import time
from functools import partial

import numpy as np
import psutil
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from voicelab.relay import GateLimits, Origins, Relay, RelayRules, SessionGate
from voicelab.streaming import endpoint

CHUNK_S = 0.05
TARGET_MS = 50.0
OPENING_S = 0.0125  # from one session's opening to the next: all at once would be another test
SETTLED_S = 0.5
ORIGIN = "https://app.example"
PLENTY = GateLimits(sessions=10_000, connections_per_min=100_000, tokens_per_min=10**9)
OPTIONS = {"compression": None, "max_size": None}
PIECE = base64.b64encode(bytes(4800)).decode()
SOUND = base64.b64encode(bytes(2400)).decode()


async def answer(peer):
    async for message in peer:
        sent_us = json.loads(message)["event_id"]
        piece = {"type": "response.audio.delta", "event_id": sent_us, "delta": PIECE}
        await peer.send(json.dumps(piece))


def bare(target):
    """The bare proxy: thirty lines, and nothing of what a relay is for."""

    async def pump(source, sink):
        async for message in source:
            await sink.send(message)
        await sink.close()

    async def handle(peer):
        async with connect(target, proxy=None, **OPTIONS) as upstream:
            await asyncio.gather(pump(peer, upstream), pump(upstream, peer))

    async def start(stack):
        server = await serve(handle, "127.0.0.1", 0, **OPTIONS)
        return f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"

    return start


def ours(target, strictness):
    async def start(stack):
        rules = RelayRules(
            origins=Origins.of([ORIGIN]), strictness=strictness, first_message_s=3600.0
        )
        relay = Relay(endpoint.local(target), rules=rules, gate=SessionGate(PLENTY))
        await relay.__aenter__()
        stack.append(relay)
        return relay.url.replace("http", "ws") + "/api/voice"

    return start


def service(_):
    async def start(stack):
        server = await serve(answer, "127.0.0.1", 0, ping_interval=None, **OPTIONS)
        return f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/x"

    return start


MIDDLES = {
    "bare proxy": bare,
    "relay": partial(ours, strictness="observe"),
    "relay, events off": partial(ours, strictness="off"),
}


def be(make, target, pipe):
    """Run a server in a process of its own, and tell what it has used at each question."""
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # clients are cut off at the end

    async def run():
        stack = []
        pipe.send(await make(target)(stack))
        while True:
            while not pipe.poll():
                await asyncio.sleep(0.05)
            if pipe.recv() == "stop":
                os._exit(0)
            pipe.send((time.process_time(), psutil.Process().memory_info().rss))

    asyncio.run(run())


class Running:
    """A server process."""

    def __init__(self, make, target=None):
        self.pipe, there = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=be, args=(make, target, there), daemon=True)
        self.process.start()
        self.url = self.pipe.recv()

    def used(self):
        self.pipe.send("how much?")
        return self.pipe.recv()

    def stop(self):
        self.pipe.send("stop")
        self.process.join()


async def talk(url, opens_s, counts_s, ends_s, took_ms):
    """Open at one time, talk until another, and count what is sent from a third on."""
    loop = asyncio.get_running_loop()
    await asyncio.sleep(opens_s - loop.time())
    async with connect(url, origin=ORIGIN, proxy=None, **OPTIONS) as wire:

        async def listen():
            async for message in wire:
                sent_us = json.loads(message)["event_id"]
                took.append((sent_us, (time.monotonic_ns() // 1000 - sent_us) / 1000))

        took = []
        ears = asyncio.create_task(listen())
        due_s = opens_s
        while due_s < ends_s:
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            append = {"type": "input_audio_buffer.append", "audio": SOUND}
            append["event_id"] = time.monotonic_ns() // 1000
            await wire.send(json.dumps(append))
            due_s += CHUNK_S
        await asyncio.sleep(0.2)
        ears.cancel()
        took_ms += [each for sent_us, each in took if sent_us >= 1e6 * counts_s]


async def talks(url, sessions, seconds):
    """Let sessions come one by one, and talk for some seconds once all are there."""
    took_ms = []
    now = asyncio.get_running_loop().time()
    counts_s = now + OPENING_S * sessions + SETTLED_S
    await asyncio.gather(
        *(
            talk(url, now + OPENING_S * n, counts_s, counts_s + seconds, took_ms)
            for n in range(sessions)
        )
    )
    return took_ms


async def idle(url, sessions, running):
    """What so many open sessions weigh that say nothing after their first word."""
    hello = json.dumps({"type": "input_audio_buffer.clear", "event_id": 0})

    async def open_some(n):
        wires = [await connect(url, origin=ORIGIN, proxy=None, **OPTIONS) for _ in range(n)]
        for wire in wires:
            await wire.send(hello)
            await wire.recv()
        return wires

    first = await open_some(20)  # what is loaded once is not counted
    _, before = running.used()
    wires = await open_some(sessions)
    _, after = running.used()
    for wire in (*first, *wires):
        wire.transport.abort()
    return (after - before) / sessions


def main(counts, seconds, rounds, n_idle):
    multiprocessing.set_start_method("spawn")
    there = Running(service)
    weights = {}
    for name, make in MIDDLES.items():  # fresh ones: what once was freed would be used again
        fresh = Running(make, there.url)
        weights[name] = asyncio.run(idle(fresh.url, n_idle, fresh))
        fresh.stop()
    middles = {name: Running(make, there.url) for name, make in MIDDLES.items()}
    load = os.getloadavg()[0]
    print(f"local model on loopback, load {load:.1f} on {os.cpu_count()} cores; round trip in ms,")
    print("processor of the middle in ms for each second of a session")
    print(
        f"{'':18}{'sessions':>9}{'n':>8}{'p50':>8}{'p99':>8}{'added p50':>11}{'p99':>8}{'cpu':>7}"
    )
    urls = {"direct": there.url, **{name: each.url for name, each in middles.items()}}
    held = dict.fromkeys(urls, 0)
    for sessions in counts:
        took_ms, busy_s = {name: [] for name in urls}, dict.fromkeys(urls, 0.0)
        for _ in range(rounds):
            for name, url in urls.items():
                before_s = middles[name].used()[0] if name in middles else 0.0
                took_ms[name] += asyncio.run(talks(url, sessions, seconds))
                busy_s[name] += middles[name].used()[0] - before_s if name in middles else 0.0
        direct = np.percentile(took_ms["direct"], (50, 99))
        for name in urls:
            p50, p99 = np.percentile(took_ms[name], (50, 99))
            held[name] = sessions if p99 < TARGET_MS else held[name]
            line = f"{name:18}{sessions:>9}{len(took_ms[name]):>8}{p50:>8.2f}{p99:>8.2f}"
            if name in middles:
                talking_s = sessions * (seconds + SETTLED_S + OPENING_S * (sessions + 1) / 2)
                cpu = 1000 * busy_s[name] / (talking_s * rounds)
                line += f"{p50 - direct[0]:>11.2f}{p99 - direct[1]:>8.2f}{cpu:>7.2f}"
            print(line, flush=True)
    for name, weight in weights.items():
        ratio = weights["bare proxy"] / weight
        print(
            f"{name:18} held {held[name]} sessions under {TARGET_MS:g} ms; {weight / 1024:.1f} KiB "
            f"a session over {n_idle} idle ones (bare proxy / this: {ratio:.2f})"
        )
    print(f"{'direct':18} held {held['direct']} sessions under {TARGET_MS:g} ms")
    for running in (*middles.values(), there):
        running.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 10, 100, 250, 300, 350, 400])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--idle", type=int, default=200)
    asked = parser.parse_args()
    main(asked.sessions, asked.seconds, asked.rounds, asked.idle)
