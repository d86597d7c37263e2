"""A microphone in a real JupyterLab, with a sound file in front of Chromium's own."""

import time

import numpy as np
from live_page import RATE_HZ, LivePage, write_notebook, write_sound

from voicelab import samples
from voicelab.audio import resample

__all__ = ["LISTEN", "MicrophonePage", "played", "write_notebook", "write_played"]

ARRIVES_WITHIN_S = 120
TIMES = 30  # five minutes: where it begins a file anew, Chromium itself lets a piece go
LISTEN = """\
import numpy as np
from voicelab.audio import Processing
from voicelab.views import Microphone

raw = Processing(echo_cancellation=False, noise_suppression=False, auto_gain=False)
microphone = Microphone(processing=raw, chunk_ms=50)
takes, chunks = [], []
microphone.on_take(takes.append)
microphone.on_chunk(lambda pcm16, first: chunks.append((first, pcm16)))
microphone
"""


def played():
    """What the fake microphone plays: the file's speech, and what that is at 24 kHz."""
    speech = samples.room()["speech_male_jfk"]
    # It begins in digital silence; in mid-sound, round and round, that looks like a loss.
    speech = speech.excerpt(50, speech.duration_ms)
    return speech, resample(resample(speech, RATE_HZ), 24_000).samples


def write_played(path):
    """Write it down as a file that does not end while somebody listens."""
    return write_sound(path, *TIMES * [resample(played()[0], RATE_HZ)])


class MicrophonePage(LivePage):
    """The notebook with the microphone in it."""

    recorded = 0

    def run_cell(self, number):
        """Run one cell, to its end."""
        self.page.evaluate(RUN_CELL, number)

    def start_cell(self, number):
        """Run one cell, and do not wait."""
        self.page.evaluate(f"number => {{ ({RUN_CELL})(number); }}", number)

    def record(self, seconds, folder):
        """Record a take by hand: its samples, those of all chunks, and the ms that were lost."""
        self.press("record")
        self.page.wait_for_timeout(1000 * seconds)
        self.press("end the recording")
        self.recorded += 1
        until = time.monotonic() + ARRIVES_WITHIN_S
        while int(self.in_kernel("print(len(takes))")) < self.recorded:
            assert time.monotonic() < until, "the take has not arrived"
            self.page.wait_for_timeout(100)
        lost_ms = float(self.in_kernel(SAVE.format(folder=folder)))
        return np.load(folder / "take.npy"), np.load(folder / "chunks.npy"), lost_ms

    def wait_for_state(self, state):
        """Wait until the kernel has heard that the microphone is at something."""
        until = time.monotonic() + ARRIVES_WITHIN_S
        while (got := self.in_kernel("print(microphone.state)").strip()) != state:
            assert time.monotonic() < until, f"the microphone is {got}, not {state}"
            self.page.wait_for_timeout(100)


RUN_CELL = """number => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = number;
    return window.jupyterapp.commands.execute("notebook:run-cell");
}"""
SAVE = """
from voicelab.audio import from_pcm16
firsts = [first for first, _ in chunks]
lengths = [len(pcm16) // 2 for _, pcm16 in chunks]
assert all(a + n == b for a, n, b in zip(firsts, lengths, firsts[1:])), "chunks have gaps"
np.save(r"{folder}/take.npy", takes[-1].samples)
np.save(r"{folder}/chunks.npy", from_pcm16(b"".join(pcm16 for _, pcm16 in chunks)))
print(takes[-1].capture.lost_ms)
"""
