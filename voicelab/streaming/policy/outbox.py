"""Outbox: the user's audio, from the microphone until nobody can want it again.

It is sent in chunks to whichever connection is attached, never faster than
``drain`` times real time, and what may have to be sent again is kept: all that
is unsent, all that the service has not shown to have heard, and the audio of
each turn until that turn is settled.

What is kept is bounded.  Beyond the bound the oldest goes: first the audio of
turns whose words are known, then that of other turns, then the stream's own.
Audio that goes without ever having been delivered is dropped, and told of.

Times are milliseconds on the policy's clock; positions are samples.
"""

import math

from voicelab.streaming.policy.delivery import Delivery
from voicelab.streaming.policy.kept_turns import KeptTurns
from voicelab.streaming.policy.span import SAMPLE_BYTES, Span
from voicelab.streaming.policy.stream import Stream

__all__ = ["Outbox"]

BURST_CHUNKS = 4  # as a sound card hands over what it held back
BEHIND_CHUNKS = 2
ON_ITS_WAY_S = 2.0  # what waits for its moment is not kept, however little may be


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
        self._most = round(resend_s * rate_hz)
        self._on_its_way = round(ON_ITS_WAY_S * rate_hz)
        self._chunk = max(1, round(chunk_ms * rate_hz / 1000))
        self._pause_ms = chunk_ms / drain
        self._burst_ms = (BURST_CHUNKS - 1) * self._pause_ms
        self._patience_ms = 2 * chunk_ms  # a chunk that does not fill is sent as it is
        self._attached = False
        self._upto: int | None = None  # a button ends what may be sent here
        self._wanted = True
        self._held: int | None = None  # where the turn begins that is open
        self._next_ms = 0.0
        self._last_heard_ms = 0.0
        self._delivery = Delivery()
        self.stream = Stream(rate_hz=rate_hz)
        self.turns = KeptTurns()
        self.sent = 0  # up to where it was sent to the connection that is attached
        self.heard = 0  # up to where the service has shown to have heard

    @property
    def kept_samples(self) -> int:
        """How much is kept now."""
        return self.stream.samples + self.turns.samples

    def hear(self, pcm16: bytes, *, now_ms: float) -> None:
        """Take in what the microphone gave.

        Parameters
        ----------
        pcm16 : bytes
            Whole samples.
        now_ms : float
            When.
        """
        self.stream.hear(pcm16)
        self._last_heard_ms = now_ms

    def want(self, start: int) -> None:
        """Let a button that goes down decide what is sent: from here on.

        Parameters
        ----------
        start : int
            What lies before it and is unsent never will be.
        """
        self.sent = min(max(start, self.stream.start), self.stream.end)
        self._wanted, self._upto = True, None
        self._delivery.go_on_from(self.sent)

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
        self._attached, self._delivery = True, Delivery()
        self.sent = max(start, self.stream.start)
        self.heard = min(self.heard, self.sent)
        self._next_ms = now_ms
        self._delivery.go_on_from(self.sent)
        return Span(start, self.sent) if self.sent > start else None

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
        if self.next_ms > now_ms:
            return None
        octets = self.stream.octets(Span(self.sent, min(self.sent + self._chunk, self._sendable)))
        samples = len(octets) // SAMPLE_BYTES
        self.sent += samples
        self._delivery.note(samples, upto=self.sent, now_ms=now_ms)
        pause_ms = samples / self._chunk * self._pause_ms
        self._next_ms = max(self._next_ms, now_ms - self._burst_ms) + pause_ms
        return octets

    @property
    def next_ms(self) -> float:
        """When the next chunk is due; infinite if the microphone must give more first."""
        waiting = self._sendable - self.sent
        if waiting <= 0 or not (self._attached and self._wanted):
            return math.inf
        if waiting >= self._chunk or self._upto is not None:
            return self._next_ms
        return max(self._next_ms, self._last_heard_ms + self._patience_ms)

    @property
    def is_behind(self) -> bool:
        """Whether more waits to be sent than a microphone hands over at a time."""
        return self._wanted and self._sendable - self.sent > BEHIND_CHUNKS * self._chunk

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
        there = self._delivery.place(self.stream.at(audio_ms))
        return self.sent if there is None else there

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
            self.heard = max(self.heard, min(upto, self.sent))
        if sent_before_ms is not None:
            self.heard = max(self.heard, self._delivery.sent_before(sent_before_ms) or 0)

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
        self.turns.keep(turn, span, self.stream.octets(span))

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
        stream = self.stream
        floor = min(self.sent, self.heard) if self._wanted else stream.end
        if self._held is not None:
            floor = min(floor, self._held)
        stream.cut(floor - stream.at(margin_ms))
        most = self._most
        if self._attached and self._wanted:
            most = max(most, min(stream.end - self.sent, self._on_its_way))
        self.turns.shrink_to(most - stream.samples)
        over = self.kept_samples - most
        if over <= 0:
            return None
        begin = stream.start
        stream.cut(begin + over)
        lost = Span(max(begin, self.sent), stream.start)
        if not self._wanted or lost.end <= lost.start:
            return None
        self.sent = stream.start
        self._delivery.go_on_from(self.sent)
        return lost

    @property
    def _sendable(self) -> int:
        return self.stream.end if self._upto is None else min(self.stream.end, self._upto)
