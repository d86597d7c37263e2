"""What the service does to the user's sound before it listens.

Nobody can predict here what that does to turn detection: no figure of a sweep
or a simulator holds for sound that was cleaned.  The settings travel with a
config all the same, because a config that says nothing of them would leave
open what was tuned.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

__all__ = ["EchoCancellation", "Enhancement", "NoiseReduction"]

NoiseReduction = Literal["off", "azure_deep_noise_suppression", "near_field", "far_field"]
EchoCancellation = Literal["off", "server_echo_cancellation"]


@dataclass(frozen=True, kw_only=True)
class Enhancement:
    """The service's noise reduction and echo cancellation.

    Attributes
    ----------
    input_audio_noise_reduction : str
        ``off``, ``azure_deep_noise_suppression`` (Voice Live alone has it),
        ``near_field`` or ``far_field``.
    input_audio_echo_cancellation : {"off", "server_echo_cancellation"}
        Voice Live alone has it.

    Raises
    ------
    ValueError
        If the service has no such one.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    input_audio_noise_reduction: NoiseReduction = "off"
    input_audio_echo_cancellation: EchoCancellation = "off"

    def __post_init__(self) -> None:
        for name, known in (
            ("input_audio_noise_reduction", get_args(NoiseReduction)),
            ("input_audio_echo_cancellation", get_args(EchoCancellation)),
        ):
            if getattr(self, name) not in known:
                raise ValueError(
                    f"{name} must be one of {', '.join(known)}, "
                    f"got {str(getattr(self, name))[:40]!r}"
                )

    @property
    def is_on(self) -> bool:
        """Whether the service does anything to the sound."""
        return self != Enhancement()
