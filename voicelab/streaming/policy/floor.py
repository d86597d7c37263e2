"""Floor: who speaks, what is owed, and what both sides know of it.

It brings together what one conversation consists of, whatever connection
carries it: the user's audio, the turns, the answers, the button, the history.
:class:`~voicelab.streaming.policy.session_policy.SessionPolicy` tells it when
a connection takes over and when one is lost.

Times are milliseconds on the policy's clock.
"""

from collections.abc import Callable, Mapping
from typing import Any

from voicelab.streaming.policy.answering import SUMMARY, Answering
from voicelab.streaming.policy.hearing import Hearing
from voicelab.streaming.policy.history import Entry
from voicelab.streaming.policy.messages import Output
from voicelab.streaming.policy.pressing import Pressing
from voicelab.streaming.policy.turns import Turn
from voicelab.wire import Event

__all__ = ["Floor"]

SUMMARY_WISH = (
    "Sum up this conversation so far in a few sentences, with every fact, name and number that "
    "may matter later. Write only the summary."
)
SUMMARY_PATIENCE_MS = 5_000.0
MARGIN_MS = 500.0  # speech begins softly, before anybody says that it does


class Floor(Pressing, Answering):
    """One conversation: what is heard, pressed and answered, on one desk."""

    @property
    def quiet(self) -> bool:
        """Whether nobody speaks and nothing is owed, so that a connection may be left."""
        waits = self._summary_ms is not None
        unworded = any(turn.stage == "committed" and not turn.worded for turn in self.turns.all)
        spoken = any(answer.sounding for answer in self.barge_in.answers.values())
        pressed = self.button.press is not None
        return not (waits or unworded or spoken or pressed or self.turns.unsettled or self._owed)

    @property
    def next_ms(self) -> float | None:
        """When :meth:`pump` has something to do."""
        times: list[float] = []
        if self._connection is not None:
            times += [turn.ask_ms for turn in self.turns.unsettled if turn.ask_ms is not None]
            times += [] if self.outbox.next_ms is None else [self.outbox.next_ms]
            if not self._listening and self.button.press is None:
                times.append(self.button.sign_due_ms)
        if self._summary_ms is not None:
            times.append(self._summary_ms + SUMMARY_PATIENCE_MS)
        return min(times, default=None)

    def configure(self, session: Mapping[str, Any]) -> None:
        """Take note of settings that change.

        Parameters
        ----------
        session : mapping
            The fields that change.
        """
        self._session |= session

    def attach(self, connection: int, *, now_ms: float) -> tuple[list[Output], int]:
        """Let a configured connection carry the conversation.

        It is told the history; a turn that is an item and has no answer is
        asked for again; and the user's audio goes on where the last connection
        is known to have heard it.

        Parameters
        ----------
        connection : int
            Its number.
        now_ms : float
            The time.

        Returns
        -------
        outputs : list of Output
            In order.
        restored_items : int
            How many items it was sent.
        """
        self._begin(now_ms)
        self._connection = connection
        self._remember_what_sounds()
        owed = self.turns.owed
        asked = owed is not None and owed.response_id is not None
        if owed is not None and not (
            asked or owed.worded or self.outbox.audio(owed.number) is not None
        ):
            self._settle(owed, "dropped", reason="its audio was longer than what is kept")
            owed = None
        items = self._restored(owed)
        for item in items:
            self._send("conversation.item.create", item=item)
        self._resume()
        if owed is not None and owed.response_id is None and not owed.calling:
            owed.repeats += 1
            owed.ask_ms = None
            self._send("response.create")
        elif self._owed:
            self._send("response.create")
        self._owed = False
        return self._out, len(items)

    def detach(self, *, now_ms: float) -> list[Output]:
        """Go on without a connection: it was lost, or is being left.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What follows for turns and playback.
        """
        self._begin(now_ms)
        self._connection = None
        self._summary_ms = None
        self._committing, self._stopped = [], {}
        self.outbox.detach()
        for answer in list(self.barge_in.answers.values()):
            answer.item_id = None  # no other connection knows it
            answer.done = True
            turn = self.turns.of(answer.turn)
            if answer.received_ms == 0:
                self.barge_in.forget(answer.response_id)
                if turn is not None and turn.response_id == answer.response_id:
                    turn.response_id = None
            else:
                self._perhaps_over(answer)
        spoken = self.turns.open
        if spoken is not None and self._listening:
            spoken.stage = "lost"
            spoken.end = max(spoken.start, self.outbox.sent)
            spoken.repeats += 1
        elif spoken is not None:
            spoken.repeats += 1
            spoken.worded = False
            self.history.remove(f"vl_u{spoken.number}")  # all of it is said again
        return self._out

    def microphone(self, pcm16: bytes, *, now_ms: float) -> list[Output]:
        """Hear the user.

        Parameters
        ----------
        pcm16 : bytes
            Whole samples.
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What was dropped because of it.
        """
        self._begin(now_ms)
        self.outbox.hear(pcm16, now_ms=now_ms)
        margin_ms = MARGIN_MS if self._listening else self._rules.pre_roll_ms
        self._drop(self.outbox.trim(margin_ms=margin_ms), "the outage was longer than what is kept")
        return self._out

    def alive(self, *, sent_ms: float, now_ms: float) -> list[Output]:
        """Take note that all that was sent before a time has arrived.

        Parameters
        ----------
        sent_ms : float
            When that was.
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What follows for a turn that was not heard again.
        """
        self._begin(now_ms)
        self.outbox.shown_heard(sent_before_ms=sent_ms - self._rules.lag_ms)
        self._give_up_unheard()
        return self._out

    def played(self, response_id: str, *, ms: float, now_ms: float) -> list[Output]:
        """Take note of how much of an answer was heard.

        Parameters
        ----------
        response_id : str
            Which answer.
        ms : float
            From its first sample.
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What follows for its turn.
        """
        self._begin(now_ms)
        answer = self.barge_in.played(response_id, ms=ms)
        if answer is not None:
            self._perhaps_over(answer)
        return self._out

    def send_item(self, item: Mapping[str, Any], *, respond: bool, now_ms: float) -> list[Output]:
        """Put an item into the conversation.

        Parameters
        ----------
        item : mapping
            As it stands on the wire.
        respond : bool
            Whether it is to be answered.
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            Nothing while no connection is there: it goes with the history.
        """
        self._begin(now_ms)
        key = f"vl_i{len(self.history.entries)}"
        self.history.add(Entry(key, "item", item={"id": key, **item}))
        if self._connection is None:
            self._owed = self._owed or respond
            return self._out
        self._send("conversation.item.create", item={"id": key, **item})
        if respond:
            self._send("response.create")
        return self._out

    def ask_for_summary(self, *, now_ms: float) -> list[Output]:
        """Ask the connection that is about to be left to sum up what will not fit.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            Nothing if all of it fits.
        """
        self._begin(now_ms)
        if self._rules.summarise and self._summary_ms is None and self.history.overflow():
            self._summary_ms = now_ms
            wish = {
                "conversation": "none",
                "modalities": ["text"],
                "metadata": dict(SUMMARY),
                "instructions": SUMMARY_WISH,
            }
            self._send("response.create", response=wish)
        return self._out

    def finish(self, *, reason: str, now_ms: float) -> list[Output]:
        """End every turn: the session is over.

        Parameters
        ----------
        reason : str
            Why.
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What the user is told.
        """
        self._begin(now_ms)
        self._connection = None
        self._stop(cancel=False)
        for turn in self.turns.unsettled:
            self._settle(turn, "dropped", reason=reason)
        return self._out

    def pump(self, *, now_ms: float) -> list[Output]:
        """Do what time asks for.

        Parameters
        ----------
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            Audio that is due, commits, signs of life, answers asked for again.
        """
        self._begin(now_ms)
        if self._summary_ms is not None and now_ms >= self._summary_ms + SUMMARY_PATIENCE_MS:
            self._summary_ms = None  # the last items are told word for word instead
        if self._connection is None:
            press = self.button.press
            if press is not None and press.end is not None:
                self._commit_press()  # it becomes an item of the next connection
            return self._out
        while (octets := self.outbox.take(now_ms=now_ms)) is not None:
            self._append(octets)
        self._finish_press(hurry=False)
        for turn in self.turns.unsettled:
            if turn.ask_ms is not None and turn.ask_ms <= now_ms:
                turn.ask_ms = None
                self._send("response.create")
        button_is_up = not self._listening and self.button.press is None
        if button_is_up and now_ms >= self.button.sign_due_ms:
            self._send("input_audio_buffer.clear")
        return self._out

    def received(self, event: Event, *, now_ms: float) -> list[Output]:
        """Hear the service.

        Parameters
        ----------
        event : Event
            From the connection that carries the conversation.
        now_ms : float
            The time.

        Returns
        -------
        list of Output
            What follows.
        """
        self._begin(now_ms)
        handle = HANDLERS.get(event.type)
        if handle is not None:
            handle(self, event.fields)
        elif event.type == "response.audio.delta":
            self._sound(event)
        return self._out

    def _restored(self, owed: Turn | None) -> list[dict[str, Any]]:
        if self._rules.restore == "items":
            return self.history.items(audio=self._sound_of)
        paragraph = self.history.paragraph()
        if paragraph:
            before = str(self._session.get("instructions") or "")
            words = f"{before}\n\n{paragraph}".strip()
            self._send("session.update", session={"instructions": words})
        if owed is None or owed.response_id is not None:
            return []
        return [self.history.item(self._entry_of(owed), audio=self._sound_of)]

    def _resume(self) -> None:
        """Go on with the user's audio where the last connection is known to have heard it."""
        press = self.button.press
        if not self._listening:
            start = self.outbox.end if press is None else press.start
        else:
            start = self.outbox.heard - self.outbox.at(MARGIN_MS)
            lost = self.turns.lost
            if lost is not None:
                start = min(start, lost.start)
            start = max(start, self._turn_end, 0)
        missing = self.outbox.attach(start, now_ms=self._now_ms)
        if missing is not None and missing.end > self.outbox.heard:
            self._drop(missing, "it was longer than what is kept")


HANDLERS: Mapping[str, Callable[[Any, Mapping[str, Any]], None]] = {
    "input_audio_buffer.speech_started": Hearing._speech_started,
    "input_audio_buffer.speech_stopped": Hearing._speech_stopped,
    "input_audio_buffer.committed": Hearing._committed,
    "conversation.item.input_audio_transcription.completed": Hearing._transcribed,
    "conversation.item.input_audio_transcription.failed": Hearing._not_transcribed,
    "response.created": Answering._response_created,
    "response.audio_transcript.delta": Answering._words,
    "response.text.delta": Answering._words,
    "response.audio_timestamp.delta": Answering._word_time,
    "response.output_item.done": Answering._item_done,
    "response.done": Answering._response_done,
    "error": Answering._failed,
}
