"""Verdict: what must hold of a session in virtual time, whatever went wrong in it.

Everything is judged from outside: by what the service heard, what the
loudspeaker played and what the user was told.
"""

import base64
import json

from hearsay import told_wrongly
from scripted_service import FRAME_MS
from spoken import STEP_MS, codes_of

from voicelab.streaming.policy import AudioDropped, Ready, Retrying

SETTLING_MS = 2_500.0  # from the end of an utterance until its words are known
AROUND_MS = 800.0  # silence that belongs to a turn
WORDED_AGAIN_MS = 4_000.0  # from a new connection until what it hears again has words
UNPROVEN_MS = 2_500.0  # sound that nobody has shown yet to have heard
STEADY_MS = 10_000.0  # as long a connection must have lived for attempts to be forgotten
SYSTEM_LINE_LETTERS = 600
LETTERS_A_TOKEN = 4


def faults_of(world):
    """Everything that does not hold of a session that has been run, as sentences."""
    found = list(world.sins)
    found += turns_without_one_end(world)
    found += too_many_connections(world)
    found += miscounted_tokens(world)
    found += too_long_histories(world)
    if gave_up(world):
        if world.retries_in_a_row < world.script.attempts:
            found.append(f"given up early: {world.policy.ended.sentence}")
        return found
    if outlasted(world):
        return found + lost_without_a_word(world)
    dropped = notices(world, AudioDropped)
    if dropped:
        found.append(f"audio dropped: {dropped}")
    for turn in world.settled:
        if turn.state == "dropped":
            found.append(f"turn {turn.turn} dropped: {turn.reason}")
    return found + told_wrongly(world)


def notices(world, kind):
    return [notice for _, notice in world.notices if isinstance(notice, kind)]


def gave_up(world):
    return world.policy.ended is not None and world.policy.ended.why != "left"


def turns_without_one_end(world):
    """Each turn was told to have ended exactly once, in one of four states."""
    begun = [turn.number for turn in world.policy.conversation.turns.all]
    told = sorted(notice.turn for notice in world.settled)
    states = {notice.state for notice in world.settled}
    found = [] if told == begun else [f"turns {begun} were settled as {told}"]
    if states - {"answered", "answered in part", "superseded", "dropped"}:
        found.append(f"turns ended as {states}")
    return found


def too_many_connections(world):
    """Attempts are counted until a connection has lived for a while, and never beyond the bound."""
    found, lives_since_ms, in_a_row = [], None, 0
    for at_ms, notice in world.notices:
        if isinstance(notice, Ready):
            lives_since_ms = at_ms
        elif isinstance(notice, Retrying):
            if lives_since_ms is not None and at_ms - lives_since_ms >= STEADY_MS:
                in_a_row = 0
            lives_since_ms = None
            in_a_row += 1
            if in_a_row > world.script.attempts:
                found.append(f"{in_a_row} attempts in a row, more than {world.script.attempts}")
    world.retries_in_a_row = in_a_row
    rotations = len(world.opened_ms) - 1 - len(notices(world, Retrying))
    most = world.now_ms / 5_000 if world.script.session_s < 600 else 0
    if rotations > most:
        found.append(f"{len(world.opened_ms)} connections, {rotations} of them without a reason")
    for first in world.opened_ms:
        if sum(first <= at_ms < first + 60_000 for at_ms in world.opened_ms) > 30:
            found.append("more than 30 connections in a minute")
            break
    return found


def miscounted_tokens(world):
    """The meter shows what the service said that was used, no more and no less."""
    meters = world.policy.meters
    counted = meters.input_tokens, meters.output_tokens
    used = tuple(
        sum(usage[kind] for usage in world.received_usage)
        for kind in ("input_tokens", "output_tokens")
    )
    return [] if counted == used else [f"{counted} tokens counted, {used} used"]


def too_long_histories(world):
    """What a connection is told of the past costs no more tokens than are granted, but one line."""
    found = []
    for conversation in world.conversations.values():
        texts = [item for item in conversation.restored if "input_audio" not in json.dumps(item)]
        letters = sum(len(part["text"]) for item in texts for part in item.get("content", ()))
        most = LETTERS_A_TOKEN * world.script.history_tokens + SYSTEM_LINE_LETTERS
        if letters > most:
            found.append(f"{letters} letters of history, more than {most}")
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
            FRAME_MS * frames + AROUND_MS
            for start_ms, frames in script.utterances
            if start_ms < first_ms and start_ms + FRAME_MS * frames > from_ms - SETTLING_MS
        )
        without_words_ms = sum(
            length_ms for at_ms, length_ms in unwritten(world).values() if at_ms < begin_ms
        )
        if without_words_ms:
            settling_ms += without_words_ms + WORDED_AGAIN_MS
        backlog_ms = end_ms - from_ms
        last_ms = end_ms
        if settling_ms + backlog_ms > 1000 * script.resend_s:
            return True
    return False


def unwritten(world):
    """Turns that were told again as sound, whose words nobody wrote down: since when, how long."""
    if world.script.writes_down_items:
        return {}
    found = {}
    for conversation in world.conversations.values():
        for item in conversation.restored:
            for part in item.get("content", ()):
                if part["type"] == "input_audio":
                    length_ms = STEP_MS * len(codes_of(base64.b64decode(part["audio"])))
                    found.setdefault(item["id"], (conversation.opened_ms, length_ms))
    return found


def lost_without_a_word(world):
    """Speech that no service has, although nobody was told that it is lost."""
    known = {frame for each in world.conversations.values() for frame in each.frames_heard()}
    spans = [(each.start_ms, each.end_ms) for each in notices(world, AudioDropped)]
    spans += [(each.start_ms, each.end_ms) for each in world.settled if each.state == "dropped"]
    lost = []
    for number, (start_ms, frames) in enumerate(world.script.utterances, start=1):
        for frame in range(frames):
            at_ms = start_ms + FRAME_MS * frame
            told = any(first < at_ms + FRAME_MS and at_ms < last for first, last in spans)
            if 256 * number + frame not in known and not told:
                lost.append(256 * number + frame)
    return [f"nobody was told that {lost[:5]}... ({len(lost)}) are lost"] if lost else []
