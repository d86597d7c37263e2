"""Wishes: what a page asks of the service, as inputs of the session policy.

The page speaks to the relay as it would to the service.  What would tie the
conversation to one connection, an item to be deleted for example, is refused
in words; what the policy does by itself, such as truncating, is not done
twice.
"""

from typing import Any

from voicelab.streaming.policy.messages import (
    Input,
    Interrupt,
    Microphone,
    Played,
    SendItem,
    Talk,
    UpdateSettings,
)
from voicelab.streaming.policy.rules import Talking
from voicelab.wire import Event, audio_of

__all__ = ["OWN_EVENTS", "Objection", "Wish", "Wishes"]

Wish = Input | Event  # an event goes to the service as it is
OWN_EVENTS = ("relay.played",)
DONE_BY_THE_RELAY = {"conversation.item.truncate"}
PCM16_HZ = 24_000
SAMPLE_BYTES = 2


class Objection(ValueError):
    """Why a wish cannot be granted.

    Parameters
    ----------
    sentence : str
        For the page's author.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class Wishes:
    """The wishes of one page.

    Parameters
    ----------
    talking : str
        Who ends a turn; the relay's config says so.
    """

    def __init__(self, talking: Talking) -> None:
        self._by_button = talking != "open microphone"
        self._pressed = False
        self._asked = False  # the policy asks for the answer to a press by itself
        self._item: dict[str, Any] | None = None
        self._items = 0

    @property
    def has_more(self) -> bool:
        """Whether :meth:`settle` owes something once nothing else comes."""
        return self._item is not None

    def read(self, event: Event) -> list[Wish]:
        """Read an event.

        Parameters
        ----------
        event : Event
            In neutral form.

        Returns
        -------
        list of Wish
            In order.

        Raises
        ------
        Objection
            If it cannot be granted.
        """
        if event.type == "response.create":
            return self._respond(event)
        return [*self.settle(), *self._read(event)]

    def settle(self) -> list[Wish]:
        """Let an item go that nobody asked to be answered.

        Returns
        -------
        list of Wish
            One, or none.
        """
        item, self._item = self._item, None
        return [] if item is None else [SendItem(item, respond=False)]

    def _read(self, event: Event) -> list[Wish]:
        fields = event.fields
        match event.type:
            case "input_audio_buffer.append":
                return self._hear(event)
            case "input_audio_buffer.commit" if self._by_button and self._pressed:
                self._pressed, self._asked = False, True
                return [Talk(pressed=False)]
            case "input_audio_buffer.clear" if self._by_button and not self._pressed:
                return []
            case "session.update":
                return [UpdateSettings(self._settings(dict(fields.get("session") or {})))]
            case "response.cancel":
                return [Interrupt()]
            case "conversation.item.create":
                self._items += 1
                self._item = {"id": f"page_{self._items}", **dict(fields.get("item") or {})}
                return []
            case each if each in OWN_EVENTS:
                return [_played(fields)]
            case each if each in DONE_BY_THE_RELAY:
                return []
        raise Objection(
            f"{event.type if event.known else 'an unknown event'} must go to one connection, and "
            "this relay changes connections; leave it out, or run the relay without --resume"
        )

    def _hear(self, event: Event) -> list[Wish]:
        pcm16 = audio_of(event)
        if len(pcm16) % SAMPLE_BYTES:
            raise Objection("audio must hold whole samples of 2 bytes; keep the odd byte back")
        pressed = self._by_button and not self._pressed
        self._pressed = self._by_button
        if pressed:
            self._asked = False
            return [Talk(pressed=True), Microphone(pcm16)]
        return [Microphone(pcm16)]

    def _respond(self, event: Event) -> list[Wish]:
        item, self._item = self._item, None
        if self._asked and item is None:
            self._asked = False
            return []
        if item is None:
            return [event]
        if event.fields.get("response"):
            return [SendItem(item, respond=False), event]
        return [SendItem(item, respond=True)]

    def _settings(self, session: dict[str, Any]) -> dict[str, Any]:
        if "turn_detection" in session and (session["turn_detection"] is None) != self._by_button:
            raise Objection(
                "who ends a turn, the service or a button, is said by the relay's config; leave "
                "turn_detection out of session.update, or change the config"
            )
        if self._by_button:
            session.pop("turn_detection", None)
        wanted = session.get("input_audio_format", "pcm16")
        rate_hz = session.get("input_audio_sampling_rate", PCM16_HZ)
        if (wanted, rate_hz) != ("pcm16", PCM16_HZ):
            raise Objection("the microphone's audio must be pcm16 at 24000 Hz, so it can be resent")
        return session


def _played(fields: Any) -> Played:
    response, ms = fields.get("response_id"), fields.get("ms")
    if not isinstance(response, str) or isinstance(ms, bool) or not isinstance(ms, int | float):
        raise Objection("relay.played must hold response_id and ms, how much of it was heard")
    return Played(response, "", float(ms))
