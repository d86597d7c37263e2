"""Record: a session log of what passed through a relay.

It is voicelab's own session log (:mod:`voicelab.wire.session_log`), a line an
event, without secrets and words, and without audio unless one asks for it.
Times are milliseconds since the call began.
"""

import json
from typing import Any, TextIO

from voicelab.wire import SESSION_LOG_HEADER, LoggedEvent
from voicelab.wire.session_log import Direction

__all__ = ["Record"]

SAMPLE_BYTES = 2
AUDIO = ("delta", "audio")


class Record:
    """A log of one call.

    Parameters
    ----------
    stream : text file
        Where it goes.
    keep_audio : bool
        Whether audio stays in it.
    """

    def __init__(self, stream: TextIO, *, keep_audio: bool = False) -> None:
        self._stream = stream
        self._keep_audio = keep_audio
        stream.write(SESSION_LOG_HEADER + "\n")

    def take(self, message: str | bytes, direction: Direction, *, now_ms: float) -> None:
        """Write a line; what is no event has none.

        Parameters
        ----------
        message : str or bytes
            As it passed.
        direction : {"in", "out"}
            From the service, or to it.
        now_ms : float
            When.
        """
        try:
            event = json.loads(message)
        except (ValueError, RecursionError):
            return
        if isinstance(event, dict):
            self.note(event, direction, now_ms=now_ms)

    def note(
        self,
        event: dict[str, Any],
        direction: Direction,
        *,
        now_ms: float,
        connection: int | None = None,
    ) -> None:
        """Write a line for an event.

        Parameters
        ----------
        event : dict
            As it is on the wire.
        direction : {"in", "out"}
            From the service, or to it.
        now_ms : float
            When.
        connection : int or None
            Which connection it went through, where there are several.
        """
        logged = LoggedEvent.of(
            event,
            recv_ms=now_ms,
            direction=direction,
            samples=_samples(event),
            connection=connection,
            keep_audio=self._keep_audio,
        )
        self._stream.write(logged.line() + "\n")


def _samples(event: dict[str, Any]) -> int | None:
    """Count the 16-bit samples of an audio event."""
    kind = event.get("type")
    if not isinstance(kind, str) or not kind.endswith(("audio.delta", "buffer.append")):
        return None
    sound = next((event[key] for key in AUDIO if isinstance(event.get(key), str)), "")
    return (3 * len(sound) // 4 - sound[-2:].count("=")) // SAMPLE_BYTES
