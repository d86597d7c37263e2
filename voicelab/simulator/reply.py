"""Reply: what the service answers, and the rule that stands in for a model.

No model is here.  Unless a rule of one's own is planted, spoken answers go
round through a few sentences of the bundled recordings, written ones say the
same words, and a function is called when the client insists on it, with an
empty object as its arguments.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from voicelab import samples
from voicelab.audio import Recording, read_recording, resample, to_pcm16
from voicelab.simulator.g711 import Law, to_g711
from voicelab.wire.audio_format import output_format

__all__ = ["Call", "Prompt", "Reply", "Speech", "Written", "reply_by_rule", "sentences"]

LAWS: dict[str, Law] = {"g711_ulaw": "g711_ulaw", "g711_alaw": "g711_alaw"}
SPEAKER = "speech_female_ljspeech"
SENTENCES = (  # start_ms, end_ms, words; cut in the pauses that its labels show
    (0, 9_700, "Printing, in the only sense with which we are at present concerned, differs from "
     "most if not from all the arts and crafts represented in the Exhibition"),
    (9_820, 11_800, "in being comparatively modern."),
    (12_920, 16_600, "For although the Chinese took impressions from wood blocks"),
    (22_850, 28_060, "produced the block books, which were the immediate predecessors of the true "
     "printed book,"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Speech:
    """A spoken answer.

    Attributes
    ----------
    text : str
        Its words.
    recording : Recording
        Its sound.
    """

    text: str
    recording: Recording

    @functools.cached_property
    def _octets(self) -> dict[str, bytes]:
        return {}

    def octets(self, wire_format: str) -> bytes:
        """Write its sound in an output format.

        Parameters
        ----------
        wire_format : str
            As the session names it, such as ``pcm16`` or ``g711_ulaw``.

        Returns
        -------
        bytes
            The whole answer; made once.
        """
        if wire_format not in self._octets:
            found = output_format({"output_audio_format": wire_format})
            sound = resample(self.recording, found.rate_hz if found else 24_000).samples
            if wire_format in LAWS:
                self._octets[wire_format] = to_g711(sound, law=LAWS[wire_format])
            else:
                self._octets[wire_format] = to_pcm16(sound).octets
        return self._octets[wire_format]


@dataclass(frozen=True)
class Written:
    """An answer in letters.

    Attributes
    ----------
    text : str
        Its words.
    """

    text: str


@dataclass(frozen=True)
class Call:
    """An answer that asks the client to call a function.

    Attributes
    ----------
    name : str
        The function.
    arguments : str
        JSON.
    """

    name: str
    arguments: str = "{}"


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """What is to be answered.

    Attributes
    ----------
    answer : int
        Number of the answer in its session, from 1.
    spoken : bool
        Whether the client wants to hear it.
    items : tuple of mapping
        The conversation, oldest first.
    tools : tuple of mapping
        What may be called.
    tool_choice : str or mapping
        What must be called.
    request : mapping
        The parameters of ``response.create``.
    """

    answer: int
    spoken: bool
    items: tuple[Mapping[str, Any], ...] = ()
    tools: tuple[Mapping[str, Any], ...] = ()
    tool_choice: Any = "auto"
    request: Mapping[str, Any] = field(default_factory=dict)


Reply = Callable[[Prompt], Speech | Written | Call]


@functools.cache
def sentences() -> tuple[Speech, ...]:
    """Read the sentences that the service speaks.

    Returns
    -------
    tuple of Speech
        From the bundled recordings, read once.
    """
    (entry,) = (each for each in samples.manifest() if each.name == SPEAKER)
    recording = read_recording(samples.folder() / entry.file)
    return tuple(
        Speech(words, recording.excerpt(start_ms, end_ms)) for start_ms, end_ms, words in SENTENCES
    )


def reply_by_rule(prompt: Prompt) -> Speech | Written | Call:
    """Answer without a model.

    A text that the client gives as ``pre_generated_assistant_message`` is taken
    as the answer's words; the sound stays a recorded sentence's, since nobody
    here can speak.

    Parameters
    ----------
    prompt : Prompt
        What is to be answered.

    Returns
    -------
    Speech or Written or Call
        The same for the same prompt.
    """
    names = [tool["name"] for tool in prompt.tools if isinstance(tool.get("name"), str)]
    wanted = prompt.tool_choice
    if isinstance(wanted, Mapping):
        wanted = wanted.get("name") or dict(wanted.get("function") or {}).get("name")
        if isinstance(wanted, str) and wanted in names:
            return Call(wanted)
    was_called = bool(prompt.items) and prompt.items[-1].get("type") == "function_call_output"
    if wanted == "required" and names and not was_called:
        return Call(names[0])
    spoken = sentences()[(prompt.answer - 1) % len(SENTENCES)]
    text = _given_text(prompt.request.get("pre_generated_assistant_message")) or spoken.text
    return Speech(text, spoken.recording) if prompt.spoken else Written(text)


def _given_text(message: Any) -> str:
    parts = message.get("content") if isinstance(message, Mapping) else None
    texts = [part.get("text") for part in parts or () if isinstance(part, Mapping)]
    return " ".join(text for text in texts if isinstance(text, str))
