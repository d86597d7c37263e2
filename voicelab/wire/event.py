"""Events: what client and service say to each other, one JSON text each.

Inside voicelab an :class:`Event` has the neutral form of
:mod:`voicelab.wire.dialect`, with its type beside its fields.  An event that
nobody knows is kept, with ``known`` false; a text that is none raises
:class:`WireError`, which carries what a service would answer.

Sizes are in bytes.  Audio is base64; an append holds at most 15 MiB of it.
"""

import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from voicelab.wire.dialect import Dialect, from_neutral, to_neutral
from voicelab.wire.inventory import EVENTS

__all__ = [
    "MAX_AUDIO_BYTES",
    "MAX_MESSAGE_BYTES",
    "Event",
    "Sender",
    "WireError",
    "audio_of",
    "build",
    "parse",
]

Sender = Literal["client", "server"]

MAX_AUDIO_BYTES = 15 * 2**20
MAX_MESSAGE_BYTES = 24 * 2**20

AUDIO_FIELDS = {
    "input_audio_buffer.append": "audio",
    "input_audio.turn.append": "audio",
    "response.audio.delta": "delta",
}


class WireError(ValueError):
    """What is wrong with an event, as the service would say it.

    Parameters
    ----------
    sentence : str
        What must hold, what was got, what to do.
    code : str
        The service's code, ``invalid_value`` for example.
    param : str or None
        The dotted path of the field at fault, in the names of its dialect.
    event_id : str or None
        The id that the faulty event carried.
    """

    def __init__(
        self, sentence: str, *, code: str, param: str | None = None, event_id: str | None = None
    ) -> None:
        super().__init__(sentence)
        self.sentence, self.code, self.param, self.event_id = sentence, code, param, event_id

    def answer(self) -> dict[str, Any]:
        """Write it as the ``error`` of an error event.

        Returns
        -------
        dict
            ``type``, ``code``, ``message``, ``param`` and ``event_id``.
        """
        return {
            "type": "invalid_request_error",
            "code": self.code,
            "message": self.sentence,
            "param": self.param,
            "event_id": self.event_id,
        }


@dataclass(frozen=True)
class Event:
    """One event in neutral form.

    Attributes
    ----------
    type : str
        Its neutral name.
    fields : mapping
        Everything else.

    Examples
    --------
    >>> Event("response.cancel").known, Event("response.applaud").known
    (True, False)
    """

    type: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether the inventory has it."""
        return self.type in EVENTS

    @property
    def event_id(self) -> str | None:
        """The id it carries."""
        event_id = self.fields.get("event_id")
        return event_id if isinstance(event_id, str) else None


def parse(text: str | bytes, *, dialect: Dialect, sender: Sender) -> Event:
    """Read an event from its JSON text.

    Only what would keep one from going on is refused here; whether its fields
    are right is for :func:`voicelab.wire.problems`.

    Parameters
    ----------
    text : str or bytes
        One message.
    dialect : {"voice-live", "openai-ga"}
        The dialect of the connection.
    sender : {"client", "server"}
        Who sent it.

    Returns
    -------
    Event
        In neutral form.

    Raises
    ------
    WireError
        If it is too long, no JSON object, without type, or holds audio that is no base64.

    Examples
    --------
    >>> parse('{"type": "response.output_text.done"}', dialect="openai-ga", sender="server")
    Event(type='response.text.done', fields={})
    """
    fields = _object(text)
    event_id = fields.get("event_id")
    event_id = event_id if isinstance(event_id, str) else None
    written = fields.pop("type", None)
    if not isinstance(written, str) or not written:
        got = "none" if written is None else f"a {type(written).__name__}"
        raise WireError(
            f"an event must have a type, a text such as 'session.update'; got {got}",
            code="invalid_event",
            param="type",
            event_id=event_id,
        )
    if dialect == "openai-ga" and sender == "client":
        _refuse_both_modalities(fields, event_id)
    event = Event(*to_neutral(written, fields, dialect=dialect))
    if event.type in AUDIO_FIELDS and isinstance(event.fields.get(AUDIO_FIELDS[event.type]), str):
        audio_of(event)
    return event


def build(event: Event, *, dialect: Dialect) -> str:
    """Write an event as JSON text.

    Parameters
    ----------
    event : Event
        In neutral form.
    dialect : {"voice-live", "openai-ga"}
        The dialect of the connection.

    Returns
    -------
    str
        ASCII, on one line.

    Raises
    ------
    ValueError
        If a field holds what JSON cannot, such as NaN.

    Examples
    --------
    >>> build(Event("response.audio.delta", {"delta": "AAA="}), dialect="openai-ga")
    '{"type":"response.output_audio.delta","delta":"AAA="}'
    """
    written, fields = from_neutral(event.type, event.fields, dialect=dialect)
    return json.dumps({"type": written, **fields}, allow_nan=False, separators=(",", ":"))


def audio_of(event: Event) -> bytes:
    """Take the audio out of an append or a delta.

    Parameters
    ----------
    event : Event
        Of a type that carries audio.

    Returns
    -------
    bytes
        In the session's format.

    Raises
    ------
    WireError
        If it is no base64, or more than one append may hold.
    """
    name = AUDIO_FIELDS[event.type]
    text = event.fields.get(name)
    try:
        if not isinstance(text, str):
            raise TypeError
        audio = binascii.a2b_base64(text, strict_mode=True)
    except (TypeError, ValueError):
        raise WireError(
            f"{name} must be base64 with its padding, got something else; encode the bytes of "
            "the samples, without line feeds or a data: prefix",
            code="invalid_value",
            param=name,
            event_id=event.event_id,
        ) from None
    if len(audio) > MAX_AUDIO_BYTES:
        raise WireError(
            f"{name} must hold at most {MAX_AUDIO_BYTES} bytes of audio, got {len(audio)}; send "
            "it in shorter appends",
            code="invalid_value",
            param=name,
            event_id=event.event_id,
        )
    return audio


def _object(text: str | bytes) -> dict[str, Any]:
    n_bytes = (
        len(text)
        if isinstance(text, bytes) or text.isascii()
        else len(text.encode("utf-8", "surrogatepass"))
    )
    if n_bytes > MAX_MESSAGE_BYTES:
        raise WireError(
            f"a message must hold at most {MAX_MESSAGE_BYTES} bytes, got {n_bytes}; send audio in "
            "shorter appends",
            code="invalid_event",
        )
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise WireError(
            f"a message must be one JSON object in UTF-8, got something else ({error})",
            code="invalid_event",
        ) from None
    if not isinstance(found, dict):
        raise WireError(
            f"a message must be one JSON object, got a {type(found).__name__}",
            code="invalid_event",
        )
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _refuse_both_modalities(fields: Mapping[str, Any], event_id: str | None) -> None:
    """Refuse what the neutral form could not tell from audio alone."""
    for owner in ("session", "response"):
        holder = fields.get(owner)
        named = holder.get("output_modalities") if isinstance(holder, dict) else None
        if isinstance(named, list) and len(named) > 1:
            raise WireError(
                f"{owner}.output_modalities must be ['audio'] or ['text'], got {named}; audio "
                "always brings its transcript",
                code="invalid_value",
                param=f"{owner}.output_modalities",
                event_id=event_id,
            )
