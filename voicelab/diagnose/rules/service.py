"""What the service said and no other rule explains: filters and errors."""

from collections import defaultdict
from collections.abc import Iterator

from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble
from voicelab.wire.errors import by_error_code

__all__ = ["content_filter", "service_error"]

# Harmless losers of a race, and what other rules look at.
EXPLAINED = frozenset(
    [
        "conversation_already_has_active_response",
        "invalid_audio_format",
        "item_already_truncated",
        "item_not_found",
        "rate_limit_exceeded",
        "response_cancel_not_active",
        "session_expired",
        "unsupported_content_type",
    ]
)
AUDIO_PARAMS = ("audio", "session.input_audio_format", "session.input_audio_sampling_rate")
FILTER = "content_filter"


def content_filter(timeline: Timeline) -> Iterator[Trouble]:
    """Find answers that a content filter cut off.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence = [
        Evidence(
            at_ms=answer.created_ms,
            until_ms=answer.done_ms or answer.created_ms,
            sentence=f"an answer ended after {answer.duration_ms / 1000:.1f} s of sound",
        )
        for answer in timeline.answers
        if answer.reason == FILTER
    ]
    evidence += [
        Evidence(at_ms=error.at_ms, until_ms=error.at_ms, sentence="the service said so")
        for each in timeline.connections
        for error in each.errors
        if error.code == FILTER
    ]
    row = by_error_code(FILTER)
    if evidence and row is not None:
        yield Trouble(
            name="content_filter",
            severity=2,
            sure="certain",
            sentence="a content filter cut the agent short",
            cause=f"Content policy violation. {row.meaning}",
            change=row.change,
            evidence=tuple(evidence),
            source="the guide's error reference",
        )


def service_error(timeline: Timeline) -> Iterator[Trouble]:
    """Find errors that no other rule explains.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        One a code.
    """
    seen: dict[str, list[Evidence]] = defaultdict(list)
    for each in timeline.connections:
        for error in each.errors:
            if error.code not in EXPLAINED | {FILTER} and error.param not in AUDIO_PARAMS:
                named = f" for {error.param}" if error.param else ""
                seen[error.code].append(
                    Evidence(
                        at_ms=error.at_ms,
                        until_ms=error.at_ms,
                        sentence=f"the service said {error.code or 'an error without code'}{named}",
                        connection=each.number,
                    )
                )
    for answer in timeline.answers:
        if answer.status == "failed" and answer.code not in EXPLAINED:
            sentence = f"an answer failed with {answer.code or 'an error without code'}"
            at_ms = answer.done_ms or answer.created_ms
            seen[answer.code].append(Evidence(at_ms=at_ms, until_ms=at_ms, sentence=sentence))
    for code, evidence in seen.items():
        row = by_error_code(code)
        yield Trouble(
            name="service_error",
            severity=2,
            sure="certain",
            sentence=f"the service said {code or 'an error without code'} {len(evidence)} times",
            cause=row.meaning if row else "The error reference does not have this code.",
            change=row.change if row else "what the error's message names, in your own log",
            evidence=tuple(evidence),
            source="the error reference",
        )
