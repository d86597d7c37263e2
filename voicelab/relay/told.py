"""What the relay itself tells a page: ``error`` events, and ``relay.*`` events.

A page can read neither an HTTP status nor a close frame that says nothing, so
each failure is an ``error`` event first, in the words of the error reference,
and a close code that may be sent second.  Times are milliseconds.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from voicelab.relay.admission import Place, Refusal
from voicelab.wire import Explanation, by_close_code

__all__ = [
    "BUSY",
    "FAILED",
    "GOING_AWAY",
    "POLICY",
    "Farewell",
    "error_text",
    "farewell_after",
    "full",
    "may_be_sent",
    "unreachable",
    "waiting_text",
]

GOING_AWAY, POLICY, FAILED, BUSY = 1001, 1008, 1011, 1013
MOST_REASON_BYTES = 123  # of a close frame


@dataclass(frozen=True)
class Farewell:
    """How a page is taken leave of.

    Attributes
    ----------
    code : int
        Of the close frame.
    reason : str
        Its text.
    error : str
        An ``error`` event that goes before it; empty if the code says all.
    """

    code: int
    reason: str = ""
    error: str = ""


def error_text(code: str, message: str, **facts: Any) -> str:
    """Write an ``error`` event of the relay's own.

    Parameters
    ----------
    code : str
        What a program decides by.
    message : str
        What a person reads.
    **facts
        Further fields of the error.

    Returns
    -------
    str
        The event.
    """
    error = {"type": "relay_error", "code": code, "message": message, "param": None}
    return json.dumps({"type": "error", "error": {**error, **facts}})


def waiting_text(place: Place) -> str:
    """Write a ``relay.waiting`` event.

    Parameters
    ----------
    place : Place
        In the queue.

    Returns
    -------
    str
        The event.
    """
    told = {"type": "relay.waiting", "place": place.place, "wait_ms": round(place.wait_ms)}
    return json.dumps(told)


def full(refusal: Refusal) -> Farewell:
    """Turn a page away that cannot come in now.

    Parameters
    ----------
    refusal : Refusal
        Of the gate.

    Returns
    -------
    Farewell
        With place, wait and when to try again.
    """
    wait_ms = round(refusal.retry_after_ms)
    message = (
        f"The relay cannot let you in: {refusal.sentence}. You would be number {refusal.place} in "
        f"the queue, which is full; try again in {wait_ms / 1000:.0f} s."
    )
    told = error_text(
        "rate_limit_exceeded",
        message,
        lack=refusal.lack,
        place=refusal.place,
        wait_ms=wait_ms,
        retry_after_ms=wait_ms,
    )
    return Farewell(BUSY, "try again later", told)


def unreachable(
    why: Explanation, *, status: int | None, retry_after_s: float | None = None
) -> Farewell:
    """Tell a page that the service did not let the relay in.

    Parameters
    ----------
    why : Explanation
        Of the error reference.
    status : int or None
        HTTP status; ``None`` where nobody answered.
    retry_after_s : float or None
        What the service asked to wait.

    Returns
    -------
    Farewell
        With status and remedy.
    """
    got = "nobody answered" if status is None else f"it answered {status}"
    facts: Mapping[str, Any] = {"status": status, "action": why.action, "remedy": why.change}
    if retry_after_s is not None:
        facts = {**facts, "retry_after_ms": round(1000 * retry_after_s)}
    message = f"The relay could not reach the service: {got}. {_remedy(why)}"
    code = BUSY if why.action == "retry" else FAILED
    return Farewell(code, "no service", error_text("connection_error", message, **facts))


def farewell_after(code: int, reason: str) -> Farewell:
    """Pass on how the service took its leave.

    Parameters
    ----------
    code : int
        1005, 1006 and 1015 stand for something that is no code and cannot be sent.
    reason : str
        Its text.

    Returns
    -------
    Farewell
        The same, or an error that names the code and 1011.

    Examples
    --------
    >>> farewell_after(1001, "Your session hit the maximum duration of 60 minutes.").code
    1001
    >>> farewell_after(1006, "").code
    1011
    """
    if may_be_sent(code):
        return Farewell(code, _cut(reason))
    why = by_close_code(code)
    message = f"The service's connection ended with {code}. {_remedy(why)}"
    told = error_text(
        "connection_error", message, close_code=code, action=why.action, remedy=why.change
    )
    return Farewell(FAILED, f"the service's connection ended with {code}", told)


def may_be_sent(code: int) -> bool:
    """Tell whether a close code may stand in a close frame (RFC 6455, 7.4).

    Parameters
    ----------
    code : int
        Which.

    Returns
    -------
    bool
        False for 1005, 1006 and 1015, which only libraries say.
    """
    return code in {1000, 1001, 1002, 1003, *range(1007, 1015)} or 3000 <= code < 5000


def _remedy(why: Explanation) -> str:
    return f"{why.meaning} To change: {why.change}."


def _cut(reason: str) -> str:
    return reason.encode()[:MOST_REASON_BYTES].decode("utf-8", "ignore")
