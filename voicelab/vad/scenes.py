"""Scenes: conversations laid out by rule, with their ground truth.

A noise file played alone tells little: detectors behave differently between
spoken turns.  A scene therefore puts one speaker's labelled turns, in order
and with quiet gaps, over one noise that runs throughout at a stated SNR.
There is no random generator: gaps come from a fixed list, noise starts at
evenly spread offsets, so the same recordings give the same scenes everywhere.

A *quiet talker* is the same speaker some dB down over the same noise.  A long
conversation that somebody recorded and labelled counts as a scene as it is.

Sound is at 24 kHz, the service's rate; times are in ms.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import cycle, pairwise, product

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording, Span, Turn, resample
from voicelab.audio.labels import TURN_GAP_MS
from voicelab.vad.scene import SCENE_RATE_HZ, Scene
from voicelab.vad.scores import is_short

__all__ = ["is_conversation", "lay_out_turns", "scenes", "turns_joined"]

GAPS_MS = (3000.0, 4200.0, 3400.0, 5100.0, 3700.0)
MARGIN_MS = 200.0  # of the take's own sound around a turn: breath, room, release
FADE_MS = 20.0
LONG_TAKE_MS = 60_000.0
FEWEST_GAPS = 2


def scenes(
    recordings: Iterable[Recording],
    *,
    snr_db: Sequence[float] = (20.0, 10.0, 5.0),
    gains_db: Sequence[float] = (0.0,),
) -> tuple[Scene, ...]:
    """Lay out every speaker over every noise at every SNR.

    Long conversations (a minute, two gaps between turns) are added as they are.

    Parameters
    ----------
    recordings : iterable of Recording
        A room: labelled speech, and noise.  Speech without labels is refused;
        draft labels first.
    snr_db : sequence of float
        Signal-to-noise ratios of a talker at usual level.
    gains_db : sequence of float
        How loud they talk; 0 is usual, and (0, -6, -12) a ladder down to a
        quiet talker, whose noise stays where it is.

    Returns
    -------
    tuple of Scene
        Ordered by noise, SNR, gain and speaker.

    Raises
    ------
    ValueError
        If there is no labelled speech, no noise, or no SNR.
    """
    takes = tuple(recordings)
    speech = [take for take in takes if take.kind == "speech"]
    noises = [take for take in takes if take.kind not in ("speech", "echo")]
    unlabelled = [take.name for take in speech if take.turns is None]
    if unlabelled:
        raise ValueError(
            f"speech must be labelled to be laid out, got none for {', '.join(unlabelled)}; "
            "draft labels first: voicelab label FILE"
        )
    if not any(take.turns for take in speech):
        raise ValueError("scenes need at least one labelled turn of speech, got none; record some")
    if not noises:
        raise ValueError("scenes need at least one recording of noise, got none; record the room")
    if not snr_db or not gains_db:
        raise ValueError("snr_db and gains_db must name at least one level each, got none")
    conversations = [(lay_out_turns(take), is_conversation(take)) for take in speech if take.turns]
    levels = [
        (noise, float(ratio), float(gain))
        for noise, ratio, gain in product(noises, snr_db, gains_db)
    ]
    total = len(conversations) * len(levels)
    laid = tuple(
        # Spread over the noise, so that no two scenes hear the same stretch first.
        Scene(conversation, noise, ratio, noise.duration_ms * index / total, gain, conversed)
        for index, ((noise, ratio, gain), (conversation, conversed)) in enumerate(
            product(levels, conversations)
        )
    )
    long = [take for take in speech if take.duration_ms >= LONG_TAKE_MS and is_conversation(take)]
    whole = [resample(take, SCENE_RATE_HZ) for take in long]
    return laid + tuple(Scene(take, take, math.nan, conversational=True) for take in whole)


def is_conversation(take: Recording, *, turn_gap_ms: float = TURN_GAP_MS) -> bool:
    """Tell whether a take's turns were spoken as turns: with gaps between, and pauses within.

    Only such takes can tell how long a silence ends a turn.

    Parameters
    ----------
    take : Recording
        Labelled.
    turn_gap_ms : float >= 0
        What counts as a gap.

    Returns
    -------
    bool
        True with at least two gaps, and a turn that holds a pause.
    """
    turns = take.turns or ()
    gaps_ms = [later.start_ms - turn.end_ms for turn, later in pairwise(turns)]
    pauses = any(len(turn.spans) > 1 for turn in turns)
    return pauses and sum(gap >= turn_gap_ms for gap in gaps_ms) >= FEWEST_GAPS


def lay_out_turns(take: Recording) -> Recording:
    """Put a take's turns one after the other with gaps, at the service's rate.

    The take's short spans (at most 700 ms) are added once more as turns of
    their own, named ``short``: they stand in for one-word answers where nobody
    recorded any.  A take that has turns that short gets none added.

    Parameters
    ----------
    take : Recording
        With at least one turn.

    Returns
    -------
    Recording
        Silence between the turns; labelled.
    """
    take = resample(take, SCENE_RATE_HZ)
    gaps = cycle(np.zeros(round(ms * SCENE_RATE_HZ / 1000), np.float32) for ms in GAPS_MS)
    spans = sorted(span for turn in take.turns or () for span in turn.spans)
    pieces: list[NDArray[np.float32]] = []
    placed: list[Turn] = []
    laid_samples = 0
    for turn in _with_short_turns(take.turns or ()):
        cut, begin_ms = _cut(take, turn, spans)
        gap = next(gaps)
        pieces += [gap, cut]
        laid_samples += gap.size
        placed.append(turn.shifted(1000 * laid_samples / SCENE_RATE_HZ - begin_ms))
        laid_samples += cut.size
    pieces.append(next(gaps))
    return replace(take, samples=np.concatenate(pieces), turns=tuple(placed))


def turns_joined(take: Recording) -> Recording:
    """Put a take's turns one after the other without gaps: somebody who talks on and on.

    Parameters
    ----------
    take : Recording
        Where nothing is labelled, the whole of it is kept.

    Returns
    -------
    Recording
        At the service's rate, without labels.
    """
    take = resample(take, SCENE_RATE_HZ)
    spans = sorted(span for turn in take.turns or () for span in turn.spans)
    pieces = [_cut(take, turn, spans)[0] for turn in take.turns or ()]
    samples = np.concatenate(pieces) if pieces else take.samples
    return Recording(samples, SCENE_RATE_HZ, take.name, take.kind)


def _with_short_turns(turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    if any(is_short(turn) for turn in turns):
        return turns
    words = (Turn((span,), "short") for turn in turns for span in turn.spans)
    return turns + tuple(word for word in words if is_short(word))


def _cut(take: Recording, turn: Turn, spans: list[Span]) -> tuple[NDArray[np.float32], float]:
    """Cut a turn out with a margin that never reaches into a neighbour's speech."""
    before_ms = max((end for _, end in spans if end <= turn.start_ms), default=0.0)
    after_ms = min((start for start, _ in spans if start >= turn.end_ms), default=take.duration_ms)
    lead_ms = min(MARGIN_MS, (turn.start_ms - before_ms) / 2)
    tail_ms = max(0.0, min(MARGIN_MS, (after_ms - turn.end_ms) / 2))
    begin = round((turn.start_ms - lead_ms) * SCENE_RATE_HZ / 1000)
    end = min(round((turn.end_ms + tail_ms) * SCENE_RATE_HZ / 1000), take.samples.size)
    cut = take.samples[begin:end].copy()
    # Fades stay inside the margins: the labelled speech keeps its level.
    for edge, margin_ms in ((cut, lead_ms), (cut[::-1], tail_ms)):
        fade = round(min(FADE_MS, margin_ms) * SCENE_RATE_HZ / 1000)
        edge[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    return cut, 1000 * begin / SCENE_RATE_HZ
