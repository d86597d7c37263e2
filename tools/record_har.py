"""Record a HAR in Chromium: ``python tools/record_har.py OUT.har``.

A loopback service plays the beginnings of some bundled answers, in silence, to
a page in Chromium.  What the DevTools protocol tells of the page's socket is
written down as the network panel saves it: a frame's ``time`` is the wall
clock of the handshake plus the frame's distance from it on the monotonic
clock.  The page keeps a log of its own, to compare the times with.
"""

import base64
import contextlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, sync_playwright
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from voicelab.arrivals import read_arrivals
from voicelab.samples import folder

CHROMIUM = "/usr/bin/chromium"
TRACE = "tcp_wan_ge4_rt_s11.csv"
ANSWERS, PACKETS = 3, 7
PAUSE_MS = 400
# A page that keeps its own times: [ms since the epoch, the frame's text], one a message.
LISTEN = """async ({ url, ends }) => {
    const log = [];
    await new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.onopen = () => socket.send(JSON.stringify({ type: "response.create" }));
        socket.onmessage = ({ data }) => {
            log.push([performance.timeOrigin + performance.now(), JSON.parse(data).type]);
            if (log.length === ends) resolve();
        };
    });
    return log;
}"""


@dataclass
class Recorder:
    """The sockets of a page, as the DevTools protocol tells of them."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    wall_minus_monotonic_s: dict[str, float] = field(default_factory=dict)

    def created(self, told: dict[str, Any]) -> None:
        """Begin an entry."""
        self.entries[told["requestId"]] = {
            "_resourceType": "websocket",
            "_webSocketMessages": [],
            "cache": {},
            "request": {"method": "GET", "url": told["url"], "headers": [], "cookies": []},
            "response": {"status": 101, "statusText": "Switching Protocols", "headers": []},
            "time": 0,
            "timings": {"send": 0, "wait": 0, "receive": 0},
        }

    def shakes_hands(self, told: dict[str, Any]) -> None:
        """Learn the wall clock and the headers."""
        entry = self.entries[told["requestId"]]
        self.wall_minus_monotonic_s[told["requestId"]] = told["wallTime"] - told["timestamp"]
        began = datetime.fromtimestamp(told["wallTime"], UTC)
        entry["startedDateTime"] = began.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        headers = told["request"]["headers"].items()
        entry["request"]["headers"] = [{"name": name, "value": value} for name, value in headers]

    def frame(self, told: dict[str, Any], kind: str) -> None:
        """Write down a frame."""
        request, response = told["requestId"], told["response"]
        self.entries[request]["_webSocketMessages"].append(
            {
                "type": kind,
                "time": self.wall_minus_monotonic_s[request] + told["timestamp"],
                "opcode": response["opcode"],
                "data": response["payloadData"],
            }
        )

    def answered(self, told: dict[str, Any]) -> None:
        """Learn the status; Chromium tells of none but 101."""
        self.entries[told["requestId"]]["response"]["status"] = told["response"]["status"]

    def failed(self, told: dict[str, Any]) -> None:
        """Write down what the panel shows as a frame of its own, an error."""
        request = told["requestId"]
        entry = self.entries[request]
        entry["response"]["status"] = 0
        began_s = self.wall_minus_monotonic_s.get(request, 0.0)
        entry["_webSocketMessages"].append(
            {
                "type": "error",
                "time": began_s + told["timestamp"],
                "opcode": -1,
                "data": told["errorMessage"],
            }
        )

    def closed(self, told: dict[str, Any]) -> None:
        """Learn how long it lasted."""
        entry, request = self.entries[told["requestId"]], told["requestId"]
        if request in self.wall_minus_monotonic_s:
            ended_s = self.wall_minus_monotonic_s[request] + told["timestamp"]
            began = datetime.fromisoformat(entry["startedDateTime"])
            entry["time"] = 1000 * (ended_s - began.timestamp())

    def watch(self, devtools: CDPSession) -> None:
        """Listen to a page.

        Parameters
        ----------
        devtools : CDPSession
            Of the page.
        """
        devtools.on("Network.webSocketCreated", self.created)
        devtools.on("Network.webSocketWillSendHandshakeRequest", self.shakes_hands)
        devtools.on("Network.webSocketHandshakeResponseReceived", self.answered)
        devtools.on("Network.webSocketFrameReceived", lambda told: self.frame(told, "receive"))
        devtools.on("Network.webSocketFrameSent", lambda told: self.frame(told, "send"))
        devtools.on("Network.webSocketFrameError", self.failed)
        devtools.on("Network.webSocketClosed", self.closed)
        devtools.send("Network.enable")

    def har(self) -> dict[str, Any]:
        """Give all that was recorded as a HAR."""
        creator = {"name": "WebInspector", "version": "537.36"}
        entries = list(self.entries.values())
        return {"log": {"version": "1.2", "creator": creator, "pages": [], "entries": entries}}


def session() -> list[tuple[float, dict[str, Any]]]:
    """Lay out what the service says, with the time of each event from 0 on."""
    answers = read_arrivals(folder() / "arrivals" / TRACE).answers[:ANSWERS]
    created = {"type": "session.created", "session": {"output_audio_format": "pcm16"}}
    events: list[tuple[float, dict[str, Any]]] = [(0.0, created)]
    for number, answer in enumerate(answers, start=1):
        begin_ms = events[-1][0] + PAUSE_MS - float(answer.arrived_ms[0])
        ids = {"response_id": f"resp_{number}", "item_id": f"item_{number}"}
        packets = zip(answer.arrived_ms.tolist(), answer.samples.tolist(), strict=True)
        for arrived_ms, samples in list(packets)[:PACKETS]:
            delta = base64.b64encode(bytes(2 * samples)).decode()
            event = {"type": "response.audio.delta", "event_id": f"event_{len(events)}", **ids}
            events.append((begin_ms + arrived_ms, {**event, "delta": delta}))
        events.append((events[-1][0] + 2, {"type": "response.audio.done", **ids}))
        over = {"id": ids["response_id"], "status": "completed"}
        events.append((events[-1][0] + 1, {"type": "response.done", "response": over}))
    return events


@contextlib.contextmanager
def speaking(events: list[tuple[float, dict[str, Any]]]) -> Iterator[str]:
    """Serve a session to each who connects and sends a message; gives the URL."""

    def speak(connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            connection.recv()
            began = time.monotonic()
            for at_ms, event in events:
                time.sleep(max(0.0, began + at_ms / 1000 - time.monotonic()))
                connection.send(json.dumps(event))
            for _ in connection:
                pass

    server = serve(speak, "127.0.0.1", 0, compression=None)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/voice-live/realtime"
    finally:
        server.shutdown()
        thread.join()


def record(browser: Browser) -> tuple[dict[str, Any], list[list[Any]]]:
    """Record one session; give the HAR and the page's own log."""
    events = session()
    page = browser.new_context().new_page()
    devtools = page.context.new_cdp_session(page)
    recorder = Recorder()
    recorder.watch(devtools)
    with speaking(events) as url:
        log = page.evaluate(LISTEN, {"url": url, "ends": len(events)})
        page.wait_for_timeout(50)
        page.context.close()
    return recorder.har(), log


def main() -> None:
    """Record one session and write it down."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=["--no-sandbox", "--disable-gpu"]
        )
        har, log = record(browser)
        browser.close()
    Path(sys.argv[1]).write_text(json.dumps(har, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {len(log)} received frames to {sys.argv[1]}")


if __name__ == "__main__":
    main()
