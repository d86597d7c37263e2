"""The room check in a real JupyterLab, and somebody before the microphone who does as told.

What is played to Chromium's microphone is made beforehand: for each step the
noise, the words or the sentences that it asks for, then some seconds of quiet
in which the take arrives and the page asks for the next.  The buttons are
pressed by the same timetable.
"""

import time

import numpy as np
from live_page import LivePage, scaled, write_sound

from voicelab import samples
from voicelab.audio import Recording, resample
from voicelab.vad.echo import returned
from voicelab.views.room_check import script

RATE_HZ = 48_000
LEAD_S = 1.5  # a step's sound begins before its recording
LATE_S = 0.7  # nobody speaks the moment a word appears
REST_S = 8.0
WORD_MS, SENTENCE_MS, LONGEST_MS = 400, 1500, 5000
LOW_DB = 12.0
VOICE, AGENT = "speech_female_librivox_sonnet", "speech_female_ljspeech"
NOISES = {
    "fan": "noise_fan_ventilation",
    "keyboard": "noise_keyboard_typing",
    "room": "noise_office_room",
}
NOTEBOOK = """\
from voicelab import views

check = views.RoomCheck({folder!r}, thorough={thorough})
check.widget
"""


def phrases(*, words):
    """What the voice says, one piece a prompt: the beginning of a phrase, or a whole one."""
    voice = samples.room()[VOICE]
    found = []
    for turn in voice.turns:
        for span in turn.spans:
            if words:
                found.append(voice.excerpt(span.start_ms, span.start_ms + WORD_MS))
            elif span.end_ms - span.start_ms >= SENTENCE_MS:
                end_ms = min(span.end_ms, span.start_ms + LONGEST_MS)
                found.append(voice.excerpt(span.start_ms, end_ms))
    return found


def performed(step):
    """What is heard during one step, at 48 kHz: as long as the step and its lead."""
    sound = np.zeros(round((LEAD_S + step.seconds) * RATE_HZ), np.float32)
    if step.kind == "speech":
        spoken = phrases(words=step.name == "me_short")
        gain = 10 ** (-LOW_DB / 20) if step.name == "me_low" else 1.0
        for n, prompt in enumerate(step.prompts):
            piece = gain * resample(spoken[n % len(spoken)], RATE_HZ).samples
            first = round((LEAD_S + prompt.from_s + LATE_S) * RATE_HZ)
            sound[first : first + piece.size] = piece[: sound.size - first]
        return sound
    if step.kind == "echo":
        heard = returned(scaled(samples.room()[AGENT], level_dbfs=-45), delay_ms=150)
    else:
        heard = samples.room()[NOISES[step.kind]]
    return np.resize(resample(heard, RATE_HZ).samples, sound.size)


def write_performance(path, names, *, thorough=False):
    """Write what is heard of some steps, one after the other."""
    steps = [step for step in script(thorough=thorough) if step.name in names]
    parts = (part for step in steps for part in (Recording(performed(step), RATE_HZ), REST_S))
    return write_sound(path, *parts)


class RoomCheckPage(LivePage):
    """The notebook with the check in it."""

    state = "print(check.step and check.step.name, sorted(check.filed), check._said.value)"

    def go_through(self, names, look=lambda name: None):
        """Record the steps that were performed, and skip the others."""
        due_s = None
        for step in script(thorough=self.value("check.steps[0].seconds > 60")):
            if step.name not in names:
                self.press("skip this one")
                self.turns_from(step.name)
                continue
            if due_s is None:  # what is played begins when the microphone opens
                self.press("use microphone")
                due_s = time.monotonic() + LEAD_S
            late_s = time.monotonic() - due_s
            assert late_s < 0, f"the page asked for {step.name} {late_s:.1f} s too late"
            self.page.wait_for_timeout(-1000 * late_s)
            self.press("record")
            self.page.wait_for_timeout(1000 * step.seconds / 2)
            look(step.name)
            self.turns_from(step.name, within_s=step.seconds + REST_S)
            due_s += LEAD_S + step.seconds + REST_S

    def turns_from(self, name, *, within_s=10):
        """Wait until the page asks for something else."""
        self.wait(f"check.step is None or check.step.name != {name!r}", within_s=within_s)
