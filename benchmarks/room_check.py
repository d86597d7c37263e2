"""The room check from the first click to the verdict, in a real browser and in real time.

    python benchmarks/room_check.py [look|thorough] [PICTURES]

A real JupyterLab, a real Chromium whose microphone hears what each step asks
for: a fan, a keyboard, the room, ten or thirty words, sentences in two voices,
and the agent's voice as it comes back.  A look takes three minutes, the thorough
form a quarter of an hour.  Printed are the recordings with their drafted turns
beside the prompts, how they were captured, and the verdict card.  Into the
folder PICTURES, where one is named, goes the page as it stood in each step.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_session import started_lab
from live_page import listening_chromium, write_notebook
from room_check_page import NOTEBOOK, RoomCheckPage, write_performance

from voicelab.room import read_room, read_take
from voicelab.views.room_check import script


def main(length="look", pictures=None):
    thorough = length == "thorough"
    steps = script(thorough=thorough)
    names = {step.name for step in steps}
    with tempfile.TemporaryDirectory() as folder:
        work, room = Path(folder, "work"), Path(folder, "my_room")
        work.mkdir()
        write_notebook(work / "check.ipynb", NOTEBOOK.format(folder=str(room), thorough=thorough))
        sound = write_performance(Path(folder, "heard.wav"), names, thorough=thorough)
        with (
            started_lab("work", cwd=folder) as lab,
            listening_chromium(sound) as browser,
            RoomCheckPage(browser, lab, "check.ipynb") as page,
        ):

            def look(name):
                if pictures:
                    Path(pictures).mkdir(parents=True, exist_ok=True)
                    page.page.screenshot(path=Path(pictures, f"{name}.png"))

            page.run()
            look("beginning")
            began = time.monotonic()
            page.go_through(names, look)
            look("recorded")
            page.press("tune now")
            page.wait("check.tuned is not None", within_s=600)
            minutes = (time.monotonic() - began) / 60
            page.page.wait_for_timeout(2000)
            look("verdict")
            print(f"from the first click to the verdict: {minutes:.1f} minutes")
            for step in steps:
                take = read_take(room / "recordings" / f"{step.name}.flac")
                turns = "" if take.turns is None else f", {len(take.turns)} turns"
                asked = f" of {len(step.prompts)} prompts" if step.prompts else ""
                print(f"  {step.name:10} {take.duration_ms / 1000:6.1f} s{turns}{asked}")
            print(f"captured with {read_take(room / 'recordings' / 'fan.flac').capture}")
            print(page.in_kernel("print(check.card)"))
            print(page.in_kernel("print(check._said.value)"))
            print(f"kinds in the room: {sorted({each.kind for each in read_room(room)})}")
            print(f"errors in the page: {page.errors}")
    print(f"load of this machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(*sys.argv[1:])
