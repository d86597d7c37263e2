"""Verdict: what must hold of a session in virtual time, whatever went wrong in it."""

from scripted_service import WORD_MS
from spoken import read

SETTLING_MS = 2_500.0  # from the end of an utterance until its words are known
AROUND_MS = 800.0  # silence that belongs to a turn
UNPROVEN_MS = 2_500.0  # sound that nobody has shown yet to have heard


def faults_of(world):
    """Everything that does not hold of a session that has been run, as sentences."""
    script, found = world.script, list(world.sins)
    turns = world.policy.conversation.turns.all
    told = [notice.turn for notice in world.settled]
    if sorted(told) != [turn.number for turn in turns]:
        found.append(f"turns {[t.number for t in turns]} were settled as {told}")
    most = script.attempts + 1
    bound = most * (1 + len(script.faults)) + 2 * len(world.opened_ms) * (script.session_s < 600)
    if len(world.opened_ms) > bound:
        found.append(f"{len(world.opened_ms)} connections, more than {bound}")
    for first in world.opened_ms:
        if sum(first <= at_ms < first + 60_000 for at_ms in world.opened_ms) > 30:
            found.append("more than 30 connections in a minute")
            break
    meters = world.policy.meters
    if meters.input_tokens > sum(usage["input_tokens"] for usage in world.received_usage):
        found.append("more tokens counted than used")
    ended_early = world.policy.ended is not None and world.policy.ended.why != "left"
    if ended_early and world.policy.connections.attempts.made < script.attempts:
        found.append(f"given up early: {world.policy.ended.sentence}")
    if ended_early or outlasted(world):
        return found
    if world.policy.conversation.dropped:
        found.append(f"audio dropped: {world.policy.conversation.dropped}")
    for turn in turns:
        if turn.state == "dropped":
            found.append(f"turn {turn.number} dropped: {turn.reason}")
    found += unequal_history(world)
    return found


def outlasted(world):
    """Whether unsettled speech and an outage together were longer than what is kept.

    An outage leaves a backlog as long as itself, which shrinks by half a second a second.
    """
    script, backlog_ms, last_ms = world.script, 0.0, 0.0
    for begin_ms, end_ms, first_ms in world.outages:
        backlog_ms = max(0.0, backlog_ms - 0.5 * (begin_ms - last_ms))
        from_ms = min(first_ms - AROUND_MS, begin_ms - backlog_ms - UNPROVEN_MS)
        settling_ms = sum(
            20 * frames + AROUND_MS
            for start_ms, frames in script.utterances
            if start_ms < first_ms and start_ms + 20 * frames > from_ms - SETTLING_MS
        )
        backlog_ms = end_ms - from_ms
        last_ms = end_ms
        if settling_ms + backlog_ms > 1000 * script.resend_s:
            return True
    return False


def unequal_history(world):
    """Compare the last conversation with what was said, and with what was heard."""
    found = []
    said = [
        256 * number + frame
        for number, (_, frames) in enumerate(world.script.utterances, start=1)
        for frame in range(frames)
    ]
    known, texts = [], []
    for role, content in world.last_conversation().items:
        if role == "user":
            known += read(content) if isinstance(content, str) else content
        elif role == "assistant" and " " in content + " " and "w" in content:
            texts.append(content)
    if known != said:
        missing = sorted(set(said) - set(known))
        twice = len(known) - len(set(known))
        found.append(f"the last connection lacks {missing[:5]}... ({len(missing)}), {twice} twice")
    for text in texts:
        response_id = text.split("w")[0]
        heard = [word for word in text.split()]
        true = world.answers[response_id]
        if heard != true[: len(heard)]:
            found.append(f"{response_id} was remembered wrongly")
        played = world.played.get(response_id)
        number = int(response_id.split("_")[1])  # of another connection: it may play on
        low = 2 if number == world.live else len(heard)
        if played is not None and not -low <= played / WORD_MS - len(heard) <= 2:
            found.append(f"of {response_id} {played} ms were heard, {len(heard)} words remembered")
    return found
