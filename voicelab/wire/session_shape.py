"""The session in its two shapes: flat, as Voice Live has it, and nested.

::

    flat                                    nested
    modalities: ["text", "audio"]           output_modalities: ["audio"]
    input_audio_format, ..._sampling_rate   audio.input.format: {type, rate}
    output_audio_format: "pcm16_16000hz"    audio.output.format: {type, rate}
    turn_detection                          audio.input.turn_detection
    input_audio_noise_reduction             audio.input.noise_reduction
    input_audio_transcription               audio.input.transcription
    voice, speed                            audio.output.voice, .speed
    max_response_output_tokens              max_output_tokens
    reasoning_effort                        reasoning.effort
    (nothing)                               type: "realtime"

``null`` stays ``null`` and what is absent stays absent, because a session
update changes only what it names.  A key that the table does not have keeps
its name; those in ``VOICE_LIVE_ONLY`` and ``VOICE_LIVE_ONLY_TURN_DETECTION``
have no place in the nested shape and are left out of it.
"""

from collections.abc import Mapping
from typing import Any

__all__ = [
    "VOICE_LIVE_ONLY",
    "VOICE_LIVE_ONLY_TURN_DETECTION",
    "flat_response",
    "flat_session",
    "nested_path",
    "nested_response",
    "nested_session",
]

VOICE_LIVE_ONLY = frozenset(
    [
        *("agent", "animation", "avatar", "input_audio_echo_cancellation", "interim_response"),
        *("metadata", "output_audio_timestamp_types", "temperature"),
    ]
)
VOICE_LIVE_ONLY_TURN_DETECTION = frozenset(
    [
        *("appended_text_after_truncation", "auto_truncate", "end_of_utterance_detection"),
        *("languages", "remove_filler_words", "speech_duration_ms"),
    ]
)

# Flat name -> path in the nested session, for what is moved and not changed.
MOVED = {
    "turn_detection": ("audio", "input", "turn_detection"),
    "input_audio_noise_reduction": ("audio", "input", "noise_reduction"),
    "input_audio_transcription": ("audio", "input", "transcription"),
    "voice": ("audio", "output", "voice"),
    "speed": ("audio", "output", "speed"),
    "max_response_output_tokens": ("max_output_tokens",),
    "reasoning_effort": ("reasoning", "effort"),
}
INPUT_FORMAT, OUTPUT_FORMAT = ("audio", "input", "format"), ("audio", "output", "format")
MODALITIES = ("output_modalities",)
CHANGED = {
    "modalities": MODALITIES,
    "input_audio_format": INPUT_FORMAT,
    "input_audio_sampling_rate": (*INPUT_FORMAT, "rate"),
    "output_audio_format": OUTPUT_FORMAT,
}
PCM_RATE_HZ = 24_000
NESTED_FORMATS = {"g711_ulaw": "audio/pcmu", "g711_alaw": "audio/pcma"}
FLAT_FORMATS = {nested: flat for flat, nested in NESTED_FORMATS.items()}
PCM_OUTPUTS = {"pcm16": 24_000, "pcm16_16000hz": 16_000, "pcm16_8000hz": 8_000}
FLAT_PCM_OUTPUTS = {rate_hz: name for name, rate_hz in PCM_OUTPUTS.items()}


def nested_path(setting: str) -> str:
    """Say where the nested session keeps a setting.

    Parameters
    ----------
    setting : str
        Its flat name.

    Returns
    -------
    str
        A dotted path, below the session.

    Examples
    --------
    >>> nested_path("turn_detection")
    'audio.input.turn_detection'
    """
    return ".".join(MOVED.get(setting) or CHANGED.get(setting) or (setting,))


def nested_session(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Nest a session.

    Parameters
    ----------
    flat : mapping
        Of Voice Live's shape, whole or partial.

    Returns
    -------
    dict
        Of the generally available shape, with its type.

    Examples
    --------
    >>> nested_session({"turn_detection": None})
    {'type': 'realtime', 'audio': {'input': {'turn_detection': None}}}
    """
    nested: dict[str, Any] = {"type": "realtime"}
    nested |= {
        key: _copied(value)
        for key, value in flat.items()
        if key not in MOVED and key not in CHANGED and key not in VOICE_LIVE_ONLY
    }
    if "modalities" in flat:
        _put(nested, MODALITIES, _nested_modalities(flat["modalities"]))
    if "input_audio_format" in flat or "input_audio_sampling_rate" in flat:
        named = flat.get("input_audio_format", "pcm16")
        rate_hz = flat.get("input_audio_sampling_rate")
        _put(nested, INPUT_FORMAT, _nested_format(named, rate_hz))
    if "output_audio_format" in flat:
        _put(nested, OUTPUT_FORMAT, _nested_format(flat["output_audio_format"], None))
    for key, path in MOVED.items():
        if key in flat:
            _put(nested, path, flat[key])
    turn_detection = flat.get("turn_detection")
    if isinstance(turn_detection, Mapping):
        kept = turn_detection.keys() - VOICE_LIVE_ONLY_TURN_DETECTION
        shared = {key: value for key, value in turn_detection.items() if key in kept}
        _put(nested, MOVED["turn_detection"], shared)
    return nested


def flat_session(nested: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten a session.

    Parameters
    ----------
    nested : mapping
        Of the generally available shape, whole or partial.

    Returns
    -------
    dict
        Of Voice Live's shape.

    Examples
    --------
    >>> flat_session({"type": "realtime", "audio": {"output": {"voice": "ash"}}})
    {'voice': 'ash'}
    """
    rest = {key: _copied(value) for key, value in nested.items()}
    if rest.get("type") == "realtime":
        del rest["type"]
    flat: dict[str, Any] = {}
    found, value = _take(rest, MODALITIES)
    if found:
        flat["modalities"] = ["text", "audio"] if value == ["audio"] else value
    found, value = _take(rest, INPUT_FORMAT)
    if found:
        flat |= _flat_input_format(value)
    found, value = _take(rest, OUTPUT_FORMAT)
    if found:
        flat["output_audio_format"] = _flat_output_format(value)
    for key, path in MOVED.items():
        found, value = _take(rest, path)
        if found:
            flat[key] = value
    return rest | flat


def nested_response(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Nest a response, or the parameters that ask for one.

    Parameters
    ----------
    flat : mapping
        Of Voice Live's shape.

    Returns
    -------
    dict
        Of the generally available shape.
    """
    names = {"max_output_tokens": "max_response_output_tokens", "input_items": "input"}
    kept = dict(flat)
    metadata = {"metadata": kept.pop("metadata")} if "metadata" in kept else {}
    nested = nested_session({names.get(key, key): value for key, value in kept.items()})
    del nested["type"]
    usage = nested.get("usage")
    if isinstance(usage, dict) and isinstance(usage.get("output_token_details"), dict):
        usage["output_token_details"].pop("reasoning_tokens", None)  # Voice Live alone counts them
    return nested | metadata


def flat_response(nested: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten a response, or the parameters that ask for one.

    Parameters
    ----------
    nested : mapping
        Of the generally available shape.

    Returns
    -------
    dict
        Of Voice Live's shape.
    """
    names = {"max_response_output_tokens": "max_output_tokens", "input": "input_items"}
    return {names.get(key, key): value for key, value in flat_session(nested).items()}


def _nested_modalities(modalities: Any) -> Any:
    """Name what comes out: audio brings its transcript, so it is never named with text."""
    if not isinstance(modalities, list):
        return modalities
    return ["audio"] if "audio" in modalities else modalities


def _nested_format(named: Any, rate_hz: Any) -> Any:
    if not isinstance(named, str):
        return named
    if named in NESTED_FORMATS:
        return {"type": NESTED_FORMATS[named]}
    if named in PCM_OUTPUTS:
        return {"type": "audio/pcm", "rate": PCM_OUTPUTS[named] if rate_hz is None else rate_hz}
    return {"type": named} if rate_hz is None else {"type": named, "rate": rate_hz}


def _flat_input_format(nested: Any) -> dict[str, Any]:
    if not isinstance(nested, Mapping):
        return {"input_audio_format": nested}
    named = nested.get("type", "audio/pcm")
    if isinstance(named, str):
        named = FLAT_FORMATS.get(named, "pcm16" if named == "audio/pcm" else named)
    flat = {"input_audio_format": named}
    if "rate" in nested:
        flat["input_audio_sampling_rate"] = nested["rate"]
    return flat


def _flat_output_format(nested: Any) -> Any:
    if not isinstance(nested, Mapping):
        return nested
    named, rate_hz = nested.get("type", "audio/pcm"), nested.get("rate", PCM_RATE_HZ)
    if named == "audio/pcm" and isinstance(rate_hz, int):
        return FLAT_PCM_OUTPUTS.get(rate_hz, f"pcm16_{rate_hz}hz")
    return FLAT_FORMATS.get(named, named) if isinstance(named, str) else named


def _put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        inner = tree.get(key)
        if not isinstance(inner, dict):
            inner = tree[key] = {}
        tree = inner
    tree[path[-1]] = value


def _take(tree: dict[str, Any], path: tuple[str, ...]) -> tuple[bool, Any]:
    """Take a value out of a tree, and each branch that is empty without it."""
    key, *rest = path
    if not rest:
        return (True, tree.pop(key)) if key in tree else (False, None)
    inner = tree.get(key)
    if not isinstance(inner, dict):
        return False, None
    found, value = _take(inner, tuple(rest))
    if found and not inner:
        del tree[key]
    return found, value


def _copied(value: Any) -> Any:
    """Copy mappings, so that what was given is never changed."""
    if isinstance(value, Mapping):
        return {key: _copied(each) for key, each in value.items()}
    return value
