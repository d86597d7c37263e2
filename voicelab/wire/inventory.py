"""The inventory: every event of the protocol, who sends it, and its fields.

One row an event, under its neutral name, in the order of the reference
(api-version 2026-07-15).  A row lists fields as ``name:kind``, ``name?`` where
it may be absent.  Kinds are ``text``, ``int``, ``number``, ``bool``,
``object``, ``list``, ``base64`` and ``any``; ``|null`` allows ``null``.
``event_id`` may accompany each client event and comes with each server event.

``SUPPORT`` is the promise of the embedded service for each row: supported;
ignored with a warning; or refused with an error.  What it says of a server
event is whether the service ever sends it.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from voicelab.wire.dialect import Dialect, ga_type

__all__ = ["EVENTS", "SUPPORT", "EventField", "EventSpec", "Support"]

Support = Literal["supported", "ignored", "refused", "never sent"]


class EventField(NamedTuple):
    """One field of an event.

    Attributes
    ----------
    name : str
        Its neutral name.
    kind : str
        What it holds; ``|null`` at the end allows ``null``.
    required : bool
        Whether it may not be absent.
    """

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, kw_only=True)
class EventSpec:
    """One row of the inventory.

    Attributes
    ----------
    type : str
        The neutral name.
    sender : {"client", "server"}
        Who sends it.
    fields : tuple of EventField
        All but ``type`` and ``event_id``.
    dialects : tuple of {"voice-live", "openai-ga"}
        Those that have it.
    note : str
        What the reference says beside it.
    """

    type: str
    sender: Literal["client", "server"]
    fields: tuple[EventField, ...]
    dialects: tuple[Dialect, ...]
    note: str = ""

    def name_in(self, dialect: Dialect) -> str | None:
        """Name it as a dialect does.

        Parameters
        ----------
        dialect : {"voice-live", "openai-ga"}
            Which.

        Returns
        -------
        str or None
            ``None`` where the dialect does not have it.
        """
        if dialect not in self.dialects:
            return None
        return self.type if dialect == "voice-live" else ga_type(self.type)


PART = "response_id:text item_id:text output_index:int content_index:int"
SEARCH = "response_id:text item_id:text output_index:int sequence_number:int"

# type | fields | note; * before a type: OpenAI has it too, + : only OpenAI has it.
# A line that is indented goes on with the row above it.
CLIENT = """
*session.update | session:object
*input_audio_buffer.append | audio:base64 | never acknowledged; at most 15 MiB
*input_audio_buffer.commit | | starts no response
*input_audio_buffer.clear |
*conversation.item.create | item:object previous_item_id?:text|null | root is the front
*conversation.item.retrieve | item_id:text
*conversation.item.truncate | item_id:text content_index:int audio_end_ms:int | assistant items only
*conversation.item.delete | item_id:text
*response.create | response?:object additional_instructions?:text
*response.cancel | response_id?:text|null
*output_audio_buffer.clear | | avatar mode only
session.avatar.connect | client_sdp:base64
input_text.delta | id:text delta:text content_index?:int
input_text.done | id:text content_index?:int
input_audio.turn.start | turn_id:text | not in Microsoft's reference
input_audio.turn.append | turn_id:text audio:base64 | not in Microsoft's reference
input_audio.turn.end | turn_id:text | not in Microsoft's reference
input_audio.turn.cancel | turn_id:text | not in Microsoft's reference
input_audio.clear | | not in Microsoft's reference
mcp_approval_response | approval_request_id?:text approve?:bool | sent as an item, too
"""
SERVER = f"""
*session.created | session:object
*session.updated | session:object
*error | error:object
warning | warning:object
*input_audio_buffer.speech_started | audio_start_ms:int item_id:text | includes the prefix padding
*input_audio_buffer.speech_stopped | audio_end_ms:int item_id:text | includes the silence
*input_audio_buffer.committed | item_id:text previous_item_id?:text|null
*input_audio_buffer.cleared |
*conversation.item.created | item:object previous_item_id?:text|null | OpenAI:
    conversation.item.added
*conversation.item.retrieved | item:object
*conversation.item.truncated | item_id:text content_index:int audio_end_ms:int
*conversation.item.deleted | item_id:text
*conversation.item.input_audio_transcription.delta | item_id:text content_index?:int delta?:text
    logprobs?:list|null
*conversation.item.input_audio_transcription.completed | item_id:text content_index:int
    transcript:text logprobs?:list|null phrases?:list|null usage?:object
*conversation.item.input_audio_transcription.failed | item_id:text content_index:int error:object
*response.created | response:object
*response.done | response:object
*response.output_item.added | response_id:text output_index:int item:object
*response.output_item.done | response_id:text output_index:int item:object
*response.content_part.added | {PART} part:object
*response.content_part.done | {PART} part:object
*response.text.delta | {PART} delta:text
*response.text.done | {PART} text:text
*response.audio_transcript.delta | {PART} delta:text
*response.audio_transcript.done | {PART} transcript:text
*response.audio.delta | {PART} delta:base64
*response.audio.done | {PART}
response.audio_timestamp.delta | {PART} audio_offset_ms:int audio_duration_ms:int text:text
    timestamp_type:text
response.audio_timestamp.done | {PART}
response.animation_viseme.delta | {PART} audio_offset_ms:int viseme_id:int
response.animation_viseme.done | {PART}
response.animation_blendshapes.delta | {PART} frames:any frame_index:int
response.animation_blendshapes.done | response_id:text item_id:text output_index:int
*response.function_call_arguments.delta | response_id:text item_id:text output_index:int
    call_id:text delta:text
*response.function_call_arguments.done | response_id:text item_id:text output_index:int
    call_id:text arguments:text name:text
*mcp_list_tools.in_progress | item_id:text
*mcp_list_tools.completed | item_id:text
*mcp_list_tools.failed | item_id:text
*response.mcp_call_arguments.delta | response_id:text item_id:text output_index:int delta:text
    obfuscation?:text|null
*response.mcp_call_arguments.done | response_id:text item_id:text output_index:int
    arguments?:text|null
*response.mcp_call.in_progress | item_id:text output_index:int
*response.mcp_call.completed | item_id:text output_index:int
*response.mcp_call.failed | item_id:text output_index:int
response.web_search_call.searching | {SEARCH}
response.web_search_call.in_progress | {SEARCH}
response.web_search_call.completed | {SEARCH}
response.file_search_call.searching | {SEARCH}
response.file_search_call.in_progress | {SEARCH}
response.file_search_call.completed | {SEARCH}
response.audio_transcript.annotation.added | {PART} annotation_index:int annotation:any
response.invocation.delta | delta:object
session.avatar.connecting | server_sdp:text
session.avatar.switch_to_speaking | turn_id?:text|null
session.avatar.switch_to_idle | turn_id?:text|null
response.video.delta | output_index:int codec:text delta:text
*output_audio_buffer.cleared | response_id?:text
*rate_limits.updated | rate_limits:list | in the reference's text, not in its list nor in Azure's
    SDK
*conversation.created | conversation:object | Azure OpenAI; not in Voice Live's list
response.foundry_agent_call_arguments.delta | | in the reference, removed from the SDK
response.foundry_agent_call_arguments.done | | in the reference, removed from the SDK
response.foundry_agent_call.in_progress | | in the reference, removed from the SDK
response.foundry_agent_call.completed | | in the reference, removed from the SDK
response.foundry_agent_call.failed | | in the reference, removed from the SDK
+conversation.item.done | item:object previous_item_id?:text|null
+input_audio_buffer.timeout_triggered | audio_start_ms:int audio_end_ms:int item_id:text
+input_audio_buffer.dtmf_event_received | event:text received_at:int | telephone only
+conversation.item.input_audio_transcription.segment | id:text item_id:text content_index:int
    text:text speaker:text start:number end:number
+output_audio_buffer.started | response_id:text | WebRTC only
+output_audio_buffer.stopped | response_id:text | WebRTC only
"""


def _field(written: str) -> EventField:
    name, _, kind = written.partition(":")
    return EventField(name.rstrip("?"), kind, not name.endswith("?"))


def _rows(table: str, sender: Literal["client", "server"]) -> dict[str, EventSpec]:
    dialects: dict[str, tuple[Dialect, ...]] = {
        "*": ("voice-live", "openai-ga"),
        "+": ("openai-ga",),
    }
    rows = {}
    for line in re.sub(r"\n +", " ", table).strip().splitlines():
        # " | " parts the columns, "|null" is part of a kind
        marked, _, rest = line.partition(" |")
        written, _, note = rest.partition(" | ")
        name = marked.lstrip("*+")
        rows[name] = EventSpec(
            type=name,
            sender=sender,
            fields=tuple(_field(each) for each in written.split()),
            dialects=dialects.get(marked[0], ("voice-live",)),
            note=note,
        )
    return rows


EVENTS = MappingProxyType(_rows(CLIENT, "client") | _rows(SERVER, "server"))

REFUSED = frozenset(["session.avatar.connect"])
IGNORED = frozenset(
    ["input_audio.clear", "mcp_approval_response", "output_audio_buffer.clear"]
    + [f"input_audio.turn.{each}" for each in ("start", "append", "end", "cancel")]
    + ["input_text.delta", "input_text.done"]
)
SENT = frozenset(
    re.findall(
        r"\S+",
        """session.created session.updated error warning rate_limits.updated
    input_audio_buffer.speech_started input_audio_buffer.speech_stopped
    input_audio_buffer.committed input_audio_buffer.cleared
    conversation.item.created conversation.item.retrieved conversation.item.truncated
    conversation.item.deleted conversation.item.done
    conversation.item.input_audio_transcription.delta
    conversation.item.input_audio_transcription.completed
    response.created response.done response.output_item.added response.output_item.done
    response.content_part.added response.content_part.done
    response.text.delta response.text.done
    response.audio_transcript.delta response.audio_transcript.done
    response.audio.delta response.audio.done
    response.function_call_arguments.delta response.function_call_arguments.done""",
    )
)


def _support(spec: EventSpec) -> Support:
    if spec.sender == "server":
        return "supported" if spec.type in SENT else "never sent"
    if spec.type in REFUSED:
        return "refused"
    return "ignored" if spec.type in IGNORED else "supported"


SUPPORT = MappingProxyType({name: _support(spec) for name, spec in EVENTS.items()})
