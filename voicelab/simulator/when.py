"""When: on which connection a fault strikes, and at what moment of it.

In text: ``40s``, ``500ms`` or ``2min`` after the greeting; ``answer=2`` as the
second answer begins, ``answer=2+500ms`` half a second into its sound;
``connect=3`` on the third client only.  Terms are joined by commas; none means
at once, on every connection.
"""

import re
from dataclasses import dataclass

__all__ = ["When", "read_duration_s", "read_when"]

DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|min)")
UNITS_S = {"ms": 0.001, "s": 1.0, "min": 60.0}


@dataclass(frozen=True, kw_only=True)
class When:
    """A moment.

    Attributes
    ----------
    connection : int or None
        Number of the client, from 1; ``None`` is every one.
    after_s : float >= 0
        From the greeting, or from the answer's first sound.
    answer : int or None
        Number of the answer, from 1; ``None`` counts from the greeting.
    into_sound : bool
        Whether ``after_s`` counts from the answer's first sound, or the fault
        strikes as the answer begins.
    """

    connection: int | None = None
    after_s: float = 0.0
    answer: int | None = None
    into_sound: bool = False

    def meets(self, *, connection: int) -> bool:
        """Tell whether a connection is meant.

        Parameters
        ----------
        connection : int
            Its number.

        Returns
        -------
        bool
            True if it is.
        """
        return self.connection in (None, connection)


def read_when(text: str) -> When:
    """Read a moment.

    Parameters
    ----------
    text : str
        Such as ``answer=2+500ms,connect=1``.

    Returns
    -------
    When
        The moment.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> read_when("40s,connect=2")
    When(connection=2, after_s=40.0, answer=None, into_sound=False)
    """
    connection, after_s, answer, into_sound = None, 0.0, None, False
    for term in filter(None, text.split(",")):
        name, _, value = term.partition("=")
        number, plus, offset = value.partition("+")
        if name == "connect" and value.isdecimal() and int(value) > 0:
            connection = int(value)
        elif name == "answer" and number.isdecimal() and int(number) > 0:
            answer, into_sound = int(number), bool(plus)
            after_s = read_duration_s(offset) if plus else 0.0
        elif term != "greeting":
            after_s = read_duration_s(term)
    return When(connection=connection, after_s=after_s, answer=answer, into_sound=into_sound)


def read_duration_s(text: str) -> float:
    """Read a duration.

    Parameters
    ----------
    text : str
        Such as ``40s``, ``500ms`` or ``2min``.

    Returns
    -------
    float
        Seconds.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = DURATION.fullmatch(text)
    if found is None:
        raise ValueError(
            "a moment must read like 40s, 500ms, 2min, greeting, answer=2, answer=2+500ms or "
            f"connect=3, got {text[:40]!r}"
        )
    return float(found[1]) * UNITS_S[found[2]]
