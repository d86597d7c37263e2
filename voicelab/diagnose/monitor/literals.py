"""Literals: values written into a Kusto query so that they stay values.

Whatever a user types, a query's meaning must not change: a text becomes one
string literal, a span of time one timespan literal, and a name is refused
unless it looks like one.
"""

import re
from datetime import timedelta

__all__ = ["name_literal", "string_literal", "timespan_literal"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
TIMESPAN = re.compile(r"([1-9]\d{0,5})(d|h|m|s)")
SECONDS = {"d": 86_400, "h": 3600, "m": 60, "s": 1}
LONGEST = timedelta(days=730)  # the longest that a workspace keeps logs for queries
SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string_literal(text: str) -> str:
    """Write a text as a string literal.

    Backslash, quote and all that is not printable are escaped [1]_, so that
    neither the literal nor its line can be left from inside.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        In double quotes.

    Raises
    ------
    ValueError
        If it holds half of a surrogate pair, which is no text.

    References
    ----------
    .. [1] Kusto Query Language, the string data type.

    Examples
    --------
    >>> print(string_literal('a" | take 1 // b'))
    "a\\" | take 1 // b"
    """
    if any(0xD800 <= ord(each) <= 0xDFFF for each in text):
        raise ValueError("a text must be whole Unicode, got half of a surrogate pair")
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in SHORT:
        return SHORT[character]
    if character.isprintable():
        return character
    units = character.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def name_literal(name: str) -> str:
    """Write the name of a deployment, or an id, as a string literal.

    Parameters
    ----------
    name : str
        Letters, digits, ``.``, ``_`` and ``-``, up to 128; empty stands for all.

    Returns
    -------
    str
        In double quotes.

    Raises
    ------
    ValueError
        If it holds anything else.
    """
    if name and not NAME.fullmatch(name):
        raise ValueError(
            "a name must be letters, digits, '.', '_' or '-', at most 128 and a letter or digit "
            f"first, got {name[:60]!r}"
        )
    return string_literal(name)


def timespan_literal(span: str | timedelta) -> str:
    """Write a span of time as a timespan literal.

    Parameters
    ----------
    span : str or timedelta
        A whole number and ``d``, ``h``, ``m`` or ``s``, or whole seconds.

    Returns
    -------
    str
        Such as ``24h``.

    Raises
    ------
    ValueError
        If it is no such span, not positive, or longer than 730 days.

    Examples
    --------
    >>> timespan_literal("24h"), timespan_literal(timedelta(minutes=90))
    ('24h', '5400s')
    """
    if isinstance(span, timedelta):
        length, text = span, f"{span.days * 86_400 + span.seconds}s"
        is_span = span > timedelta(0) and not span.microseconds
    else:
        read = TIMESPAN.fullmatch(span)
        length = timedelta(seconds=int(read[1]) * SECONDS[read[2]]) if read else timedelta(0)
        text, is_span = span, read is not None
    if not is_span or length > LONGEST:
        raise ValueError(
            "a span must be a whole number above 0 with d, h, m or s, such as 24h, and at most "
            f"730d, got {str(span)[:40]!r}"
        )
    return text
