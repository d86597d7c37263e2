"""A page that has no time: its tab sleeps, or its main thread is busy.

A microphone gives a chunk every few milliseconds whatever the page does.  If
none is sent for a while and then all that was missing at once, the page held
them back.  Browsers let the timers of a tab in the background fire once a
second, and after five minutes once a minute [1]_; anything else is code that
keeps the main thread busy, which is noticed from 200 ms on and bad from 500
[2]_.

References
----------
.. [1] Chromium, "Heavy throttling of chained JS timers", 2021.
.. [2] web.dev, "Interaction to Next Paint": good up to 200 ms, poor above 500.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from voicelab.diagnose.session import Connection
from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble

__all__ = ["Stall", "busy_ms", "main_thread_blocked", "stalls", "tab_throttled"]

NOTICED_MS, BAD_MS = 200.0, 500.0
NOTICED_TIMES = 3
TIMER_MS = (1_000.0, 60_000.0)
NEAR_SHARE = 0.12
IN_A_ROW = 5
AT_ONCE_MS = 60.0
MADE_UP = 0.6  # of what was missing is sent at once
SETTLED_MS = 20_000.0  # after a reconnect a backlog is sent, in whatever pieces


class Stall(NamedTuple):
    """A time in which a page sent nothing, and made up for it.

    Attributes
    ----------
    from_ms, until_ms : float
        When.
    connection : int
        On which connection.
    """

    from_ms: float
    until_ms: float
    connection: int

    @property
    def length_ms(self) -> float:
        """How long."""
        return self.until_ms - self.from_ms


def stalls(connection: Connection) -> list[Stall]:
    """Find where sending stood still and then caught up.

    Parameters
    ----------
    connection : Connection
        With what the client sent.

    Returns
    -------
    list of Stall
        In order.
    """
    sound = connection.sound
    if sound is None or sound.at_ms.size < 10:
        return []
    at_ms, lengths_ms = sound.at_ms, np.diff(sound.start_ms)
    if connection.why != "first":
        begin_ms = connection.opened_ms + SETTLED_MS
    else:
        begin_ms = connection.configured_ms or connection.opened_ms
    chunk_ms = float(np.median(lengths_ms))
    gaps_ms = np.diff(at_ms)
    found = []
    for index in np.flatnonzero(gaps_ms >= max(NOTICED_MS, 2.5 * chunk_ms)):
        if at_ms[index] < begin_ms:
            continue
        gap_ms = float(gaps_ms[index])
        together = np.searchsorted(at_ms, at_ms[index + 1] + AT_ONCE_MS, side="right")
        sent_ms = float(lengths_ms[index + 1 : together].sum())
        if sent_ms >= MADE_UP * gap_ms and together - index - 1 > 1:
            found.append(Stall(float(at_ms[index]), float(at_ms[index + 1]), connection.number))
    return found


def tab_throttled(timeline: Timeline) -> Iterator[Trouble]:
    """Find tabs whose timers fire once a second.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    slept = [run for each in timeline.carried for run in _asleep(stalls(each))]
    if not slept:
        return
    evidence = [
        Evidence(
            at_ms=run[0].from_ms,
            until_ms=run[-1].until_ms,
            sentence=f"audio was sent once every {_usual_ms(run) / 1000:.2f} s, {len(run)} times "
            "in a row",
            connection=run[0].connection,
        )
        for run in slept
    ]
    total_s = sum(run[-1].until_ms - run[0].from_ms for run in slept) / 1000
    yield Trouble(
        name="tab_throttled",
        severity=2,
        sure="likely",
        sentence=f"the tab was throttled for {total_s:.0f} s, as a tab in the background is",
        cause="browser idle detection: Chromium throttles inactive tabs, and their timers fire "
        "once a second",
        change="send from an AudioWorklet through a Worker that owns the socket, never from a "
        "timer of the page",
        evidence=tuple(evidence),
        source="Chromium on throttled timers; the guide on dropped connections",
    )


def main_thread_blocked(timeline: Timeline) -> Iterator[Trouble]:
    """Find pages that kept their main thread busy.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Yields
    ------
    Trouble
        At most one.
    """
    blocked = _blocked(timeline)
    bad = [each for each in blocked if each.length_ms >= BAD_MS]
    if not bad and len(blocked) < NOTICED_TIMES:
        return
    longest_ms = max(each.length_ms for each in blocked)
    yield Trouble(
        name="main_thread_blocked",
        severity=2,
        sure="likely",
        sentence=f"the page held audio back {len(blocked)} times, up to {longest_ms:.0f} ms",
        cause="main thread blocking: re-renders or heavy JS keep audio waiting that is there",
        change="move audio processing off the main thread: AudioWorklet, and a Worker that owns "
        "the socket; debounce what events do to the page",
        evidence=tuple(
            Evidence(
                at_ms=each.from_ms, until_ms=each.until_ms,
                sentence=f"nothing was sent for {each.length_ms:.0f} ms, then all of it at once",
                connection=each.connection,
            )
            for each in blocked
        ),
        source="web.dev on interactions: noticed from 200 ms, poor from 500; the guide on choppy "
        "playback",
    )  # fmt: skip


def busy_ms(timeline: Timeline) -> list[tuple[float, float]]:
    """Give the times in which the page is known to have been busy.

    Parameters
    ----------
    timeline : Timeline
        The session.

    Returns
    -------
    list of pair of float
        From and until.
    """
    return [(each.from_ms, each.until_ms) for each in _blocked(timeline)]


def _blocked(timeline: Timeline) -> list[Stall]:
    found = []
    for each in timeline.carried:
        all_of_it = stalls(each)
        naps = [(run[0].from_ms, run[-1].until_ms) for run in _asleep(all_of_it)]
        found += [
            stall
            for stall in all_of_it
            if not any(
                from_ms - TIMER_MS[0] <= stall.from_ms <= until_ms + TIMER_MS[0]
                for from_ms, until_ms in naps
            )
        ]
    return found


def _asleep(found: Sequence[Stall]) -> Iterator[list[Stall]]:
    """Give runs of stalls that follow each other at the beat of a throttled timer."""
    run: list[Stall] = []
    for stall in found:
        on_beat = any(abs(stall.length_ms / timer - 1) <= NEAR_SHARE for timer in TIMER_MS)
        follows = not run or stall.from_ms - run[-1].until_ms <= 2 * AT_ONCE_MS
        if on_beat and follows:
            run.append(stall)
            continue
        if len(run) >= IN_A_ROW:
            yield run
        run = [stall] if on_beat else []
    if len(run) >= IN_A_ROW:
        yield run


def _usual_ms(run: Sequence[Stall]) -> float:
    return float(np.median([each.length_ms for each in run]))
