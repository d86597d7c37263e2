"""How long a slider takes to become a picture, beside the plot one would write first.

The first plot one writes makes a new figure of all samples whenever the slider
moves (``interact`` does the same, and sends as much).  The panels move a few
artists over a background that is drawn once.  Sixty seconds at 24 kHz; from
the slider's new value to the PNG in the widget, in the kernel, without the
browser.  Both run here and now.

    python benchmarks/slider.py
"""

import io
from time import perf_counter

import numpy as np
from matplotlib.figure import Figure

from voicelab import samples, views
from voicelab.audio import Recording, mix, resample
from voicelab.filters import HighPass
from voicelab.jitter import GUIDE_PLAYER
from voicelab.vad import Grid, Scene, Setting, TurnDetection, lay_out_turns, sweep

STEPS = 40
RATE_HZ, SECONDS = 24_000, 60


def timed_ms(step):
    started = perf_counter()
    step()
    return 1000 * (perf_counter() - started)


def naive(recording):
    """One new figure of all samples, filtered anew, as a slider's function draws it."""

    def draw(cut_off_hz):
        figure = Figure(figsize=(10, 2.6), dpi=100)
        axes = figure.subplots()
        seconds = np.arange(recording.samples.size) / recording.rate_hz
        axes.plot(seconds, HighPass(cut_off_hz).apply(recording).samples)
        axes.set(xlabel="time (s)", ylabel="amplitude", title=f"{cut_off_hz} Hz")
        figure.savefig(io.BytesIO(), format="png")

    return draw


def moving(control, values):
    def move(number):
        control.value = values[number % len(values)]

    return move


def minute(take):
    """A recording, repeated to a minute."""
    sound = resample(take, RATE_HZ)
    return Recording(np.resize(sound.samples, RATE_HZ * SECONDS), RATE_HZ, take.name, take.kind)


def cases():
    room = samples.room()
    fan = minute(room["noise_fan_ventilation"])
    waveform = views.Waveform(fan, HighPass(80))
    spoken = lay_out_turns(room["speech_female_librivox_sonnet"])
    long = Recording(
        np.resize(spoken.samples, RATE_HZ * SECONDS), RATE_HZ, "a minute", turns=spoken.turns
    )
    scene = Scene(long, fan, 10.0, 0.0)
    swept = sweep([scene], detectors=["level"], grid=Grid())
    turns = views.Turns(swept, Setting("level", TurnDetection()))
    paced = next(each for each in room.arrivals if each.pacing == "paced")
    playback = views.Playback(paced, GUIDE_PLAYER)
    cut_offs_hz = [20 + 5 * n for n in range(STEPS)]
    draw = naive(mix(long, fan, snr_db=10))
    yield "naive: all samples", lambda n: draw(cut_offs_hz[n % STEPS])
    yield "Waveform, cut-off", moving(waveform.frequency, cut_offs_hz)
    yield "Turns, threshold", moving(turns.threshold, swept.grid.thresholds)
    yield "Playback, buffer", moving(playback.start_ms, [10 * n for n in range(STEPS)])


def main():
    print(f"slider to picture, {SECONDS} s at {RATE_HZ} Hz, {STEPS} steps, in the kernel\n")
    print(f"{'':22}{'median':>10}{'p95':>10}{'times faster':>14}")
    first_ms = None
    for name, step in cases():
        step(1)
        taken_ms = [timed_ms(lambda n=n, step=step: step(n)) for n in range(2, STEPS + 2)]
        median_ms, p95_ms = np.quantile(taken_ms, [0.5, 0.95])
        first_ms = first_ms or median_ms
        ratio = f"{first_ms / median_ms:>13.1f}" if name[:5] != "naive" else ""
        print(f"{name:22}{median_ms:>7.1f} ms{p95_ms:>7.1f} ms{ratio}")


if __name__ == "__main__":
    main()
