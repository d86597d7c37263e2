"""Playback that ran dry, and who kept it waiting."""

import math
from collections.abc import Iterator

import numpy as np

from voicelab.diagnose.rules.page import busy_ms
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Edit, Evidence, Trouble
from voicelab.jitter import INTERRUPTION_MS, cause_of, smallest_hold_ms

__all__ = ["playback_dry"]

SMOOTH = 0.9  # of all answers: the promise that a buffer is chosen by
HEARD_MS = 20.0  # a shorter gap is a click
STEP_MS = 20
LONGEST_MS = 2_000.0  # beyond it the service's echo cancellation ends


def playback_dry(timeline: Timeline) -> Iterator[Trouble]:
    """Find answers that stuttered.

    Parameters
    ----------
    timeline : Timeline
        The session, with the player that is assumed.

    Yields
    ------
    Trouble
        At most one.
    """
    arrivals = timeline.arrivals()
    if arrivals is None:
        return
    gaps = [each for each in timeline.silences() if each[2] - each[1] >= HEARD_MS]
    answers = {id(answer): answer for answer, _, _ in gaps}
    spoken = sum(answer.arrived_ms.size > 0 for answer in timeline.answers)
    if not gaps or len(answers) <= (1 - SMOOTH) * spoken:
        return
    cause = cause_of([arrivals], player=timeline.player, busy_ms=busy_ms(timeline))
    holds_ms = smallest_hold_ms(arrivals)
    hold_ms = STEP_MS * math.ceil(float(np.quantile(holds_ms, SMOOTH, method="higher")) / STEP_MS)
    buffered = cause.kind in ("network", "main_thread") and hold_ms <= LONGEST_MS
    edits = (
        (
            Edit(path="/player/start", value="hold"),
            Edit(path="/player/start_ms", value=float(hold_ms)),
            Edit(path="/player/on_underrun", value="refill"),
        )
        if buffered
        else ()
    )
    whose = "your player" if timeline.player_is_known else "a page that plays each delta at once"
    interruptions = sum(ends - begins >= INTERRUPTION_MS for _, begins, ends in gaps)
    yield Trouble(
        name="playback_dry",
        severity=2,
        sure="likely",
        sentence=f"{len(answers)} of {spoken} answers ran dry in {whose} ({timeline.player}): "
        f"{len(gaps)} gaps, {interruptions} of them of {INTERRUPTION_MS:.0f} ms or more",
        cause=f"audio buffer underrun. {cause.sentence}",
        change=cause.remedy.replace("as above", "by the edit" if buffered else "with a buffer")
        + (f" A hold of {hold_ms} ms would have been smooth here." if buffered else ""),
        edits=edits,
        evidence=tuple(
            Evidence(
                at_ms=begins, until_ms=ends,
                sentence=f"nothing to play for {ends - begins:.0f} ms",
            )
            for _, begins, ends in sorted(gaps, key=lambda each: each[1])
        ),
        source="nine of ten answers smooth, as smallest_buffer promises; jitter's cause",
    )  # fmt: skip
