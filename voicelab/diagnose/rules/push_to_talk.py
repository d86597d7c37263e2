"""Push-to-talk that commits and then waits for an answer nobody asked for."""

from collections.abc import Iterator

from voicelab.diagnose.session import Connection
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble

__all__ = ["commit_without_response"]

PATIENCE_MS = 5_000.0
EMPTY = "input_audio_buffer_commit_empty"


def commit_without_response(timeline: Timeline) -> Iterator[Trouble]:
    """Find commits after which the client did not ask for an answer.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    evidence = []
    for each in timeline.carried:
        for at_ms in each.commits_ms:
            if not _was_asked(each, at_ms):
                sentence = "the client committed, and no response.create followed"
                evidence.append(
                    Evidence(
                        at_ms=at_ms,
                        until_ms=min(at_ms + PATIENCE_MS, each.end_ms),
                        sentence=sentence,
                        connection=each.number,
                    )
                )
    if evidence:
        yield Trouble(
            name="commit_without_response",
            severity=3,
            sure="certain",
            sentence=f"{len(evidence)} turns were committed and never answered",
            cause="a commit makes an item of the audio and does not start a response; without "
            "turn detection nothing else does",
            change="send input_audio_buffer.commit, then response.create, as the guide's "
            "sendManualTurnEnd does",
            evidence=tuple(evidence),
            source="the guide on push-to-talk; the service's reference",
        )


def _was_asked(connection: Connection, at_ms: float) -> bool:
    """Tell whether an answer followed, or may still: the file ends, or it was refused."""
    after = [each for each in connection.commits_ms if each > at_ms]
    until_ms = min([at_ms + PATIENCE_MS, *after])
    if until_ms > connection.end_ms:
        return True
    refused = any(
        error.code == EMPTY and at_ms <= error.at_ms <= until_ms for error in connection.errors
    )
    asked = any(at_ms - 100 <= each <= until_ms for each in connection.asks_ms)
    answered = any(at_ms <= each.created_ms <= until_ms for each in connection.answers)
    return refused or asked or answered
