"""Heard: what of an answer was heard by a moment, for truncation, barge-in and fades.

A service that is told to truncate an answer wants the milliseconds of its
audio that were played, not those that arrived and not the time since its
first sound.  A sample counts as played once its quantum is under way.

On barge-in a page *flushes*: it stops, empties its queue, and refuses by
response id what of this answer is still on its way.  A page that only empties
its queue plays that rest: ``late_ms`` says how much.

A fade needs no look ahead: a ramp over the last samples that are there before
a silence, and over the first after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.arrivals import Arrivals
from voicelab.jitter.device import AS_ARRIVED, Device
from voicelab.jitter.lateness import Packets
from voicelab.jitter.pieces import Piece, follow
from voicelab.jitter.player import QUANTUM_SAMPLES, Player
from voicelab.jitter.playout import lined_up

__all__ = ["Heard", "heard"]


@dataclass(frozen=True, eq=False)
class Heard:
    """What one answer sounded like, in stretches without a gap.

    Attributes
    ----------
    answer : str
        The answer's id.
    from_ms, until_ms : ndarray, shape (stretches,)
        When each stretch began and ended, on the clock of the arrivals.
    audio_ms : ndarray, shape (stretches,)
        How much of the answer each was.
    readable_ms, packet_ms : ndarray, shape (packets,)
        When each packet could be read, and how much of it was not dropped.
    fade_ms : float >= 0
        The player's fade.
    """

    answer: str
    from_ms: NDArray[np.float64]
    until_ms: NDArray[np.float64]
    audio_ms: NDArray[np.float64]
    readable_ms: NDArray[np.float64]
    packet_ms: NDArray[np.float64]
    fade_ms: float = 0.0

    def played_ms(self, at_ms: float) -> float:
        """Say how much was heard by a moment.

        Parameters
        ----------
        at_ms : float
            On the clock of the arrivals.

        Returns
        -------
        float
            Milliseconds of audio, for the service's ``audio_end_ms``.
        """
        share = np.clip((at_ms - self.from_ms) / (self.until_ms - self.from_ms), 0, 1)
        return float(share @ self.audio_ms)

    def queued_ms(self, at_ms: float) -> float:
        """Say how much had arrived by a moment and was not yet heard.

        Parameters
        ----------
        at_ms : float
            On the clock of the arrivals.

        Returns
        -------
        float
            Milliseconds of audio that a flush at that moment throws away.
        """
        return float(self.packet_ms[self.readable_ms <= at_ms].sum()) - self.played_ms(at_ms)

    def late_ms(self, at_ms: float) -> float:
        """Say how much was still on its way at a moment.

        Parameters
        ----------
        at_ms : float
            On the clock of the arrivals.

        Returns
        -------
        float
            Milliseconds of audio that a page refuses by response id after a
            flush, and that a page without ids plays.
        """
        return float(self.packet_ms[self.readable_ms > at_ms].sum())

    def gain(self, at_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the fades' gain at some moments.

        Parameters
        ----------
        at_ms : ndarray, shape (moments,)
            On the clock of the arrivals.

        Returns
        -------
        ndarray, shape (moments,)
            From 0 in silence to 1; a stretch shorter than two fades does not
            reach 1.
        """
        if not self.from_ms.size:
            return np.zeros(len(at_ms))
        stretch = np.maximum(np.searchsorted(self.from_ms, at_ms, side="right") - 1, 0)
        since_ms, left_ms = at_ms - self.from_ms[stretch], self.until_ms[stretch] - at_ms
        inside = (since_ms >= 0) & (left_ms > 0)
        if not self.fade_ms:
            return inside.astype(float)
        return np.where(inside, np.minimum(1, np.minimum(since_ms, left_ms) / self.fade_ms), 0.0)


def heard(arrivals: Arrivals, *, player: Player, device: Device = AS_ARRIVED) -> tuple[Heard, ...]:
    """Follow one player through a session.

    Parameters
    ----------
    arrivals : Arrivals
        One session.
    player : Player
        Who plays it; of the arrivals' rate.
    device : Device
        Where it plays.

    Returns
    -------
    tuple of Heard
        One an answer.

    Raises
    ------
    ValueError
        If the player has another sample rate.
    """
    packets, there = lined_up(arrivals, player=player, device=device)
    clock_ms, audio_ms = 1000 / device.clock_hz(arrivals.rate_hz), 1000 / there.rate_hz
    pieces = follow(packets, player=there)
    kept = packets.samples.copy()
    for packet, samples in pieces.dropped.items():
        kept[packet] -= samples
    readable_ms = QUANTUM_SAMPLES * packets.quantum * clock_ms
    stretches = _stretches(pieces.played, packets)
    return tuple(
        Heard(
            answer=answer.id,
            from_ms=clock_ms * at,
            until_ms=clock_ms * (at + samples),
            audio_ms=audio_ms * samples,
            readable_ms=readable_ms[first : last + 1],
            packet_ms=audio_ms * kept[first : last + 1],
            fade_ms=player.fade_ms,
        )
        for answer, (at, samples), first, last in zip(
            arrivals.answers, stretches, packets.first, packets.last, strict=True
        )
    )


def _stretches(
    played: Sequence[Piece], packets: Packets
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Join each answer's pieces where there is no gap: when they begin, and how long they are."""
    joined: list[list[list[float]]] = [[] for _ in packets.first]
    owner = packets.owner.tolist()
    for piece in played:
        stretches = joined[owner[piece.packet]]
        if stretches and sum(stretches[-1]) == piece.at_samples:
            stretches[-1][1] += piece.samples
        else:
            stretches.append([piece.at_samples, piece.samples])
    tables = [np.array(stretches, dtype=np.float64).reshape(-1, 2) for stretches in joined]
    return [(table[:, 0], table[:, 1]) for table in tables]
