"""Stream: what the microphone gave, as far as it is kept.

Positions are samples, counted from the first one that the microphone gave;
times are milliseconds from there.
"""

from voicelab.streaming.policy.span import SAMPLE_BYTES, Span

__all__ = ["Stream"]


class Stream:
    """The microphone's audio.

    Parameters
    ----------
    rate_hz : int
        Of the audio.
    """

    def __init__(self, *, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._octets = bytearray()
        self.start = 0  # position of the first sample that is kept
        self.end = 0  # how much the microphone gave

    @property
    def samples(self) -> int:
        """How much is kept."""
        return self.end - self.start

    def at(self, position_ms: float) -> int:
        """Turn a time into a position.

        Parameters
        ----------
        position_ms : float
            From the first sample.

        Returns
        -------
        int
            The position.
        """
        return round(position_ms * self._rate_hz / 1000)

    def ms(self, position: int) -> float:
        """Turn a position into a time.

        Parameters
        ----------
        position : int
            The position.

        Returns
        -------
        float
            From the first sample.
        """
        return 1000 * position / self._rate_hz

    def hear(self, pcm16: bytes) -> None:
        """Take in what the microphone gave.

        Parameters
        ----------
        pcm16 : bytes
            Whole samples.
        """
        if len(pcm16) % SAMPLE_BYTES:
            raise ValueError(
                f"pcm16 must hold whole samples of 2 bytes, got {len(pcm16)} bytes; keep the odd "
                "byte for the next call"
            )
        self._octets += pcm16
        self.end += len(pcm16) // SAMPLE_BYTES

    def octets(self, span: Span) -> bytes:
        """Give what is kept of a stretch.

        Parameters
        ----------
        span : Span
            Which.

        Returns
        -------
        bytes
            PCM16; less than was asked for where it is no longer there.
        """
        first, last = (max(0, at - self.start) * SAMPLE_BYTES for at in span)
        return bytes(self._octets[first:last])

    def cut(self, position: int) -> None:
        """Let go what lies before a position.

        Parameters
        ----------
        position : int
            Where.
        """
        gone = min(position, self.end) - self.start
        if gone > 0:
            del self._octets[: gone * SAMPLE_BYTES]
            self.start += gone
