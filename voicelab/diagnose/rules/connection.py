"""How connections end: by an idle proxy, by expiry, by loss, or before they begin.

A close is *idle* if nothing went through the connection before it for as long
as proxies wait: 60 to 90 s in the guide, with 5 s to either side for the
keep-alives that a file does not show.  An end that comes equally late twice is
a timer's, whatever its length.
"""

from collections.abc import Iterator
from statistics import median

from voicelab.diagnose.session import Connection
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Sure, Trouble
from voicelab.wire.errors import by_close_code, by_status

__all__ = ["connection_lost", "connection_refused", "ended_badly", "idle_close", "is_idle_end",
           "session_expired"]  # fmt: skip

PROXY_IDLE_MS = (55_000.0, 95_000.0)
REGULAR_MS = 3_000.0
LEAST_IDLE_MS = 20_000.0
ABOUT_EXPIRY_MS = 3_000.0
SOON_MS = 60_000.0  # a connection that follows within a minute goes on with the conversation
NORMAL = 1000
GONE_AWAY = 1001
NO_ROOM = 1013


def expired(connection: Connection) -> bool:
    """Tell whether a connection ended because its time was over.

    Parameters
    ----------
    connection : Connection
        Which.

    Returns
    -------
    bool
        By the service's error, the close code, or the time it had announced.
    """
    if any(error.code == "session_expired" for error in connection.errors):
        return True
    if connection.closed_ms is None:
        return False
    if connection.code is not None:
        return connection.code == GONE_AWAY
    expires_ms = connection.expires_ms
    return expires_ms is not None and abs(connection.closed_ms - expires_ms) < ABOUT_EXPIRY_MS


def ended_badly(connection: Connection, timeline: Timeline) -> bool:
    """Tell whether a connection ended without either side being done.

    Parameters
    ----------
    connection : Connection
        Which.
    timeline : Timeline
        Where it stands.

    Returns
    -------
    bool
        By the close code; where a file has none, by another connection that
        soon took its place.  A page that is left looks like one that broke
        off for ever: it is not called one.
    """
    if connection.closed_ms is None or connection.refused is not None:
        return False
    if connection.code is not None:
        return connection.code != NORMAL
    after = timeline.after(connection)
    if after is not None and after.opened_ms < connection.closed_ms:
        return False  # the next was there before: a rotation
    return after is not None and after.opened_ms - connection.closed_ms < SOON_MS


def is_idle_end(connection: Connection, timeline: Timeline) -> bool:
    """Tell whether a connection ended as a proxy ends idle ones.

    Parameters
    ----------
    connection : Connection
        Which.
    timeline : Timeline
        Where it stands.

    Returns
    -------
    bool
        By how long nothing had gone through it.
    """
    ended = connection.closed_ms is not None and connection.refused is None
    if not ended or expired(connection) or connection.code == NORMAL:
        return False
    low_ms, high_ms = PROXY_IDLE_MS
    if low_ms <= connection.idle_ms <= high_ms:
        return True
    alike = [
        each
        for each in timeline.carried
        if each.closed_ms is not None
        and each.code != NORMAL
        and abs(each.idle_ms - connection.idle_ms) <= REGULAR_MS
    ]
    return connection.idle_ms >= LEAST_IDLE_MS and len(alike) > 1


def idle_close(timeline: Timeline) -> Iterator[Trouble]:
    """Find connections that something between closed for being idle.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    idle = [each for each in timeline.carried if is_idle_end(each, timeline)]
    if not idle:
        return
    usual_s = median(each.idle_ms for each in idle) / 1000
    sure: Sure = "likely" if len(idle) > 1 or idle[0].code is not None else "possible"
    yield Trouble(
        name="idle_close",
        severity=2,
        sure=sure,
        sentence=f"{_times(len(idle), 'connection')} ended after {usual_s:.0f} s without a frame",
        cause="a proxy or load balancer closes idle WebSockets, most after 60 to 90 s; no idle "
        "timeout of Voice Live's own is documented",
        change="send something before that: pings or silence every 20 s, or raise the proxy's "
        "timeout; reconnect on every close code but 1000, and restore the conversation",
        evidence=tuple(
            _end(each, f"closed{_code(each)} {each.idle_ms / 1000:.1f} s after the last frame")
            for each in idle
        ),
        source="the guide on dropped connections",
    )


def session_expired(timeline: Timeline) -> Iterator[Trouble]:
    """Find connections that the service ended because their time was over.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    ended = [each for each in timeline.carried if expired(each)]
    said = [row for row in timeline.rows if row.code == "session_expired"]
    if not ended and not said:
        return
    is_over = not ended or timeline.after(ended[-1]) is None
    told = any(error.code == "session_expired" for each in ended for error in each.errors)
    row = by_close_code(GONE_AWAY)
    evidence = [
        _end(each, f"ended{_code(each)} after {(each.end_ms - each.opened_ms) / 1000:.0f} s")
        for each in ended
    ]
    evidence += [
        Evidence(at_ms=row.at_ms, until_ms=row.at_ms, sentence="the service logged session_expired")
        for row in said
    ]
    yield Trouble(
        name="session_expired",
        severity=3 if is_over else 2,
        sure="certain" if told or said else "likely",
        sentence="the session reached its longest life while it was in use"
        + (", and nothing took over" if is_over else ""),
        cause="Session exceeded time limit; the guide saw about 10 minutes, the service's papers "
        f"say 60. {row.meaning}",
        change="implement session rotation: " + row.change,
        evidence=tuple(evidence),
        source="the guide's error reference; session.expires_at",
    )


def connection_lost(timeline: Timeline) -> Iterator[Trouble]:
    """Find connections that were lost for another reason than those that have a rule.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    lost = [
        each
        for each in timeline.carried
        if ended_badly(each, timeline)
        and not (expired(each) or is_idle_end(each, timeline) or each.code == NO_ROOM)
    ]
    if not lost:
        return
    is_over = timeline.after(lost[-1]) is None
    codes = [each.code for each in lost if each.code is not None]
    row = by_close_code(codes[0] if codes else 1006)
    meaning = row.meaning if codes else "The file has no close code. As 1006: " + row.meaning
    yield Trouble(
        name="connection_lost",
        severity=3 if is_over else 2,
        sure="certain" if codes else "likely",
        sentence=f"{_times(len(lost), 'connection')} broke off"
        + (", and nothing took over" if is_over else ""),
        cause=meaning,
        change=row.change + "; decide by the close code, never by the class of an exception",
        evidence=tuple(
            _end(each, f"ended{_code(each)} {(each.end_ms - each.opened_ms) / 1000:.1f} s "
                       f"after it was opened{_amid(each)}")
            for each in lost
        ),
        source="the error reference",
    )  # fmt: skip


def connection_refused(timeline: Timeline) -> Iterator[Trouble]:
    """Find handshakes that were refused, for another reason than a limit.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        One a status.
    """
    seen: dict[int, list[Evidence]] = {}
    for each in timeline.connections:
        if each.refused not in (None, 429):
            status = int(each.refused or 0)
            sentence = f"the handshake was answered with {status or 'nothing'}"
            seen.setdefault(status, []).append(
                Evidence(at_ms=each.opened_ms, until_ms=each.end_ms, sentence=sentence)
            )
    for request in timeline.rows:
        if request.status is not None and request.status >= 400 and request.status != 429:
            sentence = f"the service logged {request.status} {request.code}".rstrip()
            seen.setdefault(request.status, []).append(
                Evidence(at_ms=request.at_ms, until_ms=request.at_ms, sentence=sentence)
            )
    for status, evidence in seen.items():
        row = by_status(status or 504)
        came_through = any(
            each.configured_ms is not None and each.opened_ms > evidence[-1].at_ms
            for each in timeline.carried
        )
        if came_through and row.action == "retry":
            continue
        name = " (the guide: model_not_deployed)" if status == 404 else ""
        yield Trouble(
            name="connection_refused",
            severity=3,
            sure="certain",
            sentence=f"no session: {_times(len(evidence), 'handshake')} refused"
            + (f" with HTTP {status}" if status else ", for nobody answered"),
            cause=row.meaning + name,
            change=row.change,
            evidence=tuple(evidence),
            source="the error reference",
        )


def _end(connection: Connection, sentence: str) -> Evidence:
    return Evidence(
        at_ms=connection.last_ms,
        until_ms=connection.end_ms,
        sentence=sentence,
        connection=connection.number,
    )


def _code(connection: Connection) -> str:
    return "" if connection.code is None else f" with {connection.code}"


def _amid(connection: Connection) -> str:
    if any(answer.done_ms is None for answer in connection.answers):
        return ", in the middle of an answer"
    if any(turn.committed_ms is None for turn in connection.turns):
        return ", in the middle of a turn"
    return ""


def _times(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
