"""The error reference: every failure that one meets on the way, and what to do.

``explain`` answers a person, the ``by_`` functions a program.  A session is
kept or given up by its close code, never by the class of an exception.
"""

from dataclasses import replace
from difflib import get_close_matches
from typing import get_args

from voicelab.wire.errors.close_codes import CLOSE_CODES, OTHER_CLOSE_CODES
from voicelab.wire.errors.error_codes import ERROR_CODES
from voicelab.wire.errors.exceptions import EXCEPTIONS
from voicelab.wire.errors.explanation import Explanation, Service
from voicelab.wire.errors.http_statuses import CLIENT_STATUSES, HTTP_STATUSES, SERVER_STATUSES

__all__ = ["ERROR_REFERENCE", "by_close_code", "by_error_code", "by_status", "explain"]

ERROR_REFERENCE = (*ERROR_CODES, *CLOSE_CODES, *HTTP_STATUSES, *EXCEPTIONS)
NAMED = {
    name.casefold(): each
    for each in reversed(ERROR_REFERENCE)
    for name in (each.name, *each.aliases)
}


def explain(what: str | int, *, service: Service | None = None) -> Explanation:
    """Explain a failure by whatever name one has met it.

    Parameters
    ----------
    what : str or int
        A close code, an HTTP status, an error code, or an exception's class.
    service : {"voice-live", "azure-openai", "openai"} or None
        Keeps what is particular to this one; ``None`` keeps all.

    Returns
    -------
    Explanation
        What it means, and what to do.

    Raises
    ------
    ValueError
        If the reference does not have it; the sentence names the nearest.

    Examples
    --------
    >>> explain(1001).action
    'retry'
    """
    if service is not None and service not in get_args(Service):
        raise ValueError(
            f"service must be one of {', '.join(get_args(Service))}, got {service[:40]!r}"
        )
    found = _named(str(what).strip())
    if service is None:
        return found
    particular = {name: text for name, text in found.per_service.items() if name == service}
    return replace(found, per_service=particular)


def by_close_code(code: int) -> Explanation:
    """Explain a close code.

    Parameters
    ----------
    code : int
        From 1000 to 4999.

    Returns
    -------
    Explanation
        A row of its own, or the one for all others.

    Examples
    --------
    >>> by_close_code(1006).wait, by_close_code(4321).action
    ('back off', 'fix')
    """
    return next((each for each in CLOSE_CODES if each.name == str(code)), OTHER_CLOSE_CODES)


def by_status(status: int) -> Explanation:
    """Explain the HTTP status with which a handshake was refused.

    Parameters
    ----------
    status : int
        From 300 to 599.

    Returns
    -------
    Explanation
        A row of its own, or the one for its hundred.

    Examples
    --------
    >>> by_status(429).wait, by_status(418).action
    ('as told', 'fix')
    """
    other = SERVER_STATUSES if 500 <= status < 600 else CLIENT_STATUSES
    return next((each for each in HTTP_STATUSES if each.name == str(status)), other)


def by_error_code(code: str) -> Explanation | None:
    """Explain the code of an error event.

    Parameters
    ----------
    code : str
        What stands in ``error.code``.

    Returns
    -------
    Explanation or None
        ``None`` if the reference does not have it.

    Examples
    --------
    >>> by_error_code("response_cancel_not_active").action
    'stop'
    """
    return next((each for each in ERROR_CODES if code in (each.name, *each.aliases)), None)


def _named(name: str) -> Explanation:
    found = NAMED.get(name.casefold()) or NAMED.get(name.rpartition(".")[2].casefold())
    if found is not None:
        return found
    if name.isdecimal() and 1000 <= int(name) <= 4999:
        return replace(by_close_code(int(name)), name=name)
    if name.isdecimal() and 300 <= int(name) <= 599:
        return replace(by_status(int(name)), name=name)
    known = {key: each.name for key, each in NAMED.items()}
    nearest = get_close_matches(name.casefold(), known, n=3, cutoff=0.0)
    raise ValueError(
        f"there is no {name[:60]!r} in the error reference; "
        f"nearest: {', '.join(dict.fromkeys(known[key] for key in nearest))}"
    )
