"""Walk over server events by the pydantic types of openai.

The SDK labels an unknown type as the first of its union, so the class is
picked by ``type`` here; then pydantic validates it, and no key may be left
that the class does not have.

    python walk_openai.py ga|beta EVENTS.jsonl

``ga`` holds every event to ``openai.types.realtime``; ``beta`` holds those
events of Voice Live that OpenAI's beta has, too, to
``openai.types.beta.realtime``, with the listed differences.
"""

import json
import sys
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path

import pydantic
from breaking import broken
from openai.types.beta.realtime import realtime_server_event as beta
from openai.types.realtime import realtime_server_event as ga

UNIONS = {"ga": ga.RealtimeServerEvent, "beta": beta.RealtimeServerEvent}

# What is left out before an event is held to its type, and why.
GA_EXCEPTIONS = {
    **dict.fromkeys(
        ["session.id", "session.object", "session.expires_at"],
        "the service reports them; the SDK reuses the request's class",
    ),
}
BETA_EXCEPTIONS = {
    "session.voice": "an object on Voice Live",
    "response.voice": "an object on Voice Live",
    "session.turn_detection.type": "Azure's own kinds of turn detection",
    "session.turn_detection.auto_truncate": "Voice Live only",
    "session.turn_detection.speech_duration_ms": "Voice Live only",
    "session.turn_detection.end_of_utterance_detection": "Voice Live only",
    "session.turn_detection.remove_filler_words": "Voice Live only",
    "session.input_audio_echo_cancellation": "Voice Live only",
    "session.input_audio_noise_reduction.type": "Azure's own noise suppression",
    "session.input_audio_sampling_rate": "Voice Live only",
    "session.output_audio_format": "Voice Live names more rates",
    "session.output_audio_timestamp_types": "Voice Live only",
    "session.animation": "Voice Live only",
    "session.avatar": "Voice Live only",
    "session.agent": "Voice Live only",
    "session.interim_response": "Voice Live only",
    "session.reasoning_effort": "Voice Live only",
    "session.parallel_tool_calls": "Voice Live only",
    "session.include": "later than the beta",
    "session.metadata": "Voice Live only",
    "session.object": "in the reference's examples",
    "session.expires_at": "later than the beta",
    "session.model": "Voice Live has more models",
    "response.usage.input_token_details.cached_tokens_details": "later than the beta",
    "response.usage.input_token_details.image_tokens": "later than the beta",
    "response.usage.output_token_details.reasoning_tokens": "Voice Live only",
    "name": "of a function call: later than the beta",
}
# What the beta requires and Voice Live does not send.
STAND_INS = {
    ("beta", "conversation.item.input_audio_transcription.completed"): {
        "usage": {"type": "duration", "seconds": 0}
    }
}
EXCEPTIONS = {"ga": GA_EXCEPTIONS, "beta": BETA_EXCEPTIONS}


def classes(union: typing.Any) -> Iterator[tuple[str, type[pydantic.BaseModel]]]:
    """Give the classes of a union by the type that each names."""
    for each in typing.get_args(union):
        if isinstance(each, type) and issubclass(each, pydantic.BaseModel):
            for name in typing.get_args(each.model_fields["type"].annotation):
                yield name, each
        elif typing.get_args(each):
            yield from classes(each)


def faults(event: Mapping[str, typing.Any], which: str) -> list[str]:
    """Say where a server event does not fit the SDK's types."""
    known = dict(classes(UNIONS[which]))
    cls = known.get(str(event.get("type")))
    if cls is None:
        return [] if which == "beta" else [f"{event.get('type')}: the SDK has no such event"]
    event = held(event, which)
    try:
        read = cls.model_validate(event)
    except pydantic.ValidationError as error:
        found = [(_dotted(each["loc"]), each["msg"]) for each in error.errors()]
    else:
        found = [(path, "the SDK has no such key") for path in _extras(read, "")]
    return [f"{event['type']}.{path}: {said}" for path, said in found]


def held(event: Mapping[str, typing.Any], which: str) -> Mapping[str, typing.Any]:
    """Leave out what is excepted, and put in what is not asked for."""
    event = {**STAND_INS.get((which, event["type"]), {}), **event}
    for path in EXCEPTIONS[which]:
        event = _without(event, path.split("."))
    return event


def _dotted(location: tuple[int | str, ...]) -> str:
    """Leave out the names of a union's branches, which pydantic puts into the path."""
    return ".".join(str(each) for each in location if not str(each)[:1].isupper())


def _without(value: Mapping[str, typing.Any], path: list[str]) -> Mapping[str, typing.Any]:
    """Copy an object without what lies at a path."""
    key, *rest = path
    if not isinstance(value, Mapping) or key not in value:
        return value
    if not rest:
        return {name: each for name, each in value.items() if name != key}
    return {**value, key: _without(value[key], rest)}


def _extras(value: typing.Any, path: str) -> Iterator[str]:
    if isinstance(value, pydantic.BaseModel):
        yield from (f"{path}{name}" for name in value.model_extra or {})
        for name in value.model_fields_set & set(type(value).model_fields):
            yield from _extras(getattr(value, name), f"{path}{name}.")
    elif isinstance(value, list):
        for each in value:
            yield from _extras(each, path)


def main() -> int:
    """Walk over a file of events."""
    which, name = sys.argv[1:]
    events = [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]
    found = sorted({fault for event in events for fault in faults(event, which)})
    print(*found, sep="\n", end="\n" if found else "")
    known = dict(classes(UNIONS[which]))
    walked = [event for event in events if event.get("type") in known]
    missed = unseen({event["type"]: held(event, which) for event in walked}, which)
    print(*missed, sep="\n", end="\n" if missed else "")
    print(f"openai {which} walk: {len(walked)} of {len(events)} events walked, {len(found)} faults")
    return 1 if found or missed or not walked else 0


def unseen(examples: Mapping[str, Mapping[str, typing.Any]], which: str) -> list[str]:
    """Break an event of each type on purpose, and list what this walk does not see."""
    return [
        f"this walk does not see {what} in {name}"
        for name, event in sorted(examples.items())
        for what, each in broken(event)
        if not (which == "beta" and each["type"] == "surprise")
        if held(each, which) != event and not faults(each, which)
    ]


if __name__ == "__main__":
    sys.exit(main())
