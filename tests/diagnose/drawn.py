"""What sessions are drawn from: ranges, voices, a user's talk, and who listens to it.

*Known* ranges were at hand while the rules of the diagnosis were written; *held-out* ones, with
other voices, rooms, networks and figures, were not: no value lies in both.
"""

import functools
import io
from dataclasses import dataclass

import numpy as np
from page import RATE_HZ, Habits, Page
from virtual_live import VirtualLive

from voicelab import samples
from voicelab.audio import to_pcm16
from voicelab.diagnose.har_session import har_timeline
from voicelab.diagnose.log_session import log_timeline
from voicelab.jitter import LINKS, Player
from voicelab.simulator import Manner, Network, Service, Speech, SteadyPace, read_faults
from voicelab.simulator.reply import sentences
from voicelab.tuning import Tuning

SONNET = "speech_female_librivox_sonnet"
GERMAN, JFK = "speech_male_german_proverb", "speech_male_jfk"
KNOWN_VOICES = ((SONNET, 390, 3120), (SONNET, 3590, 6290), (SONNET, 9650, 12010),
                (SONNET, 16530, 19960))  # fmt: skip
HELD_OUT_VOICES = ((GERMAN, 9780, 11770), (JFK, 320, 2330), (JFK, 5410, 7540), (JFK, 8190, 10450),
                   (SONNET, 23380, 25000))  # fmt: skip
HEARS = 0.3  # -45 dBFS, to the service's detector of level: every sound of a word in a quiet room


room = functools.cache(samples.room)


def voice(place):
    name, first_ms, last_ms = place
    return room()[name].excerpt(first_ms, last_ms).samples


@dataclass
class Draw:
    """Draws a session's figures, from the known ranges or from those that were held out."""

    seed: int
    held_out: bool

    def __post_init__(self):
        self.rng = np.random.default_rng([self.seed, int(self.held_out)])

    def between(self, known, held_out):
        return float(self.rng.uniform(*(held_out if self.held_out else known)))

    def one_of(self, known, held_out):
        found = held_out if self.held_out else known
        return found[int(self.rng.integers(len(found)))]

    @property
    def room_db(self):
        return self.between((-66, -60), (-70, -66.5))

    def answer_s(self):
        return self.between((3.0, 4.5), (4.6, 6.5))

    def network(self):
        link = self.one_of(("wire",), ("relayed", "wan_1_percent"))
        return Network(link=LINKS[link], seed=self.seed)

    def pace(self):
        return SteadyPace(
            first_ms=self.between((200, 300), (320, 450)),
            delta_ms=round(self.between((180, 220), (100, 160))),
            audio_s_per_s=self.between((3.5, 4.5), (2.5, 3.4)),
        )

    def utterance(self):
        return voice(self.one_of(KNOWN_VOICES, HELD_OUT_VOICES))


class Talk:
    """What the user says, laid out on the session's clock."""

    def __init__(self, draw, *, duration_ms, floor=True):
        self.draw, self.duration_ms = draw, duration_ms
        self.sound = np.zeros(round(RATE_HZ * duration_ms / 1000), np.float32)
        if floor:
            noise = draw.rng.standard_normal(self.sound.size).astype(np.float32)
            # Rooms are louder below than above.
            noise = np.convolve(noise, np.ones(4, np.float32) / 2, mode="same")
            self.sound += np.float32(10 ** (draw.room_db / 20)) * noise
        self.at_ms = 2_000.0
        self.spoken = []  # (start_ms, end_ms)
        self.answer_ms = 1000 * draw.answer_s()

    def put(self, sound, at_ms):
        first = round(at_ms * RATE_HZ / 1000)
        sound = sound[: max(0, self.sound.size - first)]
        self.sound[first : first + sound.size] += sound
        return at_ms + 1000 * sound.size / RATE_HZ

    def say(self, sound=None):
        """Say something, and leave time to be answered."""
        begin_ms = self.at_ms
        end_ms = self.put(self.draw.utterance() if sound is None else sound, begin_ms)
        self.spoken.append((begin_ms, end_ms))
        self.at_ms = end_ms + 1_500 + self.answer_ms + self.draw.between((900, 1400), (1500, 2200))
        return end_ms

    def barge_in(self):
        """Speak while the answer to what was said last sounds."""
        _, end_ms = self.spoken[-1]
        self.at_ms = end_ms + 1_300 + self.draw.between((900, 1300), (1400, 2000))
        return self.say()

    def fill(self):
        """Talk on until little time is left."""
        while self.at_ms < self.duration_ms - 4_000 - self.answer_ms:
            self.say()
        return self


def service_of(draw, talk, faults="", **more):
    """The embedded service, whose answers are as long as the talk leaves room for."""
    whole = sentences()[0].recording
    said = Speech("An answer of some words that goes on for a while.",
                  whole.excerpt(0, talk.answer_ms))  # fmt: skip
    manner = Manner(
        pace=more.pop("pace", None) or draw.pace(),
        reply=lambda prompt: said,
    )
    network = more.pop("network", None) or draw.network()
    return Service(faults=read_faults(faults), manner=manner, network=network, **more)


def seen(draw, talk, service=None, *, player=None, **habits):
    """The HAR of a page with these habits, as a timeline."""
    hold_ms = habits.pop("hold_ms", draw.between((200, 280), (300, 450)))
    session = {"turn_detection": {"type": "server_vad"}, **habits.pop("session", {})}
    if session["turn_detection"]:
        session["turn_detection"] = {"threshold": HEARS, **session["turn_detection"]}
    page = Page(
        service or service_of(draw, talk),
        Habits(
            said=talk.sound,
            duration_ms=talk.duration_ms,
            hold_ms=hold_ms,
            chunk_ms=draw.one_of((50, 100), (20, 40)),
            session=session,
            **habits,
        ),
    )
    har = page.run()
    return har_timeline(io.BytesIO(har), player=player or Player(hold_ms=hold_ms))


def logged(draw, talk, service, *, tuning=None, keep_audio=False):
    """The log of voicelab's own client, as a timeline."""
    tuning = tuning or Tuning.from_profile("voice-live-2026-07-15")
    hold_ms = draw.between((200, 280), (300, 450))
    tuning = tuning.with_value("/turn_detection/threshold", HEARS)
    tuning = tuning.with_value("/player", Player(hold_ms=hold_ms, on_underrun="refill"))
    live = VirtualLive(
        service,
        tuning,
        to_pcm16(talk.sound).octets,
        duration_ms=talk.duration_ms,
        seed=draw.seed,
        keep_audio=keep_audio,
    )
    return log_timeline(live.run(), player=tuning.player)
