"""What a deep queue costs the audio thread: voicelab's worklet beside the guide's.

Each plays live in Chromium with 10, 20 and 40 s of audio queued at once, which
is what a sender does that is faster than real time.  The device's underruns are
those that ``AudioContext.playbackStats`` counts, where the browser has it; the
clock's rate is how much the context's time advanced in the same stretch of wall
time: 1 is real time.

Run from the checkout: ``python benchmarks/device_underruns.py``
"""

import functools
import http.server
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

from voicelab.export.worklet import worklet_source

CHROMIUM = "/usr/bin/chromium"
GUIDE = Path(__file__).parents[1] / "tests" / "browser" / "players" / "guide.js"
PLAYERS = {"guide": "guide.js", "voicelab-player": "player-worklet.js"}
QUEUED_S = (10, 20, 40)
MEASURED_S = 4
MEASURE = """async ({ file, name, queuedSeconds, seconds }) => {
    const context = new AudioContext({ sampleRate: 24000 });
    await context.audioWorklet.addModule("/" + file);
    const node = new AudioWorkletNode(context, name, { numberOfInputs: 0 });
    node.connect(context.destination);
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    await wait(500);
    for (let i = 0; i < queuedSeconds; i += 1) {
        const samples = name === "guide" ? new Float32Array(24000) : new Int16Array(24000);
        samples.fill(name === "guide" ? 0.1 : 3277);
        node.port.postMessage({ type: "audio", response: "a", samples });
    }
    const before = context.playbackStats?.underrunEvents;
    const wall = performance.now();
    const audio = context.currentTime;
    await wait(1000 * seconds);
    const clock = (context.currentTime - audio) / ((performance.now() - wall) / 1000);
    await wait(1100);
    const after = context.playbackStats?.underrunEvents;
    context.close();
    return { clock, underruns: before === undefined ? null : after - before };
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that keeps no log."""

    def log_message(self, *words):
        """Say nothing."""


def main():
    """Print one line a player and depth."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (Path(folder) / "player-worklet.js").write_text(worklet_source("player-worklet.js"))
        (Path(folder) / "guide.js").write_text(GUIDE.read_text())
        (Path(folder) / "index.html").write_text("<!doctype html>")
        handler = functools.partial(Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            headless=True,
            args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required"],
        )
        print(f"Chromium {browser.version}, {MEASURED_S} s each, played live\n")
        print(f"{'queued':>8}  {'player':18}{'device underruns':>18}{'clock rate':>12}")
        for queued_s in QUEUED_S:
            for name, file in PLAYERS.items():
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{server.server_port}/")
                job = {"file": file, "name": name, "queuedSeconds": queued_s}
                found = page.evaluate(MEASURE, {**job, "seconds": MEASURED_S})
                underruns = "not told" if found["underruns"] is None else found["underruns"]
                print(f"{queued_s:>6} s  {name:18}{underruns:>18}{found['clock']:>12.2f}")
                page.close()
        browser.close()
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
