"""Scores of one kind of noise, added up over its scenes; arrays over settings.

Kinds are never pooled: a setting that is right for a fan may be wrong for a
keyboard.  A turn that no setting hears tells nothing about any of them: it is
counted, and set apart where settings are held to a budget.  Not so if more than
half of all turns are unheard, or every short one: then not the words are faint,
but the detector is deaf.

The same minute of noise, heard under several speakers and at
several SNRs, is one minute of exposure; the same word over several noises is
one word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from voicelab.vad.intervals import Estimate, rate_per_min, share
from voicelab.vad.scene import Scene
from voicelab.vad.scores import SceneScores
from voicelab.vad.serving import COLLAR_BEFORE_MS

__all__ = ["KindScores"]

MOST = 0.5


@dataclass(frozen=True, eq=False)
class KindScores:
    """Both sides of every setting over one kind of noise.

    Attributes
    ----------
    false_triggers : ndarray, shape (settings,)
        Starts on noise, over all scenes.
    at_risk_s : ndarray, shape (settings,)
        Time in which they could have happened, over all scenes.
    exposure_s : float
        Distinct seconds of this noise.
    falsely_open_share : ndarray, shape (settings,)
        Share of the time without speech in which a turn was open, hangover left out.
    early_opens, never_closed, cut : ndarray, shape (settings,)
        Counts over all scenes.
    cut_share : ndarray, shape (settings,)
        Share of the turns of recorded conversations that were cut in two; NaN without any.
    conversed : int
        Distinct turns of recorded conversations.
    missed, missed_short : ndarray, shape (settings,)
        Share of the labelled turns, and of the short ones, that were missed.
    turns, short_turns : int
        Distinct labelled turns, and short ones among them.
    unheard_share, unheard_short_share : float
        Share of them that no setting hears; 0 where the detector is deaf.
    missed_speech_share : ndarray, shape (settings,)
        Share of the labelled speech that is in no turn's audio.
    clipped_share : ndarray, shape (settings,)
        Share of the heard turns that lost more than the label's own error at the start.
    clipped_p95_ms, clipped_from_onset_p95_ms : ndarray, shape (settings,)
        95th percentile of the speech lost, with the prefix anchored at the
        detection and at the onset.
    latency_ms : ndarray, shape (settings,)
        Median time from the end of speech to the stop.
    """

    false_triggers: NDArray[np.int64]
    at_risk_s: NDArray[np.float64]
    exposure_s: float
    falsely_open_share: NDArray[np.float64]
    early_opens: NDArray[np.int64]
    never_closed: NDArray[np.int64]
    cut: NDArray[np.int64]
    cut_share: NDArray[np.float64]
    conversed: int
    missed: NDArray[np.float64]
    missed_short: NDArray[np.float64]
    turns: int
    short_turns: int
    unheard_share: float
    unheard_short_share: float
    missed_speech_share: NDArray[np.float64]
    clipped_share: NDArray[np.float64]
    clipped_p95_ms: NDArray[np.float64]
    clipped_from_onset_p95_ms: NDArray[np.float64]
    latency_ms: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        scored: Sequence[tuple[Scene, SceneScores]],
        heard: Sequence[NDArray[np.bool_]] | None = None,
    ) -> Self:
        """Add up the scenes of one kind.

        Parameters
        ----------
        scored : sequence of (Scene, SceneScores)
            At least one.
        heard : sequence of ndarray of bool, shape (turns,), or None
            For each scene, which turns any setting of the detector hears; ``None`` is all.

        Returns
        -------
        KindScores
            Arrays over the same settings.
        """
        rows = [scores for _, scores in scored]
        noises = {scene.noise.name: scene.noise for scene, _ in scored}
        speakers = {scene.conversation.name: scores for scene, scores in scored}
        short = np.concatenate([row.short for row in rows])
        missed = np.concatenate([row.pieces == 0 for row in rows], axis=1)
        deaf_to = np.zeros(short.size, bool) if heard is None else ~np.concatenate(heard)
        pauses = np.concatenate(
            [row.pieces > 1 for scene, row in scored if scene.conversational] or [missed[:, :0]],
            axis=1,
        )
        conversed = {
            scene.conversation.name: row.short.size for scene, row in scored if scene.conversational
        }
        clipped = np.concatenate([row.clipped_ms for row in rows], axis=1)
        from_onset = np.concatenate([row.clipped_from_onset_ms for row in rows], axis=1)
        latency = np.concatenate([row.latency_ms for row in rows], axis=1)
        at_risk_s = np.sum([row.at_risk_ms for row in rows], axis=0) / 1000
        quiet_s = at_risk_s + np.sum([row.falsely_open_ms for row in rows], axis=0) / 1000
        open_s = np.sum([row.falsely_open_sounding_ms for row in rows], axis=0) / 1000
        missed_ms = np.sum([row.missed_speech_ms for row in rows], axis=0)
        speech_ms = sum(row.speech_ms for row in rows)
        return cls(
            false_triggers=np.sum([row.false_triggers for row in rows], axis=0),
            at_risk_s=at_risk_s,
            exposure_s=min(
                sum(noise.unique_ms for noise in noises.values()) / 1000, float(quiet_s.max())
            ),
            falsely_open_share=open_s / np.maximum(quiet_s, 1e-9),
            early_opens=np.sum([row.early_opens for row in rows], axis=0),
            never_closed=np.sum([row.never_closed for row in rows], axis=0),
            cut=np.sum([np.count_nonzero(row.pieces > 1, axis=1) for row in rows], axis=0),
            cut_share=_share_of(pauses),
            conversed=sum(conversed.values()),
            missed=_share_of(missed),
            missed_short=_share_of(missed[:, short]),
            turns=sum(row.short.size for row in speakers.values()),
            short_turns=sum(int(row.short.sum()) for row in speakers.values()),
            unheard_share=_unheard(deaf_to, of=deaf_to),
            unheard_short_share=_unheard(deaf_to[short], of=deaf_to),
            missed_speech_share=missed_ms / speech_ms
            if speech_ms
            else np.full(missed_ms.size, np.nan),
            clipped_share=_mean(clipped > COLLAR_BEFORE_MS, ~np.isnan(clipped)),
            clipped_p95_ms=_percentile(clipped, 95),
            clipped_from_onset_p95_ms=_percentile(from_onset, 95),
            latency_ms=_percentile(latency, 50),
        )

    @property
    def false_per_min(self) -> NDArray[np.float64]:
        """False triggers a minute at risk; infinite where nothing was at risk."""
        rate = np.full(self.at_risk_s.size, np.inf)
        np.divide(60 * self.false_triggers, self.at_risk_s, out=rate, where=self.at_risk_s > 0)
        return rate

    def false_rate(self, setting: int) -> Estimate:
        """Estimate the rate of false triggers under one setting.

        Parameters
        ----------
        setting : int
            Number on the grid.

        Returns
        -------
        Estimate
            Per minute at risk, its interval from the distinct seconds of noise.
        """
        exposed = min(self.exposure_s, float(self.at_risk_s[setting]))
        if exposed <= 0:
            return rate_per_min(0, 0)
        return rate_per_min(self.false_per_min[setting] * exposed / 60, exposed)

    def avoidable(self, *, short: bool = False) -> NDArray[np.float64]:
        """Share of the turns missed, of those that any setting hears.

        Parameters
        ----------
        short : bool
            Only short turns.

        Returns
        -------
        ndarray, shape (settings,)
            What settings are held to; NaN without turns.
        """
        missed, unheard = (
            (self.missed_short, self.unheard_short_share)
            if short
            else (self.missed, self.unheard_share)
        )
        return np.asarray((missed - unheard) / (1 - unheard))

    def avoidable_rate(self, setting: int, *, short: bool = False) -> Estimate:
        """Estimate the share missed of the turns that any setting hears.

        Parameters
        ----------
        setting : int
            Number on the grid.
        short : bool
            Only short turns.

        Returns
        -------
        Estimate
            Its interval from the number of distinct turns that are heard.
        """
        turns, unheard = (
            (self.short_turns, self.unheard_short_share)
            if short
            else (self.turns, self.unheard_share)
        )
        n = turns * (1 - unheard)
        return share(self.avoidable(short=short)[setting] * n if n else 0.0, n)

    def missed_rate(self, setting: int, *, short: bool = False) -> Estimate:
        """Estimate the share of turns missed under one setting.

        Parameters
        ----------
        setting : int
            Number on the grid.
        short : bool
            Only short turns.

        Returns
        -------
        Estimate
            Its interval from the number of distinct turns.
        """
        n = self.short_turns if short else self.turns
        missed = (self.missed_short if short else self.missed)[setting]
        return share(missed * n if n else 0.0, n)

    def cut_rate(self, setting: int) -> Estimate:
        """Estimate the share of conversed turns that are cut in two under one setting.

        Parameters
        ----------
        setting : int
            Number on the grid.

        Returns
        -------
        Estimate
            Its interval from the number of distinct turns; no data without conversations.
        """
        return share(
            self.cut_share[setting] * self.conversed if self.conversed else 0.0, self.conversed
        )

    def columns(self) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
        """Give the figures as columns of a table.

        Returns
        -------
        dict from str to ndarray, shape (settings,)
            Named with their units.
        """
        return {
            "false_triggers": self.false_triggers,
            "false_triggers_per_min": self.false_per_min,
            "at_risk_s": self.at_risk_s,
            "falsely_open_share": self.falsely_open_share,
            "early_opens": self.early_opens,
            "never_closed": self.never_closed,
            "missed_turns": self.missed,
            "missed_short_turns": self.missed_short,
            "missed_speech_share": self.missed_speech_share,
            "cut_turns": self.cut,
            "cut_share": self.cut_share,
            "clipped_share": self.clipped_share,
            "clipped_p95_ms": self.clipped_p95_ms,
            "clipped_from_onset_p95_ms": self.clipped_from_onset_p95_ms,
            "latency_ms": self.latency_ms,
        }


def _unheard(turns: NDArray[np.bool_], *, of: NDArray[np.bool_]) -> float:
    """Share of some turns that no setting hears; 0 if most, or all of these, are unheard."""
    if not turns.size or turns.all() or of.mean() > MOST:
        return 0.0
    return float(turns.mean())


def _share_of(cases: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of the cases in each row; NaN where there are none."""
    return np.asarray(cases.mean(axis=1) if cases.size else np.full(len(cases), np.nan))


def _mean(values: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray((values & known).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def _percentile(values: NDArray[np.float32], percent: float) -> NDArray[np.float64]:
    """Percentile of what is known in each row, between neighbours; NaN where nothing is."""
    result = np.full(len(values), np.nan)
    count = np.count_nonzero(~np.isnan(values), axis=1)
    known = count > 0
    if known.any():
        ordered = np.sort(values[known], axis=1)  # NaN goes to the end
        place = (count[known] - 1) * percent / 100
        below = np.floor(place).astype(int)
        row = np.arange(len(ordered))
        low = ordered[row, below].astype(np.float64)
        high = ordered[row, np.minimum(below + 1, count[known] - 1)]
        result[known] = low + (place - below) * (high - low)
    return result
