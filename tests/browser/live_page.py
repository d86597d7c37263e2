"""A live panel in a real JupyterLab, with sound files in front of Chromium's microphone."""

import contextlib
import json
import time

import nbformat
import numpy as np
import soundfile
from lab_session import CHROMIUM, QUIET, NotebookPage
from nbformat.v4 import new_code_cell, new_notebook

from voicelab import samples
from voicelab.audio import Recording, resample

RATE_HZ = 48_000
FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
PANEL = """\
from voicelab import samples, views
from voicelab.audio import Processing
from voicelab.simulator import Manner, Service, Speech
from voicelab.views.browser import Microphone

room = samples.room()
words = room["speech_female_ljspeech"].excerpt(9800, 11900)
brief = Manner(reply=lambda prompt: Speech("in being comparatively modern.", words))
raw = Processing(echo_cancellation=False, noise_suppression=False, auto_gain=False)
microphone = Microphone(processing=raw)
panel = views.LivePanel(microphone=microphone, service=Service(manner=brief))
panel.widget
"""


def write_notebook(path, *cells):
    """Write a notebook of code cells."""
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def write_sound(path, *parts):
    """Write parts one after the other: recordings, and seconds of silence."""
    pieces = [
        resample(part, RATE_HZ).samples
        if isinstance(part, Recording)
        else np.zeros(round(part * RATE_HZ), np.float32)
        for part in parts
    ]
    soundfile.write(path, np.concatenate(pieces), RATE_HZ, subtype="PCM_16")
    return path


def question():
    """Two seconds of the bundled room."""
    return samples.room()["speech_female_ljspeech"].excerpt(9800, 11900)


def scaled(recording, *, peak=None, level_dbfs=None):
    """The recording at another level."""
    sound = recording.samples
    now = np.abs(sound).max() if peak else np.sqrt(np.mean(sound**2))
    return recording.with_samples(sound * np.float32((peak or 10 ** (level_dbfs / 20)) / now))


# One round of what the microphone hears: a fan, that at the threshold's default is taken for
# speech, and a question, spoken into the answer to the fan.
FAN_S, PAUSE_S, ROUND_S = 3.5, 2.0, 11.5


def fan_and_question():
    """The parts of a round, for ``write_sound``."""
    fan = samples.room()["noise_fan_ventilation"].excerpt(0, 1000 * FAN_S)
    loud = scaled(question(), peak=0.9)
    rest_s = ROUND_S - 0.7 - FAN_S - PAUSE_S - 2.1
    return 0.7, scaled(fan, level_dbfs=-27), PAUSE_S, loud, rest_s


@contextlib.contextmanager
def listening_chromium(sound):
    """Start Chromium with a sound file in front of its microphone; it plays round and round."""
    from playwright.sync_api import sync_playwright

    words = [*QUIET, *FAKE, f"--use-file-for-fake-audio-capture={sound}"]
    words.append("--autoplay-policy=no-user-gesture-required")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=words)
        try:
            yield browser
        finally:
            browser.close()


class LivePage(NotebookPage):
    """The notebook with the panel in it."""

    # What to print where something does not come to pass.
    state = "print(panel, vars(panel.conversation.seen), panel.microphone.state)"

    def __init__(self, browser, lab, name):
        super().__init__(browser, lab, name)
        self.page.set_viewport_size({"width": 1280, "height": 1200})

    def press(self, name):
        """Press a button of the panel."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def shows(self, text, *, within_s=60):
        """Wait until the page shows a text."""
        self.page.get_by_text(text).first.wait_for(timeout=1000 * within_s)

    def in_kernel(self, code):
        """Run code in the kernel, as a cell would, and give what it prints."""
        return self.page.evaluate(RUN, code)

    def value(self, expression):
        """Read a value from the kernel."""
        said = self.in_kernel(f"import json; print(json.dumps({expression}))")
        try:
            return json.loads(said)
        except ValueError:
            raise AssertionError(said) from None

    def wait(self, expression, *, within_s=60):
        """Wait until something holds in the kernel, which goes on meanwhile."""
        until = time.monotonic() + within_s
        while not self.value(f"bool({expression})"):
            if time.monotonic() > until:
                raise AssertionError(f"{expression}: {self.in_kernel(self.state)}")
            self.page.wait_for_timeout(500)


# What the page's player counted, and what the model makes of the arrivals that it saw.
MODEL = """
from voicelab.jitter import play
with panel.speaker.lock:
    counted = [panel.speaker.underruns, round(panel.speaker.silent_ms)]
heard = play(panel.speaker.arrivals, panel.speaker.player)
modelled = [int(heard.underruns.sum()), round(float(heard.silent_ms.sum()))]
"""
RUN = """async code => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const future = kernel.requestExecute({code, store_history: false});
    let said = "";
    future.onIOPub = message => {
        if (message.header.msg_type === "stream") said += message.content.text;
        if (message.header.msg_type === "error") said += message.content.traceback.join("\\n");
    };
    const late = () => `the kernel must answer within a minute, got nothing; it is ` +
        `${kernel.status} and ${kernel.connectionStatus}, and said ${said}`;
    await Promise.race([future.done, new Promise((_, refuse) =>
        setTimeout(() => refuse(new Error(late())), 60_000))]);
    return said;
}"""
