"""Outcome: what one player made of all recorded answers, in a handful of numbers.

Each answer is heard to its end before the next one begins, whatever the
recording did; otherwise a player with one queue for the whole session would
be judged by how patient the speaker was.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.player import Player
from voicelab.jitter.playout import play

__all__ = ["Outcome", "outcomes"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one player made of all answers.

    Attributes
    ----------
    player : Player
        Who played.
    answers : int
        How many there were.
    smooth_answers : int
        Those that were heard whole and without an underrun.
    underruns : int
        Over all answers.
    silent_ms : float
        Silence inside answers, over all.
    start_delay_ms : float
        Median wait from the first readable packet to the first sample; NaN if
        nothing was heard.
    start_delay_p95_ms : float
        The wait that 95 % of the answers did not exceed.
    longest_wait_ms : float
        Longest time from a sample's arrival to its playing.
    """

    player: Player
    answers: int
    smooth_answers: int
    underruns: int
    silent_ms: float
    start_delay_ms: float
    start_delay_p95_ms: float
    longest_wait_ms: float


def outcomes(recordings: Sequence[Arrivals], *, players: Sequence[Player]) -> tuple[Outcome, ...]:
    """Sum up what players make of recorded answers.

    Parameters
    ----------
    recordings : sequence of Arrivals
        At least one; their answers count together.
    players : sequence of Player
        At least one, of the recordings' rate.

    Returns
    -------
    tuple of Outcome
        One a player.
    """
    playouts = [play(recording.apart(), *players) for recording in recordings]
    smooth = np.concatenate([playout.smooth for playout in playouts])
    underruns = np.concatenate([playout.underruns for playout in playouts])
    silent_ms = np.concatenate([playout.silent_ms for playout in playouts])
    delay_ms = np.concatenate([playout.start_delay_ms for playout in playouts])
    wait_ms = np.concatenate([playout.longest_wait_ms for playout in playouts])
    summed = []
    for column, player in enumerate(players):
        started_ms = delay_ms[:, column][np.isfinite(delay_ms[:, column])]
        median_ms, p95_ms = (
            np.quantile(started_ms, [0.5, 0.95], method="inverted_cdf")
            if started_ms.size
            else (np.nan, np.nan)
        )
        summed.append(
            Outcome(
                player=player,
                answers=len(delay_ms),
                smooth_answers=int(smooth[:, column].sum()),
                underruns=int(underruns[:, column].sum()),
                silent_ms=float(silent_ms[:, column].sum()),
                start_delay_ms=float(median_ms),
                start_delay_p95_ms=float(p95_ms),
                longest_wait_ms=float(wait_ms[:, column].max()),
            )
        )
    return tuple(summed)
