"""Attempts: whether a lost connection is tried again, and when.

The close code, the HTTP status and the code of the last error event decide,
through the error reference; the class of an exception never does.  So 1001,
which many libraries call a clean close, is tried again, and 429 waits as long
as it was told.

The counter is forgotten only after a configured connection has lived for a
while: a service that greets and drops must not be knocked at for ever.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from voicelab.wire import Explanation, by_close_code, by_error_code, by_status, explain

__all__ = ["Attempts", "GiveUp", "TryAgain", "why_closed", "why_refused"]

NOBODY = "connection_error"


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Another attempt is worth it.

    Attributes
    ----------
    attempt : int
        Its number, from 1.
    wait_ms : float
        How long before it is made.
    """

    attempt: int
    wait_ms: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No further attempt is made.

    Attributes
    ----------
    sentence : str
        Why, and what to change.
    """

    sentence: str


class Attempts:
    """The attempts of one session.

    Parameters
    ----------
    most : int
        How many are made before one has succeeded for a while.
    backoff_ms : tuple of float
        Shortest and longest wait; equal ends make a fixed wait.
    steady_ms : float
        How long a configured connection must live before attempts are forgotten.
    rng : numpy.random.Generator
        Draws the jitter.
    """

    def __init__(
        self,
        *,
        most: int,
        backoff_ms: tuple[float, float],
        steady_ms: float,
        rng: np.random.Generator,
    ) -> None:
        self._most = most
        self._backoff_ms = backoff_ms
        self._steady_ms = steady_ms
        self._rng = rng
        self._configured_ms: float | None = None
        self.made = 0

    def configured(self, *, now_ms: float) -> None:
        """Take note that a connection carries the session.

        Parameters
        ----------
        now_ms : float
            When.
        """
        self._configured_ms = now_ms

    def failed(
        self, why: Explanation, *, retry_after_s: float | None = None, now_ms: float
    ) -> TryAgain | GiveUp:
        """Decide what follows a loss or a refusal.

        The wait is drawn evenly between the shortest wait and a bound that
        doubles with each attempt ("full jitter"); Retry-After comes on top of
        it where it is longer, and a session that merely expired waits only
        from the second attempt on.

        Parameters
        ----------
        why : Explanation
            From the error reference.
        retry_after_s : float or None
            What the service asked to wait.
        now_ms : float
            When.

        Returns
        -------
        TryAgain or GiveUp
            What to do.
        """
        lived_ms = -math.inf if self._configured_ms is None else now_ms - self._configured_ms
        if lived_ms >= self._steady_ms:
            self.made = 0
        self._configured_ms = None
        if why.action != "retry":
            return GiveUp(f"{why.meaning} To change: {why.change}.")
        if self.made >= self._most:
            return GiveUp(f"{why.meaning} {self.made} attempts were made in vain.")
        self.made += 1
        shortest_ms, longest_ms = self._backoff_ms
        fixed = shortest_ms == longest_ms
        bound_ms = min(longest_ms, shortest_ms * 2.0**self.made)
        wait_ms = float(self._rng.uniform(shortest_ms, bound_ms))
        if retry_after_s is not None and 1000 * retry_after_s > wait_ms:
            # The jitter stays, or all who were refused would come back together.
            wait_ms = 1000 * retry_after_s + (0.0 if fixed else wait_ms)
        elif why.wait == "at once" and self.made == 1 and not fixed:
            wait_ms = 0.0
        return TryAgain(self.made, wait_ms)


def why_closed(code: int, *, last_error: str | None = None) -> Explanation:
    """Explain the end of a connection.

    Parameters
    ----------
    code : int
        Of the close frame; 1006 where there was none.
    last_error : str or None
        Code of the last error event on it.

    Returns
    -------
    Explanation
        The error event's where that one ends sessions, the close code's otherwise.
    """
    said = by_error_code(last_error) if last_error else None
    if said is not None and said.name in ("session_expired", "rate_limit_exceeded"):
        return said
    return by_close_code(code)


def why_refused(status: int | None, headers: Mapping[str, str]) -> tuple[Explanation, float | None]:
    """Explain a handshake that failed.

    Parameters
    ----------
    status : int or None
        HTTP status; ``None`` where nobody answered.
    headers : mapping of str to str
        Of the answer.

    Returns
    -------
    why : Explanation
        From the error reference.
    retry_after_s : float or None
        What the service asked to wait; ``None`` if it did not, or gave a date.
    """
    asked = {name.lower(): value for name, value in headers.items()}
    retry_after_s = _number(asked.get("retry-after"))
    retry_after_ms = _number(asked.get("retry-after-ms"))  # Azure OpenAI's, the finer of the two
    if retry_after_ms is not None:
        retry_after_s = retry_after_ms / 1000
    return (explain(NOBODY) if status is None else by_status(status)), retry_after_s


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
