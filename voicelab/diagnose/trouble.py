"""Trouble: one thing that went wrong, with what shows it and what would mend it.

How sure one is has three words: *certain* if the file says it in so many
words, *likely* if its figures fit nothing else that is known, *possible* if
they fit something else as well.  How bad it is, is a number from 1, a risk,
over 2, a conversation that suffers, to 3, one that does not take place.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from voicelab.diagnose.timeline import Timeline
from voicelab.tuning import Tuning
from voicelab.tuning.change import word

__all__ = ["Edit", "Evidence", "Rule", "Sure", "Trouble", "TroubleName", "rank"]

Sure = Literal["certain", "likely", "possible"]
SURE: tuple[Sure, ...] = ("certain", "likely", "possible")

TroubleName = Literal[
    "idle_close",
    "session_expired",
    "connection_lost",
    "connection_refused",
    "rate_limit",
    "wrong_audio_format",
    "no_microphone",
    "false_triggers",
    "self_triggers",
    "first_words_clipped",
    "turns_cut",
    "playback_dry",
    "setting_not_obeyed",
    "tab_throttled",
    "main_thread_blocked",
    "commit_without_response",
    "context_lost",
    "history_unheard",
    "suppressors_stacked",
    "key_in_url",
    "direct_connection",
    "content_filter",
    "service_error",
]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A change to a tuning.

    Attributes
    ----------
    path : str
        JSON pointer of the value.
    value : int, float, bool, str or tuple
        What it becomes.
    """

    path: str
    value: Any

    def apply(self, tuning: Tuning) -> Tuning:
        """Make the change.

        Parameters
        ----------
        tuning : Tuning
            Stays as it is.

        Returns
        -------
        Tuning
            The changed copy; the value counts as set by hand.

        Raises
        ------
        TuningError
            If the tuning has no such value.
        """
        return tuning.with_value(self.path, self.value)

    def __str__(self) -> str:
        return f"{self.path} = {word(self.value)}"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What shows it, once.

    Attributes
    ----------
    at_ms : float
        When.
    until_ms : float
        Until when; ``at_ms`` for a moment.
    sentence : str
        With its figures.
    connection : int or None
        On which connection.
    """

    at_ms: float
    until_ms: float
    sentence: str
    connection: int | None = None

    def __str__(self) -> str:
        return f"{self.at_ms / 1000:9.2f} s  {self.sentence}"


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One thing that went wrong.

    Attributes
    ----------
    name : str
        Of the finding, such as ``idle_close``.
    severity : {1, 2, 3}
        From a risk to a conversation that does not take place.
    sure : {"certain", "likely", "possible"}
        How sure it is.
    sentence : str
        What happened.
    cause : str
        Why, in the words of the guide and of the error reference.
    change : str
        What to change in the code or the portal.
    edits : tuple of Edit
        What to change in the tuning, where that is what helps.
    evidence : tuple of Evidence
        What shows it, in the order of time.
    source : str
        Where the rule has its limits from.
    """

    name: TroubleName
    severity: Literal[1, 2, 3]
    sure: Sure
    sentence: str
    cause: str
    change: str
    evidence: tuple[Evidence, ...]
    source: str
    edits: tuple[Edit, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.name} ({self.sure}): {self.sentence}", f"  cause:  {self.cause}"]
        lines += [f"  change: {self.change}"]
        lines += [f"  edit:   {edit}" for edit in self.edits]
        lines += [f"  seen:   {each}" for each in self.evidence[:5]]
        if len(self.evidence) > 5:
            lines.append(f"  seen:   and {len(self.evidence) - 5} more")
        return "\n".join(lines)


Rule = Callable[[Timeline], Iterable[Trouble]]


def rank(trouble: Trouble) -> tuple[int, int, int]:
    """Say where in a report it stands.

    Parameters
    ----------
    trouble : Trouble
        One of several.

    Returns
    -------
    tuple
        Smaller is further up.
    """
    return -trouble.severity, SURE.index(trouble.sure), -len(trouble.evidence)
