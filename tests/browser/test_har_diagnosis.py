"""HARs that Chromium itself wrote: what their pages did wrong is named.

The page talks to the embedded service under a service's own host name, which the browser is told
lies on this machine; what the DevTools protocol tells of it becomes the HAR.
"""

import asyncio
import base64
import importlib.util
import json
import threading
from pathlib import Path

import numpy as np
import pytest

from voicelab import samples
from voicelab.audio import to_pcm16
from voicelab.diagnose import diagnose, read_session
from voicelab.simulator import Service, Simulator, read_faults

pytestmark = pytest.mark.browser

TOOL = Path(__file__).parents[2] / "tools" / "record_har.py"
CHROMIUM = Path("/usr/bin/chromium")
HOST = "res.openai.azure.com"
CHUNK_MS = 50
SECRET = "hunter2hunter2hunter2"
TALK = """async ({ url, chunks, chunk_ms, blocks, block_ms }) => {
    const socket = new WebSocket(url);
    const send = (event) => socket.send(JSON.stringify(event));
    const done = new Promise((resolve) => {
        socket.onclose = resolve;
        socket.onerror = resolve;
    });
    socket.onmessage = ({ data }) => {
        const { type } = JSON.parse(data);
        if (type === "session.created") send({ type: "session.update", session: {} });
        if (type !== "session.updated") return;
        const began = performance.now();
        let sent = 0;
        const timer = setInterval(() => {
            // As a microphone's chunks that wait in the queue of a busy page.
            while (sent < chunks.length && sent * chunk_ms <= performance.now() - began) {
                send({ type: "input_audio_buffer.append", audio: chunks[sent++] });
                if (blocks.includes(sent)) {
                    const until = performance.now() + block_ms;
                    while (performance.now() < until);
                }
            }
            if (sent === chunks.length) { clearInterval(timer); socket.close(1000); }
        }, 10);
    };
    await done;
}"""


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                  f"--host-resolver-rules=MAP {HOST} 127.0.0.1"],
        )  # fmt: skip
        yield browser
        browser.close()


class Serving:
    """The embedded service on a port, in a thread with a loop of its own."""

    def __init__(self, faults=""):
        self.faults, self.port = faults, 0
        self.listens, self.done = threading.Event(), None

    def __enter__(self):
        self.thread = threading.Thread(target=lambda: asyncio.run(self.serve()))
        self.thread.start()
        assert self.listens.wait(30)
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.done.set)
        self.thread.join()

    async def serve(self):
        self.loop, self.done = asyncio.get_running_loop(), asyncio.Event()
        async with Simulator(Service(faults=read_faults(self.faults))) as simulator:
            self.port = int(simulator.url.rpartition(":")[2])
            self.listens.set()
            await self.done.wait()


def chunks():
    """Two seconds of a voice, and quiet around it."""
    voice = samples.room()["speech_female_ljspeech"].excerpt(9800, 11900).samples
    quiet = 1e-3 * np.random.default_rng(1).standard_normal(24_000)
    octets = to_pcm16(np.concatenate((quiet, voice, quiet, quiet))).octets
    step = 48 * CHUNK_MS
    return [base64.b64encode(octets[at : at + step]).decode() for at in range(0, len(octets), step)]


def recorded(browser, tmp_path, *, faults="", host=HOST, query="", blocks=(), block_ms=0):
    spec = importlib.util.spec_from_file_location("record_har", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    recorder = tool.Recorder()
    page = browser.new_context().new_page()
    recorder.watch(page.context.new_cdp_session(page))
    with Serving(faults) as service:
        url = (
            f"ws://{host}:{service.port}/voice-live/realtime?api-version=2026-07-15&model=m{query}"
        )
        page.evaluate(
            TALK,
            {"url": url, "chunks": chunks(), "chunk_ms": CHUNK_MS, "blocks": list(blocks),
             "block_ms": block_ms},
        )  # fmt: skip
        page.wait_for_timeout(100)
        page.context.close()
    path = tmp_path / "chromium.har"
    path.write_text(json.dumps(recorder.har()))
    return path


def test_a_page_that_blocks_its_main_thread_and_shows_its_key_is_told_so(browser, tmp_path):
    path = recorded(
        browser, tmp_path, query=f"&api-key={SECRET}", blocks=(30, 60), block_ms=900
    )  # fmt: skip
    session = read_session(path)
    diagnosis = diagnose(session)
    print(diagnosis)
    assert len(session.turns) == len(session.answers) == 1
    assert session.connections[0].closed_ms is not None
    assert diagnosis.named("key_in_url").severity == 3
    assert "azure-openai" in diagnosis.named("direct_connection").evidence[0].sentence
    longest = max(
        each.until_ms - each.at_ms for each in diagnosis.named("main_thread_blocked").evidence
    )
    assert 800 < longest < 2500
    assert SECRET in path.read_text()
    assert SECRET not in str(diagnosis) + json.dumps(diagnosis.to_dict())


def test_a_refused_handshake_is_read_from_the_browsers_error(browser, tmp_path):
    session = read_session(recorded(browser, tmp_path, faults="refuse:429", host="127.0.0.1"))
    assert [each.refused for each in session.connections] == [429]
    assert [each.name for each in diagnose(session).troubles] == ["rate_limit"]
