"""A muted session behind proxies that cut whatever is idle for a minute, in real time.

    python benchmarks/relay_silence.py [--minutes 30] [--idle-s 60]

One such proxy stands between page and relay, another between relay and
service.  Three pages talk by a button that nobody presses: through a relay
that passes on, through one that resumes, and, as a control, through one that
sends no pings.  Printed is how long each lived, and how often each proxy had
to cut.  Time is never scaled here.
"""

import argparse
import asyncio
import contextlib
import json
import time

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from voicelab.relay import Origins, Relay, RelayRules, Resuming, SessionGate
from voicelab.simulator import Simulator
from voicelab.streaming import endpoint
from voicelab.tuning import Tuning

ORIGIN = "https://app.example"
TUNING = Tuning.from_profile("voice-live-2026-07-15").with_value("/turn_detection", None)
MUTED = {"type": "session.update", "session": {"turn_detection": None}}


class IdleProxy:
    """A proxy that cuts a connection on which nothing has moved for a while."""

    def __init__(self, port, *, idle_s):
        self.target, self.idle_s, self.cut = port, idle_s, 0

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, near, near_out):
        far, far_out = await asyncio.open_connection("127.0.0.1", self.target)
        moved_s = time.monotonic()

        async def move(source, sink):
            nonlocal moved_s
            while octets := await source.read(65_536):
                moved_s = time.monotonic()
                sink.write(octets)

        jobs = [asyncio.create_task(move(near, far_out)), asyncio.create_task(move(far, near_out))]
        while not any(job.done() for job in jobs):
            await asyncio.sleep(self.idle_s / 60)
            if time.monotonic() - moved_s > self.idle_s:
                self.cut += 1
                break
        for job in jobs:
            job.cancel()
        near_out.transport.abort()
        far_out.transport.abort()


async def keep_silent(name, seconds, idle_s, *, ping_s=20.0, resume=False):
    began = time.monotonic()
    async with (
        Simulator() as simulator,
        IdleProxy(int(simulator.url.rpartition(":")[2]), idle_s=idle_s) as behind,
        Relay(
            endpoint.local(f"ws://127.0.0.1:{behind.port}"),
            rules=RelayRules(origins=Origins.of([ORIGIN]), ping_s=ping_s),
            gate=SessionGate(),
            resuming=Resuming(tuning=TUNING) if resume else None,
        ) as relay,
        IdleProxy(int(relay.url.rpartition(":")[2]), idle_s=idle_s) as before,
        connect(
            f"ws://127.0.0.1:{before.port}/api/voice",
            origin=ORIGIN,
            proxy=None,
            ping_interval=None,
        ) as page,
    ):
        await page.recv()
        await page.send(json.dumps(MUTED))
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            async with asyncio.timeout(seconds):
                while True:
                    await page.recv()
        lived_s = time.monotonic() - began
        end = "open at the end" if page.close_code is None else f"closed with {page.close_code}"
        cuts = f"{before.cut} in front, {behind.cut} behind"
        print(f"{name:28} lived {lived_s:7.1f} s, {end}; proxies cut {cuts}", flush=True)


async def main(minutes, idle_s):
    seconds = 60 * minutes
    await asyncio.gather(
        keep_silent("passes on, pings every 20 s", seconds, idle_s),
        keep_silent("resumes, pings every 20 s", seconds, idle_s, resume=True),
        keep_silent("control: no pings", seconds, idle_s, ping_s=1e6),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--idle-s", type=float, default=60.0)
    asked = parser.parse_args()
    asyncio.run(main(asked.minutes, asked.idle_s))
