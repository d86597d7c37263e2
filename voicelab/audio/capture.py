"""Capture: how a browser recorded, which sound recorded otherwise may not share.

A browser may cancel echo, suppress noise and move the gain before anybody
else hears the microphone, and it need not do what it was asked for.  What it
says it does goes with the recording, in a file beside it
(``fan.capture.json``) and in the evidence of what was tuned on it.

Which device it was is told by a fingerprint of its name, never by the name:
that may hold a person's.
"""

import json
import re
from dataclasses import asdict, dataclass, fields
from typing import ClassVar

__all__ = ["Capture", "Processing", "format_capture", "parse_capture"]

SHA256 = re.compile(r"[0-9a-f]{64}")
RATES_HZ = (4_000, 384_000)


@dataclass(frozen=True, kw_only=True)
class Processing:
    """What a browser is asked to do to the microphone's sound.

    Attributes
    ----------
    echo_cancellation : bool
        Take out what the loudspeaker plays.
    noise_suppression : bool
        Take out what sounds like noise.
    auto_gain : bool
        Raise what is quiet and lower what is loud.
    """

    echo_cancellation: bool = True
    noise_suppression: bool = True
    auto_gain: bool = True


@dataclass(frozen=True, kw_only=True)
class Capture:
    """What a browser says that it did.

    Attributes
    ----------
    echo_cancellation, noise_suppression, auto_gain : bool or None
        Whether it did; ``None`` where it does not say.
    rate_hz : int or None
        The device's own sample rate, before it became the recording's.
    device_sha256 : str or None
        Fingerprint of the device's name.

    Raises
    ------
    ValueError
        If the rate or the fingerprint cannot be one.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    echo_cancellation: bool | None = None
    noise_suppression: bool | None = None
    auto_gain: bool | None = None
    rate_hz: int | None = None
    device_sha256: str | None = None

    def __post_init__(self) -> None:
        for name in ("echo_cancellation", "noise_suppression", "auto_gain"):
            if not isinstance(getattr(self, name), bool | None):
                raise ValueError(f"{name} must be true, false or absent")
        if self.rate_hz is not None and not (
            isinstance(self.rate_hz, int) and RATES_HZ[0] <= self.rate_hz <= RATES_HZ[1]
        ):
            raise ValueError(f"rate_hz must be a whole number in {RATES_HZ[0]} to {RATES_HZ[1]}")
        if self.device_sha256 is not None and not (
            isinstance(self.device_sha256, str) and SHA256.fullmatch(self.device_sha256)
        ):
            raise ValueError("device_sha256 must be a SHA-256 of 64 small hexadecimal digits")

    def __str__(self) -> str:
        words = (
            f"{name.replace('_', ' ')} {'not told' if done is None else 'on' if done else 'off'}"
            for name, done in list(asdict(self).items())[:3]
        )
        rate = "" if self.rate_hz is None else f", device at {self.rate_hz} Hz"
        return ", ".join(words) + rate


def format_capture(capture: Capture) -> str:
    """Write a capture as the text of the file beside a recording.

    Parameters
    ----------
    capture : Capture
        What to write.

    Returns
    -------
    str
        JSON that ends in a line feed; what is not known is left out.
    """
    known = {key: value for key, value in asdict(capture).items() if value is not None}
    return json.dumps(known, indent=2) + "\n"


def parse_capture(text: str) -> Capture:
    """Read the file beside a recording.

    Parameters
    ----------
    text : str
        JSON text.

    Returns
    -------
    Capture
        What it says.

    Raises
    ------
    ValueError
        If it is not such a file.

    Examples
    --------
    >>> print(parse_capture('{"auto_gain": false, "rate_hz": 48000}'))
    echo cancellation not told, noise suppression not told, auto gain off, device at 48000 Hz
    """
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    known = [each.name for each in fields(Capture)]
    if not isinstance(said, dict) or not set(said) <= set(known):
        raise ValueError(f"a capture must be a JSON object with no other keys than {known}")
    return Capture(**said)
