"""Presets: players by name, to compare with.

What people run, read from the code they run: each preset names where.  All of
them are one rule on underrun and one way to start, so that what they differ in
can be seen; what a preset leaves out is said with it.

Code that is not voicelab's own has no limit to its queue.  What a long queue
costs depends on how it is kept: see :mod:`voicelab.jitter.upkeep`.
"""

from dataclasses import dataclass

from voicelab.jitter.player import UNLIMITED_MS, Player
from voicelab.jitter.upkeep import Queue

__all__ = ["GUIDE_PLAYER", "NO_BUFFER", "PRESETS", "Preset"]

GUIDE_PLAYER = Player(
    prefill_ms=20, on_underrun="guide", flush_at_end=False, max_queue_ms=UNLIMITED_MS
)
NO_BUFFER = Player(prefill_ms=0, on_underrun="play_on")


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A player that people run.

    Attributes
    ----------
    name : str
        What it is called here.
    player : Player
        Its rules at 24 kHz.
    queue : {"shift", "slice", "blocks", "schedule", "ring"}
        How it keeps what waits.
    source : str
        Where it was read.
    remark : str
        What of it the rules leave out.
    """

    name: str
    player: Player
    queue: Queue
    source: str
    remark: str


PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            name="guide",
            player=GUIDE_PLAYER,
            queue="shift",
            source="the troubleshooting guide's AudioWorklet",
            remark="Any first delta of 20 ms meets its prefill of 480 samples at once.",
        ),
        Preset(
            name="slice",
            player=Player(prefill_ms=0, flush_at_end=False, max_queue_ms=UNLIMITED_MS),
            queue="slice",
            source="Azure's sample aisearch-openai-rag-audio, as of 2025-10",
            remark="One array, cut twice a quantum; 5 s in one delta overflow push(...spread).",
        ),
        Preset(
            name="block_list",
            player=Player(
                prefill_ms=0, flush_at_end=False, max_queue_ms=UNLIMITED_MS, whole_quanta=True
            ),
            queue="blocks",
            source="wavtools' stream_processor, as of 2024-11, and Pipecat's copy of it",
            remark=(
                "It dies when it finds no block, and the next delta makes a new node: how long "
                "that takes, and what the dead node may still be sent, is left out."
            ),
        ),
        Preset(
            name="scheduled",
            player=Player(prefill_ms=0, flush_at_end=False, max_queue_ms=UNLIMITED_MS),
            queue="schedule",
            source="Azure's voicelive-samples: avatar, trader and interpreter pages",
            remark=(
                "One buffer source a delta, started at currentTime, which moves by quanta; in a "
                "context of another rate each delta's edge clicks."
            ),
        ),
        Preset(
            name="ratchet",
            player=Player(
                prefill_ms=80,
                on_underrun="ratchet",
                ratchet_ms=5,
                ratchet_to_ms=160,
                max_queue_ms=160,
                on_overflow="drop_oldest",
                fade_ms=5,
            ),
            queue="blocks",
            source="Moshi's worklet, as of 2026-05",
            remark="Its limit grows with every overflow, and its fade lasts one quantum.",
        ),
        Preset(
            name="no_buffer",
            player=NO_BUFFER,
            queue="ring",
            source="whoever plays each delta as it comes",
            remark="Nothing is left out.",
        ),
        Preset(
            name="ours",
            player=Player(hold_ms=180, on_underrun="refill", fade_ms=5),
            queue="ring",
            source="voicelab's worklet, before it is tuned",
            remark="Nothing is left out.",
        ),
    )
}
