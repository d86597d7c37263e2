"""KeptTurns: the audio of turns that are items, until they are settled.

A turn whose words are known can be told to a new connection without its
audio, so that audio is the first to go when room is needed.
"""

from dataclasses import dataclass

from voicelab.streaming.policy.span import SAMPLE_BYTES, Span

__all__ = ["KeptTurns"]


@dataclass
class _Kept:
    """One turn's audio: where it lies, what there is of it, whether words stand for it."""

    span: Span
    octets: bytes
    worded: bool = False


class KeptTurns:
    """The audio of turns."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._samples = 0

    @property
    def samples(self) -> int:
        """How much is kept."""
        return self._samples

    def keep(self, turn: int, span: Span, octets: bytes) -> None:
        """Keep the audio of a turn.

        Parameters
        ----------
        turn : int
            Its number.
        span : Span
            Where it lies.
        octets : bytes
            What there is of it.
        """
        before = self._kept.get(turn)
        self._samples += (len(octets) - len(before.octets if before else b"")) // SAMPLE_BYTES
        self._kept[turn] = _Kept(span, octets)

    def know_words(self, turn: int) -> None:
        """Let a turn's audio be the first to go, because its words are known.

        Parameters
        ----------
        turn : int
            Its number.
        """
        if turn in self._kept:
            self._kept[turn].worded = True

    def let_go(self, turn: int) -> None:
        """Let a turn's audio go.

        Parameters
        ----------
        turn : int
            Its number.
        """
        gone = self._kept.pop(turn, None)
        if gone is not None:
            self._samples -= len(gone.octets) // SAMPLE_BYTES

    def audio(self, turn: int) -> bytes | None:
        """Give the audio of a turn.

        Parameters
        ----------
        turn : int
            Its number.

        Returns
        -------
        bytes or None
            ``None`` unless all of it is kept.
        """
        kept = self._kept.get(turn)
        if kept is None or len(kept.octets) != SAMPLE_BYTES * (kept.span.end - kept.span.start):
            return None
        return kept.octets

    def shrink_to(self, samples: int) -> None:
        """Let the oldest go until so much is left at most, those with words first.

        Parameters
        ----------
        samples : int
            How much may be kept; below 0 as 0.
        """
        for worded in (True, False):
            for turn in [turn for turn, kept in self._kept.items() if kept.worded is worded]:
                if self._samples <= max(0, samples):
                    return
                self.let_go(turn)
