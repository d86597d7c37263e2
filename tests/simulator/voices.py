"""Sounds that tests say to the service: a voice that is loud, and nothing."""

import base64

import numpy as np

from voicelab.audio import to_pcm16

RATE_HZ = 24_000


def tone(duration_ms: float, *, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A sound that every level detector calls speech."""
    t = np.arange(round(rate_hz * duration_ms / 1000)) / rate_hz
    return (0.3 * np.sin(2 * np.pi * 300 * t)).astype(np.float32)


def quiet(duration_ms: float, *, rate_hz: int = RATE_HZ) -> np.ndarray:
    return np.zeros(round(rate_hz * duration_ms / 1000), np.float32)


def sentence(duration_ms: float = 1000) -> np.ndarray:
    """A turn as a microphone brings it: quiet, a voice, and the silence that ends it."""
    return np.concatenate((quiet(500), tone(duration_ms), quiet(800)))


def base64_of(sound: np.ndarray) -> str:
    return base64.b64encode(to_pcm16(sound).octets).decode()


def types(events) -> list[str]:
    return [event.type for event in events]


def only(events, event_type):
    """The one event of a type."""
    (found,) = (event for event in events if event.type == event_type)
    return found
