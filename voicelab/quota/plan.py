"""Plan: how many calls fit, which limit binds first, what to ask for, what false triggers cost.

Printed with its arithmetic, so that one can follow it with a pencil.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from voicelab.profiles import Limits, Profile
from voicelab.quota.demand import Demand
from voicelab.quota.fits import Fit, Need, connections_per_call, fits, needs, rotations_per_call
from voicelab.quota.triggers import TriggerCost
from voicelab.wire import SessionSettings

__all__ = ["Plan", "plan"]

OF_LIMITS = re.compile(r"(?i)\b(sessions?|connections|tokens)\b")
WIDTH = 22


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many calls fit into a service's limits.

    Attributes
    ----------
    demand : Demand
        What one call asks for.
    limits : Limits
        What the service allows.
    rotations : int
        New connections of a call that outlives its session.
    risk_share : float
        Share of minutes, or of calls, that may hit a limit.
    fits : tuple of Fit
        Limit by limit.
    needs : tuple of Need
        What each limit must be; empty unless a number of calls was asked for.
    wanted_calls : int or None
        That number.
    triggers : tuple of TriggerCost
        What false triggers cost a call, by kind of noise.
    notes : tuple of str
        Where the limits stand, and what was measured.
    """

    demand: Demand
    limits: Limits
    rotations: int
    risk_share: float
    fits: tuple[Fit, ...]
    needs: tuple[Need, ...] = ()
    wanted_calls: int | None = None
    triggers: tuple[TriggerCost, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def binding(self) -> Fit | None:
        """The limit that is hit first; ``None`` where none is known."""
        known = [each for each in self.fits if each.safe_calls is not None]
        return min(known, key=lambda each: each.safe_calls or 0.0) if known else None

    @property
    def calls(self) -> int | None:
        """Whole calls that fit on average; ``None`` where no limit is known."""
        binding = self.binding
        return None if binding is None else math.floor(binding.safe_calls or 0.0)

    def as_dict(self) -> dict[str, Any]:
        """Give it as what JSON has.

        Returns
        -------
        dict
            All fields, the binding limit and the calls that fit.
        """
        binding = self.binding
        return {
            **asdict(self),
            "calls": self.calls,
            "binds_first": None if binding is None else binding.limit,
        }

    def __str__(self) -> str:
        parts = [
            self._one_call(),
            self._limits(),
            self._verdict(),
            self._arithmetic(),
            self._triggers(),
            "\n".join(self.notes),
        ]
        return "\n\n".join(part for part in parts if part)

    def _one_call(self) -> str:
        each, opened = self.demand, connections_per_call(self.demand, rotations=self.rotations)
        lumps = f", the answer that a token belongs to has {each.lump_tokens:,.0f}"
        return (
            f"one call: {each.call_s / 60:.1f} min, {each.tokens_per_min:,.0f} tokens a minute"
            f"{lumps if each.lump_tokens else '; how unevenly is not known'}\n"
            f"  {opened:.2f} connections: the first, {self.rotations} by rotation, "
            f"{opened - 1 - self.rotations:.2f} for lost ones"
        )

    def _limits(self) -> str:
        binding = self.binding
        lines = [f"{'limit':{WIDTH}} {'allows':>9}  {'calls':>8}  at the mean"]
        for each in self.fits:
            if each.safe_calls is None or each.mean_calls is None:
                lines.append(f"{each.limit:{WIDTH}} {'-':>9}  {'-':>8}  no paper names one")
                continue
            first = "  <- binds first" if each is binding else ""
            lines.append(
                f"{each.limit:{WIDTH}} {each.allows:>9,}  {each.safe_calls:>8,.1f}  "
                f"{each.mean_calls:>11,.1f}{first}"
            )
        return "\n".join(lines)

    def _verdict(self) -> str:
        binding, connections = self.binding, self.limits.connections_per_min
        if binding is None:
            said = ["no limit is known: what fits cannot be said; give one"]
        else:
            said = [
                f"{self.calls} calls on average fit, with {self.risk_share:.1%} at risk: "
                f"{binding.limit} bind first"
            ]
        if connections and self.calls:
            said.append(
                f"after a loss that all of them share, {self.calls} connections take "
                f"{math.ceil(self.calls / connections)} min at {connections} a minute"
            )
        return "\n".join([*said, *self._requests()])

    def _requests(self) -> list[str]:
        raised = [
            f"{each.limit} {each.needed:,} instead of {each.allows:,}"
            for each in self.needs
            if each.must_be_raised
        ]
        unknown = [f"{each.limit} {each.needed:,}" for each in self.needs if each.allows is None]
        said = []
        if raised:
            said.append(f"for {self.wanted_calls} calls request: {'; '.join(raised)}")
        elif len(unknown) < len(self.needs):
            said.append(f"{self.wanted_calls} calls fit: nothing has to be requested")
        if unknown:
            said.append(f"no limit is documented, but they will reach: {'; '.join(unknown)}")
        return said

    def _arithmetic(self) -> str:
        each, calls = self.demand, self.calls
        if not calls:
            return ""
        per_call = connections_per_call(each, rotations=self.rotations)
        mean = calls * each.tokens_per_min
        spread = math.sqrt(mean * (each.tokens_per_min + each.lump_tokens))
        return (
            f"with {calls} calls on average, arriving by chance (Poisson), independently:\n"
            f"  tokens a minute: {calls} x {each.tokens_per_min:,.0f} = {mean:,.0f}, standard "
            f"deviation sqrt({mean:,.0f} x ({each.tokens_per_min:,.0f} + {each.lump_tokens:,.0f}))"
            f" = {spread:,.0f}\n"
            f"  connections a minute: {calls} x {per_call:.2f} / {each.call_s / 60:.2f} min = "
            f"{60 * calls * per_call / each.call_s:.2f}, Poisson\n"
            f"  sessions at a time: {calls} on average, Erlang's loss formula"
        )

    def _triggers(self) -> str:
        lines = []
        for each in self.triggers:
            tokens, low, high = each.tokens_per_h
            share = tokens / (60 * self.demand.tokens_per_min)
            line = (
                f"  {each.kind}: {each.triggers_per_min[0]:.2f} a minute = {tokens:,.0f} tokens an "
                f"hour{_between(low, high, ',.0f')}, {share:.1%} of the call's"
            )
            if each.money_per_h is not None:
                money, least, most = each.money_per_h
                line += f"; {money:.2f} an hour in money{_between(least, most, '.2f')}"
            if each.default_tokens_per_h is not None:
                line += f"; with the default settings {each.default_tokens_per_h:,.0f} tokens"
            lines.append(line)
        return "\n".join(["false triggers of one call:", *lines]) if lines else ""


def plan(
    demand: Demand,
    profile: Profile,
    *,
    limits: Limits | None = None,
    settings: SessionSettings | None = None,
    wanted_calls: int | None = None,
    risk_share: float = 0.01,
    triggers: tuple[TriggerCost, ...] = (),
    notes: tuple[str, ...] = (),
) -> Plan:
    """Tell how many calls fit into a service's limits.

    Parameters
    ----------
    demand : Demand
        What one call asks for.
    profile : Profile
        Whose documented limits hold, with the day of each paper.
    limits : Limits or None
        Other limits, such as a quota that was granted.
    settings : SessionSettings or None
        How the client rotates; ``None`` is the profile's.
    wanted_calls : int or None
        For how many calls to say what must be requested.
    risk_share : float in (0, 0.5)
        Share of minutes, or of calls, that may hit a limit.
    triggers : tuple of TriggerCost
        What false triggers cost.
    notes : tuple of str
        What else is to be said.

    Returns
    -------
    Plan
        With its arithmetic.

    Raises
    ------
    ValueError
        If a number is out of its range.
    """
    holds = limits or profile.limits
    rotations = rotations_per_call(demand, holds, settings or profile.session)
    asked: Mapping[str, Any] = {"rotations": rotations, "risk_share": risk_share}
    said = [f"limits of {profile}" if limits is None else f"limits as given; {profile}:"]
    said += [
        f"  {note.fact} ({note.source}{f', {note.dated}' if note.dated else ''})"
        for note in profile.notes
        if OF_LIMITS.search(note.fact)
    ]
    return Plan(
        demand=demand,
        limits=holds,
        fits=fits(demand, holds, **asked),
        needs=needs(demand, holds, calls=wanted_calls, **asked) if wanted_calls is not None else (),
        wanted_calls=wanted_calls,
        triggers=triggers,
        notes=(*notes, "\n".join(said)),
        **asked,
    )


def _between(low: float, high: float, form: str) -> str:
    return "" if low == high else f" ({low:{form}} to {high:{form}})"
