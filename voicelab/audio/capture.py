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

__all__ = ["Capture", "Processing", "Sidecar", "format_sidecar", "parse_sidecar"]

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
    lost_ms : float >= 0 or None
        How much sound the browser lost meanwhile, where the machine was too
        slow for it, as far as it shows; ``None`` where nobody looked.

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
    lost_ms: float | None = None

    def __post_init__(self) -> None:
        for name in ("echo_cancellation", "noise_suppression", "auto_gain"):
            if not isinstance(getattr(self, name), bool | None):
                raise ValueError(f"{name} must be true, false or absent")
        if self.rate_hz is not None and not (
            isinstance(self.rate_hz, int) and RATES_HZ[0] <= self.rate_hz <= RATES_HZ[1]
        ):
            raise ValueError(f"rate_hz must be a whole number in {RATES_HZ[0]} to {RATES_HZ[1]}")
        _check_sha256("device_sha256", self.device_sha256)
        if self.lost_ms is not None and not (
            isinstance(self.lost_ms, int | float) and 0 <= self.lost_ms < 1e9
        ):
            raise ValueError("lost_ms must be a number of milliseconds, 0 or more")

    def __str__(self) -> str:
        words = (
            f"{name.replace('_', ' ')} {'not told' if done is None else 'on' if done else 'off'}"
            for name, done in list(asdict(self).items())[:3]
        )
        rate = "" if self.rate_hz is None else f", device at {self.rate_hz} Hz"
        return ", ".join(words) + rate


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """What the file beside a recording tells.

    Attributes
    ----------
    capture : Capture
        How a browser recorded it.
    drafted_labels_sha256 : str or None
        Fingerprint of the label file as a rule drafted it: as long as that is
        what lies there, no person vouches for the labels.
    """

    capture: Capture
    drafted_labels_sha256: str | None = None

    def __post_init__(self) -> None:
        _check_sha256("drafted_labels_sha256", self.drafted_labels_sha256)


def format_sidecar(sidecar: Sidecar) -> str:
    """Write the file beside a recording.

    Parameters
    ----------
    sidecar : Sidecar
        What it is to tell.

    Returns
    -------
    str
        JSON that ends in a line feed; what is not known is left out.
    """
    said = {**asdict(sidecar.capture), "drafted_labels_sha256": sidecar.drafted_labels_sha256}
    known = {key: value for key, value in said.items() if value is not None}
    return json.dumps(known, indent=2) + "\n"


def parse_sidecar(text: str) -> Sidecar:
    """Read the file beside a recording.

    Parameters
    ----------
    text : str
        JSON text.

    Returns
    -------
    Sidecar
        What it tells.

    Raises
    ------
    ValueError
        If it is not such a file.

    Examples
    --------
    >>> print(parse_sidecar('{"auto_gain": false, "rate_hz": 48000}').capture)
    echo cancellation not told, noise suppression not told, auto gain off, device at 48000 Hz
    """
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    known = [*(each.name for each in fields(Capture)), "drafted_labels_sha256"]
    if not isinstance(said, dict) or not set(said) <= set(known):
        raise ValueError(f"it must be a JSON object with no other keys than {', '.join(known)}")
    drafted = said.pop("drafted_labels_sha256", None)
    return Sidecar(capture=Capture(**said), drafted_labels_sha256=drafted)


def _check_sha256(name: str, value: object) -> None:
    if value is not None and not (isinstance(value, str) and SHA256.fullmatch(value)):
        raise ValueError(f"{name} must be a SHA-256 of 64 small hexadecimal digits")
