"""Watched: a loudspeaker that tells when an answer was first heard."""

from collections.abc import Callable, Iterator
from time import monotonic

from voicelab.jitter import Player
from voicelab.streaming.loudspeaker import Heard, Loudspeaker, Speaker

__all__ = ["CountingSpeaker", "Watched"]


class CountingSpeaker(Loudspeaker):
    """A loudspeaker that only counts, by a player that may change.

    Parameters
    ----------
    player : Player
        Its start is obeyed as a hold.

    Attributes
    ----------
    underruns : int
        How often an answer ran dry.
    silent_ms : float
        How long that was together.
    """

    def __init__(self, player: Player) -> None:
        super().__init__(rate_hz=player.rate_hz, start_ms=player.start_ms)
        self._player = player
        self._last = ""
        self.underruns, self.silent_ms = 0, 0.0

    def play(self, response_id: str, item_id: str, pcm16: bytes, *, now_ms: float) -> None:
        """Take the next piece of an answer.

        Parameters
        ----------
        response_id, item_id : str
            Which answer.
        pcm16 : bytes
            The piece.
        now_ms : float
            Now.
        """
        late_ms = now_ms - self.free_ms()
        if response_id == self._last and late_ms > 0:
            self.underruns += 1
            self.silent_ms += late_ms
        self._last = response_id
        super().play(response_id, item_id, pcm16, now_ms=now_ms)

    @property
    def player(self) -> Player:
        """How it plays; settable, from the next answer on."""
        return self._player

    @player.setter
    def player(self, player: Player) -> None:  # numpydoc ignore=GL08
        self._player = player
        self.start_ms = player.start_ms


class Watched:
    """Whoever plays answers, watched.

    Parameters
    ----------
    speaker : Speaker
        Who plays.
    on_first : callable
        Called once an answer, with its id and how long ago its first sample was
        heard, in ms.
    """

    def __init__(self, speaker: Speaker, on_first: Callable[[str, float], object]) -> None:
        self._speaker = speaker
        self._on_first = on_first
        self._sounding = ""

    def play(self, response_id: str, item_id: str, pcm16: bytes, *, now_ms: float) -> None:
        """Hand over the next piece of an answer.

        Parameters
        ----------
        response_id, item_id : str
            Which answer.
        pcm16 : bytes
            The piece.
        now_ms : float
            Now.
        """
        self._speaker.play(response_id, item_id, pcm16, now_ms=now_ms)

    def flush(self, response_id: str) -> None:
        """Throw away what is left of an answer.

        Parameters
        ----------
        response_id : str
            Which.
        """
        self._speaker.flush(response_id)

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
        for each in self._speaker.heard(now_ms=now_ms):
            if each.response_id != self._sounding:
                self._sounding = each.response_id
                self._on_first(each.response_id, each.ms + self._age_ms())
            yield each

    def _age_ms(self) -> float:
        """Say how old the speaker's report is; one that only counts is asked just now."""
        reported_s = getattr(self._speaker, "reported_s", None)
        return 0.0 if reported_s is None else 1000 * (monotonic() - reported_s)

    def free_ms(self) -> float:
        """Say when it will have played, or has played, everything.

        Returns
        -------
        float
            A time on the caller's clock; minus infinity before the first answer.
        """
        return self._speaker.free_ms()
