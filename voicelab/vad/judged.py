"""Judged turns: what became of each turn that one setting finds in one scene.

The rules are those of :mod:`voicelab.vad.scores`, told turn by turn so that
each can be coloured, named and heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from voicelab.audio import Turn
from voicelab.vad.found_turns import FoundTurns
from voicelab.vad.scores import COLLAR_AFTER_MS, COLLAR_BEFORE_MS

__all__ = ["FATES", "Fate", "JudgedTurn", "judge_turns"]

Fate = Literal["hit", "clipped", "cut", "false", "never closed"]
FATES: tuple[Fate, ...] = ("hit", "clipped", "cut", "false", "never closed")


@dataclass(frozen=True)
class JudgedTurn:
    """One found turn and what is wrong with it.

    Attributes
    ----------
    start_ms, end_ms : float
        Its audio; one that is never closed ends with the scene.
    fate : {"hit", "clipped", "cut", "false", "never closed"}
        The worst that can be said of it: it was never closed; it touches no
        labelled speech; it serves a turn that another serves as well; it
        begins more than 60 ms after the speech that it serves.
    turn : int or None
        Number of the labelled turn that it serves.
    """

    start_ms: float
    end_ms: float
    fate: Fate
    turn: int | None

    @property
    def sentence(self) -> str:
        """What happened, in words."""
        where = f"{self.start_ms / 1000:.1f} to {self.end_ms / 1000:.1f} s"
        return f"{self.fate}: {where}"


def judge_turns(
    found: FoundTurns, turns: Sequence[Turn], *, duration_ms: float, prefix_padding_ms: float
) -> tuple[JudgedTurn, ...]:
    """Judge the turns that one setting found in a scene.

    Parameters
    ----------
    found : FoundTurns
        Of one setting.
    turns : sequence of Turn
        The labelled ones.
    duration_ms : float
        Length of the scene.
    prefix_padding_ms : float
        Audio in front of each turn.

    Returns
    -------
    tuple of JudgedTurn
        In order of time.
    """
    spans = [(span, number) for number, turn in enumerate(turns) for span in turn.spans]
    starts_ms = found.audio_start_ms(prefix_padding_ms=prefix_padding_ms)
    touches, serves = [], []
    for onset_ms, end_ms in zip(found.onset_ms, found.sounding_end_ms, strict=True):
        near = [
            number
            for (first, last), number in spans
            if first - COLLAR_BEFORE_MS < min(end_ms, duration_ms)
            and last + COLLAR_AFTER_MS > onset_ms
        ]
        inside = [
            number
            for (first, last), number in spans
            if first < min(end_ms, duration_ms) and last > onset_ms
        ]
        touches.append(bool(near))
        serves.append(inside[0] if inside else None)
    judged: list[JudgedTurn] = []
    for row, start_ms in enumerate(starts_ms):
        number = serves[row]
        fate: Fate = "hit"
        if np.isnan(found.stopped_ms[row]):
            fate = "never closed"
        elif not touches[row]:
            fate = "false"
        elif number is not None and serves.count(number) > 1:
            fate = "cut"
        elif number is not None and start_ms > turns[number].start_ms + COLLAR_BEFORE_MS:
            fate = "clipped"
        stopped_ms = duration_ms if fate == "never closed" else float(found.stopped_ms[row])
        judged.append(JudgedTurn(float(start_ms), min(stopped_ms, duration_ms), fate, number))
    return tuple(judged)
