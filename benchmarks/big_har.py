"""What a HAR of 200 MB costs to diagnose, beside holding it whole, in one run.

    python benchmarks/big_har.py [--megabytes 200] [--keep FOLDER]

One long call with the embedded service is written down as Chromium writes it:
a microphone that never pauses, a recorded sentence every fifteen seconds, an
answer to each.  Then two programs read the same file, each in a process of its
own: ``json.load``, which holds it, and ``read_session`` with ``diagnose``.
Time is that of a core, because others share the machine; memory is the most
that the process held, and how much more that was than after its imports.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from voicelab import Recording, samples
from voicelab.audio import resample, to_pcm16
from voicelab.simulator import Manner, Rehearsal, Send, Service, Speech
from voicelab.wire.event import build

RATE_HZ = 24_000
CHUNK_MS = 50
EPOCH_S = 1_763_800_000.0
TURN_MS = 15_000
SPEECH = "speech_female_ljspeech"  # its first 4.2 s are one sentence
HEAD = (
    '{"log":{"version":"1.2","entries":[{"_resourceType":"websocket","request":{"method":"GET",'
    '"url":"wss://app.example.com/api/voice","headers":[]},"response":{"status":101,"headers":[]},'
    '"startedDateTime":"2025-11-22T08:26:40.000Z","time":0,"_webSocketMessages":['
)

READERS = {
    "json.load": ("import json", "json.load(open(path, encoding='utf-8'))", "'held'"),
    "voicelab": (
        "from voicelab.diagnose import diagnose, read_session",
        "diagnose(read_session(path))",
        "f'{len(found.timeline.turns)} turns, {len(found.timeline.answers)} answers, '"
        " + (', '.join(each.name for each in found.troubles) or 'nothing went wrong')",
    ),
}
PROGRAM = """
import re, sys, time
from pathlib import Path
{imports}

def most_kib():  # the process's own: what getrusage tells is inherited
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

path, before = sys.argv[1], most_kib()
began, cpu = time.perf_counter(), time.process_time()
found = {read}
took, worked, most = time.perf_counter() - began, time.process_time() - cpu, most_kib()
print(worked, took, (most - before) / 1024, most / 1024, {said}, sep="|")
"""


def tone(duration_ms, hz):
    t = np.arange(round(RATE_HZ * duration_ms / 1000)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def chunks(sound):
    octets = to_pcm16(sound).octets
    step = 2 * RATE_HZ * CHUNK_MS // 1000
    for first in range(0, len(octets), step):
        yield base64.b64encode(octets[first : first + step]).decode()


def write(path, megabytes):
    """Write the call until the file is as large as it shall be; give its turns."""
    rng = np.random.default_rng(1)
    said = Recording(tone(4000, 220), RATE_HZ, "answer")
    sentence = resample(samples.room()[SPEECH], RATE_HZ).samples[: round(4.2 * RATE_HZ)]
    service = Service(epoch_s=EPOCH_S, manner=Manner(reply=lambda _: Speech("Yes.", said)))
    client, taken, turns = Rehearsal(service).connect(), 0, 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        comma = ""

        def note(way, at_ms, text):
            nonlocal comma
            time = round(EPOCH_S + at_ms / 1000, 6)
            message = {"type": way, "time": time, "opcode": 1, "data": text}
            file.write(comma + json.dumps(message))
            comma = ",\n"

        while file.tell() < megabytes * 1e6:
            sound = 1e-3 * rng.standard_normal(RATE_HZ * TURN_MS // 1000).astype(np.float32)
            sound[RATE_HZ : RATE_HZ + sentence.size] += sentence
            turns += 1
            for audio in chunks(sound):
                client.wait(CHUNK_MS)
                event = {"type": "input_audio_buffer.append", "audio": audio}
                note("send", client.now_ms, json.dumps(event))
                client.send("input_audio_buffer.append", audio=audio)
                for each in client.received[taken:]:
                    if isinstance(each.output, Send):
                        event = each.output.event
                        note("receive", each.at_ms, build(event, dialect="voice-live"))
                client.received.clear()
                taken = 0
        file.write("]}]}}\n")
    return turns


def read(name, path):
    imports, how, said = READERS[name]
    program = PROGRAM.format(imports=imports, read=how, said=said)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
    )
    *figures, found = done.stdout.strip().split("|")
    return *map(float, figures), found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=200)
    parser.add_argument("--keep", type=Path, help="where the HAR stays; else it is removed")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = (asked.keep or Path(folder)) / "big.har"
        turns = write(path, asked.megabytes)
        size_mb = path.stat().st_size / 1e6
        print(f"{size_mb:.0f} MB, {turns} turns said; load {os.getloadavg()[0]:.1f}")
        found = {name: read(name, path) for name in READERS}
    for name, (cpu_s, took_s, more_mib, most_mib, said) in found.items():
        print(
            f"{name:>10}: {cpu_s:6.1f} s of a core ({took_s:.1f} s on the wall), "
            f"{size_mb / cpu_s:5.1f} MB/s, {more_mib:6.0f} MiB more ({most_mib:.0f} in all): {said}"
        )
    ours, whole = found["voicelab"], found["json.load"]
    print(
        f"voicelab / json.load: {ours[0] / whole[0]:.1f} times the time, "
        f"{ours[2] / whole[2]:.2f} times the memory"
    )


if __name__ == "__main__":
    main()
