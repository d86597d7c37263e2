"""Settings that can be compared, what they cost, and what may go wrong."""

from dataclasses import dataclass, replace
from typing import Literal

from voicelab.filters import Filter
from voicelab.vad.intervals import Estimate
from voicelab.vad.turn_detection import TurnDetection

__all__ = ["Budget", "Condition", "Figures", "Setting", "Verdict"]

FEWEST_TURNS = 8
Verdict = Literal["shown", "plausible", "kept"]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What may go wrong.

    Attributes
    ----------
    false_triggers_per_min : float > 0
        On each kind of noise, per minute at risk.
    missed_short_turns : float in (0, 1)
        Share of the short turns, and of all turns, under each kind of noise.
    cut_turns : float in (0, 1)
        Share of the turns of recorded conversations that are cut in two.
    removed_false_triggers : float in [0, 1)
        Share of the starting point's false triggers that must go on the same
        recordings, where that asks for more than the rate.
    lost_short, lost : float in [0, 1]
        Share of the short turns, and of all turns, that may be missed because
        they are lost already, where that is more than what is asked.
    """

    false_triggers_per_min: float = 1.0
    missed_short_turns: float = 0.10
    cut_turns: float = 0.10
    removed_false_triggers: float = 0.0
    lost_short: float = 0.0
    lost: float = 0.0

    def __post_init__(self) -> None:
        if not self.false_triggers_per_min > 0:
            raise ValueError(
                f"false_triggers_per_min must be positive, got {self.false_triggers_per_min}"
            )
        for name in ("missed_short_turns", "cut_turns"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be a share between 0 and 1, got {getattr(self, name)}; "
                    "did you pass per cent?"
                )
        if not 0 <= self.removed_false_triggers < 1:
            raise ValueError(
                "removed_false_triggers must be a share from 0 to below 1, "
                f"got {self.removed_false_triggers}; did you pass per cent?"
            )

    def against(self, start: "Figures") -> "Budget":
        """Give the budget on recordings where the starting point's figures are known.

        Parameters
        ----------
        start : Figures
            Of the starting point.

        Returns
        -------
        Budget
            Its rate is the lower one of what is asked and what must be left;
            where the starting point has no false trigger, what is asked.
        """
        left = (1 - self.removed_false_triggers) * start.false_triggers.value
        asked = self.false_triggers_per_min
        return replace(self, false_triggers_per_min=min(asked, left or asked))

    @property
    def missed_short(self) -> float:
        """Share of the short turns that may be missed."""
        return max(self.missed_short_turns, self.lost_short)

    @property
    def missed(self) -> float:
        """Share of all turns that may be missed."""
        return max(self.missed_short_turns, self.lost)


@dataclass(frozen=True)
class Condition:
    """What scenes were heard through, and by whom.

    Attributes
    ----------
    detector : str
        Name of the detector.
    filter : Filter or None
        The filter in front of it.
    """

    detector: str
    filter: Filter | None = None


@dataclass(frozen=True)
class Setting:
    """One way to set up the input side.

    Attributes
    ----------
    detector : str
        The local detector that stands in for the service's.
    turn_detection : TurnDetection
        What the service is told.
    filter : Filter or None
        What the audio passes first.

    Raises
    ------
    ValueError
        If it is a turn detection that weighs words: nobody can predict it here.
    """

    detector: str
    turn_detection: TurnDetection
    filter: Filter | None = None

    def __post_init__(self) -> None:
        given: object = self.turn_detection
        if isinstance(given, TurnDetection):
            return
        if given is None:
            raise ValueError(
                "turn detection must be server_vad to be predicted, got None; push-to-talk "
                "leaves nothing to predict"
            )
        kind = getattr(given, "type", type(given).__name__)
        raise ValueError(
            f"turn detection must be server_vad to be predicted, got {kind}; it weighs words, "
            "and no model of it is known here: measure it on the service"
        )

    @property
    def condition(self) -> Condition:
        """The part of it that needs a pass over the audio of its own."""
        return Condition(self.detector, self.filter)

    def __str__(self) -> str:
        turns = self.turn_detection
        return (
            f"threshold {turns.threshold:.2f}, speech {turns.speech_duration_ms} ms, "
            f"silence {turns.silence_duration_ms} ms, {self.filter or 'no filter'}"
        )


@dataclass(frozen=True)
class Figures:
    """Both sides of one setting under one kind of noise.

    Attributes
    ----------
    false_triggers : Estimate
        Per minute at risk.
    missed_short, missed : Estimate
        Shares of the turns.
    avoidable_short, avoidable : Estimate
        The same of those turns that any setting hears; what a budget is asked of.
    falsely_open_share : float
        Of the time without speech.
    never_closed : int
        Turns, over all scenes.
    clipped_p95_ms, latency_ms : float
        Speech lost at the start; median wait after the end.
    cut : Estimate
        Share of the turns of recorded conversations that were cut in two.
    """

    false_triggers: Estimate
    missed_short: Estimate
    missed: Estimate
    avoidable_short: Estimate
    avoidable: Estimate
    falsely_open_share: float
    never_closed: int
    clipped_p95_ms: float
    latency_ms: float
    cut: Estimate

    def meets(self, budget: Budget, *, surely: bool = False) -> bool:
        """Tell whether the budget is met.

        Parameters
        ----------
        budget : Budget
            What may go wrong.
        surely : bool
            Ask it of the intervals' bad ends instead of the estimates.

        Returns
        -------
        bool
            True if both sides are within it and every turn was closed.
        """
        # NaN is no data: it breaks no budget, and shows none to be met; but where nobody
        # conversed, nothing about cutting was to be shown.
        broken = any(
            (estimate.high if surely else estimate.value) > limit
            for estimate, limit in self._sides(budget)
            if estimate is not self.cut or estimate.n
        )
        if surely:  # nothing is shown with words left out
            broken |= self.missed_short.high > budget.missed_short
            broken |= self.missed.high > budget.missed
        return not broken and self.never_closed == 0

    def contradict(self, budget: Budget) -> bool:
        """Tell whether even the intervals' good ends break the budget.

        Parameters
        ----------
        budget : Budget
            What may go wrong.

        Returns
        -------
        bool
            True if chance cannot excuse what was counted.
        """
        return any(estimate.low > limit for estimate, limit in self._sides(budget))

    def refute(self, budget: Budget) -> bool:
        """Tell whether held-out recordings speak against a setting.

        A share of fewer than eight turns says more of those turns than of the
        setting: there only an interval that lies beyond the budget refutes.

        Parameters
        ----------
        budget : Budget
            What may go wrong.

        Returns
        -------
        bool
            True if any side is beyond the budget, or a turn was never closed.
        """
        noise, *turns = self._sides(budget)
        return (
            self.never_closed > 0
            or noise[0].value > noise[1]
            or any(
                (share.low if share.n < FEWEST_TURNS else share.value) > limit
                for share, limit in turns
            )
        )

    def _sides(self, budget: Budget) -> tuple[tuple[Estimate, float], ...]:
        return (
            (self.false_triggers, budget.false_triggers_per_min),
            (self.avoidable_short, budget.missed_short),
            (self.avoidable, budget.missed),
            (self.cut, budget.cut_turns),
        )
