"""Whether page and kernel stay flat while one talks: ten minutes of conversation.

A real JupyterLab, a real Chromium with a recording in front of its microphone,
and the embedded service: a question about every six seconds, each answered and
played, with the meter drawing.  Once a while garbage is collected on both
sides, and what is left is printed: the page's JavaScript heap and nodes, the
kernel's resident memory.  The slope is a straight line's through the second
half, when everything has been used once.

    python benchmarks/live_memory.py [MINUTES]

takes 10 unless told.
"""

import sys
import tempfile
from pathlib import Path
from time import monotonic

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_session import started_lab
from live_page import PANEL, LivePage, listening_chromium, question, write_notebook, write_sound

EVERY_S = 20
KERNEL = """
import gc, psutil
gc.collect()
print(psutil.Process().memory_info().rss, panel.conversation.seen.endings.total(),
      panel.conversation.log.now_ms, panel.microphone.lost_chunks, panel.speaker.underruns)
"""


def page_held(session):
    """Bytes of JavaScript, nodes and listeners that are in use."""
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    values = {
        each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]
    }
    return values["JSHeapUsedSize"], values["Nodes"], values["JSEventListeners"]


def main(minutes=10.0):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        work.mkdir()
        write_notebook(work / "live.ipynb", PANEL)
        sound = write_sound(Path(folder, "question.wav"), 0.5, question(), 3.5)
        with (
            started_lab("work", cwd=folder) as lab,
            listening_chromium(sound) as browser,
            LivePage(browser, lab, "live.ipynb") as live,
        ):
            live.run()
            live.press("talk")
            live.press("use microphone")
            session = live.page.context.new_cdp_session(live.page)
            print(f"{'min':>5}{'page MB':>9}{'nodes':>8}{'kernel MB':>11}{'turns':>7}", flush=True)
            until_s = monotonic() + 60 * float(minutes)
            while monotonic() < until_s:
                live.page.wait_for_timeout(1000 * EVERY_S)
                heap, nodes, _ = page_held(session)
                rss, turns, now_ms, lost, underruns = map(float, live.in_kernel(KERNEL).split())
                rows.append((now_ms / 60_000, heap / 1e6, nodes, rss / 1e6, turns))
                at, *held = rows[-1]
                print("{:5.1f}{:9.1f}{:8.0f}{:11.1f}{:7.0f}".format(at, *held), flush=True)
            errors = live.errors
    late = np.array(rows)[len(rows) // 2 :]
    for name, column in (("page", 1), ("nodes", 2), ("kernel", 3)):
        slope = np.polyfit(late[:, 0], late[:, column], 1)[0]
        unit = "a minute" if name == "nodes" else "MB a minute"
        print(f"{name:7} {slope:+.3f} {unit} in the second half")
    print(f"chunks lost {lost:.0f}, underruns {underruns:.0f}, errors {errors}")


if __name__ == "__main__":
    main(*sys.argv[1:])
