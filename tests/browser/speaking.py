"""A service on loopback that sends numbered audio by a timetable."""

import base64
import contextlib
import json
import threading
import time

import numpy as np
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

NUMBERS = 32_767


def numbered(first, samples):
    """Samples 1, 2, ... as base64, so that 0 is silence."""
    numbers = 1 + (first + np.arange(samples)) % NUMBERS
    return base64.b64encode(numbers.astype("<i2").tobytes()).decode()


def timetable(arrivals):
    """Events with the time at which each is to be sent, from 0 on."""
    events = []
    sent = 0
    for answer in arrivals.answers:
        for at_ms, samples in zip(answer.arrived_ms, answer.samples.tolist(), strict=True):
            delta = numbered(sent, samples)
            event = {"type": "response.audio.delta", "response_id": answer.id, "delta": delta}
            events.append((at_ms, event))
            sent += samples
        events.append((answer.end_ms, {"type": "response.audio.done", "response_id": answer.id}))
    events.sort(key=lambda each: each[0])
    return [(at_ms - events[0][0], json.dumps(event)) for at_ms, event in events]


@contextlib.contextmanager
def speaking(arrivals, *, also=()):
    """Serve arrivals to each who connects and sends a message; gives the URL.

    ``also`` are further events, each with its time from the first delta on.
    """
    events = timetable(arrivals)
    events += [(at_ms, json.dumps(event)) for at_ms, event in also]
    events.sort(key=lambda each: each[0])

    def speak(connection):
        with contextlib.suppress(ConnectionClosed):
            connection.recv()
            began = time.monotonic()
            for at_ms, text in events:
                time.sleep(max(0.0, began + at_ms / 1000 - time.monotonic()))
                connection.send(text)
            for _ in connection:
                pass

    server = serve(speak, "127.0.0.1", 0, compression=None)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
    finally:
        server.shutdown()
        thread.join()
