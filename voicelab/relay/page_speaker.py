"""PageSpeaker: how much of the answers a page has played.

Until the page says so, by ``relay.played`` events, it is taken for a
loudspeaker that plays what it gets as it gets it.  Times are milliseconds.
"""

from collections.abc import Callable, Iterator

from voicelab.streaming.loudspeaker import Heard, Loudspeaker

__all__ = ["PageSpeaker"]


class PageSpeaker(Loudspeaker):
    """The loudspeaker of a page.

    Parameters
    ----------
    rate_hz : int
        Sample rate of the answers.
    start_ms : float >= 0
        How long the page's player holds an answer back.
    on_flush : callable
        Called with an answer that is to be thrown away.
    """

    def __init__(self, *, rate_hz: int, start_ms: float, on_flush: Callable[[str], None]) -> None:
        super().__init__(rate_hz=rate_hz, start_ms=start_ms)
        self._on_flush = on_flush
        self._reports = False
        self._news: dict[str, float] = {}
        self.took = False  # whether the last event was sound, to be played

    def play(self, response_id: str, item_id: str, pcm16: bytes, *, now_ms: float) -> None:
        """Take note that the page is to play a piece.

        Parameters
        ----------
        response_id, item_id : str
            Which answer.
        pcm16 : bytes
            The piece.
        now_ms : float
            Now.
        """
        self.took = True
        super().play(response_id, item_id, pcm16, now_ms=now_ms)

    def flush(self, response_id: str) -> None:
        """Have the page throw away what is left of an answer.

        Parameters
        ----------
        response_id : str
            Which.
        """
        self._on_flush(response_id)
        super().flush(response_id)

    def report(self, response_id: str, *, ms: float) -> None:
        """Hear from the page how much was played; from then on it alone is believed.

        Parameters
        ----------
        response_id : str
            Of which answer.
        ms : float
            From its first sample.
        """
        self._reports = True
        self._news[response_id] = ms

    def heard(self, *, now_ms: float) -> Iterator[Heard]:
        """Say what more has been heard.

        Parameters
        ----------
        now_ms : float
            Now.

        Yields
        ------
        Heard
            Each answer that has gone on since the last call.
        """
        estimates = list(super().heard(now_ms=now_ms))
        if not self._reports:
            yield from estimates
        news, self._news = self._news, {}
        for response_id, ms in news.items():
            yield Heard(response_id, "", ms)
