"""Fault scripts in text, as the command line takes them.

::

    drop@40s                      no close frame, 40 s after each greeting
    drop@greeting                 greet, then drop, for ever
    drop@answer=1+500ms           in the middle of the first answer
    reset@10s   half-open@10s     TCP reset; nobody answers any more
    close:1011@10s                a close frame: 1008, 1009, 1011, 1013, ...
    expire@600s                   error event session_expired, then close 1001
    shorten:20s@10s               a session.updated tells that 20 s are left
    refuse:429@connect=2          HTTP 400, 401, 403, 404, 429, 503 at the handshake
    error:rate_limit_exceeded@5s  an error event; the session goes on
    filter@answer=2               content filter: response.done, incomplete
    deaf:semantic_vad             accepted, and never fires; without a type, all
    disobey:silence_duration_ms   echoed, and not obeyed
    slow:0.8   at-once   stall:900ms@answer=1
    duplicate   out-of-order      announcements of items
    guide:session_expired         the guide's error name, literally, as an error event
    wire:session_expired          what really happens under that name

Faults are joined by semicolons; :mod:`voicelab.simulator.when` reads what
stands behind the ``@``.
"""

from collections.abc import Callable
from dataclasses import fields
from http import HTTPStatus
from types import MappingProxyType

from voicelab.simulator.faults import (
    BeDeaf,
    CloseSession,
    CutConnection,
    Disobey,
    ExpireSession,
    Fault,
    FilterAnswer,
    RefuseConnection,
    RepeatAnnouncements,
    SayError,
    SendAtOnce,
    ShortenSession,
    SlowAudio,
    StallAudio,
    SwapAnnouncements,
)
from voicelab.simulator.when import When, read_duration_s, read_when
from voicelab.vad import TurnDetection

__all__ = ["GUIDE_NAMES", "read_faults"]

GUIDE_NAMES = MappingProxyType(
    {
        "session_expired": "Session exceeded time limit",
        "rate_limit_exceeded": "Too many concurrent sessions",
        "invalid_audio_format": "Wrong PCM encoding",
        "model_not_deployed": "Deployment not found",
        "content_filter": "Content policy violation",
        "connection_error": "WebSocket upgrade failed",
    }
)
ERROR_TYPES = {"rate_limit_exceeded": "rate_limit_error", "server_error": "server_error"}
CLOSE_REASONS = {
    1001: "Going away",
    1008: "Policy violation",
    1009: "Message too big",
    1011: "Internal error",
    1013: "No tokens available for passthrough, try again later",
}
OBEYABLE = frozenset(each.name for each in fields(TurnDetection)) - {"type"}

Maker = Callable[[str, When], Fault]


def read_faults(script: str) -> tuple[Fault, ...]:
    """Read a fault script.

    Parameters
    ----------
    script : str
        Faults, joined by semicolons; may be empty.

    Returns
    -------
    tuple of Fault
        In the order of the script.

    Raises
    ------
    ValueError
        If a part of it is no fault.

    Examples
    --------
    >>> read_faults("refuse:503@connect=2")
    (RefuseConnection(when=When(connection=2, after_s=0.0, answer=None, into_sound=False), \
status=503, retry_after_s=10),)
    """
    return tuple(_read(part.strip()) for part in script.split(";") if part.strip())


def _read(text: str) -> Fault:
    what, _, moment = text.partition("@")
    name, _, value = what.partition(":")
    if name not in MAKERS:
        raise ValueError(f"a fault must be one of {', '.join(MAKERS)}, got {name[:40]!r}")
    when = read_when(moment)
    if name in TIMELESS and (when.after_s or (when.answer is not None and name not in PER_ANSWER)):
        raise ValueError(f"{name} must hold from the start, got {text[:60]!r}; leave the time out")
    return MAKERS[name](value, when)


def _cut(how: str) -> Maker:
    return lambda value, when: CutConnection(how=how, when=when)  # type: ignore[arg-type]


def _close(value: str, when: When) -> Fault:
    code = _whole(value, "close:CODE", low=1000, high=4999)
    return CloseSession(code=code, reason=CLOSE_REASONS.get(code, ""), when=when)


def _refuse(value: str, when: When) -> Fault:
    status = _whole(value, "refuse:STATUS", low=400, high=511)
    if status not in set(HTTPStatus):
        raise ValueError(f"refuse:STATUS must be an HTTP status, got {status}")
    return RefuseConnection(status=status, when=when)


def _error(value: str, when: When) -> Fault:
    code = value or "server_error"
    return SayError(code=code, type=ERROR_TYPES.get(code, "invalid_request_error"), when=when)


def _disobey(value: str, when: When) -> Fault:
    if value not in OBEYABLE:
        raise ValueError(f"disobey:FIELD must be one of {', '.join(sorted(OBEYABLE))}, got {value}")
    return Disobey(field=value, when=when)


def _slow(value: str, when: When) -> Fault:
    try:
        share = float(value or 0.8)
    except ValueError:
        share = 0.0
    if not 0.01 <= share <= 100:
        raise ValueError(f"slow:SPEED must lie in 0.01 to 100 times real time, got {value!r}")
    return SlowAudio(audio_s_per_s=share, when=when)


def _stall(value: str, when: When) -> Fault:
    return StallAudio(stall_ms=1000 * read_duration_s(value or "1s"), when=when)


def _shorten(value: str, when: When) -> Fault:
    lasts_s = read_duration_s(value or "20s")
    if not lasts_s:
        raise ValueError("shorten:DURATION must leave some time, got none; use expire")
    return ShortenSession(lasts_s=lasts_s, when=when)


def _guide(value: str, when: When) -> Fault:
    return SayError(code=_known(value), type=value, message=GUIDE_NAMES[value], when=when)


def _wire(value: str, when: When) -> Fault:
    forms: dict[str, Fault] = {
        "session_expired": ExpireSession(when=when),
        "rate_limit_exceeded": RefuseConnection(status=429, when=when),
        "invalid_audio_format": SayError(
            code="invalid_value",
            message="Invalid value for session.input_audio_format.",
            param="session.input_audio_format",
            when=when,
        ),
        "model_not_deployed": RefuseConnection(status=404, when=when),
        "content_filter": FilterAnswer(when=when),
        "connection_error": RefuseConnection(status=503, when=when),
    }
    return forms[_known(value)]


def _known(value: str) -> str:
    if value not in GUIDE_NAMES:
        raise ValueError(f"the guide's names are {', '.join(GUIDE_NAMES)}, got {value[:40]!r}")
    return value


def _whole(value: str, form: str, *, low: int, high: int) -> int:
    if not value.isdecimal() or not low <= int(value) <= high:
        raise ValueError(f"{form} must hold a number from {low} to {high}, got {value[:40]!r}")
    return int(value)


MAKERS: MappingProxyType[str, Maker] = MappingProxyType(
    {
        "drop": _cut("drop"),
        "reset": _cut("reset"),
        "half-open": _cut("half-open"),
        "close": _close,
        "expire": lambda value, when: ExpireSession(when=when),
        "shorten": _shorten,
        "refuse": _refuse,
        "error": _error,
        "filter": lambda value, when: FilterAnswer(when=when),
        "deaf": lambda value, when: BeDeaf(kind=value or "*", when=when),
        "disobey": _disobey,
        "slow": _slow,
        "at-once": lambda value, when: SendAtOnce(when=when),
        "stall": _stall,
        "duplicate": lambda value, when: RepeatAnnouncements(when=when),
        "out-of-order": lambda value, when: SwapAnnouncements(when=when),
        "guide": _guide,
        "wire": _wire,
    }
)
PER_ANSWER = frozenset(["filter", "stall"])
TIMELESS = PER_ANSWER | {"refuse", "deaf", "disobey", "slow", "at-once", "duplicate"}
TIMELESS |= {"out-of-order"}
