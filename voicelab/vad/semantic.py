"""Turn detection that also listens for meaning: settings, without a model.

Azure's semantic types hear speech as ``server_vad`` does and then weigh what
was said; OpenAI's leaves the sound aside and knows only how eager it is.  What
they will do depends on a model that nobody outside has, so voicelab checks and
exports their settings and says that it cannot predict them.

Defaults are Voice Live's of 2026-07-15.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from voicelab.vad.turn_detection import HeardTurnDetection, TurnDetection

__all__ = ["AnyTurnDetection", "AzureSemanticVad", "Eagerness", "Language", "SemanticVad"]

Eagerness = Literal["auto", "low", "medium", "high"]
Language = Literal["en", "es", "fr", "it", "de", "ja", "pt", "zh", "ko", "hi"]


@dataclass(frozen=True, kw_only=True)
class AzureSemanticVad(HeardTurnDetection):
    """Settings of ``azure_semantic_vad`` and its multilingual form.

    Attributes
    ----------
    remove_filler_words : bool
        Whether "um" and "uh" do not interrupt an answer.
    languages : tuple of str
        What is spoken; empty leaves it to the service.  Only the multilingual
        form knows others than English.

    Raises
    ------
    ValueError
        If a value is out of its range, or a language is not known.
    """

    type: Literal["azure_semantic_vad", "azure_semantic_vad_multilingual"] = "azure_semantic_vad"
    prefix_padding_ms: int = 420
    speech_duration_ms: int = 80
    remove_filler_words: bool = False
    languages: tuple[Language, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        multilingual = self.type == "azure_semantic_vad_multilingual"
        known = get_args(Language) if multilingual else ("en",)
        for language in self.languages:
            if language not in known:
                raise ValueError(
                    f"languages must be out of {', '.join(known)} for {self.type}, got {language!r}"
                )


@dataclass(frozen=True, kw_only=True)
class SemanticVad:
    """Settings of OpenAI's ``semantic_vad``.

    Attributes
    ----------
    type : "semantic_vad"
        The service's name for this kind of turn detection.
    eagerness : {"auto", "low", "medium", "high"}
        How soon it takes a pause for the end: it waits at most 8, 4 or 2 s for
        low, medium and high; auto is medium.
    create_response : bool
        Whether the service answers by itself when a turn ends.
    interrupt_response : bool
        Whether a new turn stops the answer that is being spoken.

    Raises
    ------
    ValueError
        If there is no such eagerness.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    type: Literal["semantic_vad"] = "semantic_vad"
    eagerness: Eagerness = "auto"
    create_response: bool = True
    interrupt_response: bool = True

    def __post_init__(self) -> None:
        if self.eagerness not in get_args(Eagerness):
            raise ValueError(
                f"eagerness must be one of {', '.join(get_args(Eagerness))}, got {self.eagerness!r}"
            )


AnyTurnDetection = TurnDetection | AzureSemanticVad | SemanticVad
