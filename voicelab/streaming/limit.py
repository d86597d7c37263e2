"""Limit: how long a session with a real service may last, and what it may use."""

from dataclasses import dataclass

from voicelab.streaming.policy.meters import Meters

__all__ = ["Limit"]


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How long a session may last, and what it may use.

    Attributes
    ----------
    longest_s : float > 0
        How long it may last.
    most_tokens : int > 0
        How many tokens it may use, in and out.
    most_cost : float > 0 or None
        What these may cost, in the currency of the prices; ``None`` sets no bound.
    """

    longest_s: float
    most_tokens: int
    most_cost: float | None = None

    def __post_init__(self) -> None:
        if min(self.longest_s, self.most_tokens) <= 0 or (
            self.most_cost is not None and self.most_cost <= 0
        ):
            raise ValueError(f"longest_s, most_tokens and most_cost must be positive, got {self}")

    @property
    def lasted(self) -> str:
        """Say that it has lasted as long as it may."""
        return f"it has lasted {self.longest_s:g} s; longest_s is the limit"

    def spent(self, meters: Meters) -> str | None:
        """Say which bound a session has reached.

        Parameters
        ----------
        meters : Meters
            What it has used.

        Returns
        -------
        str or None
            ``None`` while it may go on.
        """
        if meters.input_tokens + meters.output_tokens >= self.most_tokens:
            return f"it has used {self.most_tokens} tokens; most_tokens is the limit"
        if self.most_cost is not None and meters.cost >= self.most_cost:
            return f"it has cost {meters.cost:.2f}; most_cost, {self.most_cost:g}, is the limit"
        return None
