"""Session: the honest service towards one client, as a machine without a clock.

Put in what happens, with the time at which it does; take out what the service
does about it.  After each call ``next_ms`` says when :meth:`Session.advance`
must be called at the latest.  Times are milliseconds on the service's clock.

What the client says is carried out by :mod:`voicelab.simulator.requests`; what
the user says, and the answers, by :mod:`voicelab.simulator.dialogue`.
"""

from collections.abc import Iterable

from voicelab.simulator.dialogue import Dialogue
from voicelab.simulator.error import RequestError, error_event
from voicelab.simulator.ids import Ids
from voicelab.simulator.outputs import Close, Output, Send
from voicelab.simulator.requests import carry_out
from voicelab.wire.dialect import Dialect
from voicelab.wire.event import Event, WireError, parse

__all__ = ["Session", "expiry_text"]


class Session:
    """One client's session.

    Parameters
    ----------
    dialogue : Dialogue
        Its settings, conversation and answers.
    ids : Ids
        Gives the names.
    dialect : {"voice-live", "openai-ga"}
        What the client speaks.
    opened_ms : float
        When it began.
    lasts_s : float
        How long it may last.
    """

    def __init__(
        self, dialogue: Dialogue, *, ids: Ids, dialect: Dialect, opened_ms: float, lasts_s: float
    ) -> None:
        self.dialogue = dialogue
        self.dialect: Dialect = dialect
        self.ended = False
        self._ids = ids
        self._lasts_s = lasts_s
        self._expires_ms = opened_ms + 1000 * lasts_s

    @property
    def next_ms(self) -> float | None:
        """When something is due at the latest; ``None`` once it has ended."""
        if self.ended:
            return None
        due_ms = self.dialogue.next_ms
        return self._expires_ms if due_ms is None else min(due_ms, self._expires_ms)

    def open(self, *, agent_is_whole: bool = True) -> list[Output]:
        """Greet the client.

        Parameters
        ----------
        agent_is_whole : bool
            Whether the agent that it asked for can be found; if not, the
            session ends at once, with an error event, as the service does it.

        Returns
        -------
        list of Output
            ``session.created``.
        """
        if not agent_is_whole:
            error = RequestError(
                "invalid_agent", "An agent needs its name and its project's name.", param="agent"
            )
            return [*self._said([error_event(error)]), *self.end(1008, "invalid agent parameters")]
        return self._said([Event("session.created", {"session": self.dialogue.settings.whole})])

    def receive(self, message: Event | str | bytes, *, now_ms: float) -> list[Output]:
        """Hear the client.

        Parameters
        ----------
        message : Event or str or bytes
            An event in neutral form, or a message as it came; a binary message
            is refused, as the protocol has none.
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Output
            What is done about it, after all that was due before.
        """
        outputs = self.advance(now_ms=now_ms)
        if self.ended:
            return outputs
        event_id = message.event_id if isinstance(message, Event) else None
        try:
            event = self._read(message)
            event_id = event.event_id
            return [*outputs, *self._said(carry_out(event, self.dialogue, now_ms=now_ms))]
        except WireError as error:
            return [*outputs, *self._said([Event("error", {"error": error.answer()})])]
        except RequestError as error:
            return [*outputs, *self._said([error_event(error, event_id=event_id)])]

    def advance(self, *, now_ms: float) -> list[Output]:
        """Do what is due.

        Parameters
        ----------
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Output
            In order; often none.
        """
        if self.ended:
            return []
        outputs = self._said(self.dialogue.due(now_ms=min(now_ms, self._expires_ms)))
        if now_ms >= self._expires_ms:
            outputs += self.expire()
        return outputs

    def expire(self) -> list[Output]:
        """End it as the service ends what lasted too long.

        Returns
        -------
        list of Output
            An error event, then close 1001 with the same text.
        """
        text = expiry_text(self._lasts_s)
        return [*self.say(RequestError("session_expired", text)), *self.end(1001, text)]

    def shorten(self, lasts_s: float, *, now_ms: float) -> list[Output]:
        """Take time back.

        Parameters
        ----------
        lasts_s : float
            How much longer it lasts at most.
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Output
            ``session.updated``, with its new ``expires_at``.
        """
        cut_s = max(0.0, (self._expires_ms - now_ms) / 1000 - lasts_s)
        self._expires_ms -= 1000 * cut_s
        self._lasts_s -= cut_s
        self.dialogue.settings.move_expiry(-cut_s)
        return self._said([Event("session.updated", {"session": self.dialogue.settings.whole})])

    def say(self, error: RequestError) -> list[Output]:
        """Say an error that no request led to.

        Parameters
        ----------
        error : RequestError
            Which.

        Returns
        -------
        list of Output
            One event.
        """
        return self._said([error_event(error)])

    def end(self, code: int, reason: str = "") -> list[Output]:
        """Close it.

        Parameters
        ----------
        code : int
            As on the wire.
        reason : str
            Its text.

        Returns
        -------
        list of Output
            The close; nothing is done afterwards.
        """
        self.ended = True
        return [Close(code, reason)]

    def _read(self, message: Event | str | bytes) -> Event:
        if isinstance(message, Event):
            return message
        if isinstance(message, bytes):
            raise RequestError(
                "invalid_event", "A message must be text; binary messages have no meaning here."
            )
        return parse(message, dialect=self.dialect, sender="client")

    def _said(self, events: Iterable[Event]) -> list[Output]:
        return [
            Send(Event(event.type, {"event_id": self._ids("event"), **event.fields}))
            for event in events
        ]


def expiry_text(lasts_s: float) -> str:
    """Write what the service says when a session lasted too long.

    Parameters
    ----------
    lasts_s : float
        How long it may last.

    Returns
    -------
    str
        Word for word for 60 minutes.
    """
    lasts_min = lasts_s / 60
    return f"Your session hit the maximum duration of {lasts_min:.4g} minutes."
