"""Autotune: a room and a profile in, a tuned config with its evidence out.

Every detector family is swept and shown; one of them, the *detector*, decides.
What the room lacks is said: a missing side (speech, or noise) is borrowed from
the bundled room, missing arrivals leave the player as it is.

Beside the usual scenes there are two more kinds.  A *quiet talker* speaks the
same turns 6 and 12 dB down, over the first take of each kind of noise at its
softest.  An *agent* hears its own voice come back: as the room's takes of kind
echo have it, or, without any, two bundled speakers by rule.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from voicelab import samples
from voicelab.audio import Recording
from voicelab.filters import HighPass, joined
from voicelab.jitter import Arrivals, BufferChoice, smallest_buffer
from voicelab.profiles import Profile, profile
from voicelab.room import Room
from voicelab.tuning import Tuning
from voicelab.vad import (
    DETECTORS,
    Budget,
    Choice,
    Detector,
    Grid,
    Scene,
    Setting,
    Sweep,
    TurnDetection,
    echo_scenes,
    scenes,
    sweep,
)

__all__ = ["Autotuned", "autotune"]

SNR_DB = (20.0, 10.0, 5.0)
PROPOSED_FILTERS = (None, HighPass(80), HighPass(120))
SPEECH_DURATIONS_MS = (0, 80, 200, 300)
QUIET_DB = (-6.0, -12.0)
AGENTS = ("speech_female_librivox_sonnet", "speech_female_ljspeech")
FEWEST_ANSWERS = 9


@dataclass(frozen=True, eq=False)
class Autotuned:
    """Everything that a verdict card, a report or a notebook wants to show.

    Attributes
    ----------
    room : Room
        What was measured on, borrowed takes included.
    profile : Profile
        What it started from.
    sweep : Sweep
        All families.
    choices : dict from str to Choice
        By detector.
    detector : str
        The one that decides.
    buffers : dict from str to BufferChoice
        By name of the arrivals.
    buffer : BufferChoice or None
        The one that decides: the largest; ``None`` without enough arrivals.
    tuning : Tuning
        The config.
    remarks : tuple of str
        What was borrowed, drafted or left out.
    """

    room: Room
    profile: Profile
    sweep: Sweep
    choices: dict[str, Choice]
    detector: str
    buffers: dict[str, BufferChoice]
    buffer: BufferChoice | None
    tuning: Tuning
    remarks: tuple[str, ...]

    @property
    def choice(self) -> Choice:
        """What the deciding detector chose."""
        return self.choices[self.detector]


def autotune(
    room: Room,
    *,
    profile_name: str = "voice-live-2026-07-15",
    detector: str = "silero",
    detectors: Sequence[str | Detector] = tuple(DETECTORS),
    false_triggers_per_min: float = 1.0,
    missed_short_turns: float = 0.10,
    at: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Autotuned:
    """Tune turn detection, filter and playback on a room.

    Parameters
    ----------
    room : Room
        Recordings, and arrivals if there are any.
    profile_name : str
        What to start from.
    detector : str
        Whose activity decides.
    detectors : sequence of str or Detector
        Families to show beside; ``detector`` must be among them.
    false_triggers_per_min : float > 0
        Budget on each kind of noise.
    missed_short_turns : float in (0, 1)
        Budget of turns missed under each kind of noise.
    at : datetime or None
        Now, with its time zone.
    progress : callable or None
        Called with cells done and cells in all.

    Returns
    -------
    Autotuned
        With a config, however few the data were.

    Raises
    ------
    ValueError
        If the profile or detector is unknown, or nothing audible was given.
    """
    # Asked first: nobody should wait for a sweep to be told of a slip of the pen.
    budget = Budget(
        false_triggers_per_min=false_triggers_per_min, missed_short_turns=missed_short_turns
    )
    base = profile(profile_name)
    names = [each if isinstance(each, str) else each.name for each in detectors]
    if detector not in names:
        raise ValueError(f"detector must be one of {', '.join(names)}, got {detector!r}")
    room, remarks = _completed(room)
    start = _setting(base, detector)
    guide = _setting(profile("guide"), detector)
    grid = _grid(start.turn_detection, guide.turn_detection)
    filters = tuple(dict.fromkeys([*PROPOSED_FILTERS, start.filter, guide.filter]))
    swept = sweep(
        _laid_out(room),
        filters=filters,
        detectors=detectors,
        grid=grid,
        prefix_padding_ms=start.turn_detection.prefix_padding_ms,
        progress=progress,
    )
    choices = {
        name: swept.choose(
            start=replace(start, detector=name),
            guide=replace(guide, detector=name),
            filters=tuple(dict.fromkeys([*PROPOSED_FILTERS, start.filter])),
            false_triggers_per_min=budget.false_triggers_per_min,
            missed_short_turns=budget.missed_short_turns,
        )
        for name in names
    }
    buffers, refused = _buffers(room.arrivals, base)
    buffer = max(buffers.values(), key=lambda each: each.start_ms, default=None)
    tuning = Tuning.of(choices[detector], buffer, profile=base.name, at=at)
    return Autotuned(
        room=room,
        profile=base,
        sweep=swept,
        choices=choices,
        detector=detector,
        buffers=buffers,
        buffer=buffer,
        tuning=tuning,
        remarks=(*remarks, *refused),
    )


def _laid_out(room: Room) -> tuple[Scene, ...]:
    usual = scenes(room, snr_db=SNR_DB)
    first = {kind: room.of_kind(kind)[0] for kind in {scene.noise.kind for scene in usual}}
    takes = [take for take in room if take.kind == "speech" or take is first.get(take.kind)]
    quiet = scenes(takes, snr_db=SNR_DB[:1], gains_db=QUIET_DB)
    return (*usual, *(scene for scene in quiet if scene.gain_db), *_echoes(room))


def _echoes(room: Room) -> Iterator[Scene]:
    """Let agents hear themselves; nobody barges in on their own voice."""
    speech = room.of_kind("speech")
    bundled = samples.room()
    for agent in room.of_kind("echo") or [bundled[name] for name in AGENTS]:
        users = [take for take in speech if take.fingerprint != agent.fingerprint]
        if users:
            yield from echo_scenes(agent, users)


def _completed(room: Room) -> tuple[Room, list[str]]:
    """Borrow what is missing, and say what is not a person's work."""
    remarks = []
    drafted = [take.name for take in room.of_kind("speech") if take.labels == "drafted"]
    if drafted:
        remarks.append(f"labels: drafted for {_listed(drafted)}; check them: voicelab label FILE")
    silent = [take.name for take in room.of_kind("speech") if not take.turns]
    if silent:
        remarks.append(f"no speech was found in {_listed(silent)}; left out")
    mute = [take.name for take in room.of_kind("echo") if not take.samples.any()]
    if mute:
        remarks.append(f"nothing came back in {_listed(mute)}; left out")
    usable = tuple(
        take for take in room if take.name not in mute and (take.kind != "speech" or take.turns)
    )
    for side, missing in (
        ("speech", not any(take.kind == "speech" for take in usable)),
        ("noise", not any(take.kind not in ("speech", "echo") for take in usable)),
    ):
        if missing:
            lent = [
                take for take in samples.room() if (take.kind == "speech") == (side == "speech")
            ]
            remarks.append(
                f"the room holds no {side}: borrowed from the bundled room; "
                "record your own before you believe the figures"
            )
            usable = (*usable, *lent)
    return replace(room, recordings=_apart(usable)), remarks


def _apart(takes: Sequence[Recording]) -> tuple[Recording, ...]:
    """Give borrowed takes a name of their own where one is taken."""
    named: dict[str, Recording] = {}
    for take in takes:
        name = take.name if take.name not in named else f"bundled {take.name}"
        named[name] = replace(take, name=name)
    return tuple(named.values())


def _setting(base: Profile, detector: str) -> Setting:
    return Setting(detector, base.turn_detection, joined(base.filters))


def _grid(*settings: TurnDetection) -> Grid:
    """Sweep every threshold, and hold the settings that are shown beside."""
    return Grid(
        thresholds=tuple(sorted({*Grid().thresholds, *(each.threshold for each in settings)})),
        speech_durations_ms=tuple(
            sorted({*SPEECH_DURATIONS_MS, *(each.speech_duration_ms for each in settings)})
        ),
        silences_ms=tuple(sorted({each.silence_duration_ms for each in settings})),
    )


def _buffers(
    arrivals: Sequence[Arrivals], base: Profile
) -> tuple[dict[str, BufferChoice], list[str]]:
    """Choose a buffer for each network apart, and say which arrivals were left out.

    The service's own pacing decides; other arrivals count only where there is
    nothing else.  Files that hold too few answers are pooled: they are taken
    for one network.
    """
    if not arrivals:
        return {}, ["no arrivals were recorded: the player stays as the profile has it"]
    same = [each for each in arrivals if each.pacing == base.pacing]
    used = same or list(arrivals)
    remarks = []
    if same and len(same) < len(arrivals):
        others = [each.name for each in arrivals if each.pacing != base.pacing]
        remarks.append(f"left out {_listed(others)}: {base.name} sends {base.pacing} audio")
    groups: dict[str, list[Arrivals]] = {}
    for each in used:
        alone = len(each.answers) >= FEWEST_ANSWERS
        groups.setdefault(each.name if alone else f"{each.pacing} files together", []).append(each)
    chosen = {}
    for name, group in groups.items():
        try:
            chosen[name] = smallest_buffer(group)
        except ValueError as error:
            remarks.append(f"{name}: {error}")
    return chosen, remarks


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)
