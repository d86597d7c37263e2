"""Buffer: the smallest one that keeps a share of future answers smooth.

Every recorded answer has its own smallest buffer, in closed form
(:mod:`voicelab.jitter.lateness`).  If the next answer is *exchangeable* with
the n recorded ones, its smallest buffer is equally likely to take any of the
n + 1 ranks among them, so the ceil((n + 1) p)-th smallest of the n suffices
for it with a probability of at least p [1]_.  No model of the network is
assumed.  The rank must exist: n must be at least p / (1 - p), 9 answers for
90 %, 19 for 95 %.

That probability counts the recording as chance, too.  Of one recording, the
share of future answers that its buffer keeps smooth follows, if no two answers
need the same, the distribution Beta(rank, n + 1 - rank) [2]_; else it is larger.
Its 5 % quantile is the share that all but one in twenty recordings keep:
``least_smooth``, which stands beside the promise and grows with n.

Exchangeable means the same sender over the same network.  A burst and a
real-time sender are not, and are never pooled.  Neither are two networks, nor
a quiet and a busy hour; the numbers do not tell, so pool only what belongs
together.

References
----------
.. [1] V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random
   World", 2005, chapter 2 (conformal prediction).
.. [2] V. Vovk, "Conditional validity of inductive conformal predictors",
   Machine Learning 92, 2013, section 2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from voicelab.jitter.arrivals import Arrivals, Pacing
from voicelab.jitter.cause import Cause, cause_of
from voicelab.jitter.lateness import smallest_hold_ms, smallest_prefill_ms
from voicelab.jitter.outcome import Outcome, outcomes
from voicelab.jitter.player import Player, Start
from voicelab.jitter.presets import GUIDE_PLAYER, NO_BUFFER

__all__ = ["ECHO_LIMIT_MS", "BufferChoice", "smallest_buffer"]

# Azure's server echo cancellation degrades when sound is played later than this after arrival.
ECHO_LIMIT_MS = 2000.0

SMALLEST_MS = {"hold": smallest_hold_ms, "prefill": smallest_prefill_ms}
# A burst fills a prefill at once, a hold makes every answer wait for the slowest; of paced answers
# a prefill must wait for a whole packet more.
USUAL_START: dict[Pacing, Start] = {"burst": "prefill", "paced": "hold"}
OTHER_START: dict[Start, Start] = {"hold": "prefill", "prefill": "hold"}
# Whole milliseconds that keep the promise: a hold lasts whole quanta, longer than 1 ms, and is
# rounded up to them by the player; a prefill must not fall short by a sample.
WHOLE_MS = {"hold": math.floor, "prefill": math.ceil}
UNLUCKY_SHARE = 0.05
ROUNDING = 1e-9  # shares such as 0.9 are not exact in binary


@dataclass(frozen=True, eq=False, kw_only=True)
class BufferChoice:
    """A buffer, what it promises and what it costs.

    Attributes
    ----------
    smooth : float in (0, 1)
        Share of future answers that is to be heard without an underrun.
    arrivals : tuple of Arrivals
        What it was chosen on.
    rank : int
        Which of their own smallest buffers, counted from the smallest, was taken.
    pacing : {"burst", "paced"}
        How the sender delivers.
    smallest_ms : ndarray, shape (n,)
        Each answer's own smallest buffer, for the chosen way to start; read-only.
    chosen : Outcome
        The player to use, on the recorded answers.
    other_start : Outcome
        The same promise kept by the other way to start.
    guide : Outcome
        The guide's player.
    no_buffer : Outcome
        No buffer at all.
    """

    smooth: float
    arrivals: tuple[Arrivals, ...]
    rank: int
    pacing: Pacing
    smallest_ms: NDArray[np.float64]
    chosen: Outcome
    other_start: Outcome
    guide: Outcome
    no_buffer: Outcome

    @property
    def n(self) -> int:
        """Recorded answers."""
        return sum(len(each.answers) for each in self.arrivals)

    @property
    def player(self) -> Player:
        """The player to use."""
        return self.chosen.player

    @property
    def start_ms(self) -> float:
        """The chosen buffer, in whole milliseconds."""
        return self.player.start_ms

    @property
    def least_smooth(self) -> float:
        """Share of future answers that all but one in twenty such recordings keep smooth."""
        from scipy.special import betaincinv

        return float(betaincinv(self.rank, self.n + 1 - self.rank, UNLUCKY_SHARE))

    @property
    def cause(self) -> Cause:
        """Who makes answers late."""
        return cause_of(self.arrivals)

    @property
    def passes_echo_limit(self) -> bool:
        """Whether sound waits longer than Azure's server echo cancellation allows."""
        return self.chosen.longest_wait_ms > ECHO_LIMIT_MS

    def settings(self) -> dict[str, object]:
        """Give the chosen values, by their place in a tuned config.

        Returns
        -------
        dict from str to object
            JSON pointers to values.
        """
        player = self.player
        return {
            "/player/start": player.start,
            "/player/start_ms": player.start_ms,
            "/player/on_underrun": player.on_underrun,
        }

    def verdicts(self) -> dict[str, Literal["shown"]]:
        """Say how sure each value is: the promise holds by its rank, or there is no choice.

        Returns
        -------
        dict from str to str
            JSON pointers to verdicts.
        """
        return dict.fromkeys(self.settings(), "shown")

    def evidence(self) -> dict[str, Any]:
        """Give what stands behind it, as plain values.

        Returns
        -------
        dict from str to object
            The parts ``arrivals`` and ``buffer`` of a config's evidence.
        """
        return {
            "arrivals": [
                {
                    "name": each.name,
                    "pacing": each.pacing,
                    "answers": len(each.answers),
                    "sha256": each.fingerprint,
                }
                for each in self.arrivals
            ],
            "buffer": {
                "measured_on": "recorded arrivals",
                "smooth": self.smooth,
                "n": self.n,
                "start_delay_ms": {
                    "median": round(self.chosen.start_delay_ms, 1),
                    "p95": round(self.chosen.start_delay_p95_ms, 1),
                },
            },
        }

    def __str__(self) -> str:
        side = "past" if self.passes_echo_limit else "within"
        return "\n".join(
            [
                f"{self.player} keeps {100 * self.smooth:g} % of future answers smooth: "
                f"{self.n} answers of a {self.pacing} sender, rank {self.rank}",
                f"(one recording in twenty of this size would keep less than "
                f"{100 * self.least_smooth:.0f} %)",
                "",
                f"{'':11}{'':18}smooth  underruns    silence  start delay       p95  longest wait",
                _line("chosen", self.chosen),
                _line("or", self.other_start),
                _line("the guide", self.guide),
                _line("no buffer", self.no_buffer),
                "",
                f"Sound waits at most {self.chosen.longest_wait_ms:.0f} ms to be played: {side} "
                f"the {ECHO_LIMIT_MS:.0f} ms of Azure's server echo cancellation.",
                str(self.cause),
            ]
        )


def smallest_buffer(
    arrivals: Arrivals | Sequence[Arrivals], *, smooth: float = 0.9, start: Start | None = None
) -> BufferChoice:
    """Choose the smallest buffer that keeps a share of future answers smooth.

    The promise holds for answers of the same sender over the same network.
    Recordings are pooled only if their pacing agrees; that they come from one
    network is for the caller to know.

    Parameters
    ----------
    arrivals : Arrivals or sequence of Arrivals
        At least ``smooth / (1 - smooth)`` recorded answers.
    smooth : float in (0, 1)
        Share of future answers to be heard without an underrun.
    start : {"hold", "prefill"} or None
        How the player is to start.  A hold delays every answer alike, a prefill
        those that come slowly; both keep the same promise.  ``None`` decides by
        the pacing alone: bursts are prefilled, paced answers held.  Whoever
        chose by the answers' own delays would look at them twice, and the
        promise would not survive that.

    Returns
    -------
    BufferChoice
        The player, and what it, the other way to start, the guide's player and
        no buffer at all make of the recorded answers.

    Raises
    ------
    ValueError
        If there are too few answers, or they cannot be pooled.
    """
    if not 0 < smooth < 1:
        raise ValueError(f"smooth must lie between 0 and 1, got {smooth}; did you pass per cent?")
    if start is not None and start not in get_args(Start):
        raise ValueError(f"start must be one of {', '.join(get_args(Start))}, got {start!r}")
    recordings = [arrivals] if isinstance(arrivals, Arrivals) else list(arrivals)
    pacing, rate_hz = _in_common(recordings)
    n = sum(len(recording.answers) for recording in recordings)
    rank = _rank(n, smooth)

    smallest_ms = {
        way: np.concatenate([of(recording) for recording in recordings])
        for way, of in SMALLEST_MS.items()
    }
    ours = {
        way: Player(
            rate_hz=rate_hz,
            start=way,
            start_ms=WHOLE_MS[way](np.sort(smallest_ms[way])[rank - 1]),
            on_underrun="refill",
        )
        for way in get_args(Start)
    }
    theirs = [replace(player, rate_hz=rate_hz) for player in (GUIDE_PLAYER, NO_BUFFER)]
    *heard, guide, no_buffer = outcomes(recordings, players=[*ours.values(), *theirs])
    by_start = dict(zip(ours, heard, strict=True))
    start = start or USUAL_START[pacing]
    smallest_ms[start].flags.writeable = False
    return BufferChoice(
        smooth=smooth,
        arrivals=tuple(recordings),
        rank=rank,
        pacing=pacing,
        smallest_ms=smallest_ms[start],
        chosen=by_start[start],
        other_start=by_start[OTHER_START[start]],
        guide=guide,
        no_buffer=no_buffer,
    )


def _in_common(recordings: Sequence[Arrivals]) -> tuple[Pacing, int]:
    if not recordings:
        raise ValueError("smallest_buffer needs recorded answers, got no arrivals")
    by_pacing = {recording.pacing: recording.name for recording in recordings}
    if len(by_pacing) > 1:
        raise ValueError(
            "recordings must agree in pacing to be pooled, got a burst sender in "
            f"{by_pacing['burst']} and a paced one in {by_pacing['paced']}; choose for each alone"
        )
    rates_hz = {recording.rate_hz for recording in recordings}
    if len(rates_hz) > 1:
        raise ValueError(
            f"recordings must have one sample rate to be pooled, got {sorted(rates_hz)}"
        )
    return recordings[0].pacing, recordings[0].rate_hz


def _rank(n: int, smooth: float) -> int:
    rank = math.ceil((n + 1) * smooth - ROUNDING)
    if rank > n:
        needed = math.ceil(smooth / (1 - smooth) - ROUNDING)
        possible = math.floor(1000 * n / (n + 1)) / 1000
        raise ValueError(
            f"smooth={smooth:g} needs at least {needed} answers, got {n}; "
            f"record {needed - n} more, or ask for smooth={possible:g}"
        )
    return max(1, rank)


def _line(label: str, heard: Outcome) -> str:
    return (
        f"{label:11}{heard.player!s:18}{heard.smooth_answers:>3}/{heard.answers:<3}"
        f"{heard.underruns:>10}{heard.silent_ms:>8.0f} ms{heard.start_delay_ms:>10.0f} ms"
        f"{heard.start_delay_p95_ms:>7.0f} ms{heard.longest_wait_ms:>11.0f} ms"
    )
