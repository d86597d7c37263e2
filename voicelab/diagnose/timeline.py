"""Timeline: a whole session, put together from its connections.

What a file does not tell is reckoned here, by rules that are said: which
connection followed which, and what was heard of each answer, by a player that
is assumed.  Times are milliseconds from the first thing that happened.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from voicelab.diagnose.session import Connection, SeenAnswer, SeenTurn
from voicelab.jitter import NO_BUFFER, Answer, Arrivals, Player, heard_from_ms
from voicelab.wire.har_request import HarRequest

__all__ = ["ServiceRequest", "Source", "Timeline"]

Source = Literal["HAR", "session log", "Log Analytics"]
ROTATED_WITHIN_MS = 30_000.0  # the old connection is closed so soon after the new one is there


@dataclass(frozen=True, kw_only=True)
class ServiceRequest:
    """A row of the service's own log.

    Attributes
    ----------
    at_ms : float
        When.
    status : int or None
        HTTP status it ended with.
    code : str
        Of its error, if there was one.
    operation : str
        What was asked for.
    duration_ms : float or None
        How long it lasted.
    deployment : str
        Of which model.
    """

    at_ms: float
    status: int | None = None
    code: str = ""
    operation: str = ""
    duration_ms: float | None = None
    deployment: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Timeline:
    """What happened in a session.

    Attributes
    ----------
    name : str
        Of the file.
    source : {"HAR", "session log", "Log Analytics"}
        What kind of file.
    connections : tuple of Connection
        In the order of time.
    requests : tuple of HarRequest
        The page's other calls to a service.
    rows : tuple of ServiceRequest
        Of the service's own log.
    player : Player
        Who is taken to have played.
    player_is_known : bool
        Whether that is the player of a tuning, or an assumption.
    remarks : tuple of str
        What was damaged, assumed or left out, one sentence each.
    end_ms : float
        When the last thing happened.
    is_whole : bool
        Whether the client wrote down that it was done.
    """

    name: str
    source: Source
    connections: tuple[Connection, ...] = ()
    requests: tuple[HarRequest, ...] = ()
    rows: tuple[ServiceRequest, ...] = ()
    player: Player = NO_BUFFER
    player_is_known: bool = False
    remarks: tuple[str, ...] = ()
    end_ms: float = 0.0
    is_whole: bool = False

    @classmethod
    def of(
        cls,
        connections: Iterable[Connection],
        *,
        player: Player | None = None,
        end_ms: float = 0.0,
        **more: Any,
    ) -> "Timeline":
        """Put connections together.

        Parameters
        ----------
        connections : iterable of Connection
            In any order.
        player : Player or None
            Who played; ``None`` takes one that plays each delta as it comes.
        end_ms : float
            When the last thing happened, where there is no connection.
        **more
            The other attributes.

        Returns
        -------
        Timeline
            With the connections numbered, and every answer played.
        """
        ordered = sorted(connections, key=lambda each: each.opened_ms)
        before: Connection | None = None
        for number, each in enumerate(ordered, start=1):
            each.number = number
            if before is not None and each.why == "first":
                each.why = "reconnect" if before.end_ms <= each.opened_ms else "rotation"
            if each.refused is None:
                before = each
        timeline = cls(
            connections=tuple(ordered),
            player=player or NO_BUFFER,
            player_is_known=player is not None,
            end_ms=max((each.end_ms for each in ordered), default=end_ms),
            **more,
        )
        timeline._play()
        return timeline

    @property
    def answers(self) -> tuple[SeenAnswer, ...]:
        """All answers, in the order of time."""
        found = (answer for each in self.connections for answer in each.answers)
        return tuple(sorted(found, key=lambda answer: answer.created_ms))

    @property
    def turns(self) -> tuple[SeenTurn, ...]:
        """All turns, in the order of time."""
        found = (turn for each in self.connections for turn in each.turns)
        return tuple(sorted(found, key=lambda turn: turn.at_ms))

    @cached_property
    def carried(self) -> tuple[Connection, ...]:
        """The connections that were not refused."""
        return tuple(each for each in self.connections if each.refused is None)

    def arrivals(self) -> Arrivals | None:
        """Give the answers as :mod:`voicelab.jitter` takes them.

        Returns
        -------
        Arrivals or None
            What was heard of each, as far as it was not cut; ``None`` if
            nothing was.
        """
        answers, rate_hz, free_ms = [], 0, -np.inf
        for number, each in enumerate(self.answers, start=1):
            kept = each.arrived_ms <= (np.inf if each.cut_ms is None else each.cut_ms)
            if each.sound is None or not kept.any():
                continue
            rate_hz = rate_hz or each.sound.rate_hz
            if each.sound.rate_hz != rate_hz or each.arrived_ms[0] < free_ms:
                continue
            whole = bool(kept.all()) and each.done_ms is not None
            answers.append(
                Answer(
                    f"answer {number}",
                    each.arrived_ms[kept],
                    each.samples[kept],
                    max(each.done_ms or 0.0, float(each.arrived_ms[-1])) if whole else None,
                )
            )
            free_ms = answers[-1].end_ms
        return Arrivals(self.name, tuple(answers), rate_hz) if answers else None

    def after(self, connection: Connection) -> Connection | None:
        """Find the connection that went on after another.

        Parameters
        ----------
        connection : Connection
            Which ended.

        Returns
        -------
        Connection or None
            The next that was not refused.
        """
        return next((each for each in self.carried if each.number > connection.number), None)

    def playing(self, at_ms: float) -> SeenAnswer | None:
        """Find the answer that sounds at a moment.

        Parameters
        ----------
        at_ms : float
            The moment.

        Returns
        -------
        SeenAnswer or None
            ``None`` if it is quiet.
        """
        for each in reversed(self.answers):
            begins_ms, ends_ms = each.begins_ms, each.ends_ms
            if begins_ms is None or ends_ms is None:
                continue
            if begins_ms <= at_ms < min(ends_ms, each.cut_ms or np.inf) + 1:
                return each
        return None

    def _play(self) -> None:
        """Play the answers one after the other; a new turn silences what sounds."""
        free_ms = -np.inf
        turns = self.turns
        for answer in self.answers:
            if answer.sound is None or not answer.arrived_ms.size:
                continue
            player = replace(self.player, rate_hz=answer.sound.rate_hz)
            alone = Arrivals(
                "one", (Answer("it", answer.arrived_ms, answer.samples),), player.rate_hz
            )
            (from_ms,) = heard_from_ms(alone, player=player)
            heard = np.isfinite(from_ms)
            if heard.any():
                answer.heard_from_ms = from_ms + max(0.0, free_ms - float(from_ms[heard][0]))
            ends_ms = answer.ends_ms
            if ends_ms is None:
                continue
            starts = (turn.began_ms for turn in turns if turn.began_ms is not None)
            cuts = (at_ms for at_ms in starts if answer.created_ms < at_ms < ends_ms)
            cut_ms = min([each for each in (answer.cut_ms, next(cuts, None)) if each is not None],
                         default=None)  # fmt: skip
            answer.cut_ms = cut_ms
            free_ms = ends_ms if cut_ms is None else min(ends_ms, cut_ms)

    def silences(self) -> Iterator[tuple[SeenAnswer, float, float]]:
        """Give where an answer ran dry while it was heard.

        Yields
        ------
        tuple of SeenAnswer, float and float
            Which, from and until.
        """
        for answer in self.answers:
            heard = np.isfinite(answer.heard_from_ms)
            if answer.sound is None or heard.sum() < 2:
                continue
            from_ms = answer.heard_from_ms[heard]
            until_ms = from_ms + 1000 * answer.samples[heard] / answer.sound.rate_hz
            for begins_ms, ends_ms in zip(until_ms[:-1], from_ms[1:], strict=True):
                if ends_ms - begins_ms > 1 and begins_ms < (answer.cut_ms or np.inf):
                    yield answer, float(begins_ms), float(ends_ms)
