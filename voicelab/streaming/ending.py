"""How a live session ends otherwise than by being left."""

from dataclasses import dataclass

from voicelab.streaming.policy.notices import Ended

__all__ = ["LimitReached", "SessionEnded"]


@dataclass(frozen=True, slots=True)
class LimitReached:
    """The session is left because it has lasted, or used, as much as it may.

    Attributes
    ----------
    sentence : str
        Which limit, and how to change it.
    """

    sentence: str


class SessionEnded(ConnectionError):
    """The session ended before what was asked of it was done.

    Parameters
    ----------
    notice : Ended
        Why.
    """

    def __init__(self, notice: Ended) -> None:
        super().__init__(f"the session ended ({notice.why}): {notice.sentence}")
        self.notice = notice
