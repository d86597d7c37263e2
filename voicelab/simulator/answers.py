"""Answers: those that are on their way, what begins one and what ends it.

One answer at a time belongs to the conversation; others may run beside it,
outside of it.  Times are milliseconds on the service's clock.
"""

from collections.abc import Callable, Mapping
from typing import Any

from voicelab.simulator.agenda import Agenda
from voicelab.simulator.conversation import Conversation
from voicelab.simulator.effective import Effective
from voicelab.simulator.error import RequestError, error_event
from voicelab.simulator.ids import Ids
from voicelab.simulator.manner import Manner
from voicelab.simulator.reply import Prompt
from voicelab.simulator.response import Order, Response
from voicelab.simulator.tokens import Allowance, read_tokens
from voicelab.wire.dialect import Dialect
from voicelab.wire.event import Event

__all__ = ["Answers", "Meter"]

MOST_RESPONSES = 16  # at the same time, those outside the conversation included
ITEMS_IN_PROMPT = 8

Meter = Callable[[int, float], Allowance]  # told what was spent and when


class Answers:
    """The answers of one session.

    Parameters
    ----------
    settings : Effective
        As they hold.
    ids : Ids
        Gives the names.
    conversation : Conversation
        Where their items go.
    agenda : Agenda
        Where their steps wait.
    dialect : {"voice-live", "openai-ga"}
        What the client speaks: one dialect announces items once more.
    manner : Manner
        How the service goes about it.
    meter : callable
        Counts the tokens of all sessions.
    """

    def __init__(
        self,
        settings: Effective,
        *,
        ids: Ids,
        conversation: Conversation,
        agenda: Agenda,
        dialect: Dialect,
        manner: Manner,
        meter: Meter,
    ) -> None:
        self._settings = settings
        self._ids = ids
        self._conversation = conversation
        self._agenda = agenda
        self._dialect = dialect
        self._manner = manner
        self._meter = meter
        self._running: dict[str, Response] = {}
        self._newest: Response | None = None  # of those in the conversation
        self._begun = 0

    def respond(self, request: Mapping[str, Any], *, now_ms: float) -> list[Event]:
        """Begin an answer.

        Parameters
        ----------
        request : mapping
            The parameters of ``response.create``; empty after a turn.
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Event
            ``response.created`` and what comes at once.

        Raises
        ------
        RequestError
            If an answer is on its way already.
        """
        in_conversation = request.get("conversation") != "none"
        events: list[Event] = []
        if in_conversation and self._in_conversation is not None:
            if request.get("cancel_previous") is not True:
                raise RequestError(
                    "conversation_already_has_active_response",
                    "Conversation already has an active response in progress: "
                    f"{self._in_conversation.id}. Wait until the response is finished before "
                    "creating a new one.",
                )
            events += self._end(self._in_conversation, reason="client_cancelled", now_ms=now_ms)
        if len(self._running) >= MOST_RESPONSES:
            raise RequestError(
                "rate_limit_exceeded", f"At most {MOST_RESPONSES} responses at a time.",
                type="rate_limit_error",
            )  # fmt: skip
        self._begun += 1
        response = Response(
            self._order(request, in_conversation=in_conversation),
            ids=self._ids,
            conversation=self._conversation,
            asked_ms=now_ms,
        )
        self._running[response.id] = response
        if in_conversation:
            self._newest = response
        allowance = self._meter(response.order.usage.total, now_ms)
        if (step := response.next_step()) is not None:
            events += step[1]()
        if allowance.limit is not None and allowance.left < 0:
            error = RequestError(
                "rate_limit_exceeded",
                f"Rate limit of {allowance.limit} tokens per minute reached.",
                type="rate_limit_error",
            )
            del self._running[response.id]
            return [*events, error_event(error), *response.end("failed", error=error.fields)]
        if allowance.limit is not None:
            limit = {"name": "tokens", "limit": allowance.limit, "remaining": allowance.left}
            limit["reset_seconds"] = allowance.reset_s
            events.append(Event("rate_limits.updated", {"rate_limits": [limit]}))
        self._schedule(response)
        return [*events, *self._agenda.do(now_ms=now_ms)]

    def cancel(self, response_id: Any, *, now_ms: float) -> list[Event]:
        """End an answer because the client says so.

        Parameters
        ----------
        response_id : str or None
            Which; ``None`` for the one in the conversation.
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Event
            Its end.

        Raises
        ------
        RequestError
            If none is on its way.
        """
        active = self._in_conversation
        if response_id is not None:
            active = self._running.get(str(response_id))
        if active is None:
            raise RequestError(
                "response_cancel_not_active", "Cancellation failed: no active response found."
            )
        return self._end(active, reason="client_cancelled", now_ms=now_ms)

    def interrupt(self, *, now_ms: float) -> list[Event]:
        """End the answer in the conversation because the user speaks.

        Parameters
        ----------
        now_ms : float
            The service's clock.

        Returns
        -------
        list of Event
            Its end, and where it was cut, if the session asks for that.
        """
        active = self._in_conversation
        events = [] if active is None else self._end(active, reason="turn_detected", now_ms=now_ms)
        return events + self._truncate_what_plays(now_ms=now_ms)

    @property
    def _in_conversation(self) -> Response | None:
        spoken = self._newest
        return spoken if spoken is not None and spoken.id in self._running else None

    def _truncate_what_plays(self, *, now_ms: float) -> list[Event]:
        """Cut the last answer where a listener is who plays it in real time."""
        answer, wanted = self._newest, self._settings["turn_detection"] or {}
        if wanted.get("auto_truncate") is not True or answer is None or answer.item.truncated:
            return []
        heard_ms = answer.heard_ms(now_ms)
        if answer.first_audio_ms is None or now_ms >= answer.first_audio_ms + answer.item.audio_ms:
            return []  # nothing was sent, or all of it was heard
        cut = {"item_id": answer.item.id, "content_index": 0, "audio_end_ms": int(heard_ms)}
        try:
            self._conversation.truncate(
                cut["item_id"], content_index=0, audio_end_ms=cut["audio_end_ms"]
            )
        except RequestError:  # the client deleted it
            return []
        return [Event("conversation.item.truncated", cut)]

    def _order(self, request: Mapping[str, Any], *, in_conversation: bool) -> Order:
        settings, items = self._settings, self._conversation.items

        def asked(name: str, otherwise: str = "") -> Any:
            """Give what the request asks for, or else the session."""
            wanted = request.get(name)
            return settings[otherwise or name] if wanted is None else wanted

        modalities, voice = asked("modalities"), asked("voice")
        limit = "max_response_output_tokens"
        most = asked("max_output_tokens", limit) if request.get(limit) is None else request[limit]
        prompt = Prompt(
            answer=self._begun,
            spoken="audio" in modalities,
            items=tuple(item.wire() for item in items[-ITEMS_IN_PROMPT:]),
            tools=tuple(each for each in asked("tools") if isinstance(each, Mapping)),
            tool_choice=asked("tool_choice"),
            request=request,
        )
        repeated = {
            "conversation_id": self._conversation_id if in_conversation else None,
            "modalities": list(modalities),
            "voice": voice,
            "output_audio_format": asked("output_audio_format"),
            "temperature": asked("temperature"),
            "max_output_tokens": most,
            "metadata": request.get("metadata"),
        }
        instructions = str(asked("instructions"))
        return Order(
            reply=self._manner.reply(prompt),
            pace=self._manner.pace,
            answer=self._begun,
            settings=repeated,
            usage=read_tokens(items, instructions=instructions),
            in_conversation=in_conversation,
            filtered=bool({0, self._begun} & self._manner.filtered_answers),
        )

    @property
    def _conversation_id(self) -> str:
        return str(self._settings.whole["id"]).replace("sess", "conv")

    def _schedule(self, response: Response) -> None:
        step = response.next_step()
        if step is not None:
            at_ms, act = step
            self._agenda.add(at_ms, lambda due_ms: self._act(response, act, due_ms))

    def _act(
        self, response: Response, act: Callable[[], list[Event]], now_ms: float
    ) -> list[Event]:
        if response.id not in self._running:  # it was ended in the meantime
            return []
        events = act()
        if response.status is None:
            self._schedule(response)
            return events
        return self._settled(response, events, now_ms=now_ms)

    def _end(self, response: Response, *, reason: str, now_ms: float) -> list[Event]:
        return self._settled(response, response.end("cancelled", reason=reason), now_ms=now_ms)

    def _settled(self, response: Response, events: list[Event], *, now_ms: float) -> list[Event]:
        """Pay for an answer that has ended; one dialect announces its item once more."""
        del self._running[response.id]
        self._meter(response.usage.total - response.order.usage.total, now_ms)
        if self._dialect == "openai-ga" and response.order.in_conversation:
            done = Event("conversation.item.done", {"item": response.item.wire()})
            return [*events[:-1], done, events[-1]]
        return events
