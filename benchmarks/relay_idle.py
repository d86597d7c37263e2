"""Ten thousand sockets that say nothing, while one page talks through the relay.

    python benchmarks/relay_idle.py [--sockets 10000]

The relay runs in a process of its own.  First nobody disturbs; then the
sockets are opened, half of them without a word, half with half a request; and
a page that comes late must be let in all the same.  Printed are the talking
page's round trips in each phase, what the relay's health page says, and its
memory and files.  All of it is on loopback, on this machine's own limits.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import resource
import time
import urllib.request

import numpy as np
import psutil
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from voicelab.relay import GateLimits, Origins, Relay, RelayRules, SessionGate
from voicelab.streaming import endpoint

ORIGIN = "https://app.example"
HALF = b"GET /api/voice HTTP/1.1\r\nHost: relay\r\nOrigin: https://app.example\r\n"


def be_relay(pipe):
    async def echo(peer):
        with contextlib.suppress(Exception):
            async for message in peer:
                await peer.send(message)

    async def run():
        async with serve(echo, "127.0.0.1", 0) as there:
            port = next(iter(there.sockets)).getsockname()[1]
            rules = RelayRules(origins=Origins.of([ORIGIN]))
            gate = SessionGate(GateLimits())
            upstream = endpoint.local(f"ws://127.0.0.1:{port}/x")
            async with Relay(upstream, rules=rules, gate=gate) as relay:
                pipe.send(relay.url)
                while not pipe.poll():
                    await asyncio.sleep(0.1)

    asyncio.run(run())


async def talk(page, seconds):
    took_ms = []
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        began_s = time.monotonic()
        await page.send("still here")
        await page.recv()
        took_ms.append(1000 * (time.monotonic() - began_s))
        await asyncio.sleep(0.02)
    return took_ms


async def crowd(port, sockets):
    """Open them as fast as this machine does, and keep them as long as the relay lets them."""
    opened, refused = [], 0
    for number in range(sockets):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            if number % 2:
                writer.write(HALF)
            opened.append(writer)
        except OSError:
            refused += 1
    return opened, refused


async def main(sockets, process, url):
    port = int(url.rpartition(":")[2])
    relay = psutil.Process(process.pid)

    def told():
        with urllib.request.urlopen(f"{url}/health", timeout=30) as page:
            return json.load(page)

    def row(name, took_ms):
        p50, p99 = np.percentile(took_ms, (50, 99))
        memory = relay.memory_info().rss / 2**20
        print(
            f"{name:28} n {len(took_ms):>5}  p50 {p50:6.1f} ms  p99 {p99:7.1f} ms  longest "
            f"{max(took_ms):7.1f} ms  relay: {memory:.0f} MiB, {relay.num_fds()} files",
            flush=True,
        )

    address = url.replace("http", "ws") + "/api/voice"
    async with connect(address, origin=ORIGIN, proxy=None) as page:
        row("nobody disturbs", await talk(page, 5))
        crowding = asyncio.create_task(crowd(port, sockets))
        took_ms = []
        while not crowding.done():
            took_ms += await talk(page, 0.5)
        opened, refused = crowding.result()
        row(f"{len(opened)} sockets come", took_ms)
        health = await asyncio.to_thread(told)
        print(f"not opened: {refused}; half open at the relay: {health['half_open']}")
        began_s = time.monotonic()
        async with connect(address, origin=ORIGIN, proxy=None) as late:
            await late.send("late")
            await late.recv()
        print(f"a page that came late was in after {1000 * (time.monotonic() - began_s):.0f} ms")
        row("they stay", await talk(page, 8))
        health = await asyncio.to_thread(told)
        print(f"half open at the relay: {health['half_open']}, sessions: {health['gate']['calls']}")
        for writer in opened:
            writer.transport.abort()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sockets", type=int, default=10_000)
    asked = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    multiprocessing.set_start_method("spawn")
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=be_relay, args=(there,), daemon=True)
    process.start()
    asyncio.run(main(asked.sockets, process, here.recv()))
    here.send("stop")
    process.join()
