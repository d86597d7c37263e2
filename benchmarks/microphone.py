"""The microphone in JupyterLab, at length: takes, delays, frames, and memory.

Chromium's fake microphone plays a bundled recording round and round.

    python benchmarks/microphone.py takes [RUNS]     20 takes, every third beside a busy cell,
                                                     every third after a cell has written
    python benchmarks/microphone.py delays           chunk to kernel, click to sound, frames
    python benchmarks/microphone.py memory [MINUTES] page and kernel, while chunks flow

A take's error is what is left over between it and the file, both at 24 kHz and
from 100 Hz to 9 kHz; most of it is the fake microphone's own resampling.  A
take during which the browser says that it lost sound, because the machine was
too slow, is counted apart.  Delays are of this machine's one clock, from the
page's hand to the kernel's.
"""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_session import started_lab
from live_page import listening_chromium
from microphone_page import LISTEN, MicrophonePage, played, write_notebook, write_played
from same_sound import compare

BUSY = "import time\nuntil = time.monotonic() + 5\nwhile time.monotonic() < until:\n    pass"
TIMED = """\
import os, time
import psutil
import ipywidgets
from voicelab.views import Meter, Microphone

delays = []

class Timed(Microphone):
    def receive(self, message, buffers):
        if message["type"] == "chunk":
            delays.append(1000 * time.time() - message["at_ms"])
        super().receive(message, buffers)

microphone = Timed(chunk_ms=50)
meter = Meter(microphone)
takes, chunks = [], []
microphone.on_chunk(
    lambda pcm16, first: meter.show_activity([0.5], first=first, hop_samples=len(pcm16) // 2)
)
ipywidgets.VBox([microphone, meter])
"""
RESIDENT = """[...globalThis[Symbol.for("voicelab")].values()].find(each => "device" in each)"""
CPU = "print(time.process_time(), time.monotonic())"
MEMORY = "print(psutil.Process().memory_info().rss)"


def session(*cells):
    """Start everything around one notebook."""
    folder = Path(tempfile.mkdtemp())
    sound = write_played(folder / "played.wav")
    write_notebook(folder / "microphone.ipynb", *cells)
    return folder, started_lab(".", cwd=folder), listening_chromium(sound)


def takes(runs=20):
    folder, lab, browser = session(LISTEN, BUSY, "microphone.muted = False\n" + BUSY)
    found, slow = [], 0
    with (
        lab as lab,
        browser as browser,
        MicrophonePage(browser, lab, "microphone.ipynb") as page,
    ):
        page.run_cell(0)
        page.press("use microphone")
        page.wait_for_state("listening")
        while len(found) < runs and slow <= runs:
            cell = (None, 1, 2)[len(found) % 3]
            if cell is not None:
                page.start_cell(cell)
            take, chunks, lost_ms = page.record(4, folder)
            if lost_ms > 0:
                slow += 1
                print(f"  the browser lost {lost_ms:.0f} ms: counted apart")
                continue
            same = compare(take, played()[1])
            is_whole = take.astype("<f4").tobytes() in chunks.astype("<f4").tobytes()
            found.append((same.error_db, same.moved, is_whole))
            print(f"  {len(found):2}: {take.size / 24_000:.2f} s, error {same.error_db:.1f} dB")
    errors, moved, whole = (np.array(each) for each in zip(*found, strict=True))
    print(
        f"{len(found)} takes: error {np.median(errors):.1f} dB in the median, "
        f"{errors.max():.1f} dB at worst"
    )
    whether = "none is" if moved.max() < 0.5 else "SOME ARE"
    print(f"  pieces of one take lie at most {moved.max():.3f} samples apart: {whether} missing")
    print(f"  {whole.sum()} are in the stream of live chunks, sample for sample")
    print(f"  {slow} more during which this machine was too slow for the browser's sound")


def delays():
    _, lab, browser = session(TIMED, "delays.clear()\n" + BUSY)
    with (
        lab as lab,
        browser as browser,
        MicrophonePage(browser, lab, "microphone.ipynb") as page,
    ):
        page.run_cell(0)
        clicks = []
        for _ in range(10):
            page.press("use microphone")
            page.page.wait_for_function(f"{RESIDENT}.firstMs > 0")
            clicks.append(page.page.evaluate(f"{RESIDENT}.firstMs"))
            page.press("stop")
            page.page.get_by_role("button", name="use microphone").wait_for()
        page.press("use microphone")
        page.wait_for_state("listening")
        page.in_kernel("delays.clear()")
        before = page.in_kernel(CPU).split()
        page.page.wait_for_timeout(20_000)
        after = page.in_kernel(CPU).split()
        print_delays("idle", page)
        page.run_cell(1)
        print_delays("beside a busy cell", page)
        frames, behind = page.in_kernel("print(meter.frames_per_s, meter.delay_ms)").split()
    used, passed = (float(b) - float(a) for a, b in zip(before, after, strict=True))
    print(f"click to first sound: median {np.median(clicks):.0f} ms, "
          f"worst {max(clicks):.0f} ms of {len(clicks)}")  # fmt: skip
    print(f"meter: {float(frames):.0f} frames/s; the kernel's word {float(behind):.0f} ms behind")
    print(f"kernel: {used / passed:.1%} of one core while chunks of 50 ms flow and are drawn")
    print_load()


def print_delays(name, page):
    told = [float(each) for each in page.in_kernel("print(*delays)").split()]
    p50, p99 = np.percentile(told, [50, 99])
    print(f"chunk to kernel, {name}: p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {max(told):.1f} ms "
          f"of {len(told)}")  # fmt: skip


def memory(minutes=10):
    _, lab, browser = session(TIMED)
    with (
        lab as lab,
        browser as browser,
        MicrophonePage(browser, lab, "microphone.ipynb") as page,
    ):
        page.run_cell(0)
        page.press("use microphone")
        page.wait_for_state("listening")
        devtools = page.page.context.new_cdp_session(page.page)
        rows = []
        for half_minute in range(2 * int(minutes) + 1):
            devtools.send("HeapProfiler.collectGarbage")
            heap = devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
            page.in_kernel("delays.clear()")
            kernel = float(page.in_kernel(MEMORY)) / 1e6
            rows.append((half_minute / 2, heap, kernel))
            print(f"  {half_minute / 2:4.1f} min: page {heap:6.1f} MB, kernel {kernel:6.1f} MB",
                  flush=True)  # fmt: skip
            page.page.wait_for_timeout(30_000)
    at, heap, kernel = np.array(rows[2:]).T  # the first minute fills caches
    for name, values in (("page", heap), ("kernel", kernel)):
        slope = np.polyfit(at, values, 1)[0]
        print(f"{name}: {values[0]:.1f} to {values[-1]:.1f} MB, {1000 * slope:+.0f} kB a minute")
    print_load()


def print_load():
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    verb, *rest = sys.argv[1:] or ["takes"]
    {"takes": takes, "delays": delays, "memory": memory}[verb](*map(int, rest))
    if verb == "takes":
        print_load()
