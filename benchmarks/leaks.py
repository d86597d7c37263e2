"""Whether live sessions leave something behind: tasks, sockets, memory.

    python benchmarks/leaks.py [--sessions 200] [--minutes 3]

One process holds service and clients.  Sessions come and go, eight at a time,
each with one fault of a list (drops, resets, half-open lines, refusals,
expiries, cancellation in the middle of a sentence), until there were enough of
them and the time is over.  Now and then the loop is let alone for a moment, and
what is open is counted.  Flat means: nothing grows in the second half.
"""

import argparse
import asyncio
import contextlib
import gc
import os
from time import perf_counter

import numpy as np
import psutil

from voicelab import Recording
from voicelab.simulator import Manner, Service, Speech, read_faults
from voicelab.streaming import LiveSession, SessionEnded

RATE_HZ = 24_000
AT_A_TIME = 8
ROWS = 10
SETTLING_S = 0.5
SPEED = 8.0
FAULTS = (
    "",
    "drop@1s,connect=1",
    "reset@1s,connect=1",
    "half-open@1s,connect=1",
    "close:1001@1s,connect=1",
    "expire@1s,connect=1",
    "refuse:429@connect=1",
    "refuse:401",
    "drop@answer=1+200ms,connect=1",
    "drop@greeting",
    "cancel",
)


def sound(duration_ms):
    t = np.arange(round(RATE_HZ * duration_ms / 1000)) / RATE_HZ
    return Recording(0.3 * np.sin(2 * np.pi * 300 * t), RATE_HZ)


SENTENCE = sound(800)
BRIEF = Manner(reply=lambda _: Speech("Yes.", SENTENCE))


async def session(number):
    script = FAULTS[number % len(FAULTS)]
    faults = read_faults("" if script == "cancel" else script)
    live = LiveSession(service=Service(faults=faults, manner=BRIEF), speed=SPEED, seed=number)
    with contextlib.suppress(SessionEnded, TimeoutError):
        async with live:
            async with asyncio.timeout(0.1 if script == "cancel" else None):
                await live.say(SENTENCE)


def open_now():
    gc.collect()
    process = psutil.Process()
    sockets = len(process.net_connections())
    return len(asyncio.all_tasks()), sockets, process.num_fds(), process.memory_info().rss / 2**20


async def main(sessions, minutes):
    started, done, rows = perf_counter(), 0, []
    print(f"{'sessions':>8} {'s':>6} {'tasks':>6} {'sockets':>8} {'files':>6} {'MiB':>7}")
    while (elapsed := perf_counter() - started) < 60 * minutes or done < sessions:
        await asyncio.gather(*(session(done + n) for n in range(AT_A_TIME)))
        done += AT_A_TIME
        if elapsed < len(rows) * 60 * minutes / ROWS:
            continue
        await asyncio.sleep(SETTLING_S)
        rows.append(open_now())
        tasks, sockets, files, memory = rows[-1]
        print(f"{done:>8} {elapsed:>6.0f} {tasks:>6} {sockets:>8} {files:>6} {memory:>7.1f}")
    grown = [last - middle for middle, last in zip(rows[len(rows) // 2], rows[-1], strict=True)]
    print("grown in the second half: tasks {}, sockets {}, files {}, {:.1f} MiB".format(*grown))
    print("load of the machine: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=3.0)
    asyncio.run(main(**vars(parser.parse_args())))
