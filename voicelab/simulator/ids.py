"""Ids: names that are unique in a service and the same in every run."""

__all__ = ["Ids"]


class Ids:
    """Counts up.

    Parameters
    ----------
    session : int
        Number of the session; part of every id.
    """

    def __init__(self, session: int) -> None:
        self._session = session
        self._last: dict[str, int] = {}

    def __call__(self, kind: str) -> str:
        """Give the next id of a kind.

        Parameters
        ----------
        kind : str
            What it names.

        Returns
        -------
        str
            Such as ``item_2_0007``.
        """
        self._last[kind] = self._last.get(kind, 0) + 1
        return f"{kind}_{self._session}_{self._last[kind]:04}"
