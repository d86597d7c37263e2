"""What a live session adds to the way of sound, beside a bare socket, in one run.

    python benchmarks/overhead.py [--seconds 20] [--azure-python PYTHON]

A peer in another process takes every chunk of microphone sound (50 ms) and
sends one piece of an answer (100 ms) back for each; it notes on the clock that
both processes share when a chunk arrived, and writes into the piece when it
was sent.  Measured are: from the chunk being handed in to its message being
read at the peer, and from the piece being sent to its sound being handed out.
Clients take turns, each for a while in real time, twice: bare ``websockets`` with
``json`` and ``base64``; ``LiveSession``; and the official Azure client, where a
Python is named that has it (``overhead_azure.py`` says how).
"""

import argparse
import asyncio
import base64
import json
import multiprocessing
import os
import subprocess
import time
from pathlib import Path

import numpy as np
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from voicelab.streaming import LiveSession
from voicelab.streaming.loudspeaker import Loudspeaker

CHUNK = bytes(2400)
CHUNK_S = 0.05
PIECE_SAMPLES = 2400
WARM_UP = 10
ROUNDS = 2


def now_us():
    return time.monotonic_ns() // 1000


def stamped():
    """A piece of sound whose first four samples are the time."""
    return now_us().to_bytes(8, "little") + bytes(2 * PIECE_SAMPLES - 8)


def stamp(sound):
    return int.from_bytes(sound[:8], "little")


async def answer(peer, arrived):
    """Play a service just well enough: greet, configure, answer each chunk with a piece."""
    await peer.send(json.dumps({"type": "session.created", "session": {"id": "s"}}))
    ids = {"response_id": "r", "item_id": "i", "output_index": 0, "content_index": 0}
    async for message in peer:
        came_us = now_us()
        event = json.loads(message)
        if event["type"] == "session.update":
            updated = {"type": "session.updated", "session": event["session"]}
            await peer.send(json.dumps(updated))
            response = {"id": "r", "status": "in_progress", "output": []}
            await peer.send(json.dumps({"type": "response.created", "response": response}))
        elif event["type"] == "input_audio_buffer.append":
            arrived.put((stamp(base64.b64decode(event["audio"])), came_us))
            piece = base64.b64encode(stamped()).decode()
            await peer.send(json.dumps({"type": "response.audio.delta", "delta": piece, **ids}))


def service(port, arrived):
    async def listen():
        async with serve(lambda peer: answer(peer, arrived), "127.0.0.1", 0) as server:
            port.put(next(iter(server.sockets)).getsockname()[1])
            await asyncio.get_running_loop().create_future()

    asyncio.run(listen())


def chunk():
    return now_us().to_bytes(8, "little") + CHUNK[8:]


async def bare(url, seconds):
    """The least that any client does."""
    out_us = []
    async with connect(url, proxy=None, compression=None, max_size=None) as wire:
        await wire.recv()
        await wire.send(json.dumps({"type": "session.update", "session": {}}))

        async def listen():
            async for message in wire:
                event = json.loads(message)
                if event["type"] == "response.audio.delta":
                    sound = base64.b64decode(event["delta"])
                    out_us.append(now_us() - stamp(sound))

        listening = asyncio.create_task(listen())
        for _ in range(round(seconds / CHUNK_S)):
            audio = base64.b64encode(chunk()).decode()
            await wire.send(json.dumps({"type": "input_audio_buffer.append", "audio": audio}))
            await asyncio.sleep(CHUNK_S)
        listening.cancel()
    return out_us


class Stopwatch(Loudspeaker):
    """Notes how old a piece is that is to be played."""

    def __init__(self):
        super().__init__()
        self.out_us = []

    def play(self, response_id, item_id, pcm16, *, now_ms):
        self.out_us.append(now_us() - stamp(pcm16))
        super().play(response_id, item_id, pcm16, now_ms=now_ms)


async def ours(url, seconds):
    watch = Stopwatch()
    async with LiveSession(target=url, speaker=watch) as live:
        for _ in range(round(seconds / CHUNK_S)):
            live.hear(chunk())
            await asyncio.sleep(CHUNK_S)
    return watch.out_us


def azure(python, url, seconds):
    """The official client, in its own environment."""
    program = Path(__file__).with_name("overhead_azure.py")
    done = subprocess.run(
        [python, str(program), url, str(seconds)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def row(name, way, times_us):
    p50, p99 = np.percentile(times_us, [50, 99]) / 1000
    print(f"{name:20} {way:24} {len(times_us):>6} {p50:>8.2f} {p99:>8.2f}")


def main(seconds, azure_python):
    port, arrived = multiprocessing.Queue(), multiprocessing.Queue()
    peer = multiprocessing.Process(target=service, args=(port, arrived), daemon=True)
    peer.start()
    url = f"ws://127.0.0.1:{port.get()}"
    clients = {
        "bare websockets": lambda: asyncio.run(bare(url, seconds / ROUNDS)),
        "LiveSession": lambda: asyncio.run(ours(url, seconds / ROUNDS)),
    }
    if azure_python:
        clients["azure-ai-voicelive"] = lambda: azure(azure_python, url, seconds / ROUNDS)
    times_us = {name: ([], []) for name in clients}
    for _ in range(ROUNDS):
        for name, client in clients.items():
            into_us, out_us = times_us[name]
            out_us += client()[WARM_UP:]
            time.sleep(0.5)
            came = [arrived.get() for _ in range(arrived.qsize())]
            into_us += [came_us - handed_us for handed_us, came_us in came][WARM_UP:]
    print(f"{'':20} {'':24} {'n':>6} {'p50 ms':>8} {'p99 ms':>8}")
    for name, (into_us, out_us) in times_us.items():
        row(name, "chunk in to peer", into_us)
        row(name, "piece sent to sound out", out_us)
    print("load of the machine: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg()))
    peer.terminate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--azure-python", help="a Python that has azure-ai-voicelive")
    main(**vars(parser.parse_args()))
