"""The speech that the clients speak: a WAV file, 24 kHz, mono, 16 bit, with silence at its end."""

import base64
import wave
from collections.abc import Iterator

RATE_HZ = 24_000
CHUNK_MS = 50
CHUNK_BYTES = 2 * RATE_HZ * CHUNK_MS // 1000


def read(path: str) -> bytes:
    """Read the samples."""
    with wave.open(path) as file:
        form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
        if form != (RATE_HZ, 1, 2):
            raise SystemExit(f"{path} must hold 24 kHz, mono, 16 bit; got {form}")
        return file.readframes(file.getnframes())


def chunks(pcm: bytes) -> Iterator[str]:
    """Cut samples into appends of 50 ms, as base64."""
    for start in range(0, len(pcm), CHUNK_BYTES):
        yield base64.b64encode(pcm[start : start + CHUNK_BYTES]).decode()
