"""Redaction: what of an event may leave the machine it was recorded on.

Everything is secret that is not known to be none.  Numbers, truth values and
structure stay; a text stays only under a key that holds a name, an id or a
code, and only if it looks like one.  So instructions, tools, tokens, error
messages and whatever a service adds tomorrow go.  Audio and what was said go
too, unless one asks to keep them.

Where audio was taken out, ``audio_bytes`` says how long it was.
"""

import re
from collections.abc import Mapping
from typing import Any

from voicelab.wire.stamp import stamp_of_metadata

__all__ = ["AUDIO_BYTES", "redacted_event"]

AUDIO_BYTES = "audio_bytes"

# Keys whose texts are ids, names or codes of the protocol.
PLAIN_KEYS = frozenset(
    re.findall(
        r"\w+",
        """type event_id response_id item_id id previous_item_id call_id conversation_id object
        status reason code param role model voice language modalities output_modalities format
        input_audio_format output_audio_format timestamp_type api_version""",
    )
)
PLAIN_TEXT = re.compile(r"[\w.:/\- ]{0,80}")
SECRET_TEXT = re.compile(r"(?i)\b(sk|ek|pk)[-_]\w|\beyJ|bearer|[\w+/]{48}")
# Below these nothing is looked at, whatever it is; of metadata the tuning's stamp stays.
CLOSED_KEYS = frozenset(
    re.findall(
        r"\w+",
        "arguments authorization client_secret headers instructions metadata server_url tools",
    )
)
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
AUDIO_KEYS = {
    "input_audio_buffer.append": "audio",
    "input_audio.turn.append": "audio",
    "response.audio.delta": "delta",
    "response.output_audio.delta": "delta",
}
WORDS_KEYS = frozenset(["transcript", "text"])
WORDS_DELTAS = re.compile(
    r"(response\.(output_)?(audio_transcript|text)|conversation\.item\.input_audio_transcription)"
    r"\.delta"
)


def redacted_event(
    event: Mapping[str, Any], *, keep_audio: bool = False, keep_transcripts: bool = False
) -> dict[str, Any]:
    """Copy an event without what nobody else should see.

    Parameters
    ----------
    event : mapping
        As it is on the wire, from either side.
    keep_audio : bool
        Whether base64 audio stays.
    keep_transcripts : bool
        Whether what was said, or written, stays.

    Returns
    -------
    dict
        With the same ids, codes and numbers.

    Examples
    --------
    >>> redacted_event({"type": "response.audio.delta", "response_id": "r1", "delta": "AAAA"})
    {'type': 'response.audio.delta', 'response_id': 'r1', 'delta': '', 'audio_bytes': 3}
    """
    kind = event.get("type")
    kind = kind if isinstance(kind, str) else ""
    opened = set(WORDS_KEYS) if keep_transcripts else set()
    if keep_transcripts and WORDS_DELTAS.fullmatch(kind):
        opened.add("delta")
    audio_key = AUDIO_KEYS.get(kind)
    kept = _mapping({key: each for key, each in event.items() if key != audio_key}, opened)
    audio = event.get(audio_key) if audio_key else None
    if audio_key and isinstance(audio, str):
        if keep_audio and re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", audio):
            kept[audio_key] = audio
        else:
            kept[audio_key] = ""
            kept.setdefault(AUDIO_BYTES, 3 * len(audio) // 4 - audio[-2:].count("="))
    return kept


def _mapping(value: Mapping[str, Any], opened: set[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, each in value.items():
        if key == "metadata" and (stamp := stamp_of_metadata(each)):
            kept[key] = stamp
        elif KEY.fullmatch(key) and key not in CLOSED_KEYS:
            inner = _value(key, each, opened)
            if inner is not None or each is None:
                kept[key] = inner
    return kept


def _value(key: str, value: Any, opened: set[str]) -> Any:
    """Give what may stay of a value; ``None`` if nothing may."""
    if isinstance(value, str):
        is_plain = (
            key in PLAIN_KEYS and PLAIN_TEXT.fullmatch(value) and not SECRET_TEXT.search(value)
        )
        return value if key in opened or is_plain else None
    if isinstance(value, Mapping):
        return _mapping(value, opened)
    if isinstance(value, list):
        found = (_value(key, each, opened) for each in value)
        return [each for each in found if each is not None]
    return value
