"""Usage: how many tokens an answer has used, for the gate.

A number that is none counts nothing: it is worth no error, and no call.
"""

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["tokens_in", "tokens_of"]


def tokens_of(event: Mapping[str, Any]) -> int:
    """Read the tokens of a ``response.done``.

    Parameters
    ----------
    event : mapping
        Its fields.

    Returns
    -------
    int
        0 where it says none.

    Examples
    --------
    >>> tokens_of({"response": {"usage": {"total_tokens": 7}}}), tokens_of({"response": []})
    (7, 0)
    """
    try:
        return max(0, int(event["response"]["usage"]["total_tokens"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return 0


def tokens_in(message: str) -> int:
    """Read the tokens in a message, if it is a ``response.done``.

    Parameters
    ----------
    message : str
        As it came from the service.

    Returns
    -------
    int
        0 for any other.
    """
    if '"response.done"' not in message:
        return 0
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        return 0
    return tokens_of(event) if isinstance(event, dict) else 0
