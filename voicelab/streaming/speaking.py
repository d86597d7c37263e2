"""Speaking: a recording, streamed as a microphone would hear it.

Each chunk leaves when it is due, whatever the network does.  After the
recording the microphone stays open, in silence: a detector needs it to hear
that the turn is over.
"""

import asyncio
from collections.abc import Callable

from voicelab.audio import Recording
from voicelab.streaming.live_rules import microphone_chunks
from voicelab.streaming.policy.messages import Talk
from voicelab.streaming.shell import Shell
from voicelab.tuning import Tuning

__all__ = ["PATIENCE_MS", "speak"]

PATIENCE_MS = 30_000.0


async def speak(
    shell: Shell,
    recording: Recording,
    tuning: Tuning,
    *,
    hear: Callable[[bytes], None],
    by_button: bool,
    has_settled: Callable[[float], bool],
    patience_ms: float = PATIENCE_MS,
) -> None:
    """Stream a recording chunk by chunk, then silence until all has settled.

    Parameters
    ----------
    shell : Shell
        Whose clock decides when a chunk is due.
    recording : Recording
        What the user says, at any rate; the tuning's filters are applied.
    tuning : Tuning
        Its filters and chunk length.
    hear : callable
        Takes mono PCM16 at 24 kHz.
    by_button : bool
        Whether a button is pressed from the first chunk to the last.
    has_settled : callable
        Tells, given when the recording ended in ms, whether nothing is waited for.
    patience_ms : float
        How long after the recording it is waited.
    """
    chunk_ms = tuning.session.chunk_ms
    # In a thread: resampling a long recording would keep the loop from its sockets.
    chunks = await asyncio.to_thread(list, microphone_chunks(recording, tuning))
    if by_button:
        shell.step(Talk(pressed=True))
    due_ms = shell.now_ms()
    try:
        for chunk in chunks:
            due_ms += chunk_ms
            await shell.sleep_until(due_ms)
            hear(chunk)
    finally:
        if by_button:
            shell.step(Talk(pressed=False))
    ended_ms = due_ms
    silence = bytes(len(chunks[0]))
    while due_ms < ended_ms + patience_ms and not has_settled(ended_ms):
        due_ms += chunk_ms
        await shell.sleep_until(due_ms)
        hear(silence)
