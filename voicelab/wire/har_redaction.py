"""A clean copy of a HAR: its WebSocket frames, and nothing else.

Everything around the frames goes: other requests with their bodies, headers,
cookies, URLs with their queries, the host's name.  What stays is one entry a
socket, in the shape that developer tools and :mod:`voicelab.wire.har` read.
"""

import json
from collections.abc import Iterator
from typing import IO, Any

from voicelab.wire.har import Frame, HarError, har_frames
from voicelab.wire.redaction import redacted_event

__all__ = ["redacted_har"]

HIDDEN_URL = "wss://redacted.invalid/"
HEAD = '{"log":{"version":"1.2","creator":{"name":"voicelab redact","version":"1"},"entries":['
ENTRY = {
    "_resourceType": "websocket",
    "startedDateTime": "1970-01-01T00:00:00.000Z",
    "time": 0,
    "request": {"method": "GET", "url": HIDDEN_URL, "headers": [], "cookies": []},
    "response": {"status": 101, "headers": [], "cookies": []},
    "cache": {},
    "timings": {"send": 0, "wait": 0, "receive": 0},
}


def redacted_har(
    stream: IO[bytes], *, keep_audio: bool = False, keep_transcripts: bool = False
) -> Iterator[str]:
    """Copy a HAR without what nobody else should see.

    Parameters
    ----------
    stream : binary file
        The HAR; it is read as its copy is asked for.
    keep_audio : bool
        Whether base64 audio stays.
    keep_transcripts : bool
        Whether what was said, or written, stays.

    Yields
    ------
    str
        The copy, piece by piece; whole, and valid JSON, even if the HAR was cut.

    Raises
    ------
    HarError
        After the last piece, if the file was cut; at once if it holds no frame.
    """
    damage = ""
    socket = 0
    entry = json.dumps(ENTRY)[:-1] + ',"_webSocketMessages":['
    frames = har_frames(stream)
    while True:
        try:
            frame = next(frames, None)
        except HarError as error:
            damage = str(error)
            break
        if frame is None:
            break
        if frame.socket != socket:
            yield ("]}," if socket else HEAD) + entry
        yield ("\n" if frame.socket != socket else ",\n") + _message(
            frame, keep_audio=keep_audio, keep_transcripts=keep_transcripts
        )
        socket = frame.socket
    if socket:
        yield "]}]}}\n"
    if damage or not socket:
        raise HarError(damage or "a HAR must hold WebSocket frames, got none")


def _message(frame: Frame, *, keep_audio: bool, keep_transcripts: bool) -> str:
    said: dict[str, Any] = {}
    if frame.text is not None:
        try:
            found = json.loads(frame.text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            said = redacted_event(found, keep_audio=keep_audio, keep_transcripts=keep_transcripts)
    message = {
        "type": "send" if frame.sent else "receive",
        "time": None if frame.time_ms is None else round(frame.time_ms / 1000, 6),
        "opcode": 1 if frame.text is not None else 2,
        "data": json.dumps(said, separators=(",", ":")) if said else "",
    }
    return json.dumps(message, separators=(",", ":"))
