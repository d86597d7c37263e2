"""An event of the wire as something that happened: audio apart, secrets and words gone."""

import binascii
from collections.abc import Mapping
from typing import Any

from voicelab.diagnose.happened import Happened, Piece
from voicelab.wire.dialect import to_neutral
from voicelab.wire.redaction import AUDIO_BYTES, redacted_event

__all__ = ["happened_from"]

AUDIO_FIELDS = {"input_audio_buffer.append": "audio", "response.audio.delta": "delta"}


def happened_from(
    event: Mapping[str, Any],
    *,
    at_ms: float,
    sent: bool,
    connection: int | None = None,
    samples: int | None = None,
    levels_db: tuple[int, ...] | None = None,
) -> Happened:
    """Take an event apart.

    What was said is counted in characters, and so are instructions.

    Parameters
    ----------
    event : mapping
        As it is on the wire, or as a log kept it; with a ``type``.
    at_ms : float
        When.
    sent : bool
        Whether the client sent it.
    connection : int or None
        On which connection.
    samples : int or None
        How much audio it held, where that was counted.
    levels_db : tuple of int or None
        How loud that was, where it was measured.

    Returns
    -------
    Happened
        In neutral form.
    """
    fields = {key: each for key, each in event.items() if key != "type"}
    kind, fields = to_neutral(
        event["type"], fields, dialect="openai-ga" if _is_ga(event) else "voice-live"
    )
    kept = redacted_event({"type": kind, **fields})
    kind = str(kept.pop("type", ""))  # a type may be a secret as well as anything
    if isinstance(words := fields.get("transcript"), str):
        kept["characters"] = len(words.strip())
    session = fields.get("session")
    if isinstance(session, Mapping) and isinstance(session.get("instructions"), str):
        kept["instructions"] = len(session["instructions"])
    piece = None
    if kind in AUDIO_FIELDS:
        octets = _octets(fields.get(AUDIO_FIELDS[kind]))
        if samples is None and isinstance(counted := kept.get(AUDIO_BYTES), int):
            samples = counted // 2
        piece = Piece(octets=octets or None, samples=samples, levels_db=levels_db)
    return Happened(
        at_ms=at_ms, type=kind, sent=sent, connection=connection, fields=kept, piece=piece
    )


def _is_ga(event: Mapping[str, Any]) -> bool:
    session, kind = event.get("session"), event["type"]
    is_nested = isinstance(session, Mapping) and (
        "output_modalities" in session or isinstance(session.get("audio"), Mapping)
    )
    return is_nested or kind.startswith(("response.output_", "conversation.item.added"))


def _octets(said: Any) -> bytes:
    try:
        return binascii.a2b_base64(said) if isinstance(said, str) else b""
    except (binascii.Error, ValueError):
        return b""
