"""Tokens: what a response is said to cost.

A guess, and the same in every run: ten tokens a second of audio that comes in,
twenty a second of audio that goes out, as a published sample converts them
[1]_, and one for every four letters of text.  Every response reads the whole
conversation again; nothing counts as cached.

References
----------
.. [1] Microsoft's sample of a live interpreter, its meter of costs.
"""

import math
from typing import Any, NamedTuple

from voicelab.simulator.conversation import Item

__all__ = ["OUTPUT_PER_S", "Allowance", "Usage", "read_tokens", "text_tokens"]

INPUT_PER_S = 10
OUTPUT_PER_S = 20
LETTERS = 4


def text_tokens(text: str) -> int:
    """Count the tokens of a text.

    Parameters
    ----------
    text : str
        Words.

    Returns
    -------
    int
        One for every four letters begun.
    """
    return math.ceil(len(text) / LETTERS)


class Allowance(NamedTuple):
    """What is left of the tokens of a minute.

    Attributes
    ----------
    limit : int or None
        How many there are; ``None`` where nobody counts.
    left : int
        How many are left; negative once too many were spent.
    reset_s : float
        When there are more.
    """

    limit: int | None = None
    left: int = 0
    reset_s: float = 0.0


class Usage(NamedTuple):
    """What one response cost.

    Attributes
    ----------
    input_text, input_audio, output_text, output_audio : int
        Tokens.
    """

    input_text: int = 0
    input_audio: int = 0
    output_text: int = 0
    output_audio: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)

    def wire(self) -> dict[str, Any]:
        """Write it as the ``usage`` of a response.

        Returns
        -------
        dict
            With all details that clients ask for.
        """
        cached = {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0}
        return {
            "total_tokens": self.total,
            "input_tokens": self.input_text + self.input_audio,
            "output_tokens": self.output_text + self.output_audio,
            "input_token_details": {
                "cached_tokens": 0,
                "text_tokens": self.input_text,
                "audio_tokens": self.input_audio,
                "image_tokens": 0,
                "cached_tokens_details": cached,
            },
            "output_token_details": {
                "text_tokens": self.output_text,
                "audio_tokens": self.output_audio,
                "reasoning_tokens": 0,
            },
        }

    def with_output(self, *, text: str, audio_ms: float) -> "Usage":
        """Add what was said.

        Parameters
        ----------
        text : str
            The words that were sent.
        audio_ms : float
            The sound that was sent.

        Returns
        -------
        Usage
            With its output.
        """
        audio = math.ceil(OUTPUT_PER_S * audio_ms / 1000)
        return self._replace(output_text=text_tokens(text), output_audio=audio)


def read_tokens(items: tuple[Item, ...], *, instructions: str) -> Usage:
    """Count what a response must read.

    Parameters
    ----------
    items : tuple of Item
        The conversation.
    instructions : str
        What the session was told.

    Returns
    -------
    Usage
        Its input side.
    """
    audio_ms = sum(item.audio_ms for item in items)
    texts = "".join(
        str(part.get("text") or part.get("transcript") or "")
        for item in items
        for part in item.fields.get("content") or ()
    )
    audio = math.ceil(INPUT_PER_S * audio_ms / 1000)
    return Usage(text_tokens(instructions + texts), audio)
