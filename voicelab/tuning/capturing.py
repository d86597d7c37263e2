"""Capturing: under which capture settings a config's evidence was recorded.

A threshold that was tuned on sound which the browser had cleaned holds for
such sound.  Captured otherwise, or on another device, the config may still be
right, but nobody has measured it: so what differs is said, setting by setting.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from voicelab.audio import Capture
from voicelab.tuning.change import word
from voicelab.tuning.evidence import Evidence, RecordingUsed
from voicelab.vad.echo import BY_RULE
from voicelab.wire import Enhancement

__all__ = ["CaptureDifference", "capture_differences", "stacked_suppressors"]

SETTINGS = {
    "echo_cancellation": "echo cancellation",
    "noise_suppression": "noise suppression",
    "auto_gain": "auto gain",
    "rate_hz": "the device's sample rate",
    "device_sha256": "the device",
}


@dataclass(frozen=True, kw_only=True)
class CaptureDifference:
    """One capture setting in which recordings and a microphone differ.

    Attributes
    ----------
    setting : str
        A field of :class:`~voicelab.audio.Capture`; ``capture`` where nobody
        noted how the recordings were made.
    recorded : bool, int, str or None
        How it was when they were; ``None`` is not known.
    now : bool, int, str or None
        How it is.
    recordings : tuple of str
        Their names.
    """

    setting: str
    recorded: bool | int | str | None
    now: bool | int | str | None
    recordings: tuple[str, ...]

    def __str__(self) -> str:
        names = ", ".join(self.recordings)
        names += " were" if len(self.recordings) > 1 else " was"
        if self.setting == "capture":
            return f"how {names} recorded is not known"
        name = SETTINGS[self.setting]
        if self.setting == "device_sha256":
            return f"{name} is another one than {names} recorded with"
        return f"{name} is {_said(self.now)}; {names} recorded with {_said(self.recorded)}"


def capture_differences(
    evidence: Evidence, now: Capture, *, shipped: Collection[str] = ()
) -> tuple[CaptureDifference, ...]:
    """Say in which capture settings a microphone differs from the recordings.

    What either side does not know is not compared; nor is what no microphone
    of the user's captured: recordings that ship, and echo that is made by rule.

    Parameters
    ----------
    evidence : Evidence
        Of a config.
    now : Capture
        The microphone's settings, as the browser tells them.
    shipped : collection of str
        Fingerprints of recordings that ship.

    Returns
    -------
    tuple of CaptureDifference
        Empty where the config's evidence holds for this microphone.
    """
    unknown = tuple(
        each.name
        for each in evidence.recordings
        if each.capture is None and each.sha256 not in shipped and not _by_rule(each)
    )
    found = []
    for setting in SETTINGS:
        have = getattr(now, setting)
        by_value: dict[bool | int | str, list[str]] = {}
        for each in evidence.recordings:
            value = None if each.capture is None else getattr(each.capture, setting)
            if value is not None and have is not None and value != have:
                by_value.setdefault(value, []).append(each.name)
        found += [
            CaptureDifference(setting=setting, recorded=value, now=have, recordings=tuple(names))
            for value, names in by_value.items()
        ]
    if unknown:
        found.append(
            CaptureDifference(setting="capture", recorded=None, now=None, recordings=unknown)
        )
    return tuple(found)


def stacked_suppressors(
    enhancement: Enhancement, captures: Iterable[Capture | None]
) -> tuple[str, ...]:
    """Warn where two machines in a row do the same to the sound.

    Parameters
    ----------
    enhancement : Enhancement
        What the service is asked for.
    captures : iterable of Capture or None
        How the browser captures, or captured.

    Returns
    -------
    tuple of str
        A sentence each.
    """
    known = [each for each in captures if each is not None]
    warnings = []
    if enhancement.input_audio_noise_reduction != "off" and any(
        each.noise_suppression for each in known
    ):
        warnings.append(
            "noise is suppressed twice, by the browser and by the service "
            f"({enhancement.input_audio_noise_reduction}): the second hears what the first left "
            "and may cut words; turn one of them off"
        )
    if enhancement.input_audio_echo_cancellation != "off" and any(
        each.echo_cancellation for each in known
    ):
        warnings.append(
            "echo is cancelled twice, by the browser and by the service "
            f"({enhancement.input_audio_echo_cancellation}): turn one of them off"
        )
    return tuple(warnings)


def _by_rule(used: RecordingUsed) -> bool:
    return used.kind == "echo" and used.name.endswith(BY_RULE)


def _said(value: bool | int | str | None) -> str:
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else word(value)
