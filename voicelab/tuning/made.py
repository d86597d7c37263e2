"""Made and Target: when a config was made, and what for."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self

from voicelab.profiles import PROFILES
from voicelab.tuning.error import TuningError, shown
from voicelab.tuning.fields import Moment, Version, Word
from voicelab.version import __version__

__all__ = ["Made", "Target"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """When, and by which voicelab.

    Attributes
    ----------
    at : datetime or None
        In UTC, to the second; ``None`` where nobody told.
    voicelab : str
        The version.

    Raises
    ------
    ValueError
        If the time has no time zone.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    at: Moment | None = None
    voicelab: Version

    def __post_init__(self) -> None:
        if self.at is not None:
            if self.at.tzinfo is None:
                raise ValueError(
                    f"at must name its time zone, got {self.at}; pass datetime.now(UTC)"
                )
            object.__setattr__(self, "at", self.at.astimezone(UTC).replace(microsecond=0))

    @classmethod
    def here(cls, at: datetime | None = None) -> Self:
        """Note that this voicelab makes a config.

        Parameters
        ----------
        at : datetime or None
            Now, with its time zone.

        Returns
        -------
        Made
            With the version of this voicelab.
        """
        return cls(at=at, voicelab=__version__)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What the values are meant for.

    Attributes
    ----------
    profile : str
        The profile whose defaults hold where nothing else was settled.
    api_version : str or None
        The profile's; ``None`` where the service has no versions.

    Raises
    ------
    TuningError
        If there is no such profile, or its defaults belong to another version.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    profile: Word
    api_version: Version | None

    def __post_init__(self) -> None:
        known = PROFILES.get(self.profile)
        if known is None:
            raise TuningError(
                f"must be one of {', '.join(PROFILES)}, got {shown(self.profile)}",
                path="/target/profile",
            )
        if self.api_version != known.api_version:
            raise TuningError(
                f"must be {shown(known.api_version)}, which the defaults of {known.name} "
                f"belong to, got {shown(self.api_version)}",
                path="/target/api_version",
            )
