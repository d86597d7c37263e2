"""Tuning: every tuned value with its origin and its evidence, as one document.

Values are plain, with wire names and units in the keys.  Origin and evidence
stand beside them: a value whose path is not in ``origin`` is its profile's
default, and one that differs from it without saying why was set by hand.

Nothing here reads a clock: it is told when a config was made.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from voicelab.audio import Capture
from voicelab.filters import Node
from voicelab.jitter.player import Player
from voicelab.profiles import Profile, profile
from voicelab.tuning.capturing import CaptureDifference, capture_differences, stacked_suppressors
from voicelab.tuning.change import Change, HasSettings, changes
from voicelab.tuning.choice import Choice, join
from voicelab.tuning.document import (
    FORMAT,
    check_finite,
    parse,
    place,
    plain,
    unread,
    with_defaults,
    write,
)
from voicelab.tuning.error import UNKNOWN_KEY, TuningError, refusal
from voicelab.tuning.evidence import Evidence
from voicelab.tuning.fields import BY_TYPE, Place
from voicelab.tuning.made import Made, Target
from voicelab.tuning.origin import Origin, settled
from voicelab.tuning.store import read_text, write_text
from voicelab.tuning.text import describe
from voicelab.vad.semantic import AnyTurnDetection
from voicelab.wire.enhancement import Enhancement
from voicelab.wire.session import SessionSettings

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["Tuning", "adapter"]


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """Every tuned value with its origin and its evidence.

    Made by :meth:`from_profile`, :meth:`of`, :meth:`from_json` or :meth:`load`
    and changed by :meth:`with_value`; each of them checks the whole document.

    Attributes
    ----------
    made : Made
        When, and by which voicelab.
    target : Target
        The profile and api-version that it is meant for.
    filters : tuple of filters
        In front of the microphone, in order.
    enhancement : Enhancement
        What the service does to the sound before it listens.
    turn_detection : TurnDetection, AzureSemanticVad, SemanticVad or None
        The service's settings; ``None`` is push-to-talk.
    player : Player
        How the page plays.
    session : SessionSettings
        How the client keeps a session alive.
    origin : mapping of str to Origin
        By a value's JSON pointer, who settled it.
    evidence : Evidence
        What stands behind it.
    format : "voicelab-tuning/1"
        The document's format.

    Raises
    ------
    TuningError
        If an origin contradicts the values or the evidence.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    format: Literal["voicelab-tuning/1"] = FORMAT
    made: Made
    target: Target
    filters: tuple[Annotated[Node, BY_TYPE], ...]
    enhancement: Enhancement
    turn_detection: Annotated[AnyTurnDetection, BY_TYPE] | None
    player: Player
    session: SessionSettings
    origin: Mapping[Place, Origin] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=Evidence)

    def __post_init__(self) -> None:
        origin = settled(self.origin, settings=self, base=self.profile, evidence=self.evidence)
        object.__setattr__(self, "origin", origin)

    def __hash__(self) -> int:
        return hash(self.digest())

    def __str__(self) -> str:
        return describe(self, self.profile)

    @property
    def profile(self) -> Profile:
        """The profile that the values start from."""
        return profile(self.target.profile)

    def origin_of(self, path: str) -> Origin | None:
        """Say who settled a value.

        Parameters
        ----------
        path : str
            The value's JSON pointer.

        Returns
        -------
        Origin or None
            Its own or its section's; ``None`` is the profile's default.
        """
        return self.origin.get(path) or self.origin.get(path.rpartition("/")[0])

    @classmethod
    def from_profile(cls, name: str, *, at: datetime | None = None) -> "Tuning":
        """Start from a profile's defaults.

        Parameters
        ----------
        name : str
            One of :data:`voicelab.profiles.PROFILES`.
        at : datetime or None
            Now, with its time zone.

        Returns
        -------
        Tuning
            Without origin and evidence.

        Raises
        ------
        ValueError
            If there is no such profile, or ``at`` names no time zone.
        """
        base = profile(name)
        return cls(
            made=Made.here(at),
            target=Target(profile=base.name, api_version=base.api_version),
            filters=base.filters,
            enhancement=base.enhancement,
            turn_detection=base.turn_detection,
            player=base.player,
            session=base.session,
        )

    @classmethod
    def of(
        cls,
        turns: Choice | None = None,
        buffer: Choice | None = None,
        *,
        profile: str,
        at: datetime | None = None,
    ) -> "Tuning":
        """Join what was chosen for turn detection and for playback.

        Parameters
        ----------
        turns : Choice or None
            Turn detection's choice; ``None`` leaves the profile's defaults.
        buffer : Choice or None
            Playback's choice; ``None`` leaves the profile's defaults.
        profile : str
            The profile that both started from.
        at : datetime or None
            Now, with its time zone.

        Returns
        -------
        Tuning
            With an origin for every value that was looked at.

        Raises
        ------
        TuningError
            If a choice names a value that is not there, or holds anything
            that a document may not.
        """
        document = plain(cls.from_profile(profile, at=at))
        join(document, turns, by="turns")
        join(document, buffer, by="buffer")
        return cls._from_document(document)

    @classmethod
    def from_json(cls, text: str) -> "Tuning":
        """Read a document.

        A setting that the text leaves out is the profile's default.

        Parameters
        ----------
        text : str
            JSON text.

        Returns
        -------
        Tuning
            Checked to the last key.

        Raises
        ------
        TuningError
            If anything in the text is not as it must be.
        """
        return cls._from_document(with_defaults(parse(text)))

    @classmethod
    def _from_document(cls, document: Mapping[str, Any]) -> "Tuning":
        from pydantic import ValidationError

        check_finite(document)
        try:
            # As text, because only there does strict reading know lists and objects.
            tuning = adapter().validate_json(write(document, canonical=True), strict=True)
        except ValidationError as error:
            raise refusal(error) from None
        for path in unread(document, tuning):
            raise TuningError(UNKNOWN_KEY, path=path)
        return tuning

    def to_json(self) -> str:
        """Write the document.

        Returns
        -------
        str
            JSON text that :meth:`from_json` reads back to an equal Tuning.

        Raises
        ------
        TuningError
            If it holds anything that a document may not.
        """
        document = plain(self)
        self._from_document(document)
        return write(document)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Tuning":
        """Read a config file.

        Parameters
        ----------
        path : path
            Where it is.

        Returns
        -------
        Tuning
            Checked to the last key.

        Raises
        ------
        TuningError
            If there is no such file, or anything in it is not as it must be.
        """
        text = read_text(path)
        try:
            return cls.from_json(text)
        except TuningError as error:
            file = os.fspath(path)
            raise TuningError(error.sentence, path=error.path, file=file) from None

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a config file, whole or not at all.

        Parameters
        ----------
        path : path
            Where; its folder must exist.

        Raises
        ------
        TuningError
            If it cannot be written; what was there stays, nothing is left
            behind.
        """
        write_text(self.to_json(), path)

    def with_value(self, path: str, value: object) -> "Tuning":
        """Set one value, or one whole section, by hand.

        Where that makes it differ from the profile's default its origin
        becomes ``set_by_hand``; where it does not, it has none.

        Parameters
        ----------
        path : str
            JSON pointer of a value (``/turn_detection/threshold``,
            ``/filters/0``) or of a section (``/filters``, ``/player``).
        value : object
            The value, or the section's settings object; ``None`` for
            ``/turn_detection`` is push-to-talk.

        Returns
        -------
        Tuning
            The changed copy; evidence is kept as it was measured.

        Raises
        ------
        TuningError
            If there is no such value, or it cannot be this.
        """
        document = plain(self)
        place(document, path, plain(value))
        document["origin"] = {
            each: origin
            for each, origin in document["origin"].items()
            if not (each == path or each.startswith(path + "/") or path.startswith(each + "/"))
        }
        return self._from_document(document)

    def stamped(self, at: datetime) -> "Tuning":
        """Note when, and by this voicelab, it was made.

        Parameters
        ----------
        at : datetime
            Now, with its time zone.

        Returns
        -------
        Tuning
            The same values.
        """
        return replace(self, made=Made.here(at))

    def changes(self, since: HasSettings | None = None) -> tuple[Change, ...]:
        """List the values that differ from another's.

        Parameters
        ----------
        since : Profile, Tuning or None
            What to compare with; its own profile unless told.

        Returns
        -------
        tuple of Change
            Path, the other's value, this one's value.
        """
        return changes(self.profile if since is None else since, self)

    def capture_differences(self, now: Capture) -> tuple[CaptureDifference, ...]:
        """Say how a microphone differs from those of the recordings; empty where it does not.

        Parameters
        ----------
        now : Capture
            The microphone's settings, as the browser tells them.
        """
        return capture_differences(self.evidence, now)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Where the service would do again what the recordings' browser had done."""
        captures = (each.capture for each in self.evidence.recordings)
        return stacked_suppressors(self.enhancement, captures)

    def digest(self) -> str:
        """Give the fingerprint of values, origin and evidence.

        Returns
        -------
        str
            SHA-256 of the canonical JSON text without ``made``.
        """
        document = {key: part for key, part in plain(self).items() if key != "made"}
        return hashlib.sha256(write(document, canonical=True).encode()).hexdigest()


@cache
def adapter() -> "TypeAdapter[Tuning]":
    """Give the document's validator.

    Returns
    -------
    pydantic.TypeAdapter
        Made once; pydantic is only loaded here.
    """
    from pydantic import TypeAdapter

    return TypeAdapter(Tuning)
