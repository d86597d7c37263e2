"""Script: what the room check asks for, how long it takes, what file it becomes.

Two lengths: a *look* of two minutes can make a setting plausible; the *thorough*
form records what it takes to show one: three minutes of each noise, for a
false trigger a minute, and thirty one-word answers, for one missed in ten.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from voicelab.audio import Kind, Turn

__all__ = ["Prompt", "Step", "named_by", "script"]

WORDS = (
    "yes", "no", "stop", "okay", "two", "next", "maybe", "right", "wait", "please",
    "more", "less", "Monday", "left", "again", "seven", "done", "sure", "back", "never",
    "open", "close", "today", "help", "up", "down", "first", "thanks", "ten", "goodbye",
)  # fmt: skip
SENTENCES = (
    "What will the weather be like on Sunday?",
    "Please book a table for four at half past seven.",
    "My order has not arrived, and nobody answers the phone.",
    "No, I said the second one, not the first.",
)
LEAD_S = 1.5  # of quiet, before the first prompt
WORD_S = 2.5  # apart by more than the pause that joins two words into one turn
SENTENCE_S = 6.0


class Prompt(NamedTuple):
    """What the person is asked to say.

    Attributes
    ----------
    from_s : float
        From when on it is shown.
    text : str
        The words.
    """

    from_s: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One recording of the room check.

    Attributes
    ----------
    name : str
        What its file is called; the room reads the kind from it.
    kind : {"speech", "fan", "keyboard", "room", "echo"}
        What one hears.
    title : str
        A word or two.
    asks : str
        What the person does, in a sentence or two.
    seconds : float
        How long it takes.
    prompts : tuple of Prompt
        What is shown meanwhile, each until the next.
    plays : bool
        Whether the agent's voice sounds from the loudspeaker meanwhile.
    """

    name: str
    kind: Kind
    title: str
    asks: str
    seconds: float
    prompts: tuple[Prompt, ...] = ()
    plays: bool = False


NOISES = (
    Step(
        name="fan",
        kind="fan",
        title="fan",
        asks="Turn on what hums or blows where you talk to the agent: fan, air conditioning, the "
        "computer at work. Say nothing. Skip it where there is none.",
        seconds=180.0,
    ),
    Step(
        name="keyboard",
        kind="keyboard",
        title="keyboard",
        asks="Type as you do while you listen: a mail, a search, some clicks. Say nothing.",
        seconds=180.0,
    ),
    Step(
        name="room",
        kind="room",
        title="the room itself",
        asks="Let the room sound as it always does: chair, door, street, the others. Say nothing.",
        seconds=180.0,
    ),
)
ECHO = Step(
    name="echo",
    kind="echo",
    title="the agent's voice",
    asks="Now your loudspeaker talks, as loud as the agent would. Say nothing. With headphones, "
    "skip it.",
    seconds=30.0,
    plays=True,
)
LOOK_NOISE_S, LOOK_ECHO_S, LOOK_WORDS, LOOK_SENTENCES = 15.0, 15.0, 10, 2


def script(*, thorough: bool = False) -> tuple[Step, ...]:
    """Lay out the steps, in order.

    Parameters
    ----------
    thorough : bool
        Whether they take what is needed to show a setting, or only to look.

    Returns
    -------
    tuple of Step
        Each may be skipped.

    Examples
    --------
    >>> [step.name for step in script()]
    ['fan', 'keyboard', 'room', 'me_short', 'me_normal', 'me_low', 'echo']
    >>> sum(step.seconds for step in script()) <= 120
    True
    """
    noises = NOISES if thorough else tuple(replace(each, seconds=LOOK_NOISE_S) for each in NOISES)
    echo = ECHO if thorough else replace(ECHO, seconds=LOOK_ECHO_S)
    words = WORDS if thorough else WORDS[:LOOK_WORDS]
    sentences = SENTENCES if thorough else SENTENCES[:LOOK_SENTENCES]
    return (
        *noises,
        _spoken(
            "me_short",
            title="one-word answers",
            asks=f"Say each of {len(words)} words once, when it appears, as you would answer.",
            texts=words,
            each_s=WORD_S,
        ),
        _spoken(
            "me_normal",
            title="sentences",
            asks="Read each sentence aloud when it appears, in your normal voice.",
            texts=sentences,
            each_s=SENTENCE_S,
        ),
        _spoken(
            "me_low",
            title="sentences, low",
            asks="Once more, in a low voice, as late in the evening; do not whisper.",
            texts=sentences,
            each_s=SENTENCE_S,
        ),
        echo,
    )


def named_by(prompts: tuple[Prompt, ...], turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Name turns by what was asked for when they began.

    Parameters
    ----------
    prompts : tuple of Prompt
        In order.
    turns : tuple of Turn
        In order.

    Returns
    -------
    tuple of Turn
        The first turn within a prompt has its text as name, any other none.
    """
    free = {prompt.from_s: prompt.text for prompt in prompts}
    named = []
    for turn in turns:
        begun = [each for each in prompts if 1000 * each.from_s <= turn.start_ms]
        text = free.pop(begun[-1].from_s, "") if begun else ""
        named.append(replace(turn, name=text))
    return tuple(named)


def _spoken(name: str, *, title: str, asks: str, texts: tuple[str, ...], each_s: float) -> Step:
    prompts = tuple(Prompt(LEAD_S + each_s * at, text) for at, text in enumerate(texts))
    seconds = LEAD_S + each_s * len(texts)
    return Step(name=name, kind="speech", title=title, asks=asks, seconds=seconds, prompts=prompts)
