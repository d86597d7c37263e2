"""The settings of a session and of one response: what each holds, what the embedded service does.

One row a setting, under its flat name; what is inside an object has a dotted
name.  Where papers disagree on a range, the wider one stands.
"""

import re
from types import MappingProxyType
from typing import Literal, NamedTuple

from voicelab.wire.dialect import Dialect
from voicelab.wire.session_shape import nested_path

__all__ = ["RESPONSE_FIELDS", "SESSION_FIELDS", "SessionField", "session_path"]

Kind = Literal["text", "int", "number", "bool", "object", "list", "text or object", "int or text"]


class SessionField(NamedTuple):
    """One setting.

    Attributes
    ----------
    name : str
        Its flat name; dotted inside an object.
    kind : str
        What it holds.
    choices : tuple of str
        The texts that are known, of a list's entries for a list; empty if any is.
    low, high : float
        The ends of a number's range, both inside.
    nullable : bool
        Whether it may be ``null``, which turns it off.
    dialects : tuple of {"voice-live", "openai-ga"}
        Those that have it.
    support : {"supported", "ignored", "refused"}
        What the embedded service makes of it.
    """

    name: str
    kind: Kind
    choices: tuple[str, ...]
    low: float
    high: float
    nullable: bool
    dialects: tuple[Dialect, ...]
    support: Literal["supported", "ignored", "refused"]


MARKS: dict[str, tuple[Dialect, ...]] = {
    "*": ("voice-live", "openai-ga"),
    "+": ("openai-ga",),
    "-": ("voice-live",),
}
VAD_TYPES = (
    "server_vad azure_semantic_vad azure_semantic_vad_en azure_semantic_vad_multilingual "
    "semantic_vad none"
)

# name | kind, ?: may be null | choices or range | what the embedded service makes of it
# * : both dialects have it, - : only Voice Live, + : only OpenAI
# A line that is indented goes on with the row above it.
TABLE = f"""
*model | text | | refused
*modalities | list | text audio animation avatar | supported
*instructions | text | | supported
*voice | text or object | | supported
+speed | number | 0.25..1.5 | ignored
*input_audio_format | text | pcm16 g711_ulaw g711_alaw | supported
*input_audio_sampling_rate | int | 8000..24000 | supported
*output_audio_format | text | pcm16 pcm16_8000hz pcm16_16000hz pcm16-8000hz pcm16-16000hz
    g711_ulaw g711_alaw | supported
*turn_detection | object? | | supported
*turn_detection.type | text | {VAD_TYPES} | supported
*turn_detection.threshold | number | 0..1 | supported
*turn_detection.prefix_padding_ms | int | 0..60000 | supported
*turn_detection.silence_duration_ms | int | 1..60000 | supported
-turn_detection.speech_duration_ms | int | 0..60000 | supported
*turn_detection.create_response | bool | | supported
*turn_detection.interrupt_response | bool | | supported
-turn_detection.auto_truncate | bool | | supported
-turn_detection.remove_filler_words | bool | | ignored
-turn_detection.languages | list | | ignored
-turn_detection.end_of_utterance_detection | object? | | ignored
-turn_detection.appended_text_after_truncation | text | | ignored
*turn_detection.eagerness | text | auto low medium high | supported
+turn_detection.idle_timeout_ms | int? | 5000..30000 | ignored
*input_audio_noise_reduction | object? | | ignored
*input_audio_noise_reduction.type | text | azure_deep_noise_suppression near_field far_field |
    ignored
+input_audio_noise_reduction.strength | number | 0..1 | ignored
-input_audio_echo_cancellation | object? | | ignored
-input_audio_echo_cancellation.type | text | server_echo_cancellation | ignored
-input_audio_echo_cancellation.reference_source | text | server client | ignored
-input_audio_echo_cancellation.channels | int | 1..2 | supported
*input_audio_transcription | object? | | supported
*input_audio_transcription.model | text | | ignored
*input_audio_transcription.language | text | | ignored
*input_audio_transcription.prompt | text | | ignored
-input_audio_transcription.custom_speech | object | | ignored
-input_audio_transcription.phrase_list | list | | ignored
-output_audio_timestamp_types | list? | word | ignored
*tools | list | | supported
*tool_choice | text or object | | supported
*parallel_tool_calls | bool | | ignored
-temperature | number | 0..1.2 | ignored
*max_response_output_tokens | int or text | 1..4096 inf | supported
*reasoning_effort | text? | none minimal low medium high xhigh | ignored
-interim_response | object? | | ignored
-animation | object? | | ignored
-avatar | object? | | ignored
*include | list? | | ignored
-metadata | object? | | supported
+truncation | text or object | | ignored
+tracing | text or object? | | ignored
+prompt | object? | | ignored
"""

# The same for what ``response.create`` may ask for; absent is as the session has it.
RESPONSE_TABLE = """
*modalities | list? | text audio animation avatar | supported
*instructions | text? | | supported
*voice | text or object? | | supported
*output_audio_format | text? | pcm16 pcm16_8000hz pcm16_16000hz g711_ulaw g711_alaw | supported
*tools | list? | | supported
*tool_choice | text or object? | | supported
*max_output_tokens | int or text? | 1..4096 inf | supported
*max_response_output_tokens | int or text? | 1..4096 inf | supported
*conversation | text? | auto none | supported
*metadata | object? | | supported
*input_items | list? | | ignored
-append_input_items | list? | | ignored
-pre_generated_assistant_message | object? | | supported
-cancel_previous | bool? | | supported
-commit | bool? | | ignored
-temperature | number? | 0..1.2 | ignored
*reasoning_effort | text? | none minimal low medium high xhigh | ignored
*parallel_tool_calls | bool? | | ignored
-interim_response | object? | | ignored
-invoke_input | object? | | ignored
+prompt | object? | | ignored
"""


def _read(line: str) -> SessionField:
    marked, kind, allowed, support = (each.strip() for each in line.split("|"))
    ranges = [word for word in allowed.split() if ".." in word]
    low, _, high = ranges[0].partition("..") if ranges else ("-inf", "", "inf")
    return SessionField(
        name=marked[1:],
        kind=kind.rstrip("?"),  # type: ignore[arg-type]
        choices=tuple(word for word in allowed.split() if ".." not in word),
        low=float(low),
        high=float(high),
        nullable=kind.endswith("?"),
        dialects=MARKS[marked[0]],
        support=support,  # type: ignore[arg-type]
    )


def _fields(table: str) -> MappingProxyType[str, SessionField]:
    lines = re.sub(r"\n +", " ", table).strip().splitlines()
    return MappingProxyType({each.name: each for each in map(_read, lines)})


SESSION_FIELDS = _fields(TABLE)
RESPONSE_FIELDS = _fields(RESPONSE_TABLE)


def session_path(name: str, dialect: Dialect) -> str:
    """Say what a setting is called on the wire.

    Parameters
    ----------
    name : str
        Its flat name, dotted inside an object.
    dialect : {"voice-live", "openai-ga"}
        Of the connection.

    Returns
    -------
    str
        As a service puts it into ``param``.

    Examples
    --------
    >>> session_path("turn_detection.threshold", "openai-ga")
    'session.audio.input.turn_detection.threshold'
    """
    if dialect == "voice-live":
        return f"session.{name}"
    setting, dot, inner = name.partition(".")
    return f"session.{nested_path(setting)}{dot}{inner}"
