"""Inspection: what would spoil a session, and what is still to be recorded.

One recording is checked for what its file, its waveform and its spectrum give
away; of a room, stock is taken as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import overload

from voicelab.audio.encoding import ENCODING, MISREAD
from voicelab.audio.finding import Check, Finding
from voicelab.audio.levels import level_dbfs
from voicelab.audio.recording import Kind, Recording, SourceFormat
from voicelab.audio.spectrum import SPECTRUM
from voicelab.audio.stock import Stock, take_stock
from voicelab.audio.waveform import WAVEFORM

__all__ = ["Inspection", "RoomInspection", "inspect"]


@dataclass(frozen=True)
class Inspection:
    """What was found in one recording.

    Attributes
    ----------
    name : str
        The recording's name.
    kind : {"speech", "fan", "keyboard", "room", "babble", "echo"}
        What one hears in it.
    duration_ms : float
        Its length.
    rate_hz : int
        Its sample rate.
    source : SourceFormat or None
        The file it was read from.
    level_dbfs : float
        Its level, over labelled spans where there are any.
    findings : tuple of Finding
        What would spoil a session, then the remarks; empty if all is well.
    """

    name: str
    kind: Kind
    duration_ms: float
    rate_hz: int
    source: SourceFormat | None
    level_dbfs: float
    findings: tuple[Finding, ...]

    @property
    def serious(self) -> bool:
        """Whether something in it would spoil a session."""
        return any(finding.serious for finding in self.findings)

    def __str__(self) -> str:
        container, encoding, channels = self.source or ("made in memory,", "float32", 1)
        sound = "mono" if channels == 1 else f"{channels} channels"
        facts = (
            f"{self.name}: {self.kind}, {self.duration_ms / 1000:.1f} s at {self.rate_hz} Hz, "
            f"{sound}, {container} {encoding}, {self.level_dbfs:.1f} dBFS"
        )
        found = [str(finding) for finding in self.findings] or ["nothing is wrong with it"]
        return "\n  ".join([facts, *found])


@dataclass(frozen=True)
class RoomInspection:
    """What was found in a room's recordings, and what they lack.

    Attributes
    ----------
    inspections : tuple of Inspection
        One a recording.
    stock : Stock
        Seconds by kind, labels and turns.
    """

    inspections: tuple[Inspection, ...]
    stock: Stock

    def __str__(self) -> str:
        spoiled = sum(each.serious for each in self.inspections)
        lines = [
            str(self.stock),
            "",
            f"{spoiled or 'none'} of {len(self.inspections)} recordings would spoil a session",
            *(str(each) for each in self.inspections if each.findings),
        ]
        if self.stock.to_do:
            lines += ["", "to do", *(f"  {sentence}" for sentence in self.stock.to_do)]
        return "\n".join(lines)


@overload
def inspect(sound: Recording) -> Inspection: ...  # numpydoc ignore=GL08
@overload
def inspect(sound: Iterable[Recording]) -> RoomInspection: ...  # numpydoc ignore=GL08


def inspect(sound: Recording | Iterable[Recording]) -> Inspection | RoomInspection:
    """Look for what would spoil a session.

    Parameters
    ----------
    sound : Recording or iterable of Recording
        One recording, or a room.

    Returns
    -------
    Inspection or RoomInspection
        Printed, it says what to fix; a room's says what to record as well.
    """
    if isinstance(sound, Recording):
        return _inspect(sound)
    recordings = tuple(sound)
    return RoomInspection(tuple(map(_inspect, recordings)), take_stock(recordings))


def _inspect(recording: Recording) -> Inspection:
    findings = _run(MISREAD, recording) or _run(ENCODING + WAVEFORM + SPECTRUM, recording)
    return Inspection(
        recording.name,
        recording.kind,
        recording.duration_ms,
        recording.rate_hz,
        recording.source,
        level_dbfs(recording),
        tuple(sorted(findings, key=lambda finding: not finding.serious)),
    )


def _run(checks: tuple[Check, ...], recording: Recording) -> list[Finding]:
    return [finding for check in checks if (finding := check(recording)) is not None]
