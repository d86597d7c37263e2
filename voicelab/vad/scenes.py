"""Scenes: conversations laid out by rule, with their ground truth.

A noise file played alone tells little: detectors behave differently between
spoken turns.  A scene therefore puts one speaker's labelled turns, in order
and with quiet gaps, over one noise that runs throughout at a stated SNR.
There is no random generator: gaps come from a fixed list, noise starts at
evenly spread offsets, so the same recordings give the same scenes everywhere.

Sound is at 24 kHz, the service's rate; times are in ms.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, product

import numpy as np
from numpy.typing import NDArray

from voicelab.audio import Recording, Span, Turn, mix, resample
from voicelab.vad.scores import is_short

__all__ = ["SCENE_RATE_HZ", "Scene", "lay_out_turns", "scenes"]

SCENE_RATE_HZ = 24_000
GAPS_MS = (3000.0, 4200.0, 3400.0, 5100.0, 3700.0)
MARGIN_MS = 200.0  # of the take's own sound around a turn: breath, room, release
FADE_MS = 20.0


@dataclass(frozen=True, eq=False)
class Scene:
    """A conversation over noise: mixed when it is asked for, so that hours cost no memory.

    Attributes
    ----------
    conversation : Recording
        The labelled turns with silence between them, at 24 kHz.
    noise : Recording
        What lies underneath, from ``offset_ms`` on, repeated if it must be.
    snr_db : float
        Speech level over spans above noise level over its clip.
    offset_ms : float >= 0
        Where in the noise the scene begins.
    """

    conversation: Recording
    noise: Recording
    snr_db: float
    offset_ms: float

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The ground truth."""
        return self.conversation.turns or ()

    @property
    def duration_ms(self) -> float:
        """Length of the scene."""
        return self.conversation.duration_ms

    def recording(self) -> Recording:
        """Mix the scene.

        Returns
        -------
        Recording
            The mixture at 24 kHz; its turns are the truth.
        """
        return mix(self.conversation, self.noise, snr_db=self.snr_db, offset_ms=self.offset_ms)


def scenes(
    recordings: Iterable[Recording], *, snr_db: Sequence[float] = (20.0, 10.0, 5.0)
) -> tuple[Scene, ...]:
    """Lay out every speaker over every noise at every SNR.

    Parameters
    ----------
    recordings : iterable of Recording
        A room: labelled speech, and noise.  Speech without labels is refused;
        draft labels first.
    snr_db : sequence of float
        Signal-to-noise ratios.

    Returns
    -------
    tuple of Scene
        Ordered by noise, SNR and speaker.

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
    if not snr_db:
        raise ValueError("snr_db must name at least one ratio, got none")
    conversations = [lay_out_turns(take) for take in speech if take.turns]
    pairs = [(noise, float(ratio)) for noise in noises for ratio in snr_db]
    total = len(conversations) * len(pairs)
    return tuple(
        # Spread over the noise, so that no two scenes hear the same stretch first.
        Scene(conversation, noise, ratio, noise.duration_ms * index / total)
        for index, ((noise, ratio), conversation) in enumerate(product(pairs, conversations))
    )


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
