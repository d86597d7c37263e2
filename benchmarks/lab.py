"""How long a person waits in the lab: for the first picture, and for the next.

``voicelab lab`` is started on an empty folder, Chromium opens a notebook in it
and runs it: the seconds from the command to the first picture are printed in
three parts.  Then a slider is dragged, to one place after the other; from the
hand's move to the new picture being decoded in the page is one round trip,
kernel, JupyterLab and browser together.

    python benchmarks/lab.py [NOTEBOOK] [PYTHON]

takes 02_hear_and_filter.ipynb and this Python unless told; PYTHON may be that
of a fresh environment, whose first start also compiles what it imports.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_session import NotebookPage, chromium, started_lab

DRAGS = 20
FIRST_PICTURE_MS = 240_000

# From the first event of the move to the frame in which the new picture stands.
WATCH = """() => {
    const picture = document.querySelector("img.widget-image");
    window.moved = null;
    window.shown = new Promise(resolve => {
        addEventListener("pointermove", () => { window.moved ??= performance.now(); }, true);
        picture.addEventListener("load", () => requestAnimationFrame(
            () => resolve(performance.now() - window.moved)), {once: true});
    });
}"""


def round_trip_ms(notebook, share):
    notebook.page.evaluate(WATCH)
    notebook.drag(notebook.sliders.first, share, steps=1)
    return notebook.page.evaluate("window.shown")


def main(name="02_hear_and_filter.ipynb", python=sys.executable):
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        begun = perf_counter()
        with started_lab(cwd=folder, python=python) as lab:
            answers = perf_counter()
            with NotebookPage(browser, lab, name) as notebook:
                opened = perf_counter()
                notebook.command("notebook:run-all-cells")
                notebook.pictures.first.wait_for(timeout=FIRST_PICTURE_MS)
                seen = perf_counter()
                notebook.wait_until_all_ran()
                notebook.show_panel()
                shares = [0.2 + 0.6 * (7 * step % DRAGS) / DRAGS for step in range(DRAGS)]
                trips = [round_trip_ms(notebook, share) for share in shares]
    print(f"voicelab lab to first picture, {name}: {seen - begun:.1f} s")
    print(f"  until JupyterLab answers     {answers - begun:5.1f} s")
    print(f"  until the notebook is open   {opened - answers:5.1f} s")
    print(f"  until its panel's picture    {seen - opened:5.1f} s")
    print(
        f"drag to new picture: median {median(trips):.0f} ms, "
        f"p95 {quantiles(trips, n=20)[-1]:.0f} ms of {DRAGS}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
