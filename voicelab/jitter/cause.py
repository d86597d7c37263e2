"""Cause: who makes an answer late, and what helps.

An answer whose *smallest hold* (:mod:`voicelab.jitter.lateness`) is no longer
than 20 ms needs no buffer to speak of: if it is not heard smoothly all the
same, the *player* is to blame.  What needs more is late for the sake of its
worst packet, and one of three is to blame, asked in this order:

1. the *main thread*, if the packet was read within 20 ms of the end of a time
   in which the page is known to have been busy (its long tasks).  Without that
   record a busy page cannot be told from the network: both release together
   what they held;
2. the *sender*, if the lateness is there to stay.  A line delays a packet and
   then catches up, so the least late packets tell the sender's own pace: either
   from the first third of the answer to the last even they grow late by half of
   what is needed, or, set against the usual step from packet to packet, none of
   the dozen after the worst is as early again as the dozen before by half of it;
3. the *network* otherwise.

These are rules of thumb for single answers; whoever is to blame for most of
them is named.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from voicelab.jitter.answer import Answer
from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.lateness import smallest_hold_ms
from voicelab.jitter.player import Player
from voicelab.jitter.playout import play
from voicelab.jitter.presets import GUIDE_PLAYER

__all__ = ["Cause", "CauseKind", "cause_of"]

CauseKind = Literal["nothing", "player", "network", "sender", "main_thread"]

FREE_MS = 20.0
RELEASE_MS = 20.0
TOGETHER_MS = 5.0
DOZEN = 12

SENTENCES: dict[CauseKind, str] = {
    "nothing": "Nothing is late, and the player plays it as it comes.",
    "player": "The player stutters on its own: what arrives needs no buffer.",
    "network": "The network delivers late and then catches up.",
    "sender": "The sender is slower than real time.",
    "main_thread": "The page's main thread keeps audio waiting that has arrived.",
}
REMEDIES: dict[CauseKind, str] = {
    "nothing": "Leave it.",
    "player": "Keep the queue in a ring, without a limit that binds, and flush it at the end.",
    "network": "Start later, as above.  (A busy main thread looks the same until it is recorded.)",
    "sender": "Ask for a faster voice or model: only a start as late as it falls behind would do.",
    "main_thread": "Open the socket in a Worker and hand its port to the worklet.",
}


@dataclass(frozen=True, kw_only=True)
class Cause:
    """What makes answers late.

    Attributes
    ----------
    kind : {"nothing", "player", "network", "sender", "main_thread"}
        Who is to blame.
    late_answers : int
        How many answers needed a buffer.
    blamed : dict from str to int
        How many answers each one is to blame for.
    """

    kind: CauseKind
    late_answers: int
    blamed: dict[CauseKind, int]

    @property
    def sentence(self) -> str:
        """What is wrong."""
        return SENTENCES[self.kind]

    @property
    def remedy(self) -> str:
        """What helps."""
        return REMEDIES[self.kind]

    def __str__(self) -> str:
        return f"{self.sentence}\n{self.remedy}"


def cause_of(
    recordings: Sequence[Arrivals],
    *,
    player: Player = GUIDE_PLAYER,
    busy_ms: Sequence[tuple[float, float]] = (),
) -> Cause:
    """Find who makes answers late.

    Parameters
    ----------
    recordings : sequence of Arrivals
        At least one.
    player : Player
        Who plays them; blamed only where nothing else is.
    busy_ms : sequence of pair of float
        When the page was busy, from and until, on the clock of the arrivals.

    Returns
    -------
    Cause
        Who, how often, and what helps.
    """
    blamed: Counter[CauseKind] = Counter()
    late = 0
    for recording in recordings:
        holds_ms = smallest_hold_ms(recording).tolist()
        smooth = play(recording.apart(), replace(player, rate_hz=recording.rate_hz)).smooth[:, 0]
        for answer, hold_ms, is_smooth in zip(recording.answers, holds_ms, smooth, strict=True):
            if hold_ms > FREE_MS:
                late += 1
                blamed[_blame(answer, hold_ms, recording.rate_hz, busy_ms)] += 1
            elif not is_smooth:
                blamed["player"] += 1
    kind = blamed.most_common(1)[0][0] if blamed else "nothing"
    return Cause(kind=kind, late_answers=late, blamed=dict(blamed))


def _blame(
    answer: Answer, hold_ms: float, rate_hz: int, busy_ms: Sequence[tuple[float, float]]
) -> CauseKind:
    before_ms = 1000 * (np.cumsum(answer.samples) - answer.samples) / rate_hz
    late_ms = answer.arrived_ms - answer.arrived_ms[0] - before_ms
    worst = int(np.argmax(late_ms))
    at_ms = answer.arrived_ms[worst]
    if any(from_ms < at_ms <= until_ms + RELEASE_MS for from_ms, until_ms in busy_ms):
        return "main_thread"

    third = -(-late_ms.size // 3)
    early, late = np.argmin(late_ms[:third]), np.argmin(late_ms[-third:])
    grown_ms = (
        (late_ms[-third:][late] - late_ms[early])
        * worst
        / max(1, late_ms.size - third + late - early)
    )
    if 2 * grown_ms >= hold_ms:
        return "sender"
    if worst + 1 < late_ms.size and answer.arrived_ms[worst + 1] - at_ms < TOGETHER_MS:
        return "network"
    pace = np.median(np.diff(answer.arrived_ms) / np.diff(before_ms))
    straight_ms = answer.arrived_ms - pace * before_ms
    after_ms = straight_ms[worst : worst + DOZEN]
    stays_ms = after_ms.min() - straight_ms[max(0, worst - DOZEN) : worst].min()
    if after_ms.size > 2 and 2 * stays_ms >= hold_ms:
        return "sender"
    return "network"
