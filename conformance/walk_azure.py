"""Walk over server events by the models of azure-ai-voicelive.

The SDK itself accepts anything: missing fields, unknown types.  This walk
does not.  A field without ``Optional`` must be there and not null, a word
must be one that the SDK knows, an object with a discriminator must be one of
the known children, and no key may be unknown.  ``EXCEPTIONS`` lists where the
service's reference and the SDK disagree, each with its reason.

    python walk_azure.py EVENTS.jsonl

walks over one JSON object a line and exits with 1 if one does not fit.  Then it
breaks one event of each type on purpose, and exits with 1 if it does not see that.
"""

import base64
import enum
import json
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from azure.ai.voicelive import _unions, models
from azure.ai.voicelive.models import ServerEvent
from breaking import broken

# (class, key): why it may be there, or be null
UNKNOWN_KEYS = {
    ("ResponseSession", "object"): "in the reference's examples",
    ("ServerVad", "speech_duration_ms"): "in the reference's table, default 200",
    ("ServerEventConversationItemInputAudioTranscriptionCompleted", "usage"): "sent by OpenAI",
}
NULLS = {("RequestAudioContentPart", "audio"): "null in the reference: audio is not sent back"}
UNKNOWN_CHILDREN = {
    ("ServerEvent", "rate_limits.updated"): "in the reference's text, not in the SDK",
    ("ServerEvent", "conversation.created"): "sent by Azure OpenAI",
    ("TurnDetection", "semantic_vad"): "in the reference, not in the SDK",
}
NAMES = {"_models": models, "_unions": _unions, **vars(typing)}


def faults(event: Mapping[str, typing.Any]) -> list[str]:
    """Say where a server event does not fit the SDK's models."""
    return list(_model(event, ServerEvent, str(event.get("type", "an event without type"))))


def _model(value: typing.Any, cls: type, path: str) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path}: must be a {cls.__name__}, got {value!r:.60}"
        return
    child = cls
    while isinstance(children := child.__dict__.get("__mapping__"), dict):
        named = [each for each in ("type", "role", "model") if value.get(each) in children]
        if not named:
            if (cls.__name__, value.get("type")) not in UNKNOWN_CHILDREN:
                yield f"{path}: {value.get('type')!r} is no known {child.__name__}"
            return
        child = children[value[named[0]]]
    hints = _hints(child)
    for key in value.keys() - hints.keys():
        if (child.__name__, key) not in UNKNOWN_KEYS:
            yield f"{path}.{key}: {child.__name__} has no such key"
    for key, hint in hints.items():
        if key in value:
            if value[key] is not None or (child.__name__, key) not in NULLS:
                yield from _value(value[key], hint, f"{path}.{key}")
        elif type(None) not in _options(hint):
            yield f"{path}.{key}: must be there, {child.__name__} requires it"


def _hints(cls: type) -> dict[str, typing.Any]:
    hints = typing.get_type_hints(cls, globalns=NAMES)
    return {name: hint for name, hint in hints.items() if not name.startswith("_")}


def _value(value: typing.Any, hint: typing.Any, path: str) -> Iterator[str]:
    """Say how a value misses its annotation: it must fit one of the options."""
    options = _options(hint)
    if value is None:
        if type(None) not in options and typing.Any not in options:
            yield f"{path}: must not be null"
        return
    # `Union[str, SomeEnum]` is the SDK's way to allow new words; here only known ones pass.
    words = [
        each for each in options if _is_enum(each) or typing.get_origin(each) is typing.Literal
    ]
    if words and isinstance(value, str):
        options = words
    missed = []
    for option in options:
        found = list(_one(value, option, path))
        if not found:
            return
        missed.append(found)
    yield from min(missed, key=len)


def _one(value: typing.Any, hint: typing.Any, path: str) -> Iterator[str]:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    fits: bool
    if hint is typing.Any:
        return
    if origin is typing.Literal:
        fits = value in args
    elif origin is list:
        fits = isinstance(value, list)
        for index, each in enumerate(value if fits else ()):
            yield from _value(each, args[0], f"{path}[{index}]")
    elif origin is dict:
        fits = isinstance(value, Mapping)
        for key, each in value.items() if fits else ():
            yield from _value(each, args[1], f"{path}.{key}")
    elif _is_enum(hint):
        fits = value in [member.value for member in hint]
    elif hint is bytes:
        fits = isinstance(value, str) and _is_base64(value)
    elif hint is datetime:
        fits = isinstance(value, int) and not isinstance(value, bool)
    elif hint in (int, float):
        fits = isinstance(value, (int, hint)) and not isinstance(value, bool)
    elif hint in (str, bool):
        fits = isinstance(value, hint)
    else:
        yield from _model(value, hint, path)
        return
    if not fits:
        name = getattr(hint, "__name__", hint)
        yield f"{path}: must be {name}, got {value!r:.60}"


def _options(hint: typing.Any) -> list[typing.Any]:
    if isinstance(hint, typing.ForwardRef):
        hint = eval(hint.__forward_arg__, NAMES)  # the SDK nests names of its own modules
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [option for each in typing.get_args(hint) for option in _options(each)]
    return [hint]


def _is_enum(hint: typing.Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, enum.Enum)


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def main() -> int:
    """Walk over a file of events."""
    events = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    found = sorted({fault for event in events for fault in faults(event)})
    print(*found, sep="\n", end="\n" if found else "")
    missed = unseen({event["type"]: event for event in events})
    print(*missed, sep="\n", end="\n" if missed else "")
    types_seen = {event.get("type") for event in events}
    print(f"azure walk: {len(events)} events of {len(types_seen)} types, {len(found)} faults")
    return 1 if found or missed or not events else 0


def unseen(examples: Mapping[str, Mapping[str, typing.Any]]) -> list[str]:
    """Break an event of each type on purpose, and list what this walk does not see."""
    return [
        f"this walk does not see {what} in {name}"
        for name, event in sorted(examples.items())
        if ("ServerEvent", name) not in UNKNOWN_CHILDREN
        for what, each in broken(event)
        if not faults(each)
    ]


if __name__ == "__main__":
    sys.exit(main())
