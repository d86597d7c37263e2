"""Timing of RTP packets as a table: one line a packet, in the order of arrival.

::

    recv_ms,seq,media_ms
    0,0,0
    23.5,2,40
    24.1,1,20

``seq`` numbers the packets as they were sent; ``media_ms`` is where in the
audio a packet begins.  A worklet plays in order, so a packet can be read once
those in front of it are there: its time is the latest of theirs.  A packet
that never came is a hole in the audio and is not waited for.
"""

from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from voicelab.wire.arrivals_csv import ArrivalRow, number_in, numbered_lines

__all__ = ["is_rtp_csv", "read_rtp_csv"]

NEEDED = ("recv_ms", "seq", "media_ms")


def is_rtp_csv(lines: Iterable[str]) -> bool:
    """Tell a table of RTP packets by its header.

    Parameters
    ----------
    lines : iterable of str
        The text, line by line.

    Returns
    -------
    bool
        Whether it names every column that such a table needs.
    """
    _, header = next(numbered_lines(lines), (0, []))
    return set(NEEDED) <= {name.strip().lower() for name in header}


def read_rtp_csv(
    lines: Iterable[str], *, rate_hz: int = 24_000
) -> tuple[tuple[ArrivalRow, ...], tuple[str, ...]]:
    """Read a table of RTP packets as the arrivals of one answer.

    Parameters
    ----------
    lines : iterable of str
        The text, line by line.
    rate_hz : int
        Sample rate to count the audio in.

    Returns
    -------
    rows : tuple of ArrivalRow
        In playing order.
    remarks : tuple of str
        What was lost, late or there twice.

    Raises
    ------
    ValueError
        If a line does not fit; the message names it.
    """
    numbered = numbered_lines(lines)
    number, header = next(numbered, (0, []))
    columns = [name.strip().lower() for name in header]
    came: dict[int, tuple[float, float]] = {}
    twice = swapped = 0
    newest = -1
    for number, values in numbered:
        if len(values) != len(columns):
            raise ValueError(
                f"line {number} must hold {len(columns)} values like the header, got {len(values)}"
            )
        cells = dict(zip(columns, values, strict=True))
        recv_ms, seq, media_ms = (number_in(number, name, cells[name]) for name in NEEDED)
        twice += int(seq) in came
        swapped += seq < newest
        newest = max(newest, int(seq))
        came.setdefault(int(seq), (recv_ms, media_ms))
    if len(came) < 2:
        return (), ()
    order = sorted(came)
    step_ms = median(
        (came[after][1] - came[before][1]) / (after - before) for before, after in pairwise(order)
    )
    rows = []
    readable_ms = came[order[0]][0]
    for seq in order:
        readable_ms = max(readable_ms, came[seq][0])
        rows.append(ArrivalRow("stream", readable_ms, round(step_ms * rate_hz / 1000), False))
    lost = order[-1] - order[0] + 1 - len(order)
    remarks = [
        f"{count} packet{'s' * (count > 1)} {became}"
        for count, became in (
            (lost, "never came and left a hole that is not waited for"),
            (swapped, "came after a later one and held it up"),
            (twice, "came twice and counts once"),
        )
        if count
    ]
    return tuple(rows), tuple(remarks)
