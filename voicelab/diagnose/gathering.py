"""Gathering: what happened on one connection, event after event, into one record."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from voicelab.diagnose.happened import Happened, Piece
from voicelab.diagnose.session import Connection, ErrorSaid, SeenAnswer, SeenTurn
from voicelab.diagnose.sound import SoundSoFar
from voicelab.wire.audio_format import PCM16, AudioFormat, output_format

__all__ = ["Gathering"]

CODE = re.compile(r"[a-zA-Z][a-zA-Z_]{0,60}|\d{3,4}")  # no key looks like that
SETTINGS = frozenset(
    [
        "expires_at",
        "input_audio_echo_cancellation",
        "input_audio_format",
        "input_audio_noise_reduction",
        "input_audio_sampling_rate",
        "turn_detection",
    ]
)
OTHER = "other"
WORDS = (
    *("azure_semantic_vad", "azure_semantic_vad_en", "azure_semantic_vad_multilingual"),
    *("semantic_vad", "server_vad", "none", "auto", "low", "medium", "high"),
    *("g711_alaw", "g711_ulaw", "pcm16", "near_field", "far_field", "client", "server"),
    *("azure_deep_noise_suppression", "server_echo_cancellation"),
)
PARAM = re.compile(r"[a-z_]+(\.[a-z_]+){0,5}")


class Gathering:
    """One connection, as far as it has been read.

    Parameters
    ----------
    opened_ms : float
        When it was opened.
    kept_s : float
        How much sound of each side may be kept.
    """

    def __init__(self, *, opened_ms: float, kept_s: float) -> None:
        self.record = Connection(opened_ms=opened_ms, last_ms=opened_ms, last_received_ms=opened_ms)
        self._kept_s = kept_s
        self._sent = SoundSoFar(kept_s=kept_s)
        self._out: AudioFormat = PCM16
        self._turns: dict[str, SeenTurn] = {}
        self._answers: dict[str, SeenAnswer] = {}
        self._sounds: dict[str, SoundSoFar] = {}
        self._items: dict[str, str] = {}  # the answer that an item belongs to
        self._commits = self._asks = 0  # of the client, not answered yet

    def take(self, happened: Happened) -> None:
        """Take in the next thing.

        Parameters
        ----------
        happened : Happened
            Never before the one before.
        """
        record, at_ms, fields = self.record, happened.at_ms, happened.fields
        if not happened.type.startswith(("client.", "socket.")):
            record.last_ms = max(record.last_ms, at_ms)
            if not happened.sent:
                record.last_received_ms = max(record.last_received_ms, at_ms)
        if happened.type.startswith("session."):
            record.session_events.append({"type": happened.type, **fields})
        if happened.type == "input_audio_buffer.append":
            self._sent.feed(happened.piece or Piece(), at_ms=at_ms)
        elif happened.type == "response.audio.delta":
            self._delta(happened)
        elif happened.sent:
            self._asked(happened)
        elif happened.type.startswith("response."):
            self._response(happened)
        elif happened.type.startswith(("input_audio_buffer.", "conversation.item.")):
            self._turn(happened)
        elif happened.type in ("session.created", "session.updated"):
            self._session(happened)
        elif happened.type == "error":
            self._error(fields.get("error"), at_ms)
        elif happened.type == "client.microphone":
            record.microphone |= dict(fields)

    def finish(self) -> Connection:
        """Sum up.

        Returns
        -------
        Connection
            With its turns and answers in the order of time.
        """
        record = self.record
        record.sound = self._sent.sound()
        record.turns = sorted(self._turns.values(), key=lambda turn: turn.at_ms)
        for name, so_far in self._sounds.items():
            answer, heard = self._answers[name], np.array(so_far.lengths_ms) > 0
            answer.sound = so_far.sound()
            answer.arrived_ms = np.array(so_far.at_ms)[heard]
            answer.samples = np.rint(
                np.array(so_far.lengths_ms)[heard] * so_far.rate_hz / 1000
            ).astype(np.int64)
        record.answers = sorted(self._answers.values(), key=lambda answer: answer.created_ms)
        return record

    def _session(self, happened: Happened) -> None:
        record, session = self.record, happened.fields.get("session")
        session = session if isinstance(session, Mapping) else {}
        if happened.type == "session.updated":
            record.configured_ms = record.configured_ms or happened.at_ms
            record.told |= _known(session)
        else:
            record.told = {**_known(session), **record.told}
        self._out = output_format(session) or self._out
        self._formats()

    def _formats(self) -> None:
        told = {**self.record.asked, **self.record.told}
        is_pcm = told.get("input_audio_format", "pcm16") == "pcm16"
        rate_hz = told.get("input_audio_sampling_rate") or (24_000 if is_pcm else 8_000)
        if isinstance(rate_hz, int) and 8_000 <= rate_hz <= 48_000:
            self._sent.rate_hz = rate_hz
        self._sent.sample_bytes = 2 if is_pcm else 1

    def _asked(self, happened: Happened) -> None:
        record, at_ms = self.record, happened.at_ms
        if happened.type == "session.update":
            session = happened.fields.get("session")
            record.asked |= _known(session) if isinstance(session, Mapping) else {}
            record.asked_ms = at_ms
            record.instructions = max(
                record.instructions, int(happened.fields.get("instructions") or 0)
            )
            self._formats()
        elif happened.type == "input_audio_buffer.commit":
            record.commits_ms.append(at_ms)
            self._commits += 1
        elif happened.type == "conversation.item.create":
            record.creates_ms.append(at_ms)
            record.restored += not (self._turns or self._answers)
        elif happened.type == "response.create":
            record.asks_ms.append(at_ms)
            self._asks += 1
        elif happened.type == "response.cancel":
            for answer in self._answers.values():
                if answer.done_ms is None:
                    answer.cut_ms = answer.cut_ms or at_ms
        elif happened.type == "conversation.item.truncate":
            self._truncated(happened, by_client=True)

    def _turn(self, happened: Happened) -> None:
        at_ms, fields = happened.at_ms, happened.fields
        item_id = fields.get("item_id")
        kind = happened.type.removeprefix("input_audio_buffer.")
        if kind == "speech_started":
            turn = self._turns.setdefault(str(item_id), SeenTurn())
            turn.began_ms, turn.audio_start_ms = at_ms, _number(fields.get("audio_start_ms"))
        elif kind == "speech_stopped":
            turn = self._turns.setdefault(str(item_id), SeenTurn())
            turn.stopped_ms, turn.audio_end_ms = at_ms, _number(fields.get("audio_end_ms"))
        elif kind == "committed":
            turn = self._turns.setdefault(str(item_id), SeenTurn())
            turn.committed_ms = at_ms
            if self._commits and turn.stopped_ms is None:
                self._commits, turn.by_hand = self._commits - 1, True
        elif kind.endswith("input_audio_transcription.completed"):
            known = self._turns.get(str(item_id))
            if known is not None and (characters := fields.get("characters")) is not None:
                known.characters = max(known.characters or 0, int(characters))
        elif kind == "conversation.item.truncated":
            self._truncated(happened, by_client=False)

    def _truncated(self, happened: Happened, *, by_client: bool) -> None:
        answer = self._answers.get(self._items.get(str(happened.fields.get("item_id")), ""))
        end_ms = _number(happened.fields.get("audio_end_ms"))
        if answer is not None and end_ms is not None:
            answer.truncated.append((happened.at_ms, by_client, end_ms))

    def _answer(self, happened: Happened) -> SeenAnswer:
        response = happened.fields.get("response")
        name = response.get("id") if isinstance(response, Mapping) else None
        name = str(name or happened.fields.get("response_id") or happened.fields.get("item_id"))
        if name not in self._answers:
            self._answers[name] = SeenAnswer(created_ms=happened.at_ms, asked_for=self._asks > 0)
            self._asks = max(0, self._asks - 1)
        if isinstance(item := happened.fields.get("item_id"), str):
            self._items[item] = name
        return self._answers[name]

    def _delta(self, happened: Happened) -> None:
        self._answer(happened)
        name = str(happened.fields.get("response_id") or happened.fields.get("item_id"))
        if name not in self._sounds:
            self._sounds[name] = SoundSoFar(
                self._out.rate_hz, self._out.sample_bytes, kept_s=self._kept_s
            )
        self._sounds[name].feed(happened.piece or Piece(), at_ms=happened.at_ms)

    def _response(self, happened: Happened) -> None:
        answer = self._answer(happened)
        response = happened.fields.get("response")
        if happened.type != "response.done" or not isinstance(response, Mapping):
            return
        answer.done_ms = happened.at_ms
        answer.status = _code(response.get("status"))
        details = response.get("status_details")
        if isinstance(details, Mapping):
            answer.reason = _code(details.get("reason"))
            error = details.get("error")
            answer.code = _code(error.get("code")) if isinstance(error, Mapping) else ""
        if answer.status == "cancelled":
            answer.cut_ms = answer.cut_ms or happened.at_ms

    def _error(self, error: Any, at_ms: float) -> None:
        error = error if isinstance(error, Mapping) else {}
        param = error.get("param")
        self.record.errors.append(
            ErrorSaid(
                at_ms=at_ms,
                code=_code(error.get("code")) or _code(error.get("type")),
                param=param if isinstance(param, str) and PARAM.fullmatch(param) else "",
            )
        )


def _known(session: Mapping[str, Any]) -> dict[str, Any]:
    """Keep of the settings what a rule looks at: numbers, switches, and words of the protocol."""
    kept: dict[str, Any] = {}
    for key in SETTINGS & session.keys():
        value = session[key]
        if isinstance(value, Mapping):
            kept[key] = {name: each if _is_plain(each) else OTHER for name, each in value.items()}
        elif _is_plain(value):
            kept[key] = value
    return kept


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, int | float) or value in WORDS


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _code(value: Any) -> str:
    return value if isinstance(value, str) and CODE.fullmatch(value) else ""
