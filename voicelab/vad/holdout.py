"""Hold-out: what chooses a setting must not judge it.

Speakers and noise files are split by rule, not by chance: in alphabetical
order, every second one judges, speakers and each kind of noise apart.  A scene
belongs to a half only if both its speaker and its noise do; scenes that mix
the halves are left out.  Where a kind has one file, or there is one speaker,
nothing can be held out.
"""

from collections.abc import Sequence

from voicelab.vad.scene import Scene

__all__ = ["halves"]


def halves(scenes: Sequence[Scene]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Split scenes into those that choose and those that judge.

    Parameters
    ----------
    scenes : sequence of Scene
        Of any kinds.

    Returns
    -------
    tuple of (tuple of int, tuple of int) or None
        Numbers of the scenes that choose, and of those that judge; ``None``
        unless each half holds every kind of noise.
    """
    speakers = _every_second({scene.conversation.name for scene in scenes if scene.turns})
    noises: set[str] = set()
    kinds = {scene.kind for scene in scenes}
    for kind in kinds:
        noises |= _every_second({each.noise.name for each in scenes if each.kind == kind})
    choosing: list[int] = []
    judging: list[int] = []
    for number, scene in enumerate(scenes):
        judges = {scene.noise.name in noises}
        if scene.turns:
            judges.add(scene.conversation.name in speakers)
        if len(judges) == 1:
            (judging if judges.pop() else choosing).append(number)
    complete = all(
        {scenes[number].kind for number in half} == kinds
        and any(scenes[number].turns for number in half)
        for half in (choosing, judging)
    )
    return (tuple(choosing), tuple(judging)) if complete else None


def _every_second(names: set[str]) -> set[str]:
    return set(sorted(names)[1::2])
