"""Price: what tokens cost, by what they carry.

Prices are for a million tokens, in any currency.  Cached tokens are part of
the text and audio tokens that a service reports: they are taken out of those
before anything is multiplied, so nothing is paid twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Price"]


@dataclass(frozen=True, kw_only=True)
class Price:
    """Prices for a million tokens.

    Attributes
    ----------
    text_in, audio_in, cached_text_in, cached_audio_in, text_out, audio_out : float >= 0
        By direction and by what they carry.
    """

    text_in: float = 0.0
    audio_in: float = 0.0
    cached_text_in: float = 0.0
    cached_audio_in: float = 0.0
    text_out: float = 0.0
    audio_out: float = 0.0

    def of(self, usage: Mapping[str, Any]) -> float:
        """Price what one response used.

        Parameters
        ----------
        usage : mapping
            As it stands in ``response.done``.

        Returns
        -------
        float
            In the currency of the prices; details that are missing cost nothing.

        Examples
        --------
        >>> heard = {"audio_tokens": 1000, "cached_tokens_details": {"audio_tokens": 400}}
        >>> Price(audio_in=32, cached_audio_in=0.4).of({"input_token_details": heard})
        0.01936
        """
        heard = usage.get("input_token_details") or {}
        said = usage.get("output_token_details") or {}
        cached = heard.get("cached_tokens_details") or {}
        cached_text, cached_audio = _count(cached, "text"), _count(cached, "audio")
        total = (
            self.text_in * max(0, _count(heard, "text") - cached_text)
            + self.audio_in * max(0, _count(heard, "audio") - cached_audio)
            + self.cached_text_in * cached_text
            + self.cached_audio_in * cached_audio
            + self.text_out * _count(said, "text")
            + self.audio_out * _count(said, "audio")
        )
        return total / 1_000_000


def _count(details: Mapping[str, Any], kind: str) -> float:
    """Read a count under either of its two names."""
    return float(details.get(f"{kind}_tokens") or details.get(kind) or 0)
