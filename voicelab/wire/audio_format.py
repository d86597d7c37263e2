"""Audio formats by the names that they have on the wire, in both dialects.

Voice Live and the beta dialect name a format in one word, ``pcm16_16000hz``;
the generally available dialect gives an object, ``{"type": "audio/pcm",
"rate": 24000}``.  All are mono.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

__all__ = ["PCM16", "AudioFormat", "output_format"]


class AudioFormat(NamedTuple):
    """How audio bytes become samples.

    Attributes
    ----------
    name : str
        As one says it.
    rate_hz : int
        Sample rate.
    sample_bytes : int
        Bytes a sample takes.
    """

    name: str
    rate_hz: int
    sample_bytes: int


PCM16 = AudioFormat("pcm16", 24_000, 2)
BY_NAME = {
    "pcm16": PCM16,
    "pcm16_24000hz": PCM16,
    "pcm16_16000hz": AudioFormat("pcm16", 16_000, 2),
    "pcm16_8000hz": AudioFormat("pcm16", 8_000, 2),
    "g711_ulaw": AudioFormat("G.711", 8_000, 1),
    "g711_alaw": AudioFormat("G.711", 8_000, 1),
    "audio/pcm": PCM16,
    "audio/pcmu": AudioFormat("G.711", 8_000, 1),
    "audio/pcma": AudioFormat("G.711", 8_000, 1),
}


def output_format(session: Mapping[str, Any]) -> AudioFormat | None:
    """Find in a session's settings what the service sends.

    Parameters
    ----------
    session : mapping
        The ``session`` of a session event, flat or nested.

    Returns
    -------
    AudioFormat or None
        ``None`` where the settings do not say, or name an unknown format.

    Examples
    --------
    >>> output_format({"output_audio_format": "g711_ulaw"})
    AudioFormat(name='G.711', rate_hz=8000, sample_bytes=1)
    >>> output_format({"audio": {"output": {"format": {"type": "audio/pcm", "rate": 24000}}}})
    AudioFormat(name='pcm16', rate_hz=24000, sample_bytes=2)
    """
    named: Any = session.get("output_audio_format")
    if named is None:
        named = session
        for key in ("audio", "output", "format"):
            named = named.get(key) if isinstance(named, Mapping) else None
    rate_hz = None
    if isinstance(named, Mapping):
        named, rate_hz = named.get("type"), named.get("rate")
    if not isinstance(named, str):
        return None
    known = BY_NAME.get(named.lower().replace("-", "_"))
    if known is PCM16 and isinstance(rate_hz, int) and 8_000 <= rate_hz <= 48_000:
        return known._replace(rate_hz=rate_hz)
    return known
