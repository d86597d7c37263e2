"""What a tuning means for a live session: the policy's rules, and the microphone's filter.

The ``session.update`` is the one that :func:`voicelab.export.export` writes,
so what is tested live is what is deployed.  Two fields are added that a
conversation needs and that nobody tunes: transcription of the user, and
instructions where there are any.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from voicelab.audio import Recording, resample, to_pcm16
from voicelab.export import export
from voicelab.filters import joined
from voicelab.streaming.policy.price import Price
from voicelab.streaming.policy.rules import Restore, Rules, Talking
from voicelab.tuning import Tuning
from voicelab.wire import Dialect
from voicelab.wire.dialect import to_neutral

__all__ = ["INPUT_RATE_HZ", "microphone_chunks", "rules_of"]

INPUT_RATE_HZ = 24_000
TARGETS: dict[Dialect, str] = {"voice-live": "voice-live", "openai-ga": "openai-realtime"}
TRANSCRIBER = {"model": "whisper-1"}  # the only one that every service has


def rules_of(
    tuning: Tuning,
    *,
    dialect: Dialect,
    epoch_s: float,
    instructions: str = "",
    talking: Talking | None = None,
    restore: Restore = "items",
    price: Price | None = None,
) -> Rules:
    """Read a tuning as the rules of a session.

    Parameters
    ----------
    tuning : Tuning
        Its turn detection, session settings and profile.
    dialect : {"voice-live", "openai-ga"}
        What the service speaks.
    epoch_s : float
        Unix time at 0 ms of the session's clock.
    instructions : str
        For the model; empty leaves the service's own.
    talking : str or None
        Who ends a turn; ``None`` takes a button where the tuning detects no turns.
    restore : {"items", "instructions"}
        How history reaches a new connection.
    price : Price or None
        What tokens cost.

    Returns
    -------
    Rules
        For a new policy.
    """
    _, written = to_neutral(
        "session.update",
        {"session": export(tuning, to=TARGETS[dialect]).artifact["session"]},
        dialect=dialect,
    )
    session: dict[str, Any] = {**written["session"], "input_audio_transcription": TRANSCRIBER}
    if instructions:
        session["instructions"] = instructions
    no_turns = tuning.turn_detection is None
    limits = tuning.profile.limits
    return Rules(
        update=session,
        settings=tuning.session,
        session_s=limits.session_s,
        epoch_s=epoch_s,
        connections_per_min=limits.connections_per_min,
        talking=talking or ("button, no turn detection" if no_turns else "open microphone"),
        restore=restore,
        price=price,
        rate_hz=INPUT_RATE_HZ,
    )


def microphone_chunks(recording: Recording, tuning: Tuning) -> Iterator[bytes]:
    """Cut a recording as a microphone would give it, through the tuning's filters.

    Parameters
    ----------
    recording : Recording
        At any rate.
    tuning : Tuning
        Its filters, and ``chunk_ms``.

    Yields
    ------
    bytes
        PCM16 at 24 kHz; the last chunk is filled up with silence.
    """
    samples = resample(recording, INPUT_RATE_HZ).samples
    length = round(tuning.session.chunk_ms * INPUT_RATE_HZ / 1000)
    sound_filter = joined(tuning.filters)
    stream = None if sound_filter is None else sound_filter.stream(INPUT_RATE_HZ)
    for first in range(0, samples.size, length):
        chunk = samples[first : first + length]
        if stream is not None:
            chunk = stream.feed(chunk)
        missing = length - chunk.size
        yield to_pcm16(np.pad(chunk, (0, missing)) if missing else chunk).octets
