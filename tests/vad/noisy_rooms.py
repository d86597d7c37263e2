"""Rooms with a known best setting, or with none, heard by an ear that errs by chance."""

import numpy as np
from made_rooms import clicks, speech, start

from voicelab.vad import FrameDetector, Grid, Memory, scenes, sweep

GRID = Grid(thresholds=tuple(round(step / 20, 2) for step in range(1, 20)))
WORDS_MS = 600
SEPARATING = (0.50, 0.70)  # two standard deviations from either level


class NoisyEar(FrameDetector):
    """Hears 1 kHz and 4 kHz at a level each, with an error of its own a frame."""

    name, hop_ms = "ear", 20.0

    def __init__(self, generator, *, speech: float, keys: float, error: float = 0.05) -> None:
        self.generator, self.speech, self.keys, self.error = generator, speech, keys, error

    def ears(self):
        return self.hear

    def hear(self, frames):
        bins = np.abs(np.fft.rfft(frames, axis=1)) / frames.shape[1]
        level = np.where(bins[:, 20] > 0.003, self.speech, 0.05)
        level = np.where((bins[:, 80] > 0.003) & (level < self.speech), self.keys, level)
        return np.clip(level + self.error * self.generator.standard_normal(len(frames)), 0, 1)


def solvable_room():
    """Keys that last long enough to trigger, at half the talker's level."""
    return _scenes(length_ms=400), {"speech": 0.80, "keys": 0.40}, start(0.30, 200)


def unsolvable_room():
    """Keys that are as long as words, and sound like them."""
    return _scenes(length_ms=WORDS_MS), {"speech": 0.80, "keys": 0.80}, start(0.50, 200)


def even_room():
    """Keys that the start does not hear."""
    return _scenes(length_ms=400), {"speech": 0.80, "keys": 0.20}, start(0.50, 200)


def _scenes(*, length_ms):
    """Two talkers and two keyboards, so that one of each is held out."""
    talkers = [speech(12, name=name, length_ms=WORDS_MS) for name in ("me", "you")]
    keyboards = [
        clicks(every_ms=every_ms, seconds=40, length_ms=length_ms, name=name)
        for name, every_ms in (("typing a", 2900), ("typing b", 2300))
    ]
    return scenes([*talkers, *keyboards], snr_db=[10])


def chosen(room, generator):
    laid, levels, begin = room
    ear = NoisyEar(generator, **levels)
    return sweep(laid, detectors=[ear], grid=GRID, memory=Memory()).choose(start=begin)


def solved(choice):
    low, high = SEPARATING
    return choice.verdict != "kept" and low <= choice.setting.turn_detection.threshold <= high


def refused(choice):
    return choice.verdict == "kept" and choice.unsolved == ("keyboard",)


def stayed(choice):
    return choice.verdict == "kept" and choice.setting == choice.start
