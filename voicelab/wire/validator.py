"""The validator: what is wrong with an event, in sentences.

Only what the inventory lists is checked: that a field is there, of its kind
and in its range, and, one level down, the session's settings and the parts of
an item.  Nothing here knows the state of a session.
"""

import binascii
import math
from collections.abc import Iterator, Mapping
from typing import Any

from voicelab.wire.dialect import Dialect
from voicelab.wire.event import Event, Sender, WireError
from voicelab.wire.inventory import EVENTS
from voicelab.wire.session_fields import (
    RESPONSE_FIELDS,
    SESSION_FIELDS,
    SessionField,
    session_path,
)

__all__ = ["problems", "refusals"]

ARTICLES = {
    "text": "a text",
    "int": "a whole number",
    "number": "a number",
    "bool": "a truth value",
}
ARTICLES |= {"object": "an object", "list": "a list", "base64": "base64"}
ARTICLES |= {"text or object": "a text or an object", "int or text": "a whole number or a text"}

# What an item of each type must have beside its type.
ITEMS = {
    "message": ("role", "content"),
    "function_call": ("call_id", "name", "arguments"),
    "function_call_output": ("call_id", "output"),
    "mcp_approval_response": ("approval_request_id", "approve"),
    "mcp_approval_request": ("name", "server_label"),
    "mcp_list_tools": ("server_label", "tools"),
    "mcp_call": ("name", "server_label", "arguments"),
    "web_search_call": ("status",),
    "file_search_call": ("status",),
}
PARTS = {
    "system": ("input_text",),
    "user": ("input_text", "input_audio", "input_image"),
    "assistant": ("text", "audio"),
}
# What the service adds to the session that it reports.
REPORTED = frozenset(["id", "object", "expires_at", "type"])


def problems(
    event: Event, *, dialect: Dialect = "voice-live", sender: Sender | None = None
) -> list[str]:
    """Say what is wrong with an event.

    Parameters
    ----------
    event : Event
        In neutral form.
    dialect : {"voice-live", "openai-ga"}
        Of the connection: it decides which fields exist and how they are called.
    sender : {"client", "server"} or None
        Who sent it; ``None`` allows both.

    Returns
    -------
    list of str
        Sentences; empty if nothing is wrong.

    Examples
    --------
    >>> problems(Event("conversation.item.delete", {"item_id": 7}))
    ['item_id must be a text, got 7']
    """
    return [each.sentence for each in refusals(event, dialect=dialect, sender=sender)]


def refusals(
    event: Event, *, dialect: Dialect = "voice-live", sender: Sender | None = None
) -> list[WireError]:
    """Find what a service may answer an event with.

    Parameters
    ----------
    event : Event
        In neutral form.
    dialect : {"voice-live", "openai-ga"}
        Of the connection.
    sender : {"client", "server"} or None
        Who sent it; ``None`` allows both.

    Returns
    -------
    list of WireError
        Ready to be raised or answered; an unknown field has the code
        ``unknown_parameter`` and is the one fault that a lenient service lives with.
    """
    return [
        WireError(sentence, code=code, param=param, event_id=event.event_id)
        for sentence, code, param in _faults(event, dialect, sender)
    ]


Fault = tuple[str, str, str]


def _faults(event: Event, dialect: Dialect, sender: Sender | None) -> Iterator[Fault]:
    spec = EVENTS.get(event.type)
    if spec is None or spec.name_in(dialect) is None or sender not in (None, spec.sender):
        known = [
            name
            for each in EVENTS.values()
            if (name := each.name_in(dialect)) and sender in (None, each.sender)
        ]
        whose = f" that a {sender} may send" if sender else ""
        yield (
            f"type must name an event of {dialect}{whose}, got {event.type[:60]!r}; "
            f"nearest: {', '.join(_nearest(event.type, known))}",
            "invalid_value",
            "type",
        )
        return
    names = {"event_id", *(each.name for each in spec.fields)}
    for each in spec.fields:
        if each.name not in event.fields:
            if each.required:
                yield _missing(each.name)
            continue
        value = event.fields[each.name]
        kind, bar, _ = each.kind.partition("|")
        if not (bar and value is None):
            yield from _of_kind(each.name, value, kind)
    for name in event.fields.keys() - names:
        yield _unknown(name)
    yield from _inner_faults(event, dialect)


def _inner_faults(event: Event, dialect: Dialect) -> Iterator[Fault]:
    session, item = event.fields.get("session"), event.fields.get("item")
    if isinstance(session, Mapping):
        yield from _session_faults(session, dialect, event.type != "session.update")
    if isinstance(item, Mapping):
        yield from _item_faults("item", item)
    response = event.fields.get("response")
    if isinstance(response, Mapping):
        if event.type == "response.create":
            yield from _request_faults(response, dialect)
        for key in ("output", "input_items"):
            items = response.get(key)
            for index, each in enumerate(items if isinstance(items, list) else ()):
                if isinstance(each, Mapping):
                    yield from _item_faults(f"response.{key}[{index}]", each)
    error = event.fields.get("error", event.fields.get("warning"))
    if isinstance(error, Mapping) and not isinstance(error.get("message"), str):
        yield _missing(f"{'error' if 'error' in event.fields else 'warning'}.message")


def _session_faults(
    session: Mapping[str, Any], dialect: Dialect, is_report: bool
) -> Iterator[Fault]:
    for name, value in session.items():
        known = SESSION_FIELDS.get(name)
        path = session_path(name, dialect)
        if known is None or dialect not in known.dialects:
            if not (is_report and (name in REPORTED or value is None)):
                yield _unknown(path)
        elif not (value is None and (known.nullable or is_report)):
            yield from _setting_faults(path, value, known)
            if isinstance(value, Mapping):
                yield from _object_faults(name, value, dialect)


def _request_faults(request: Mapping[str, Any], dialect: Dialect) -> Iterator[Fault]:
    for name, value in request.items():
        known = RESPONSE_FIELDS.get(name)
        path = session_path(name, dialect).replace("session", "response", 1)
        if known is None or dialect not in known.dialects:
            yield _unknown(path)
        elif value is not None or not known.nullable:
            yield from _setting_faults(path, value, known)


def _object_faults(setting: str, values: Mapping[str, Any], dialect: Dialect) -> Iterator[Fault]:
    """Find the faults inside an object, if the inventory knows what it may hold."""
    if not any(name.startswith(f"{setting}.") for name in SESSION_FIELDS):
        return
    if setting == "turn_detection" and "type" not in values:
        yield _missing(session_path("turn_detection.type", dialect))
    for inner, value in values.items():
        known = SESSION_FIELDS.get(f"{setting}.{inner}")
        path = session_path(f"{setting}.{inner}", dialect)
        if known is None or dialect not in known.dialects:
            yield _unknown(path)
        elif value is not None or not known.nullable:
            yield from _setting_faults(path, value, known)


def _setting_faults(path: str, value: Any, known: SessionField) -> Iterator[Fault]:
    faults = list(_of_kind(path, value, known.kind))
    yield from faults
    if faults:
        return
    named = value if isinstance(value, list) else [value]
    for each in named:
        if isinstance(each, str) and known.choices and each not in known.choices:
            yield (
                f"{path} must be one of {', '.join(known.choices)}, got {each[:60]!r}",
                "invalid_value",
                path,
            )
    if isinstance(value, int | float) and not known.low <= value <= known.high:
        yield (
            f"{path} must lie in {known.low:g} to {known.high:g}, got {value:g}",
            "invalid_value",
            path,
        )


def _item_faults(path: str, item: Mapping[str, Any]) -> Iterator[Fault]:
    kind = item.get("type")
    if kind is None:
        yield _missing(f"{path}.type")
        return
    if not isinstance(kind, str) or kind not in ITEMS:
        yield (
            f"{path}.type must be one of {', '.join(ITEMS)}, got {str(kind)[:60]!r}",
            "invalid_value",
            f"{path}.type",
        )
        return
    yield from (_missing(f"{path}.{name}") for name in ITEMS[kind] if name not in item)
    if kind != "message" or "role" not in item:
        return
    role, content = item["role"], item.get("content")
    if not isinstance(role, str) or role not in PARTS:
        yield (
            f"{path}.role must be one of {', '.join(PARTS)}, got {str(role)[:60]!r}",
            "invalid_value",
            f"{path}.role",
        )
        return
    for index, part in enumerate(content if isinstance(content, list) else ()):
        yield from _part_faults(f"{path}.content[{index}]", part, role)


def _part_faults(path: str, part: Any, role: str) -> Iterator[Fault]:
    kind = part.get("type") if isinstance(part, Mapping) else None
    if kind not in PARTS[role]:
        yield (
            f"{path}.type must be one of {', '.join(PARTS[role])} in a message of the {role}, "
            f"got {str(kind)[:60]!r}",
            "invalid_value",
            f"{path}.type",
        )
        return
    if kind in ("input_text", "text"):
        if not isinstance(part.get("text"), str):
            yield _missing(f"{path}.text")
    elif kind == "input_audio" and part.get("audio") is not None:
        yield from _of_kind(f"{path}.audio", part["audio"], "base64")


def _of_kind(path: str, value: Any, kind: str) -> Iterator[Fault]:
    if not _is(value, kind):
        got = repr(value) if isinstance(value, bool | int | float | None) else _described(value)
        yield f"{path} must be {ARTICLES[kind]}, got {got}", "invalid_type", path


def _is(value: Any, kind: str) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "any":
            return True
        case "text":
            return isinstance(value, str)
        case "int":
            return is_number and value == value // 1 and math.isfinite(value)
        case "number":
            return is_number and math.isfinite(value)
        case "bool":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, Mapping)
        case "list":
            return isinstance(value, list)
        case "text or object":
            return isinstance(value, str | Mapping)
        case "int or text":
            return isinstance(value, str) or _is(value, "int")
    return isinstance(value, str) and _is_base64(value)


def _is_base64(text: str) -> bool:
    try:
        binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return False
    return True


def _described(value: Any) -> str:
    if isinstance(value, str):
        return f"{value!r}" if len(value) <= 40 else f"a text of {len(value)} characters"
    return {"dict": "an object", "list": "a list"}.get(type(value).__name__, type(value).__name__)


def _missing(path: str) -> Fault:
    return f"{path} must be there, got an event without it", "missing_required_parameter", path


def _unknown(path: str) -> Fault:
    return (
        f"{path} must not be there: the inventory has no such field; check its spelling",
        "unknown_parameter",
        path,
    )


def _nearest(name: str, known: list[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(name, known, n=3, cutoff=0.0)
