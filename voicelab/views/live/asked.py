"""Asked: what a service was asked for while it ran, and whether it obeys.

Only the service knows what holds: a value is effective when a
``session.updated`` has said so.  Times are milliseconds on one clock.
"""

from collections.abc import Mapping
from typing import Any

__all__ = ["Asked"]


class Asked:
    """The turn detection that a service was last asked for.

    Attributes
    ----------
    delays_ms : list of float
        For each change that came to hold, how long that took.
    """

    def __init__(self) -> None:
        self.delays_ms: list[float] = []
        self._wanted: Mapping[str, Any] = {}
        self._since_ms: float | None = None
        self._holds: Mapping[str, Any] = {}

    @property
    def is_waiting(self) -> bool:
        """Whether the service has not yet said that the last change holds."""
        return self._since_ms is not None

    def ask(self, turn_detection: Mapping[str, Any], *, now_ms: float) -> None:
        """Take note of what was asked for.

        Parameters
        ----------
        turn_detection : mapping
            As it stands in the ``session.update``.
        now_ms : float
            When.
        """
        self._wanted, self._since_ms = turn_detection, now_ms

    def told(self, session: Mapping[str, Any], *, now_ms: float) -> None:
        """Take note of what the service says that holds.

        Parameters
        ----------
        session : mapping
            Of a ``session.updated``.
        now_ms : float
            When.
        """
        self._holds = session.get("turn_detection") or {}
        wanted = self._wanted.items()
        if self._since_ms is not None and all(self._holds.get(k) == v for k, v in wanted):
            self.delays_ms.append(now_ms - self._since_ms)
            self._since_ms = None

    def effective(self, name: str) -> Any:
        """Say which value holds.

        Parameters
        ----------
        name : str
            A field of turn detection.

        Returns
        -------
        object
            ``None`` where the service has not said.
        """
        return self._holds.get(name)
