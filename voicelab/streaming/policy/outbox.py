"""Outbox: the user's audio, from the microphone until nobody can want it again.

The microphone's audio is one stream, counted in samples from its first one.
The outbox sends it in chunks to whichever connection is attached, never faster
than ``drain`` times real time, and keeps what may have to be sent again: all
that is unsent, all that the service has not shown to have heard, and the audio
of each turn until that turn is settled.

What is kept is bounded.  Beyond the bound the oldest goes: first the audio of
turns whose words are known, then that of other turns, then the stream's own.
Audio that goes without ever having been delivered is dropped, and told of.

Times are milliseconds; positions are samples.
"""

from bisect import bisect_right
from typing import NamedTuple

__all__ = ["Outbox", "Span"]

BURST_CHUNKS = 4  # as a sound card hands over what it held back
SAMPLE_BYTES = 2


class Span(NamedTuple):
    """A stretch of the microphone's audio.

    Attributes
    ----------
    start, end : int
        Positions; the end is not in it.
    """

    start: int
    end: int


class Outbox:
    """The user's audio.

    Parameters
    ----------
    rate_hz : int
        Of the audio.
    resend_s : float
        How much may be kept.
    chunk_ms : float
        Sound in one append.
    drain : float
        How many times faster than real time a backlog is sent.
    """

    def __init__(self, *, rate_hz: int, resend_s: float, chunk_ms: float, drain: float) -> None:
        self._rate_hz = rate_hz
        self._most = round(resend_s * rate_hz)
        self._chunk = max(1, round(chunk_ms * rate_hz / 1000))
        self._pause_ms = chunk_ms / drain
        self._burst_ms = (BURST_CHUNKS - 1) * self._pause_ms
        self._patience_ms = 2 * chunk_ms  # a chunk that does not fill is sent as it is
        self._stream = bytearray()
        self._base = 0  # position of the stream's first sample that is kept
        self._turns: dict[int, tuple[Span, bytes, bool]] = {}  # audio; whether its words are known
        self._attached = False
        self._sent = 0
        self._upto: int | None = None  # a button ends what may be sent here
        self._wanted = True
        self._map: list[tuple[int, int]] = []  # connection's position, stream's position
        self._appended = 0  # samples on this connection
        self._log: list[tuple[float, int]] = []  # when, and up to where, it was sent
        self._heard = 0
        self._held: int | None = None  # where the turn begins that is open
        self._next_ms = 0.0
        self._last_heard_ms = 0.0

    @property
    def end(self) -> int:
        """How much the microphone gave."""
        return self._base + len(self._stream) // SAMPLE_BYTES

    @property
    def sent(self) -> int:
        """Up to where it was sent to the connection that is attached."""
        return self._sent

    @property
    def heard(self) -> int:
        """Up to where the service has shown to have heard."""
        return self._heard

    @property
    def kept_samples(self) -> int:
        """How much is kept now."""
        turns = sum(len(octets) for _, octets, _ in self._turns.values())
        return (len(self._stream) + turns) // SAMPLE_BYTES

    def at(self, position_ms: float) -> int:
        """Turn a time of the microphone's audio into a position.

        Parameters
        ----------
        position_ms : float
            From its first sample.

        Returns
        -------
        int
            The position.
        """
        return round(position_ms * self._rate_hz / 1000)

    def ms(self, position: int) -> float:
        """Turn a position into a time of the microphone's audio.

        Parameters
        ----------
        position : int
            The position.

        Returns
        -------
        float
            From its first sample.
        """
        return 1000 * position / self._rate_hz

    def hear(self, pcm16: bytes, *, now_ms: float) -> None:
        """Take in what the microphone gave.

        Parameters
        ----------
        pcm16 : bytes
            Whole samples.
        now_ms : float
            When.
        """
        if len(pcm16) % SAMPLE_BYTES:
            raise ValueError(
                f"pcm16 must hold whole samples of 2 bytes, got {len(pcm16)} bytes; keep the odd "
                "byte for the next call"
            )
        self._stream += pcm16
        self._last_heard_ms = now_ms

    def want(self, start: int) -> None:
        """Let a button that goes down decide what is sent: from here on.

        Parameters
        ----------
        start : int
            What lies before it and is unsent never will be.
        """
        self._sent = min(max(start, self._base), self.end)
        self._wanted, self._upto = True, None
        self._note_place()

    def until(self, end: int) -> None:
        """Let a button that goes up decide what is sent: up to there.

        Parameters
        ----------
        end : int
            What lies behind it is not sent.
        """
        self._upto = end

    def rest(self) -> None:
        """Send nothing until :meth:`want` says so: the button is up."""
        self._wanted = False

    def attach(self, start: int, *, now_ms: float) -> Span | None:
        """Begin to send to a new connection.

        Parameters
        ----------
        start : int
            From where.
        now_ms : float
            When.

        Returns
        -------
        Span or None
            What should have been sent and is no longer there.
        """
        self._attached, self._appended, self._map = True, 0, []
        self._sent = max(start, self._base)
        self._heard = min(self._heard, self._sent)
        self._log = []
        self._next_ms = now_ms
        self._note_place()
        return Span(start, self._sent) if self._sent > start else None

    def detach(self) -> None:
        """Send nothing: the connection is gone."""
        self._attached = False

    def take(self, *, now_ms: float) -> bytes | None:
        """Take the next chunk that is due.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        bytes or None
            For one append.
        """
        due_ms = self._due_ms()
        if due_ms is None or due_ms > now_ms:
            return None
        last = min(self._sent + self._chunk, self._sendable)
        first = (self._sent - self._base) * SAMPLE_BYTES
        octets = bytes(self._stream[first : (last - self._base) * SAMPLE_BYTES])
        self._appended += last - self._sent
        self._sent = last
        self._log.append((now_ms, last))
        share = len(octets) / SAMPLE_BYTES / self._chunk
        self._next_ms = max(self._next_ms, now_ms - self._burst_ms) + share * self._pause_ms
        return octets

    @property
    def next_ms(self) -> float | None:
        """When the next chunk is due; ``None`` if the microphone must give more first."""
        return self._due_ms()

    def place(self, audio_ms: float) -> int:
        """Find in the stream what a connection calls by its own time.

        Parameters
        ----------
        audio_ms : float
            From the first sample that was sent on the connection.

        Returns
        -------
        int
            The position.
        """
        there = min(self.at(audio_ms), self._appended)
        index = bisect_right(self._map, (there, 1 << 62)) - 1
        if index < 0:
            return self._sent
        own, stream = self._map[index]
        return stream + there - own

    def shown_heard(self, *, upto: int | None = None, sent_before_ms: float | None = None) -> None:
        """Take note that the service has heard up to somewhere, and found no speech since.

        Parameters
        ----------
        upto : int or None
            A position.
        sent_before_ms : float or None
            All that was sent before this time.
        """
        if upto is not None:
            self._heard = max(self._heard, min(upto, self._sent))
        if sent_before_ms is not None:
            passed = [end for at_ms, end in self._log if at_ms <= sent_before_ms]
            if passed:
                self._heard = max(self._heard, passed[-1])
                self._log = self._log[len(passed) :]

    def hold(self, start: int | None) -> None:
        """Keep the stream from where an open turn begins.

        Parameters
        ----------
        start : int or None
            ``None`` if no turn is open.
        """
        self._held = start

    def keep(self, turn: int, span: Span) -> None:
        """Keep the audio of a turn that was committed.

        Parameters
        ----------
        turn : int
            Its number.
        span : Span
            Where it lies; what is no longer there is left out.
        """
        first = max(0, span.start - self._base) * SAMPLE_BYTES
        last = max(0, span.end - self._base) * SAMPLE_BYTES
        octets = bytes(self._stream[first:last])
        self._turns[turn] = span, octets, False

    def know_words(self, turn: int) -> None:
        """Let a turn's audio be the first to go, because its words are known.

        Parameters
        ----------
        turn : int
            Its number.
        """
        if turn in self._turns:
            span, octets, _ = self._turns[turn]
            self._turns[turn] = span, octets, True

    def settle(self, turn: int) -> None:
        """Let a turn's audio go.

        Parameters
        ----------
        turn : int
            Its number.
        """
        self._turns.pop(turn, None)

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
        span, octets, _ = self._turns.get(turn, (Span(0, 1), b"", False))
        return octets if len(octets) == SAMPLE_BYTES * (span.end - span.start) else None

    def trim(self, *, margin_ms: float) -> Span | None:
        """Let go what nobody can want again, and what is beyond the bound.

        Parameters
        ----------
        margin_ms : float
            How much before what was heard is still wanted: where speech begins softly.

        Returns
        -------
        Span or None
            What was dropped without ever having been delivered.
        """
        floor = min(self._sent, self._heard) if self._wanted else self.end
        if self._held is not None:
            floor = min(floor, self._held)
        self._cut(floor - self.at(margin_ms))
        for known in (True, False):
            for turn in [turn for turn, kept in self._turns.items() if kept[2] == known]:
                if self.kept_samples <= self._most:
                    return None
                del self._turns[turn]
        over = self.kept_samples - self._most
        if over <= 0:
            return None
        begin = self._base
        self._cut(begin + over)
        lost = Span(max(begin, self._sent), self._base)
        if self._wanted and lost.end > lost.start:
            self._sent = self._base
            self._note_place()
            return lost
        return None

    @property
    def _sendable(self) -> int:
        return self.end if self._upto is None else min(self.end, self._upto)

    def _due_ms(self) -> float | None:
        waiting = self._sendable - self._sent
        if not (self._attached and self._wanted) or waiting <= 0:
            return None
        full = waiting >= self._chunk or self._upto is not None
        return (
            self._next_ms if full else max(self._next_ms, self._last_heard_ms + self._patience_ms)
        )

    def _note_place(self) -> None:
        self._map.append((self._appended, self._sent))

    def _cut(self, position: int) -> None:
        gone = min(max(0, position - self._base) * SAMPLE_BYTES, len(self._stream))
        if gone > 0:
            del self._stream[:gone]
            self._base += gone // SAMPLE_BYTES
