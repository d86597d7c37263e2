"""The official Azure client's part in ``overhead.py``, for an environment of its own.

    python -m venv azure && azure/bin/pip install -r conformance/requirements-azure.txt
    python benchmarks/overhead.py --azure-python azure/bin/python

Talks to the peer at a URL as the other clients do and prints how old each piece
of sound was, in microseconds, as a JSON list.
"""

import argparse
import asyncio
import base64
import json
import time

from azure.ai.voicelive.aio import connect
from azure.core.credentials import AzureKeyCredential

CHUNK = bytes(2400)
CHUNK_S = 0.05


def now_us():
    return time.monotonic_ns() // 1000


def chunk():
    return now_us().to_bytes(8, "little") + CHUNK[8:]


async def talk(url, seconds):
    """Send chunks for so many seconds; give the age of each piece of sound that came."""
    out_us = []
    endpoint = url.replace("ws:", "http:")
    async with connect(
        endpoint=endpoint, credential=AzureKeyCredential("any"), model="m"
    ) as client:
        await client.recv()
        await client.session.update(session={})

        async def listen():
            async for event in client:
                if event.type == "response.audio.delta":
                    out_us.append(now_us() - int.from_bytes(event.delta[:8], "little"))

        listening = asyncio.create_task(listen())
        for _ in range(round(seconds / CHUNK_S)):
            await client.input_audio_buffer.append(audio=base64.b64encode(chunk()).decode())
            await asyncio.sleep(CHUNK_S)
        listening.cancel()
    return out_us


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("seconds", type=float)
    wanted = parser.parse_args()
    print(json.dumps(asyncio.run(talk(wanted.url, wanted.seconds))))
