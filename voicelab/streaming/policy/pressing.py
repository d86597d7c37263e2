"""Pressing: what the user does by hand, with the button or by stopping an answer.

Times are milliseconds on the policy's clock.
"""

from voicelab.streaming.policy.hearing import Hearing
from voicelab.streaming.policy.messages import Output
from voicelab.streaming.policy.push_to_talk import Press

__all__ = ["Pressing"]


class Pressing(Hearing):
    """The user's hands."""

    def talk(self, *, pressed: bool, now_ms: float) -> list[Output]:
        """Follow the button.

        Parameters
        ----------
        pressed : bool
            Whether it went down or up.
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What is said to the service and to the loudspeaker.
        """
        self._begin(now_ms)
        if self._listening:
            return self._out
        if not pressed:
            press = self.button.up(at=self.outbox.end)
            if press is not None:
                self.outbox.until(self.outbox.end)
            return self._out  # the commit follows what is left to be sent
        if self.button.press is not None:
            if self.button.press.end is None:
                return self._out
            self._finish_press(hurry=True)
        turn = self.turns.begin(0)
        press = self.button.down(turn.number, at=self.outbox.end)
        turn.start = press.start
        self._stop(cancel=True)
        self.outbox.hold(press.start)
        self.outbox.want(press.start)
        return self._out

    def interrupt(self, *, now_ms: float) -> list[Output]:
        """Stop the answer because the user wants it.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What is said to the service and to the loudspeaker.
        """
        self._begin(now_ms)
        for answer in self._stop(cancel=True):
            turn = self.turns.of(answer.turn)
            if turn is not None:
                self._settle(turn, "superseded")
        return self._out

    def _finish_press(self, *, hurry: bool) -> None:
        press = self.button.press
        if press is None or press.end is None:
            return
        if hurry and self._connection is not None and self.outbox.sent < press.end:
            self._send_as_item(press)
        elif self._connection is None or self.outbox.sent >= press.end:
            self._commit_press()

    def _commit_press(self) -> None:
        press = self.button.press
        turn = None if press is None else self.turns.of(press.turn)
        if press is None or press.end is None or turn is None:
            return
        connected = self._connection is not None
        if self.button.long_enough(press):
            self._becomes_item(turn, end=press.end)
            if connected:
                self._committing.append(turn.number)
                self._send("input_audio_buffer.commit")
                self._send("response.create")
        else:
            self._settle(turn, "dropped", reason="shorter than 100 ms")
            self.outbox.hold(None)
            if connected:
                self._send("input_audio_buffer.clear")
        self.outbox.rest()
        self.button.committed()

    def _send_as_item(self, press: Press) -> None:
        """Send a whole press at once: the next one begins before its sound has been sent."""
        turn = self.turns.of(press.turn)
        self._send("input_audio_buffer.clear")
        if turn is not None and press.end is not None:
            self._becomes_item(turn, end=press.end)
            item = self.history.item(self._entry_of(turn), audio=self._sound_of)
            self._send("conversation.item.create", item=item)
            self._send("response.create")
        self.outbox.rest()
        self.button.committed()
