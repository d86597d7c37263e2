"""Pressing: what the user does by hand: the button, stopping an answer, typed words."""

from voicelab.streaming.policy.conversation import Conversation
from voicelab.streaming.policy.entry import Entry
from voicelab.streaming.policy.messages import SendItem
from voicelab.streaming.policy.push_to_talk import Press

__all__ = ["Pressing"]


class Pressing:
    """The user's hands.

    Parameters
    ----------
    conversation : Conversation
        What is pressed makes turns of it.
    """

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def talk(self, *, pressed: bool) -> None:
        """Follow the button; with an open microphone it means nothing.

        Parameters
        ----------
        pressed : bool
            Whether it went down or up.
        """
        its = self._conversation
        if its.listening:
            return
        if not pressed:
            if its.button.up(at=its.stream.end) is not None:
                its.outbox.until(its.stream.end)  # the commit follows what is left to be sent
            return
        if its.button.press is not None:
            if its.button.press.end is None:
                return
            self._finish(hurry=True)
        turn = its.turns.begin(0)
        turn.start = its.button.down(turn.number, at=its.stream.end).start
        its.stop(cancel=True)
        its.outbox.hold(turn.start)
        its.outbox.want(turn.start)

    def interrupt(self) -> None:
        """Stop the answer because the user wants it."""
        its = self._conversation
        for answer in its.stop(cancel=True):
            turn = its.turns.of(answer.turn)
            if turn is not None:
                its.settle(turn, "superseded")

    def send_item(self, wanted: SendItem) -> None:
        """Put an item into the conversation; without a connection it goes with the history.

        Parameters
        ----------
        wanted : SendItem
            The item, and whether it is to be answered.
        """
        its = self._conversation
        key = f"vl_i{len(its.history.entries)}"
        item = {"id": key, **wanted.item}
        its.history.add(Entry(key, "item", item=item))
        its.send("conversation.item.create", item=item)
        if wanted.respond and its.connection is None:
            its.asks.owe()
        elif wanted.respond:
            its.send("response.create")

    def pursue(self) -> None:
        """Commit a press whose sound has been sent, or will go with the history."""
        self._finish(hurry=False)

    def keep_alive(self) -> None:
        """Give a sign of life where one is due: silence looks like a dead line."""
        its = self._conversation
        is_up = its.connection is not None and not its.listening and its.button.is_up
        if is_up and its.tray.now_ms >= its.button.sign_due_ms:
            its.send("input_audio_buffer.clear")

    def _finish(self, *, hurry: bool) -> None:
        its = self._conversation
        press = its.button.press
        if press is None or press.end is None:
            return
        if its.connection is None or its.outbox.sent >= press.end:
            self._commit(press, end=press.end)
        elif hurry:
            self._send_whole(press, end=press.end)

    def _commit(self, press: Press, *, end: int) -> None:
        its = self._conversation
        turn = its.turns.of(press.turn)
        if turn is not None and its.button.long_enough(press):
            its.becomes_item(turn, end=end)
            if its.connection is not None:
                its.button.await_item(turn.number)
            its.send("input_audio_buffer.commit")
            its.send("response.create")
        elif turn is not None:
            its.settle(turn, "dropped", reason="shorter than 100 ms")
            its.outbox.hold(None)
            its.send("input_audio_buffer.clear")
        its.outbox.rest()
        its.button.over()

    def _send_whole(self, press: Press, *, end: int) -> None:
        """Send a whole press at once: the next one begins before its sound has been sent."""
        its = self._conversation
        turn = its.turns.of(press.turn)
        its.send("input_audio_buffer.clear")
        if turn is not None:
            its.becomes_item(turn, end=end)
            item = its.entry_of(turn).wire(its.sound_of)
            its.send("conversation.item.create", item=item)
            its.send("response.create")
        its.outbox.rest()
        its.button.over()
