"""Write the pictures for people: ``docs/pictures/*.png``.

``python tools/pictures.py [NAME...]``, all of them unless told.  The figures are
those that panels and the report draw, of the bundled room; ``lab_*`` are
screenshots of the notebooks in JupyterLab, in headless Chromium, whose
microphone plays a fan and a question.  Each is 1000 to 1280 pixels wide and at
most 150 kB.
"""

import io
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

import voicelab as vl
from voicelab import views
from voicelab.autotune import Autotuned
from voicelab.notebooks import shipped
from voicelab.views import figures

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_session import started_lab
from live_page import LivePage, fan_and_question, listening_chromium, write_sound

CHECKOUT = Path(__file__).parents[1]
PICTURES = CHECKOUT / "docs" / "pictures"
LARGEST_BYTES = 150_000
COLORS = (256, 192, 128, 96)


@cache
def tuned() -> Autotuned:
    """What ``voicelab tune`` finds on the bundled room."""
    return vl.autotune(vl.samples.room())


def verdict_card() -> bytes:
    """Draw guide, default and yours."""
    return png(figures.draw_verdict_card(vl.verdict_card(tuned())))


def both_sides() -> bytes:
    """Draw what each threshold lets in, and what it loses."""
    choice = tuned().choice
    return figures.ThresholdCurves(tuned().sweep, choice.setting, budget=choice.budget).png()


def turns() -> bytes:
    """Draw one scene, what was found in it, and both sides of the setting."""
    return views.Turns(tuned().sweep, tuned().choice.setting).png


def playback() -> bytes:
    """Draw an answer that runs dry behind the guide's 480 samples."""
    room = vl.samples.room()
    paced = next(each for each in room.arrivals if each.pacing == "paced")
    return views.Playback(paced, vl.GUIDE_PLAYER).png


def waveform() -> bytes:
    """Draw speech with its labelled turns."""
    return png(figures.draw_waveform(vl.samples.room()["speech_male_jfk"]))


def spectrogram() -> bytes:
    """Draw hum with its harmonics."""
    return png(figures.draw_spectrogram(vl.samples.room()["noise_mains_hum"]))


FIGURES: dict[str, Callable[[], bytes]] = {
    each.__name__: each
    for each in (verdict_card, both_sides, turns, playback, waveform, spectrogram)
}


def png(figure: Figure) -> bytes:
    """Save a figure at its own size."""
    octets = io.BytesIO()
    figure.savefig(octets, format="png")
    return octets.getvalue()


def record(notebook: LivePage) -> None:
    """Record the one-word answers, until the page shows one of the words."""
    notebook.press("record it again")
    notebook.press("record")
    notebook.page.wait_for_timeout(10_000)


def converse(notebook: LivePage) -> None:
    """Talk with the first live panel, until some were answered and the next answer sounds."""
    notebook.press("talk")
    notebook.press("use microphone")
    notebook.wait("panel.conversation.seen.endings.total() > 2", within_s=90)
    notebook.wait("panel.conversation.seen.floor == 'answering'")


# What somebody does with a notebook's panel before it is photographed, and what is to be seen.
LIVELY: dict[str, tuple[Callable[[LivePage], None], str]] = {
    "lab_01_record_your_room": (record, ".jupyter-widgets"),
    "lab_06_go_live": (converse, "button:text-is('talk')"),
}


def screenshots(names: list[str]) -> dict[str, bytes]:
    """Run notebooks in JupyterLab and photograph a panel of each."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        sound = write_sound(Path(folder, "round.wav"), *fan_and_question())
        with started_lab("work", cwd=folder) as lab, listening_chromium(sound) as browser:
            for name in names:
                with LivePage(browser, lab, f"{name.removeprefix('lab_')}.ipynb") as notebook:
                    found[name] = screenshot(name, notebook)
    return found


def screenshot(name: str, notebook: LivePage) -> bytes:
    """Run one notebook, do with its panel what one does, and photograph it."""
    notebook.page.set_viewport_size({"width": 1280, "height": 900})
    notebook.run()
    if errors := notebook.errors:
        raise SystemExit(f"{name} must run without an error, got {errors}")
    notebook.command("application:toggle-left-area")
    do, panel = LIVELY.get(name, (None, None))
    if do is not None:
        do(notebook)
    notebook.show_panel(panel)
    return notebook.page.screenshot()


def write(name: str, octets: bytes) -> None:
    """Keep a picture, in fewer colours only where it would be too large; say how large it is."""
    picture = Image.open(io.BytesIO(octets)).convert("RGB")
    path = PICTURES / f"{name}.png"
    picture.save(path, optimize=True)
    for colors in COLORS:
        if path.stat().st_size > LARGEST_BYTES:
            few = picture.quantize(colors, kmeans=3, dither=Image.Dither.NONE)
            few.save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise SystemExit(f"{path.name} must be at most {LARGEST_BYTES} bytes, got {size}")
    print(f"{path.name:28} {picture.width} x {picture.height}  {size / 1000:4.0f} kB")


def main(names: list[str]) -> None:
    """Write the pictures that were named, or all of them."""
    labs = [f"lab_{path.stem}" for path in shipped()]
    wanted = names or [*FIGURES, *labs]
    if unknown := set(wanted) - {*FIGURES, *labs}:
        raise SystemExit(f"a picture is one of {', '.join([*FIGURES, *labs])}, got {unknown}")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        if name in FIGURES:
            write(name, FIGURES[name]())
    if shots := [name for name in wanted if name in labs]:
        for name, octets in screenshots(shots).items():
            write(name, octets)


if __name__ == "__main__":
    main(sys.argv[1:])
