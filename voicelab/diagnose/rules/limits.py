"""What the service has no room for: sessions, connections a minute, tokens a minute.

A 429 that the client waited for, as long as it was told to, and that let it in
afterwards is how things should be: no finding.  Three of them are not.
"""

from collections.abc import Iterator

from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble
from voicelab.wire.errors import by_status

__all__ = ["rate_limit"]

TOO_MANY = 429
NO_ROOM = 1013
CODE = "rate_limit_exceeded"
PATIENT_TIMES = 2
EARLY_SHARE = 0.95  # of the wait that was asked for; clocks differ a little


def rate_limit(timeline: Timeline) -> Iterator[Trouble]:
    """Find what was refused for want of room.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    refused, hasty = [], 0
    for each in timeline.connections:
        if each.refused != TOO_MANY:
            continue
        again = next((more for more in timeline.connections if more.number > each.number), None)
        asked = "" if each.retry_after_s is None else f", asking to wait {each.retry_after_s:g} s"
        if again is not None and each.retry_after_s is not None:
            waited_s = (again.opened_ms - each.end_ms) / 1000
            hasty += waited_s < EARLY_SHARE * each.retry_after_s
            asked += f"; the next attempt came after {waited_s:.1f} s"
        refused.append(_seen(each.opened_ms, f"the handshake was answered with 429{asked}"))
    said = [
        _seen(error.at_ms, f"the service said {CODE}", each.number)
        for each in timeline.connections
        for error in each.errors
        if error.code == CODE
    ]
    said += [
        _seen(answer.done_ms or answer.created_ms, f"an answer failed with {CODE}")
        for answer in timeline.answers
        if answer.code == CODE
    ]
    said += [
        _seen(each.end_ms, "closed with 1013: the service has no room", each.number)
        for each in timeline.carried
        if each.code == NO_ROOM
    ]
    said += [
        _seen(row.at_ms, f"the service logged {row.status} {row.code}".rstrip())
        for row in timeline.rows
        if row.status == TOO_MANY or row.code == CODE
    ]
    came_in = any(
        each.configured_ms is not None and refused and each.opened_ms > refused[-1].at_ms
        for each in timeline.carried
    )
    if not said and (not refused or (came_in and not hasty and len(refused) <= PATIENT_TIMES)):
        return
    evidence = sorted([*refused, *said], key=lambda each: each.at_ms)
    row = by_status(TOO_MANY)
    haste = f"; {hasty} came before the wait was over" if hasty else ""
    yield Trouble(
        name="rate_limit",
        severity=2 if came_in or timeline.answers else 3,
        sure="certain",
        sentence=f"the service had no room {len(evidence)} times{haste}",
        cause=f"{row.meaning} The guide: too many concurrent sessions, or more than 100K tokens a "
        "minute",
        change="implement a session queue, wait as Retry-After tells, and request more quota "
        "for the deployment",
        evidence=tuple(evidence),
        source="the guide on rate limits; Retry-After",
    )


def _seen(at_ms: float, sentence: str, connection: int | None = None) -> Evidence:
    return Evidence(at_ms=at_ms, until_ms=at_ms, sentence=sentence, connection=connection)
