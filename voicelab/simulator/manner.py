"""Manner: how the service goes about it, where the protocol leaves that open.

Everything that a test or a person may plant is here: who hears, who answers,
who writes down, how fast; and the faults that lie in the service itself.
Times are milliseconds.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from voicelab.simulator.faults import (
    BeDeaf,
    Disobey,
    Fault,
    FilterAnswer,
    SendAtOnce,
    SlowAudio,
    StallAudio,
)
from voicelab.simulator.heard_turn import Transcribe, transcribe_by_rule
from voicelab.simulator.pace import Pace, StalledPace, SteadyPace
from voicelab.simulator.reply import Reply, reply_by_rule
from voicelab.vad import Detector, detector

__all__ = ["Manner"]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the service goes about it.

    Attributes
    ----------
    detector : Detector
        Hears the user.
    reply : callable
        Gives the answer to a prompt.
    transcribe : callable
        Writes down what the user said.
    transcribe_ms : float >= 0
        How long that takes.
    pace : Pace
        How answers are sent.
    deaf : frozenset of str
        Types of turn detection that are accepted and never fire.
    disobeyed : frozenset of str
        Fields of turn detection that are echoed and not obeyed: the default holds.
    filtered_answers : frozenset of int
        Answers that a content filter stops; 0 stands for all.
    """

    detector: Detector = field(default_factory=lambda: detector("level"))
    reply: Reply = reply_by_rule
    transcribe: Transcribe = transcribe_by_rule
    transcribe_ms: float = 300.0
    pace: Pace = field(default_factory=SteadyPace)
    deaf: frozenset[str] = frozenset()
    disobeyed: frozenset[str] = frozenset()
    filtered_answers: frozenset[int] = frozenset()

    def spoiled_by(self, faults: Sequence[Fault]) -> "Manner":
        """Give the manner of a service that has faults.

        Parameters
        ----------
        faults : sequence of Fault
            Those that do not lie in the service itself are passed over.

        Returns
        -------
        Manner
            With the faults in it.
        """
        pace = self.pace
        for fault in faults:
            if isinstance(fault, SlowAudio):
                pace = SteadyPace(audio_s_per_s=fault.audio_s_per_s)
            elif isinstance(fault, SendAtOnce):
                pace = SteadyPace(audio_s_per_s=math.inf)
            elif isinstance(fault, StallAudio):
                pace = StalledPace(
                    pace,
                    stall_ms=fault.stall_ms,
                    after_ms=fault.after_ms,
                    answer=fault.when.answer,
                )
        filtered = {each.when.answer or 0 for each in faults if isinstance(each, FilterAnswer)}
        return replace(
            self,
            pace=pace,
            deaf=self.deaf | {each.kind for each in faults if isinstance(each, BeDeaf)},
            disobeyed=self.disobeyed | {each.field for each in faults if isinstance(each, Disobey)},
            filtered_answers=self.filtered_answers | filtered,
        )
