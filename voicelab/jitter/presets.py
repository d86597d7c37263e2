"""Presets: players by name, to compare with.

``GUIDE_PLAYER`` is the guide's AudioWorklet to the letter: a prefill of 480
samples that any first delta of 20 ms already meets, re-armed only when a
quantum begins empty, with no end of an answer and no limit to its queue.
``NO_BUFFER`` plays every sample as soon as it is there.
"""

from voicelab.jitter.player import Player

__all__ = ["GUIDE_PLAYER", "NO_BUFFER"]

GUIDE_PLAYER = Player(prefill_ms=20, on_underrun="guide", flush_at_end=False)
NO_BUFFER = Player(prefill_ms=0, on_underrun="play_on")
