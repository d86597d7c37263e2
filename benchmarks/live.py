"""A whole conversation in a real browser, and what each step of it takes.

A real JupyterLab, a real Chromium whose microphone plays the same round again
and again (a fan, and a question that is spoken into the answer to the fan), the
embedded service, the page's loudspeaker.  On the way the threshold is moved by
its slider, the line is cut, the session rotates, and the line is bad for a
while.  Printed are the turns with their ends; from a slider's release to the
value that the service says it has, at the kernel and in the page; from the end
of the voice to the answer's first sample; what the kernel and the page's
renderer cost; and the player's counters against the model that replays the
arrivals which the page's worklet saw.

    python benchmarks/live.py [ROUNDS]

takes 6 rounds with each of two thresholds unless told.  Figures are of this
machine with whatever else it does: its load is printed with them.
"""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from lab_session import started_lab
from live_page import (
    MODEL,
    PANEL,
    ROUND_S,
    LivePage,
    fan_and_question,
    listening_chromium,
    write_notebook,
    write_sound,
)

SLIDES = (0.6, 0.75, 0.65, 0.8, 0.7, 0.75)
CPU = "import psutil; print(sum(psutil.Process().cpu_times()[:2]))"
# From the pointer that lets the slider go to the frame in which the page shows another value.
WATCH = """() => {
    const holds = [...document.querySelectorAll(".widget-html-content")]
        .find(each => each.textContent.includes("service:"));
    const before = holds.textContent;
    window.effective = new Promise(resolve => addEventListener("pointerup", () => {
        const released = performance.now();
        const look = () => holds.textContent !== before && holds.textContent.includes("✓")
            ? resolve(performance.now() - released) : requestAnimationFrame(look);
        look();
    }, {capture: true, once: true}));
}"""


def slid_ms(live, share):
    """Milliseconds from the slider's release to the value that holds, as the page shows it."""
    live.page.evaluate(WATCH)
    live.drag(live.sliders.first, share)
    return live.page.evaluate("window.effective")


def cpu_share(live, seconds):
    """What the kernel's process takes of one core while the conversation goes on."""
    began, before = perf_counter(), float(live.in_kernel(CPU))
    live.page.wait_for_timeout(1000 * seconds)
    return (float(live.in_kernel(CPU)) - before) / (perf_counter() - began)


def spread(values, unit="ms"):
    """Median and worst of some figures."""
    if not values:
        return "none"
    return f"median {median(values):.0f} {unit}, worst {max(values):.0f} {unit} of {len(values)}"


def talk(live, rounds):
    """Hold the conversation, and print what it took."""
    live.run()
    live.press("talk")
    live.press("use microphone")
    live.wait("panel.conversation.seen.endings.total()", within_s=90)
    share = cpu_share(live, rounds * ROUND_S)
    live.in_kernel("panel.microphone.muted = True")  # a change may cost a turn that is open
    live.page.wait_for_timeout(2000)
    live.wait("panel.conversation.seen.floor == 'listening'")
    page_ms = [slid_ms(live, each) for each in SLIDES]
    live.in_kernel("panel.microphone.muted = False")
    kernel_ms = live.value("panel.conversation.asked.delays_ms")
    live.press("drop")
    live.wait("panel.conversation.seen.connections['reconnect']")
    live.press("rotate soon")
    live.wait("panel.conversation.seen.connections['rotation']", within_s=120)
    live.page.get_by_label("bad line").check()
    live.page.wait_for_timeout(1000 * rounds * ROUND_S)
    live.page.get_by_label("bad line").uncheck()
    live.wait("panel.speaker.state == 'ready'")
    live.in_kernel(MODEL)
    for name, ended in live.value("sorted(panel.conversation.seen.endings.items())"):
        print(f"turns {name + ':':18}{ended:4}")
    print(f"connections            {dict(live.value('panel.conversation.seen.connections'))}")
    print(f"lines of the user      {live.value(USER_LINES)} (turns with words)")
    print(f"user sound lost        {live.value('panel.conversation.seen.dropped_ms'):.0f} ms")
    print(f"chunks lost            {live.value('panel.microphone.lost_chunks')}")
    print(f"slider to service      {spread(kernel_ms, 'ms')} (kernel's clock)")
    print(f"slider to page         {spread(page_ms)}")
    waits = live.value("[each.ms for each in panel.conversation.speech.latencies]")
    print(f"voice ends to answer   {spread(waits)}; 500 ms of it are the service's silence")
    print(f"kernel                 {100 * share:.0f} % of a core, embedded service included")
    print(f"meter                  {live.value('panel.meter.frames_per_s'):.0f} frames/s, activity")
    print(f"                       {live.value('panel.meter.delay_ms'):.0f} ms behind")
    print(f"underruns, silent ms   page {live.value('counted')}, model {live.value('modelled')}")
    print(f"errors                 {live.errors}")


USER_LINES = 'sum(each.who == "user" for each in panel.log.transcript)'


def main(rounds=6):
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        work.mkdir()
        write_notebook(work / "live.ipynb", PANEL)
        sound = write_sound(Path(folder, "round.wav"), *fan_and_question())
        with (
            started_lab("work", cwd=folder) as lab,
            listening_chromium(sound) as browser,
            LivePage(browser, lab, "live.ipynb") as live,
        ):
            print(f"load at the beginning  {os.getloadavg()[0]:.1f}")
            talk(live, int(rounds))
            print(f"load at the end        {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
