"""Span: a stretch of the microphone's audio, in samples from its first one."""

from typing import NamedTuple

__all__ = ["SAMPLE_BYTES", "Span"]

SAMPLE_BYTES = 2


class Span(NamedTuple):
    """A stretch of the microphone's audio.

    Attributes
    ----------
    start, end : int
        Positions; the end is not in it.
    """

    start: int
    end: int
