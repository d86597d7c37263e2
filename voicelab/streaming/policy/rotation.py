"""Rotation: when a new connection takes over from one that is about to expire.

The new one is made before the old one is broken.  From ``open_ms`` on it may
be opened; the conversation moves at the first quiet moment after that, and at
``latest_ms`` whether it is quiet or not.  Sessions that began together do not
rotate together: each draws its own moment.

Times are milliseconds on the policy's clock.
"""

import math

import numpy as np

__all__ = ["Rotation"]

HARD_SHARE = 0.25  # of the time before the limit, kept for the move that can wait no longer
JITTER_SHARE = 0.5  # of the time before the limit, by which a session may be earlier


class Rotation:
    """The rotation of one session.

    Parameters
    ----------
    session_s : float
        The service's limit, where it sends no ``expires_at``.
    before_s : float
        How long before the limit a new connection takes over.
    epoch_s : float
        Unix time at 0 ms.
    rng : numpy.random.Generator
        Draws the jitter.
    """

    def __init__(
        self, *, session_s: float, before_s: float, epoch_s: float, rng: np.random.Generator
    ) -> None:
        self._session_s = session_s
        self._before_s = before_s
        self._epoch_s = epoch_s
        self._rng = rng
        self.open_ms = math.inf
        self.latest_ms = math.inf

    def begin(self, *, opened_ms: float, expires_at_s: float | None) -> None:
        """Plan for the connection that now carries the conversation.

        A limit so near that the whole margin does not fit is planned for in
        the second half of what there is, so that no rotation follows the other
        without end.

        Parameters
        ----------
        opened_ms : float
            When it was opened.
        expires_at_s : float or None
            Unix time at which the service ends it, if it says so.
        """
        ends_ms = opened_ms + 1000 * self._session_s
        if expires_at_s is not None:
            ends_ms = 1000 * (expires_at_s - self._epoch_s)
        left_ms = max(0.0, ends_ms - opened_ms)
        before_ms = min(1000 * self._before_s, left_ms / 2)
        early_ms = float(self._rng.uniform(0, JITTER_SHARE * before_ms))
        self.open_ms = max(ends_ms - before_ms - early_ms, opened_ms + left_ms / 4)
        self.latest_ms = ends_ms - HARD_SHARE * before_ms

    def postpone(self, *, wait_ms: float, now_ms: float) -> None:
        """Try again later, because the new connection did not come about.

        Parameters
        ----------
        wait_ms : float
            How much later.
        now_ms : float
            The time.
        """
        self.open_ms = now_ms + wait_ms

    def stop(self) -> None:
        """Plan nothing: no connection carries the conversation, or no new one may be had."""
        self.open_ms = self.latest_ms = math.inf

    def may_move(self, *, quiet: bool, now_ms: float) -> bool:
        """Tell whether the conversation moves now, given that the new connection is ready.

        Parameters
        ----------
        quiet : bool
            Whether nobody speaks and nothing is owed.
        now_ms : float
            The time.

        Returns
        -------
        bool
            True at a quiet moment, and when it can wait no longer.
        """
        return quiet or now_ms >= self.latest_ms
