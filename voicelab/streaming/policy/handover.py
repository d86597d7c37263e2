"""Handover: a conversation leaves one connection and goes on with another.

The new one is told the history; a turn that is an item and has no answer is
asked for again; and the user's audio goes on where the last connection is
known to have heard it.
"""

from typing import Any

from voicelab.streaming.policy.answering import Answering
from voicelab.streaming.policy.conversation import Conversation
from voicelab.streaming.policy.hearing import MARGIN_MS
from voicelab.streaming.policy.turn import Turn

__all__ = ["Handover"]


class Handover:
    """The moves of a conversation.

    Parameters
    ----------
    conversation : Conversation
        What is moved.
    answering : Answering
        Told when answers have lost their connection.
    """

    def __init__(self, conversation: Conversation, *, answering: Answering) -> None:
        self._conversation = conversation
        self._answering = answering

    def leave(self) -> None:
        """Go on without a connection: it was lost, or is being left."""
        its = self._conversation
        its.connection = None
        its.summary.give_up()
        its.button.lost()
        its.outbox.detach()
        self._answering.lost()
        spoken = its.turns.open
        if spoken is None:
            return
        spoken.repeats += 1
        if its.listening:
            spoken.stage, spoken.end = "lost", max(spoken.start, its.outbox.sent)
        else:
            spoken.worded = False
            its.history.remove(f"vl_u{spoken.number}")  # all of it is said again

    def enter(self, connection: int) -> int:
        """Let a configured connection carry the conversation.

        Parameters
        ----------
        connection : int
            Its number.

        Returns
        -------
        int
            How many items of history it was sent.
        """
        its = self._conversation
        its.connection = connection
        for answer in its.barge_in.answers.values():  # what still plays will be heard, for all
            entry = its.history.find(connection=0, item_id=f"vl_a{answer.response_id}")
            if entry is not None and not answer.flushed:
                entry.text, entry.estimate = answer.text, True
        owed = self._owed()
        items = self._history(owed)
        for item in items:
            its.send("conversation.item.create", item=item)
        self._resume()
        answer_is_owed = its.asks.paid()
        if owed is not None and owed.response_id is None and not owed.calling:
            owed.repeats += 1
            its.asks.cancel(owed.number)
            its.send("response.create")
        elif answer_is_owed:
            its.send("response.create")
        return len(items)

    def ask_for_summary(self) -> None:
        """Ask the connection that is about to be left to sum up what will not fit."""
        its = self._conversation
        if its.rules.summarise and not its.summary.waits and its.history.overflow():
            its.send("response.create", response=its.summary.ask(now_ms=its.tray.now_ms))

    def pursue(self) -> None:
        """Wait for a summary no longer than it is worth."""
        its = self._conversation
        if its.tray.now_ms >= its.summary.next_ms:
            its.summary.give_up()  # the last entries are told word for word instead

    def _owed(self) -> Turn | None:
        """Find the turn that is an item without an end; it is dropped if nothing of it is left."""
        its = self._conversation
        owed = its.turns.owed
        if owed is None or owed.response_id is not None or owed.worded:
            return owed
        if its.outbox.turns.audio(owed.number) is not None:
            return owed
        its.settle(owed, "dropped", reason="its audio was longer than what is kept")
        return None

    def _history(self, owed: Turn | None) -> list[dict[str, Any]]:
        its = self._conversation
        if its.rules.restore == "items":
            return its.history.items(audio=its.sound_of)
        paragraph = its.history.paragraph()
        if paragraph:
            before = str(its.session.get("instructions") or "")
            words = f"{before}\n\n{paragraph}".strip()
            its.send("session.update", session={"instructions": words})
        if owed is None or owed.response_id is not None:
            return []
        return [its.entry_of(owed).wire(its.sound_of)]

    def _resume(self) -> None:
        """Go on with the user's audio where the last connection is known to have heard it."""
        its, press = self._conversation, self._conversation.button.press
        if not its.listening:
            start = its.stream.end if press is None else press.start
        else:
            start = its.outbox.heard - its.stream.at(MARGIN_MS)
            lost = its.turns.lost
            if lost is not None:
                start = min(start, lost.start)
            start = max(start, its.turns.end, 0)
        missing = its.outbox.attach(start, now_ms=its.tray.now_ms)
        if missing is not None and missing.end > its.outbox.heard:
            its.drop(missing, "it was longer than what is kept")
