"""Two dialects of one protocol, and the neutral form between them.

Azure Voice Live, like OpenAI's beta, says ``response.audio.delta`` and keeps
its session flat; OpenAI's generally available interface, and Azure OpenAI's
``/openai/v1``, say ``response.output_audio.delta`` and nest it.  Inside
voicelab an event has Voice Live's names and the flat session, whatever
dialect it came in; what only one dialect knows passes unchanged.

Every function here is total: what it does not understand stays as it was.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from voicelab.wire.session_shape import flat_response, flat_session, nested_response, nested_session

__all__ = ["Dialect", "from_neutral", "ga_type", "to_neutral"]

Dialect = Literal["voice-live", "openai-ga"]

GA_TYPES = MappingProxyType(
    {
        "conversation.item.created": "conversation.item.added",
        **{
            f"response.{what}.{when}": f"response.output_{what}.{when}"
            for what in ("audio", "audio_transcript", "text")
            for when in ("delta", "done")
        },
    }
)
NEUTRAL_TYPES = MappingProxyType({ga: neutral for neutral, ga in GA_TYPES.items()})

# Of an assistant's message; the parts in ``response.content_part.*`` are ``text`` and ``audio``
# in both dialects.
GA_PARTS = {"text": "output_text", "audio": "output_audio"}
NEUTRAL_PARTS = {ga: neutral for neutral, ga in GA_PARTS.items()}


def ga_type(neutral: str) -> str:
    """Name an event as the generally available dialect does.

    Parameters
    ----------
    neutral : str
        The neutral name.

    Returns
    -------
    str
        The same name where the dialects agree.

    Examples
    --------
    >>> ga_type("response.audio.delta")
    'response.output_audio.delta'
    """
    return GA_TYPES.get(neutral, neutral)


def to_neutral(
    event_type: str, fields: Mapping[str, Any], *, dialect: Dialect
) -> tuple[str, dict[str, Any]]:
    """Read a type and its fields from a dialect.

    Parameters
    ----------
    event_type : str
        As on the wire.
    fields : mapping
        The event without its type.
    dialect : {"voice-live", "openai-ga"}
        The dialect it came in.

    Returns
    -------
    type : str
        The neutral name.
    fields : dict
        With a flat session, a flat response and parts under their short names.
    """
    if dialect == "voice-live":
        return event_type, dict(fields)
    read = _mapped(fields, flat_session, flat_response, NEUTRAL_PARTS)
    part = read.get("part")
    if isinstance(part, Mapping):
        read["part"] = _part(part, NEUTRAL_PARTS)
    return NEUTRAL_TYPES.get(event_type, event_type), read


def from_neutral(
    event_type: str, fields: Mapping[str, Any], *, dialect: Dialect
) -> tuple[str, dict[str, Any]]:
    """Write a neutral event in a dialect.

    Parameters
    ----------
    event_type : str
        The neutral name.
    fields : mapping
        The neutral event without its type.
    dialect : {"voice-live", "openai-ga"}
        The dialect it goes out in.

    Returns
    -------
    type : str
        As on the wire.
    fields : dict
        In that dialect's shape, without the settings that it has no place for.
    """
    if dialect == "voice-live":
        return event_type, dict(fields)
    return ga_type(event_type), _mapped(fields, nested_session, nested_response, GA_PARTS)


Convert = Callable[[Mapping[str, Any]], dict[str, Any]]


def _mapped(
    fields: Mapping[str, Any], session: Convert, response: Convert, parts: Mapping[str, str]
) -> dict[str, Any]:
    """Convert whichever of session, response and item there is."""
    mapped = dict(fields)
    if isinstance(mapped.get("session"), Mapping):
        mapped["session"] = session(mapped["session"])
    if isinstance(mapped.get("item"), Mapping):
        mapped["item"] = _item(mapped["item"], parts)
    if isinstance(mapped.get("response"), Mapping):
        mapped["response"] = inner = response(mapped["response"])
        for key in ("input", "input_items", "output"):
            if isinstance(inner.get(key), list):
                inner[key] = [_item(each, parts) for each in inner[key]]
    return mapped


def _item(item: Any, parts: Mapping[str, str]) -> Any:
    """Rename the parts of an assistant's message; any other item is the same in both dialects."""
    if not isinstance(item, Mapping) or item.get("role") != "assistant":
        return item
    content = item.get("content")
    if not isinstance(content, list):
        return item
    return {**item, "content": [_part(each, parts) for each in content]}


def _part(part: Any, parts: Mapping[str, str]) -> Any:
    if not isinstance(part, Mapping):
        return part
    kind = part.get("type")
    return {**part, "type": parts.get(kind, kind)} if isinstance(kind, str) else part
