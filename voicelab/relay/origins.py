"""Origins: whose pages may use the relay.

A WebSocket knows no same-origin rule: any page may open one to any host, and
the browser only says which page it was.  So the list is exact; ``null``, which
sandboxed frames and files send, is never on it, and a wildcard must be asked
for twice.  A client that is no browser says nothing, or whatever it likes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

__all__ = ["Origins", "Visitor"]

Visitor = Literal["browser", "other"]

ANY = "*"
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Origins:
    """The list.

    Attributes
    ----------
    allowed : frozenset of str
        As a browser writes them.
    every : bool
        Whether any page will do.
    without : bool
        Whether clients without an origin may come in: no browser is one.
    """

    allowed: frozenset[str] = frozenset()
    every: bool = False
    without: bool = False

    @classmethod
    def of(
        cls, origins: Iterable[str], *, any_origin: bool = False, without_origin: bool = False
    ) -> Self:
        """Read the list as somebody writes it.

        Parameters
        ----------
        origins : iterable of str
            ``https://app.example`` and the like, or ``*``.
        any_origin : bool
            Whether ``*`` is meant.
        without_origin : bool
            Whether clients without an origin may come in.

        Returns
        -------
        Origins
            The list.

        Raises
        ------
        ValueError
            If one of them is no origin, or ``*`` was written only once.
        """
        named = tuple(origins)
        every = ANY in named
        if every != any_origin:
            raise ValueError(
                "a wildcard lets every page on the web use your quota: it must be asked for twice, "
                "by the origin '*' and by any_origin (--any-origin); got one of them"
            )
        allowed = frozenset(_origin(each) for each in named if each != ANY)
        return cls(allowed, every, without_origin)

    def judge(self, named: Sequence[str]) -> Visitor | None:
        """Tell who may come in.

        Parameters
        ----------
        named : sequence of str
            The Origin headers of a request.

        Returns
        -------
        {"browser", "other"} or None
            ``None`` if it is a page that is not on the list, or names several origins.

        Examples
        --------
        >>> origins = Origins.of(["https://app.example"])
        >>> origins.judge(["https://app.example"]), origins.judge(["https://app.example.evil"])
        ('browser', None)
        """
        if not named:
            return "other" if self.without else None
        if len(named) > 1:
            return None
        (origin,) = named
        if self.every and origin != "null":
            return "browser"
        return "browser" if origin in self.allowed else None


def _origin(text: str) -> str:
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        port = 0
    rest = (parts.path, parts.query, parts.fragment, parts.username)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or any(rest) or port == 0:
        raise ValueError(
            f"an origin must be http(s)://HOST or http(s)://HOST:PORT, got {text[:80]!r}; leave "
            "path, query and the slash at the end out"
        )
    if port == DEFAULT_PORTS[parts.scheme]:
        raise ValueError(f"an origin must not name its default port, got {text[:80]!r}; drop it")
    return text.lower()
