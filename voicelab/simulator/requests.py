"""Requests: what each event of a client leads to.

The inventory of :mod:`voicelab.wire` says which events are supported, ignored
with a warning, or refused; here is what the supported ones do.
"""

import copy
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from voicelab.simulator.dialogue import Dialogue
from voicelab.simulator.error import RequestError
from voicelab.wire.dialect import Dialect
from voicelab.wire.event import Event, audio_of
from voicelab.wire.inventory import SUPPORT
from voicelab.wire.session_fields import RESPONSE_FIELDS, SESSION_FIELDS
from voicelab.wire.validator import refusals

__all__ = ["carry_out"]

MOST_WARNINGS = 32  # for one event

Handler = Callable[[Mapping[str, Any], Dialogue, float], list[Event]]


def carry_out(event: Event, dialogue: Dialogue, *, now_ms: float) -> list[Event]:
    """Do what a client asks for.

    Parameters
    ----------
    event : Event
        From the client.
    dialogue : Dialogue
        The session's.
    now_ms : float
        The service's clock.

    Returns
    -------
    list of Event
        What the service says at once.

    Raises
    ------
    RequestError
        If it cannot be done; nothing has changed then.
    """
    if event.type == "input_audio_buffer.append":
        return dialogue.hear(audio_of(event), now_ms=now_ms)
    event, warnings = _checked(event, dialogue.dialect)
    if event.type in HANDLERS:
        return warnings + HANDLERS[event.type](event.fields, dialogue, now_ms)
    if SUPPORT[event.type] == "refused":
        raise RequestError(
            "unsupported_operation", f"{event.type} is not supported here.", param="type"
        )
    if dialogue.dialect == "voice-live":
        warnings.append(_warning(f"{event.type} has no effect here", param="type"))
    return warnings


def _checked(event: Event, dialect: Dialect) -> tuple[Event, list[Event]]:
    """Refuse what is wrong; one dialect lives with unknown fields, and drops them."""
    faults = refusals(event, dialect=dialect, sender="client")
    unknown = [fault for fault in faults if fault.code == "unknown_parameter"]
    if len(faults) > len(unknown) or (faults and dialect == "openai-ga"):
        raise next((fault for fault in faults if fault not in unknown), faults[0])
    if not unknown:
        return event, []
    kept = copy.deepcopy(dict(event.fields))
    for fault in unknown:
        _drop(kept, str(fault.param))
    warnings = [
        _warning(fault.sentence, param=str(fault.param)) for fault in unknown[:MOST_WARNINGS]
    ]
    return Event(event.type, kept), warnings


def _drop(tree: dict[str, Any], path: str) -> None:
    """Take a field out, wherever its path leads; a key may itself hold a dot."""
    if path in tree:
        del tree[path]
        return
    outer, _, inner = path.partition(".")
    if inner and isinstance(tree.get(outer), dict):
        _drop(tree[outer], inner)


def _update(fields: Mapping[str, Any], dialogue: Dialogue, _: float) -> list[Event]:
    dialogue.settings.update(fields["session"])
    dialogue.listen()
    return [
        *_without_effect(fields["session"], dialogue.dialect),
        Event("session.updated", {"session": dialogue.settings.whole}),
    ]


def _without_effect(session: Mapping[str, Any], dialect: Dialect) -> list[Event]:
    """Warn of settings that are echoed and change nothing here, where warnings exist."""
    if dialect != "voice-live":
        return []
    named = {key: each for key, each in session.items() if each is not None}
    for outer, inner in session.items():
        if isinstance(inner, Mapping):
            named |= {f"{outer}.{key}": each for key, each in inner.items() if each}
    return [
        _warning(f"session.{name} is echoed and has no effect here", param=f"session.{name}")
        for name in named
        if name in SESSION_FIELDS and SESSION_FIELDS[name].support == "ignored"
    ]


def _commit(_: Mapping[str, Any], dialogue: Dialogue, now_ms: float) -> list[Event]:
    return dialogue.commit(now_ms=now_ms)


def _clear(_fields: Mapping[str, Any], dialogue: Dialogue, _: float) -> list[Event]:
    return dialogue.clear()


def _create_item(fields: Mapping[str, Any], dialogue: Dialogue, _: float) -> list[Event]:
    return dialogue.add(dialogue.read_item(fields["item"]), after=fields.get("previous_item_id"))


def _retrieve_item(fields: Mapping[str, Any], dialogue: Dialogue, _: float) -> list[Event]:
    item = dialogue.conversation.find(fields.get("item_id"))
    return [Event("conversation.item.retrieved", {"item": item.wire()})]


def _truncate_item(fields: Mapping[str, Any], dialogue: Dialogue, _: float) -> list[Event]:
    cut = {key: fields[key] for key in ("item_id", "content_index", "audio_end_ms")}
    dialogue.conversation.truncate(
        cut["item_id"], content_index=cut["content_index"], audio_end_ms=cut["audio_end_ms"]
    )
    return [Event("conversation.item.truncated", cut)]


def _delete_item(fields: Mapping[str, Any], dialogue: Dialogue, _: float) -> list[Event]:
    dialogue.conversation.remove(fields.get("item_id"))
    return [Event("conversation.item.deleted", {"item_id": fields["item_id"]})]


def _respond(fields: Mapping[str, Any], dialogue: Dialogue, now_ms: float) -> list[Event]:
    request = fields.get("response") or {}
    ignored = [
        _warning(f"response.{name} has no effect here", param=f"response.{name}")
        for name, each in request.items()
        if dialogue.dialect == "voice-live"
        and each is not None
        and name in RESPONSE_FIELDS
        and RESPONSE_FIELDS[name].support == "ignored"
    ]
    return ignored + dialogue.answers.respond(request, now_ms=now_ms)


def _cancel(fields: Mapping[str, Any], dialogue: Dialogue, now_ms: float) -> list[Event]:
    return dialogue.answers.cancel(fields.get("response_id"), now_ms=now_ms)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "session.update": _update,
        "input_audio_buffer.commit": _commit,
        "input_audio_buffer.clear": _clear,
        "conversation.item.create": _create_item,
        "conversation.item.retrieve": _retrieve_item,
        "conversation.item.truncate": _truncate_item,
        "conversation.item.delete": _delete_item,
        "response.create": _respond,
        "response.cancel": _cancel,
    }
)


def _warning(message: str, *, param: str) -> Event:
    return Event("warning", {"warning": {"message": message, "code": "ignored", "param": param}})
