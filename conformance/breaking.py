"""Events broken on purpose: a walk that lets one of them pass proves nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

LOOSE = {"item", "previous_item_id", "logprobs", "phrases"}  # may be absent
LOOSE_IN_DELTA = {"delta", "content_index"}  # of an input transcription
ALWAYS_FIT = {"type", "event_id"}


def broken(event: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Break an event in every way that a walk must see.

    Yields
    ------
    what : str
        What was done to it.
    event : dict
        The broken copy.
    """
    is_loose = str(event["type"]).endswith("input_audio_transcription.delta")
    loose = LOOSE | LOOSE_IN_DELTA if is_loose else LOOSE
    yield "a key that nobody knows", {**event, "surprise": 1}
    yield "a type that nobody knows", {**event, "type": "surprise"}
    for key in event.keys() - ALWAYS_FIT:
        yield f"{key} of the wrong kind", {**event, key: [[]]}
        if key not in loose:
            yield f"no {key}", {name: each for name, each in event.items() if name != key}
