"""Echo as a kind of noise: the agent's own voice comes back into the microphone.

An agent talks on; a small room returns its voice some dB down and some time
late, while the user is silent, and while the user barges in.  What the
detector then calls speech is a *self-trigger*, and counts per minute of agent
speech; a turn that it loses is a missed barge-in.

The room is a box with plain walls, its response the sum of its image sources
[1]_: no random generator, so it is the same everywhere.  Levels are in dB
below the agent's own, which is the user's: -26 dBFS.

An echo that somebody recorded has been through a room, and through whatever
the browser took out of it: it is laid under the user as it came back.

References
----------
.. [1] J. Allen and D. Berkley, Image method for efficiently simulating
   small-room acoustics, 1979.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording, level_dbfs
from voicelab.vad.scene import SCENE_RATE_HZ, Scene
from voicelab.vad.scenes import lay_out_turns, turns_joined

__all__ = ["ADVICE", "BY_RULE", "echo_scenes", "returned", "room_response"]

ADVICE = "echo cancellation, headphones or push-to-talk"
BY_RULE = " echo"  # ends the name of an echo that nobody recorded

SOUND_M_PER_S = 343.0
ROOM_M = (4.0, 3.0, 2.5)
LOUDSPEAKER_M = (1.2, 1.1, 0.9)
MICROPHONE_M = (1.7, 1.6, 1.1)
REFLECTED = 0.85  # of the amplitude, at each wall
ORDER = 40  # images to either side along each axis


def room_response(rate_hz: int = SCENE_RATE_HZ) -> NDArray[np.float64]:
    """Give what a small room makes of one click.

    Parameters
    ----------
    rate_hz : int
        Sample rate.

    Returns
    -------
    ndarray, shape (n,)
        Impulse response of unit energy; the direct sound comes first.
    """
    axes = []
    for size, source, ear in zip(ROOM_M, LOUDSPEAKER_M, MICROPHONE_M, strict=True):
        image = np.arange(-ORDER, ORDER + 1)
        mirrored = np.where(image % 2, size - source, source) + image * size
        axes.append((mirrored - ear, REFLECTED ** np.abs(image)))
    (x, gain_x), (y, gain_y), (z, gain_z) = axes
    away_m = np.sqrt(x[:, None, None] ** 2 + y[:, None] ** 2 + z**2)
    gain = gain_x[:, None, None] * gain_y[:, None] * gain_z / away_m
    arrival = np.rint((away_m - away_m.min()) / SOUND_M_PER_S * rate_hz).astype(int)
    response = np.bincount(arrival.ravel(), weights=gain.ravel())
    return np.asarray(response / np.sqrt(np.sum(response**2)))


def returned(agent: Recording, *, delay_ms: float) -> Recording:
    """Let an agent's speech come back through the room.

    Parameters
    ----------
    agent : Recording
        Speech; with labels its turns follow each other without gaps.
    delay_ms : float >= 0
        How late it comes back.

    Returns
    -------
    Recording
        Echo at 24 kHz, as long as the speech: it comes round.
    """
    from scipy.fft import irfft, rfft

    dry = turns_joined(agent).samples.astype(np.float64)
    response = room_response()
    # Round: an agent who talks on has no first echo, and no last.
    folded = np.zeros(dry.size)
    np.add.at(folded, np.arange(response.size) % dry.size, response)
    wet = irfft(rfft(dry) * rfft(folded), n=dry.size)
    late = np.roll(wet, round(delay_ms * SCENE_RATE_HZ / 1000))
    return replace(
        agent,
        samples=late.astype(np.float32),
        rate_hz=SCENE_RATE_HZ,
        name=f"{agent.name}{BY_RULE}",
        kind="echo",
        turns=None,
        labels=None,
        labels_sha256=None,
        unique_ms=min(agent.unique_ms, 1000 * dry.size / SCENE_RATE_HZ),
    )


def echo_scenes(
    agent: Recording,
    speech: Iterable[Recording],
    *,
    return_db: Sequence[float] = (-15.0, -25.0, -35.0),
    delays_ms: Sequence[float] = (80.0, 160.0, 250.0),
) -> tuple[Scene, ...]:
    """Lay out an agent that hears itself, with a silent user and with users who barge in.

    Parameters
    ----------
    agent : Recording
        Whose speech comes back; of kind ``echo`` it has come back already, and is
        taken as it is.
    speech : iterable of Recording
        Labelled takes of users.
    return_db : sequence of float
        Level of the echo against the agent's own.  A recorded echo has its own
        level against users whom the same microphone heard, and then only that.
    delays_ms : sequence of float
        How late it comes back; each level takes the next.

    Returns
    -------
    tuple of Scene
        Of kind ``echo``; for each level the silent user first.

    Raises
    ------
    ValueError
        If no take holds a labelled turn, or a level is positive.
    """
    takes = [take for take in speech if take.turns]
    if not takes:
        raise ValueError("echo scenes need at least one labelled turn of a user, got none")
    if not return_db or max(return_db) > 0:
        raise ValueError(f"return_db must name levels of 0 dB and below, got {tuple(return_db)}")
    came_back = agent.kind == "echo"
    echoes = {delay: agent if came_back else returned(agent, delay_ms=delay) for delay in delays_ms}
    users = [lay_out_turns(take) for take in takes]
    longest = max(user.samples.size for user in users)
    nobody = Recording(np.zeros(longest, np.float32), SCENE_RATE_HZ, "nobody", "speech", turns=())
    own = [take for take in takes if came_back and _captured_alike(take, agent)]
    ladder = (
        [_own_below_db(agent, takes, own)]
        if own
        else [[-float(level)] * (1 + len(users)) for level in return_db]
    )
    laid = [
        Scene(user, echoes[delay], apart_db)
        for below_db, delay in zip(ladder, cycle(delays_ms), strict=False)
        for user, apart_db in zip((nobody, *users), below_db, strict=True)
    ]
    total = len(laid)
    return tuple(
        replace(scene, offset_ms=scene.noise.duration_ms * index / total)
        for index, scene in enumerate(laid)
    )


def _own_below_db(
    echo: Recording, takes: Sequence[Recording], own: Sequence[Recording]
) -> list[float]:
    """Say how far an echo lies below nobody and each user; only its own are told apart."""
    apart_db = {id(take): level_dbfs(take) - level_dbfs(echo) for take in own}
    usual_db = sorted(apart_db.values())[len(own) // 2]
    return [usual_db, *(apart_db.get(id(take), usual_db) for take in takes)]


def _captured_alike(one: Recording, other: Recording) -> bool:
    if one.capture is None or other.capture is None:
        return False
    return replace(one.capture, lost_ms=None) == replace(other.capture, lost_ms=None)
