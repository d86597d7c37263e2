"""Effective: the session's settings as they hold, and how an update changes them.

An update is partial: a key that is absent stays, a key that is null turns its
feature off.  An object such as ``turn_detection`` replaces the one before it
and takes the defaults of its own type for what it leaves out.  What one value
may be is checked before, by :mod:`voicelab.wire`; here is what depends on
others.  The model stands in the URL and is refused, as the service refuses it.
"""

import copy
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from voicelab.simulator.error import RequestError
from voicelab.simulator.input_audio import InputFormat
from voicelab.vad import TurnDetection
from voicelab.wire.dialect import Dialect

__all__ = ["Effective", "turn_detection_of"]

INPUT_RATES_HZ = {"pcm16": (8_000, 16_000, 24_000), "g711_ulaw": (8_000,), "g711_alaw": (8_000,)}
IDENTITY = frozenset(["id", "object", "expires_at", "type"])
NAMES = tuple(each.name for each in fields(TurnDetection))
DURATIONS = tuple(name for name in NAMES if name.endswith("_ms"))
AZURE_SEMANTIC = TurnDetection(prefix_padding_ms=420, speech_duration_ms=80)
# OpenAI's semantic VAD has no threshold and no silence; how eager it is, is read as silence.
EAGERNESS_MS = MappingProxyType({"low": 1200, "medium": 700, "auto": 700, "high": 400})
VOICE = MappingProxyType({"type": "azure-standard", "name": "en-US-Ava:DragonHDLatestNeural"})
VOICE_LIVE_ONLY = ("speech_duration_ms", "auto_truncate", "remove_filler_words")


class Effective:
    """The settings of one session.

    Parameters
    ----------
    identity : mapping
        What no update changes: ``id``, ``model``, ``expires_at`` and the like.
    dialect : {"voice-live", "openai-ga"}
        What the client speaks: it decides which fields there are.
    turn_detection : TurnDetection
        The service's defaults for ``server_vad``.
    """

    def __init__(
        self, identity: Mapping[str, Any], *, dialect: Dialect, turn_detection: TurnDetection
    ) -> None:
        self._identity = dict(identity)
        self._dialect = dialect
        self._server_vad = turn_detection
        voice_live = dialect == "voice-live"
        self._settings: dict[str, Any] = {
            "modalities": ["text", "audio"],
            "instructions": "",
            "voice": dict(VOICE) if voice_live else "alloy",
            "input_audio_format": "pcm16",
            "input_audio_sampling_rate": 24_000,
            "output_audio_format": "pcm16",
            "turn_detection": self._filled({"type": "server_vad"}),
            "input_audio_noise_reduction": None,
            **({"input_audio_echo_cancellation": None} if voice_live else {}),
            "input_audio_transcription": None,
            "tools": [],
            "tool_choice": "auto",
            **({"temperature": 0.8} if voice_live else {}),
            "max_response_output_tokens": "inf",
        }

    def __getitem__(self, name: str) -> Any:
        return self._settings.get(name)

    @property
    def whole(self) -> dict[str, Any]:
        """All of it, as ``session.created`` and ``session.updated`` carry it."""
        return copy.deepcopy({**self._identity, **self._settings})

    @property
    def input_format(self) -> InputFormat:
        """How the client's audio is read."""
        echo = self["input_audio_echo_cancellation"] or {}
        return InputFormat(
            self["input_audio_format"],
            self["input_audio_sampling_rate"],
            int(echo.get("channels", 1)),
        )

    def move_expiry(self, by_s: float) -> None:
        """Let the session end at another time than it was told.

        Parameters
        ----------
        by_s : float
            How much later; negative is sooner.
        """
        self._identity["expires_at"] = int(self._identity["expires_at"] + by_s)

    def update(self, change: Mapping[str, Any]) -> None:
        """Lay an update over the settings.

        Parameters
        ----------
        change : mapping
            The ``session`` of a ``session.update``, checked.

        Raises
        ------
        RequestError
            If it cannot be; then nothing has changed.
        """
        if "model" in change:
            raise _refused("model", "cannot be changed: it stands in the URL")
        changed = self._settings | {
            key: copy.deepcopy(value) for key, value in change.items() if key not in IDENTITY
        }
        if "text" not in changed["modalities"]:
            raise _refused("modalities", "must hold text; audio alone is not allowed")
        if not all(isinstance(each, Mapping) for each in changed["tools"]):
            raise _refused("tools", "must be a list of objects")
        if "turn_detection" in change:
            changed["turn_detection"] = self._turn_detection(change["turn_detection"])
        encoding = changed["input_audio_format"]
        if "input_audio_format" in change and "input_audio_sampling_rate" not in change:
            changed["input_audio_sampling_rate"] = INPUT_RATES_HZ[encoding][-1]
        if changed["input_audio_sampling_rate"] not in INPUT_RATES_HZ[encoding]:
            rates = ", ".join(map(str, INPUT_RATES_HZ[encoding]))
            raise _refused("input_audio_sampling_rate", f"must be one of {rates} with {encoding}")
        self._settings = changed

    def _turn_detection(self, wanted: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if wanted is None or wanted["type"] == "none":
            return None
        filled = self._filled(wanted)
        turn_detection_of(filled)
        return filled

    def _filled(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        if wanted["type"] == "semantic_vad":
            defaults: dict[str, Any] = {"eagerness": "auto"}
        else:
            default = self._server_vad if wanted["type"] == "server_vad" else AZURE_SEMANTIC
            defaults = {name: getattr(default, name) for name in ("threshold", *DURATIONS)}
        defaults |= {"create_response": True, "interrupt_response": True, "auto_truncate": False}
        if wanted["type"].startswith("azure"):
            defaults["remove_filler_words"] = False
        if self._dialect == "openai-ga":
            defaults = {key: each for key, each in defaults.items() if key not in VOICE_LIVE_ONLY}
        return {**defaults, **wanted}


def turn_detection_of(wire: Mapping[str, Any] | None) -> TurnDetection | None:
    """Read the wire's turn detection as the local machine's.

    All types are played by the one machine that is known here: they differ in
    their durations, and know no meaning of words.

    Parameters
    ----------
    wire : mapping or None
        With all fields of its type.

    Returns
    -------
    TurnDetection or None
        ``None`` where there is none.

    Raises
    ------
    RequestError
        If a value is out of its range.
    """
    if wire is None:
        return None
    values = {name: wire[name] for name in NAMES if name != "type" and wire.get(name) is not None}
    values |= {name: int(values[name]) for name in DURATIONS if name in values}
    if wire["type"] == "semantic_vad":
        values["silence_duration_ms"] = EAGERNESS_MS[wire["eagerness"]]
    if "speech_duration_ms" not in values:  # only Voice Live has it
        values["speech_duration_ms"] = 0
    try:
        return TurnDetection(**values)
    except ValueError as error:
        raise _refused(f"turn_detection.{str(error).split()[0]}", str(error)) from None


def _refused(key: str, rule: str) -> RequestError:
    return RequestError("invalid_value", f"session.{key} {rule}.", param=f"session.{key}")
