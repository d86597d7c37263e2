"""Barge-in: what of an answer was heard, and how to stop it cleanly.

Answers arrive faster than they sound, so the service believes that more was
said than anybody heard.  When the user speaks, the rest is thrown away by the
response's id, and the service is told where playback stood; never before the
first sample was played, because there is nothing to cut then.

Two races are lost without harm: a cancel after the answer has ended, and a
truncate after the service has cut by itself.

Times are milliseconds from an answer's first sample.
"""

from typing import Any

from voicelab.streaming.policy.answer import Answer
from voicelab.wire import Event

__all__ = ["LOST_RACES", "BargeIn"]

LOST_RACES = frozenset(
    [
        "response_cancel_not_active",
        "item_already_truncated",
        "conversation_already_has_active_response",
        "unsupported_content_type",
        "input_audio_buffer_commit_empty",
        "item_not_found",
    ]
)


class BargeIn:
    """The answers of one session, as far as they may still sound.

    Parameters
    ----------
    rate_hz : int
        Of the answers' audio.
    """

    def __init__(self, *, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self.answers: dict[str, Answer] = {}

    @property
    def sounds(self) -> bool:
        """Whether there is something left to hear, now or later."""
        return any(answer.sounding for answer in self.answers.values())

    def begin(self, response_id: str, *, turn: int | None) -> Answer:
        """Take note of a new answer.

        Parameters
        ----------
        response_id : str
            Its name.
        turn : int or None
            The user turn that it answers.

        Returns
        -------
        Answer
            The new one.
        """
        self.answers[response_id] = Answer(response_id, turn)
        return self.answers[response_id]

    def sound(self, response_id: str, item_id: str, pcm16: bytes) -> Answer | None:
        """Take in a piece of sound.

        Parameters
        ----------
        response_id, item_id : str
            Of which answer.
        pcm16 : bytes
            The piece.

        Returns
        -------
        Answer or None
            ``None`` if it is not to be played: the answer was stopped, or nobody knows it.
        """
        answer = self.answers.get(response_id)
        if answer is None or answer.flushed:
            return None
        answer.item_id = item_id
        answer.received_ms += 1000 * (len(pcm16) // 2) / self._rate_hz
        return answer

    def played(self, response_id: str, *, ms: float) -> Answer | None:
        """Take note of how much was heard.

        Parameters
        ----------
        response_id : str
            Of which answer.
        ms : float
            From its first sample; more than was received counts as all of it.

        Returns
        -------
        Answer or None
            ``None`` if nobody knows it, or it was stopped.
        """
        answer = self.answers.get(response_id)
        if answer is None or answer.flushed:
            return None
        answer.played_ms = max(answer.played_ms, min(ms, answer.received_ms))
        return answer

    def stop(self, *, cancel: bool, truncate: bool) -> tuple[list[Answer], list[Event]]:
        """Stop everything that may still sound.

        Parameters
        ----------
        cancel : bool
            Whether the service has to be told to stop; it knows by itself where
            it heard the user.
        truncate : bool
            Whether it has to be told what was heard.

        Returns
        -------
        stopped : list of Answer
            Whose playback is to be flushed.
        events : list of Event
            For the service.
        """
        stopped = [answer for answer in self.answers.values() if answer.sounding]
        events: list[Event] = []
        for answer in stopped:
            answer.flushed = True
            if cancel and not answer.done:
                events.append(Event("response.cancel", {"response_id": answer.response_id}))
            if truncate and answer.item_id is not None and answer.played_ms >= 1:
                cut: dict[str, Any] = {"item_id": answer.item_id, "content_index": 0}
                cut["audio_end_ms"] = int(answer.played_ms)
                events.append(Event("conversation.item.truncate", cut))
        return stopped, events

    def forget(self, response_id: str) -> None:
        """Let an answer go that is over.

        Parameters
        ----------
        response_id : str
            Which; late pieces of it are not played.
        """
        self.answers.pop(response_id, None)
