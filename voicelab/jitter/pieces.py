"""Pieces: what one player plays, piece by piece, its queue limited or not.

A piece is a stretch of one packet's samples that is played without a gap.  Of
a queue without a limit every packet is one piece, and
:mod:`voicelab.jitter.offsets` finds them for many players at once.  A limit
takes samples out of the line, and nothing but following the queue from packet
to packet tells which:

- ``drop_newest``: of a packet only as much is queued as still fits;
- ``drop_oldest``: it is queued whole, and what is then too much is taken from
  the front, if need be from the packet itself; nothing else moves, so what is
  left is played that much sooner.

A limit below the prefill is never filled: only the end of the answer lets it
play.  The limit is applied when a packet is read, before the quantum that
reads it is played.
"""

import math
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from voicelab.jitter.lateness import Packets
from voicelab.jitter.offsets import RESTART_SAMPLES
from voicelab.jitter.player import QUANTUM_SAMPLES, Player

__all__ = ["Piece", "Pieces", "follow"]


class Piece(NamedTuple):
    """Samples of one packet that are played without a gap.

    Attributes
    ----------
    packet : int
        Whose samples they are.
    at_samples : int
        When the first of them is played, on the device's clock.
    samples : int
        How many there are.
    opener : int
        The packet whose arrival let them be played.
    """

    packet: int
    at_samples: int
    samples: int
    opener: int


@dataclass
class Pieces:
    """What one player made of some packets.

    Attributes
    ----------
    played : list of Piece
        In the order of playing.
    queued : dict from int to int
        How many samples waited once each packet was in, by packet.
    dropped : dict from int to int
        How many samples of a packet were dropped, by packet.
    underruns : int
        How often the player noticed that it had run dry.
    """

    played: list[Piece] = field(default_factory=list)
    queued: dict[int, int] = field(default_factory=dict)
    dropped: dict[int, int] = field(default_factory=dict)
    underruns: int = 0


def follow(packets: Packets, *, player: Player) -> Pieces:
    """Follow one player from packet to packet.

    Parameters
    ----------
    packets : Packets
        Of one session.
    player : Player
        At the rate of the packets.

    Returns
    -------
    Pieces
        What it played, let wait and dropped.
    """
    pieces = Pieces()
    queues = [(packets.first[0], packets.last[-1])]
    if not player.has_one_queue:
        queues = list(zip(packets.first, packets.last, strict=True))
    for first, last in queues:
        queue = _Queue(player, pieces)
        for packet in range(int(first), int(last) + 1):
            at = QUANTUM_SAMPLES * int(packets.quantum[packet])
            done = QUANTUM_SAMPLES * int(packets.done_quantum[packet])
            queue.play_until(at)
            queue.take(packet, int(packets.samples[packet]), at=at, done=done)
        queue.play_until(math.inf)
    return pieces


class _Queue:
    """One queue that advances from packet to packet."""

    def __init__(self, player: Player, pieces: Pieces) -> None:
        self.player, self.pieces = player, pieces
        self.grown = player.grown(pieces.underruns)
        self.waits: deque[tuple[int, int]] = deque()  # packet and samples, the head first
        self.samples = 0  # in all that waits
        self.started = False
        self.head_at: float = math.inf  # when the head is, or is to be, played
        self.opener = -1

    def play_until(self, at: float) -> None:
        """Play what is due before a moment."""
        if self.waits and self.head_at <= at and self.head_at < math.inf:
            self.started = True
        while self.started and self.waits and self.head_at < at:
            packet, samples = self.waits.popleft()
            now = int(min(samples, at - self.head_at))
            self.pieces.played.append(Piece(packet, int(self.head_at), now, self.opener))
            if now < samples:
                self.waits.appendleft((packet, samples - now))
            self.head_at += now
            self.samples -= now

    def take(self, packet: int, samples: int, *, at: int, done: int) -> None:
        """Queue what a packet brought, and start if that is enough."""
        if not samples:
            return
        if not self.waits:
            self._run_dry(packet, at=at, done=done)
        self.waits.append((packet, samples))
        self.samples += samples
        over = self.samples - self.player.max_queue_samples
        if over > 0:
            self._drop(over)
        self.pieces.queued[packet] = self.samples
        enough = self.player.start == "prefill" and self.samples >= self.grown.prefill_samples
        if enough and not self.started and at < self.head_at:
            self.head_at = at
            self.opener = self.opener if self.player.flush_at_end else packet

    def _run_dry(self, packet: int, *, at: int, done: int) -> None:
        """Decide what to do with a packet that finds nothing in front of it."""
        if self.started:
            if at - self.head_at <= 0:
                return
            self.pieces.underruns += 1
            self.grown = self.player.grown(self.pieces.underruns)
            if at - self.head_at < RESTART_SAMPLES[self.player.on_underrun]:
                self.head_at = at
                return
            self.started = False
        held = at + QUANTUM_SAMPLES * self.grown.hold_quanta
        self.head_at = held if self.player.start == "hold" else math.inf
        if self.player.flush_at_end:
            self.head_at = min(self.head_at, done)
        self.opener = packet

    def _drop(self, over: int) -> None:
        self.samples -= over
        while over:
            newest = self.player.on_overflow == "drop_newest"
            packet, samples = self.waits.pop() if newest else self.waits.popleft()
            gone = min(samples, over)
            over -= gone
            self.pieces.dropped[packet] = self.pieces.dropped.get(packet, 0) + gone
            if gone < samples and newest:
                self.waits.append((packet, samples - gone))
            elif gone < samples:
                self.waits.appendleft((packet, samples - gone))
