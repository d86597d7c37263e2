"""Profiles: dated defaults and limits of a service, and the guide's numbers.

A service changes its defaults with its api-version, and its papers disagree;
so every profile says when its sources were read, and every note where a fact
stands and of what day that paper is.  A profile never changes under its name:
a new default is a new profile.

``guide`` is the troubleshooting guide whose fixed numbers voicelab puts to
the test; the other profiles are what the services themselves write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from voicelab.filters import WEB_AUDIO_Q_DB, HighPass, Node
from voicelab.jitter import GUIDE_PLAYER, NO_BUFFER, Pacing, Player
from voicelab.vad.turn_detection import TurnDetection
from voicelab.wire.enhancement import Enhancement
from voicelab.wire.session import SessionSettings

__all__ = ["PROFILES", "Limits", "Note", "Profile", "profile"]

READ = date(2026, 11, 22)
NOT_ENHANCED = Enhancement()


class Note(NamedTuple):
    """One fact of a profile and where it stands.

    Attributes
    ----------
    fact : str
        A sentence.
    source : str
        The paper that says so.
    dated : date or None
        The day that the paper gives itself; ``None`` where it gives none.
    """

    fact: str
    source: str
    dated: date | None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the service cuts off; ``None`` where no paper names a limit.

    Attributes
    ----------
    session_s : float > 0
        Longest life of a session.
    connections_per_min : int or None
        New connections a minute.
    tokens_per_min : int or None
        Tokens a minute.
    concurrent_sessions : int or None
        Sessions at the same time.
    """

    session_s: float
    connections_per_min: int | None = None
    tokens_per_min: int | None = None
    concurrent_sessions: int | None = None


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What holds before anything is tuned.

    Attributes
    ----------
    name : str
        How a config and a command line refer to it.
    service : str
        The service in words.
    as_of : date
        When the sources were last read.
    api_version : str or None
        What the defaults belong to; ``None`` where the service has no versions.
    enhancement : Enhancement
        What the service does to the sound: nothing, unless it is asked.
    turn_detection : TurnDetection
        The service's, or the guide's, settings.
    filters : tuple of filters
        In front of the microphone, in order.
    player : Player
        How a page plays that nobody tuned.
    session : SessionSettings
        How the client keeps a session alive.
    limits : Limits
        What the service cuts off.
    detector : str or None
        The voice activity detector behind the threshold; ``None`` is unknown.
    pacing : {"burst", "paced"}
        How the service sends audio: faster than real time, or at it.
    notes : tuple of Note
        Where each of these facts stands.
    """

    name: str
    service: str
    as_of: date
    api_version: str | None
    turn_detection: TurnDetection
    filters: tuple[Node, ...]
    player: Player
    session: SessionSettings
    limits: Limits
    enhancement: Enhancement = NOT_ENHANCED
    detector: str | None = None
    pacing: Pacing = "burst"
    notes: tuple[Note, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.service}, read on {self.as_of}"


SAMPLES_PLAY_AT_ONCE = Note(
    "The service's own sample pages play without prefill.",
    "worklets of the published samples, state of March 2026",
    None,
)
FASTER_THAN_REAL_TIME = Note(
    "Answers arrive faster than real time.", "Azure OpenAI realtime audio how-to", date(2026, 3, 20)
)

GUIDE = Profile(
    name="guide",
    service="Azure Voice Live as a troubleshooting guide sets it up",
    as_of=READ,
    api_version="2026-07-15",
    turn_detection=TurnDetection(threshold=0.65, prefix_padding_ms=300, silence_duration_ms=450),
    filters=(HighPass(80, q_db=WEB_AUDIO_Q_DB),),
    player=GUIDE_PLAYER,
    session=SessionSettings(attempts=3, backoff_ms=(1500, 1500), rotate_before_s=60, resend_s=0),
    limits=Limits(session_s=600, tokens_per_min=100_000, concurrent_sessions=10),
    notes=(
        Note(
            "Threshold 0.65, silence 450 ms, prefix 300 ms against background noise.",
            "the guide on background noise",
            None,
        ),
        Note(
            "It says nothing of speech_duration_ms, which stays at the service's default "
            "of 200 ms; it names no api-version, so today's is taken.",
            "the guide on background noise",
            None,
        ),
        Note(
            "It sets the high-pass to 80 Hz and leaves Q at Web Audio's default of 1 dB.",
            "the guide on background noise",
            None,
        ),
        Note(
            "480 samples of prefill, 20 ms at 24 kHz; a shorter rest waits for the next answer.",
            "the guide on choppy playback",
            None,
        ),
        Note(
            "Three attempts, 1500 ms apart; no user audio is kept to be sent again.",
            "the guide on dropped connections",
            None,
        ),
        Note(
            "Sessions end after 10 minutes; it rotates at 9.", "the guide on session length", None
        ),
        Note(
            "10 sessions at a time, 100,000 tokens a minute; no limit on new connections.",
            "the guide on quotas",
            None,
        ),
    ),
)

VOICE_LIVE = Profile(
    name="voice-live-2026-07-15",
    service="Azure Voice Live",
    as_of=READ,
    api_version="2026-07-15",
    turn_detection=TurnDetection(
        threshold=0.5, prefix_padding_ms=400, silence_duration_ms=500, speech_duration_ms=200
    ),
    filters=(),
    player=NO_BUFFER,
    session=SessionSettings(),
    limits=Limits(session_s=3600, connections_per_min=30, tokens_per_min=100_000),
    notes=(
        Note(
            "server_vad: threshold 0.5, prefix 400 ms, silence 500 ms, speech 200 ms; "
            "before api-version 2026-04-10 the prefix was 300 ms.",
            "Voice Live API reference 2026-07-15",
            date(2026, 9, 24),
        ),
        Note(
            "At most 60 minutes a session, 30 new connections a minute.",
            "Azure Speech quotas and limits",
            date(2026, 1, 30),
        ),
        Note(
            "100,000 tokens a minute; the older quotas page says 120,000.",
            "Voice Live FAQ",
            date(2026, 3, 31),
        ),
        Note(
            "No limit on concurrent sessions and no idle timeout is documented; which detector "
            "stands behind the threshold neither.",
            "Voice Live API reference 2026-07-15",
            date(2026, 9, 24),
        ),
        FASTER_THAN_REAL_TIME,
        SAMPLES_PLAY_AT_ONCE,
    ),
)

OPENAI_REALTIME = Profile(
    name="openai-realtime-2026",
    service="OpenAI Realtime, generally available dialect",
    as_of=READ,
    api_version=None,
    turn_detection=TurnDetection(
        threshold=0.5, prefix_padding_ms=300, silence_duration_ms=500, speech_duration_ms=0
    ),
    filters=(),
    player=NO_BUFFER,
    session=SessionSettings(),
    limits=Limits(session_s=3600),
    notes=(
        Note(
            "server_vad: threshold 0.5, prefix 300 ms, silence 500 ms; there is no "
            "speech_duration_ms, so any burst may start a turn: 0 ms; no idle_timeout_ms "
            "unless one is sent.",
            "openai 3.54.0, realtime types",
            READ,
        ),
        Note(
            "60 minutes a session; it was 15, then 30.",
            "Azure OpenAI realtime audio how-to",
            date(2026, 3, 20),
        ),
        FASTER_THAN_REAL_TIME,
        SAMPLES_PLAY_AT_ONCE,
    ),
)

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {each.name: each for each in (GUIDE, OPENAI_REALTIME, VOICE_LIVE)}
)


def profile(name: str) -> Profile:
    """Find a profile by its name.

    Parameters
    ----------
    name : str
        One of :data:`PROFILES`.

    Returns
    -------
    Profile
        The same object each time.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    try:
        return PROFILES[name]
    except (KeyError, TypeError):
        raise ValueError(
            f"profile must be one of {', '.join(PROFILES)}, got {str(name)[:40]!r}"
        ) from None
