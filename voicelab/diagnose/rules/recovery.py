"""What a new connection knows of the old one: nothing, unless the client tells it."""

from collections.abc import Iterator

from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble

__all__ = ["context_lost"]

LONGER = 20  # characters of instructions that hold more than a change of wording


def context_lost(timeline: Timeline) -> Iterator[Trouble]:
    """Find connections that went on with a conversation that they were not told of.

    Neither items were put in before anything was said, nor did the
    instructions grow by what was said before, as in the guide's way.

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
    spoken = 0
    shortest = min((each.instructions for each in timeline.carried if each.instructions), default=0)
    for each in timeline.carried:
        told = each.restored or each.instructions > shortest + LONGER
        if spoken and each.why != "first" and each.configured_ms and each.spoke and not told:
            sentence = (
                f"{'rotated' if each.why == 'rotation' else 'reconnected'}, with {spoken} turns "
                "and answers before it, and no item was put in"
            )
            evidence.append(
                Evidence(
                    at_ms=each.opened_ms,
                    until_ms=each.configured_ms,
                    sentence=sentence,
                    connection=each.number,
                )
            )
        spoken += len(each.turns) + sum(answer.done_ms is not None for answer in each.answers)
    if evidence:
        yield Trouble(
            name="context_lost",
            severity=2,
            sure="likely" if timeline.source == "session log" else "certain",
            sentence="the agent forgot the conversation when the connection changed",
            cause="a new session begins empty: the service restores nothing",
            change="restore conversation context after a reconnect: put the history in as items "
            "(conversation.item.create) before the first audio, or, the guide's way, into the "
            "instructions",
            evidence=tuple(evidence),
            source="the guide on restoring context",
        )
