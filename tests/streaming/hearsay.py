"""Hearsay: whether each connection knows what was said, and what was heard, before it.

A user's words must be there whole, in order and once, on every connection up to
where it got; of each answer what the loudspeaker had played when the
connection took over, to within a word or two, for its words have no times.
"""

from scripted_service import WORD_MS
from spoken import read

WORDS_OFF = 2  # by how many words the part that was played may be estimated wrongly


def told_wrongly(world):
    """Everything that a connection knows otherwise than it was."""
    found, script = [], world.script
    said = [
        256 * number + frame
        for number, (_, frames) in enumerate(script.utterances, start=1)
        for frame in range(frames)
    ]
    for number in world.taken_over:
        conversation = world.conversations[number]
        known = known_frames(conversation)
        if script.history_tokens < 10_000:  # the beginning did not fit
            first = said.index(known[0]) if known and known[0] in said else 0
        else:
            first = 0
        last = len(said) if number == world.live else first + len(known)
        if known != said[first:last]:
            found.append(unequal(number, known, said[first:last]))
        found += answers_told_wrongly(world, conversation)
    return found


def known_frames(conversation):
    """The user's frames that are in the items of a connection, in order."""
    known = []
    for role, content in conversation.items:
        if role == "user":
            known += read(content) if isinstance(content, str) else content
    return known


def unequal(number, known, said):
    missing = sorted(set(said) - set(known))
    twice = len(known) - len(set(known))
    return f"connection {number} lacks {missing[:5]}... ({len(missing)}), {twice} twice"


def answers_told_wrongly(world, conversation):
    """Compare the answers that a connection was told of with what the loudspeaker had played."""
    found, told = [], {}
    missing = world.told_items[conversation.number] - len(conversation.restored)
    if conversation.number != world.live and missing > 0:
        return []  # it was gone before all of them had arrived
    for item in conversation.restored:
        if item.get("role") == "assistant":
            words = item["content"][0]["text"].split()
            told[words[0].split("w")[0]] = words
    heard = world.heard_before[conversation.number]
    for response_id, words in told.items():
        if words != world.answers[response_id][: len(words)]:
            found.append(f"{response_id} was remembered wrongly")
    whole = world.script.history_tokens >= 10_000
    for response_id, (played_ms, received_ms, goes_on) in heard.items():
        right = received_ms / WORD_MS if goes_on else played_ms / WORD_MS
        words = len(told.get(response_id, ()))
        if abs(right - words) > WORDS_OFF and (whole or words):
            found.append(f"of {response_id} {right:.1f} words were heard, {words} remembered")
    order = [response_id for response_id in world.answers if response_id in told]
    if list(told) != order:
        found.append(f"answers {order} were told as {list(told)}")
    return found
