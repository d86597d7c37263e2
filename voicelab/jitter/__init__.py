"""Jitter: arrivals in, what a player makes of them, and the smallest smooth buffer out."""

from voicelab.jitter.answer import Answer
from voicelab.jitter.arrivals import Arrivals, Pacing
from voicelab.jitter.buffer import ECHO_LIMIT_MS, BufferChoice, smallest_buffer
from voicelab.jitter.cause import Cause, CauseKind, cause_of
from voicelab.jitter.device import AS_ARRIVED, Device
from voicelab.jitter.heard import Heard, heard
from voicelab.jitter.lateness import smallest_hold_ms, smallest_prefill_ms
from voicelab.jitter.link import LINKS, Link, model_arrivals
from voicelab.jitter.outcome import Outcome
from voicelab.jitter.player import (
    QUANTUM_SAMPLES,
    UNLIMITED_MS,
    OnOverflow,
    OnUnderrun,
    Player,
    Start,
)
from voicelab.jitter.playout import INTERRUPTION_MS, Playout, heard_from_ms, play
from voicelab.jitter.presets import GUIDE_PLAYER, NO_BUFFER, PRESETS, Preset
from voicelab.jitter.sender import SENDERS, ModelSender, Sent
from voicelab.jitter.stages import Holds, Hop, Slots, Stage
from voicelab.jitter.tcp import GilbertElliott, Tcp
from voicelab.jitter.upkeep import Queue, quantum_cost_ms, queue_limit_ms

__all__ = [
    "AS_ARRIVED",
    "ECHO_LIMIT_MS",
    "GUIDE_PLAYER",
    "INTERRUPTION_MS",
    "LINKS",
    "NO_BUFFER",
    "PRESETS",
    "QUANTUM_SAMPLES",
    "SENDERS",
    "UNLIMITED_MS",
    "Answer",
    "Arrivals",
    "BufferChoice",
    "Cause",
    "CauseKind",
    "Device",
    "GilbertElliott",
    "Heard",
    "Holds",
    "Hop",
    "Link",
    "ModelSender",
    "OnOverflow",
    "OnUnderrun",
    "Outcome",
    "Pacing",
    "Player",
    "Playout",
    "Preset",
    "Queue",
    "Sent",
    "Slots",
    "Stage",
    "Start",
    "Tcp",
    "cause_of",
    "heard",
    "heard_from_ms",
    "model_arrivals",
    "play",
    "quantum_cost_ms",
    "queue_limit_ms",
    "smallest_buffer",
    "smallest_hold_ms",
    "smallest_prefill_ms",
]
