"""How many real-time sessions the simulator holds, beside a bare websockets server.

Every client speaks one sentence a few seconds long, in appends of 50 ms, and
hears the answer.  What should come when is known from a rehearsal in virtual
time; an event's latency is how much later it came.  The bare server reads the
same appends, looks at none, and sends the same bytes at the same times.
Servers and clients are two processes on one machine, both counted.

The cost of a detector is measured without sockets: processor time per second
of one session's audio, and what Silero would cost if sessions shared a batch.

    python benchmarks/simulator_load.py [sessions ...]
"""

import asyncio
import base64
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence

import numpy as np
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

from voicelab import samples
from voicelab.audio import Recording, to_pcm16
from voicelab.profiles import Limits
from voicelab.simulator import Manner, Rehearsal, Send, Service, Simulator
from voicelab.vad import SileroDetector, detector
from voicelab.wire.event import build

SESSIONS = (25, 50, 100, 150)
CHUNK_MS = 50
RUN_MS = 12_000
SPREAD_S = 4.0  # clients come in over this time
LIMITS = Limits(session_s=3600)
TARGET_MS = 50.0


def microphone():
    """A sentence, then silence: what each client says."""
    (spoken,) = (each for each in samples.room().recordings if "ljspeech" in each.name)
    sound = np.zeros(24 * RUN_MS, np.float32)
    sentence = spoken.samples[24 * 9_800 : 24 * 11_800]
    sound[12_000 : 12_000 + sentence.size] = sentence
    return sound


def appends():
    octets = to_pcm16(microphone()).octets
    step = 48 * CHUNK_MS
    for first in range(0, len(octets), step):
        audio = base64.b64encode(octets[first : first + step]).decode()
        yield json.dumps({"type": "input_audio_buffer.append", "audio": audio})


def score(detector_name):
    """What the service says and when, from the client's first append on."""
    service = Service(limits=LIMITS, manner=Manner(detector=detector(detector_name)))
    client = Rehearsal(service).connect()
    client.speak(microphone(), chunk_ms=CHUNK_MS)
    return [
        (each.at_ms - CHUNK_MS, build(each.output.event, dialect="voice-live"))
        for each in client.received[1:]
        if isinstance(each.output, Send)
    ]


async def simulate(detector_name, _):
    service = Service(limits=LIMITS, manner=Manner(detector=detector(detector_name)))
    simulator = Simulator(service)
    await simulator.__aenter__()
    return simulator.voice_live_url


async def play_back(_, messages):
    async def handle(peer):
        await peer.send("{}")
        await peer.recv()
        player = asyncio.create_task(play(peer))
        async for _ in peer:
            pass
        player.cancel()

    async def play(peer):
        start_s = asyncio.get_running_loop().time()
        for at_ms, text in messages:
            wait_s = start_s + at_ms / 1000 - asyncio.get_running_loop().time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            await peer.send(text)

    server = await serve(handle, "127.0.0.1", 0, max_size=None, ping_interval=None)
    return f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"


def be_server(make, detector_name, messages, pipe):
    async def run():
        pipe.send(await make(detector_name, messages))
        before_s = time.process_time()
        while not pipe.poll():
            await asyncio.sleep(0.2)
        pipe.send(time.process_time() - before_s)

    asyncio.run(run())


async def talk(url, delay_s, sounds, late_ms, ideal_ms):
    await asyncio.sleep(delay_s)
    loop = asyncio.get_running_loop()
    async with connect(url, proxy=None, compression=None, ping_interval=None) as peer:
        await peer.recv()
        start_s = loop.time()

        async def listen():
            for at_ms in ideal_ms:
                await peer.recv()
                late_ms.append(1000 * (loop.time() - start_s) - at_ms)

        ears = asyncio.create_task(listen())
        for number, text in enumerate(sounds):
            await asyncio.sleep(max(0.0, start_s + number * CHUNK_MS / 1000 - loop.time()))
            await peer.send(text)
        async with asyncio.timeout(30):
            await ears


async def clients(url, sessions, sounds, ideal_ms):
    late_ms: list[float] = []
    await asyncio.gather(
        *(talk(url, SPREAD_S * n / sessions, sounds, late_ms, ideal_ms) for n in range(sessions))
    )
    return late_ms


def measure(make, detector_name, messages, sessions):
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=be_server, args=(make, detector_name, messages, there))
    server.start()
    url = here.recv()
    late_ms = asyncio.run(clients(url, sessions, list(appends()), [at for at, _ in messages]))
    here.send("stop")
    busy_s = here.recv()
    server.join()
    p50, p99 = np.percentile(late_ms, (50, 99))
    return p50, p99, busy_s / (sessions * RUN_MS / 1000)


def cost_of_detector(name):
    """Processor time per second of one session's audio, in the pure machine."""
    service = Service(limits=LIMITS, manner=Manner(detector=detector(name)))
    service.warm_up()
    client = Rehearsal(service).connect()
    messages = list(appends())
    before_s = time.process_time()
    for message in messages:
        client.wait(CHUNK_MS)
        client.send_message(message)
    return (time.process_time() - before_s) / (RUN_MS / 1000)


def cost_of_silero(streams):
    """Processor time of the model alone per second of audio, so many side by side."""
    silero = SileroDetector()
    takes = [Recording(microphone(), 24_000).excerpt(0, RUN_MS)] * streams
    silero.activities(takes[:1])
    before_s = time.process_time()
    silero.activities(takes)
    return (time.process_time() - before_s) / (streams * RUN_MS / 1000)


def main(counts: Sequence[int]):
    multiprocessing.set_start_method("spawn")
    print("simulator, not a service; latency in ms, cost in ms of processor a second of session")
    print(f"{'server':<22}{'sessions':>9}{'median':>9}{'p99':>9}{'cost':>8}")
    for sessions in counts:
        for label, make, name in (
            ("bare websockets", play_back, "level"),
            ("simulator, level", simulate, "level"),
            ("simulator, silero", simulate, "silero"),
        ):
            p50, p99, busy = measure(make, name, score(name), sessions)
            held = "" if p99 < TARGET_MS else f"  p99 not under {TARGET_MS:g} ms"
            print(f"{label:<22}{sessions:>9}{p50:>9.1f}{p99:>9.1f}{1000 * busy:>8.1f}{held}")
    for name in ("level", "silero"):
        cost = cost_of_detector(name)
        print(f"one session without sockets, {name}: {1000 * cost:.2f} ms of processor a second")
    for streams in (1, 4, 16):
        cost = cost_of_silero(streams)
        print(f"the silero model alone, {streams} in a batch: {1000 * cost:.2f} ms a second each")


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SESSIONS)
