"""Jitter: arrivals in, what a player makes of them, and the smallest smooth buffer out."""

from voicelab.jitter.answer import Answer
from voicelab.jitter.arrivals import Arrivals, Pacing
from voicelab.jitter.buffer import ECHO_LIMIT_MS, BufferChoice, smallest_buffer
from voicelab.jitter.lateness import smallest_hold_ms, smallest_prefill_ms
from voicelab.jitter.outcome import Outcome
from voicelab.jitter.player import QUANTUM_SAMPLES, OnUnderrun, Player, Start
from voicelab.jitter.playout import Playout, heard_from_ms, play
from voicelab.jitter.presets import GUIDE_PLAYER, NO_BUFFER

__all__ = [
    "ECHO_LIMIT_MS",
    "GUIDE_PLAYER",
    "NO_BUFFER",
    "QUANTUM_SAMPLES",
    "Answer",
    "Arrivals",
    "BufferChoice",
    "OnUnderrun",
    "Outcome",
    "Pacing",
    "Player",
    "Playout",
    "Start",
    "heard_from_ms",
    "play",
    "smallest_buffer",
    "smallest_hold_ms",
    "smallest_prefill_ms",
]
