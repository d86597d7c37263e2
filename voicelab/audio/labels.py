"""Labels on disk: an Audacity label file is turns, and turns are one again.

A file ``me.labels.txt`` beside ``me.flac`` holds two label tracks one after
the other or mixed, as Audacity exports them.  A line is start, end and text
between tabs; **seconds, here and nowhere else**.  The text says what it is::

    1.090000    4.210000    turn question
    1.090000    2.480000    speech
    3.100000    4.210000    speech

* ``speech`` (in any case) is a span in which the speaker is audible.
* Any other text is a turn: what should be answered once.  ``turn question``
  and plain ``question`` name it, ``turn`` and no text leave it without a name.

A span belongs to the turn in which its middle lies, so edges drawn by hand
need not meet to the sample; a turn reaches from its first span to its last.
A turn without spans is one span.  A file without turns is grouped by its
pauses.  A file without labels says that nobody speaks.  Order does not matter,
because Audacity sorts; lines that begin with a backslash (the frequencies of a
spectral selection) are passed over.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from voicelab.audio.recording import Span, Turn

__all__ = ["TURN_GAP_MS", "format_labels", "group_spans", "parse_labels"]

TURN_GAP_MS = 1500.0
GRACE_MS = 20.0  # what Recording grants too: files round, and a word may end with the sound


class _Label(NamedTuple):
    start_ms: float
    end_ms: float
    text: str
    line: int


def group_spans(spans: Iterable[Span], *, turn_gap_ms: float = TURN_GAP_MS) -> tuple[Turn, ...]:
    """Join sounding spans into turns by the pauses between them.

    Parameters
    ----------
    spans : iterable of Span
        In order and apart.
    turn_gap_ms : float >= 0
        Spans closer than this are one turn.

    Returns
    -------
    tuple of Turn
        Without names; empty if there is no span.

    Raises
    ------
    ValueError
        If ``turn_gap_ms`` is negative or the spans are out of order.
    """
    if not turn_gap_ms >= 0:
        raise ValueError(f"turn_gap_ms must not be negative, got {turn_gap_ms}")
    groups: list[list[Span]] = []
    for span in spans:
        if groups and span.start_ms - groups[-1][-1].end_ms < turn_gap_ms:
            groups[-1].append(span)
        else:
            groups.append([span])
    return tuple(Turn(tuple(group)) for group in groups)


def parse_labels(
    text: str, *, turn_gap_ms: float = TURN_GAP_MS, duration_ms: float | None = None
) -> tuple[Turn, ...]:
    """Read turns from the text of an Audacity label file.

    Parameters
    ----------
    text : str
        What the file holds.
    turn_gap_ms : float >= 0
        In a file without turns, spans closer than this are one turn.
    duration_ms : float or None
        Length of the recording; if known, labels beyond it are refused.

    Returns
    -------
    tuple of Turn
        In order, times to a thousandth of a millisecond; ``()`` if the file
        holds no label.

    Raises
    ------
    ValueError
        If a line is not a label, spans no time, lies outside the recording or
        its turn, or overlaps another; the message names the line.
    """
    labels = list(_read_lines(text))
    for label in labels:
        _check(label, duration_ms)
    labels.sort()
    spans = [label for label in labels if label.text.lower() == "speech"]
    marks = [label for label in labels if label.text.lower() != "speech"]
    _check_apart(spans)
    _check_apart(marks)
    if not marks:
        return group_spans(map(_span, spans), turn_gap_ms=turn_gap_ms)
    held: list[list[_Label]] = [[] for _ in marks]
    for span in spans:
        middle_ms = (span.start_ms + span.end_ms) / 2
        home = [i for i, mark in enumerate(marks) if mark.start_ms <= middle_ms < mark.end_ms]
        if not home:
            raise ValueError(
                f"line {span.line}: speech at {span.start_ms / 1000:.3f} s must lie in a turn, "
                "got none there; draw a turn around it or remove it"
            )
        held[home[0]].append(span)
    chosen = [inside or [mark] for mark, inside in zip(marks, held, strict=True)]
    _check_apart([label for group in chosen for label in group])
    return tuple(
        Turn(tuple(map(_span, group)), _turn_name(mark.text))
        for mark, group in zip(marks, chosen, strict=True)
    )


def format_labels(turns: Iterable[Turn]) -> str:
    """Write turns as the text of an Audacity label file.

    Parameters
    ----------
    turns : iterable of Turn
        In order.

    Returns
    -------
    str
        Each turn, then its spans, in seconds with six decimals;
        :func:`parse_labels` gives the turns back to a microsecond.

    Raises
    ------
    ValueError
        If a turn's name holds a tab, a line break or outer blanks, which a
        label cannot hold.
    """
    lines = []
    for turn in turns:
        if turn.name != turn.name.strip() or any(sign in turn.name for sign in "\t\r\n"):
            raise ValueError(
                "a turn's name must hold no tab, line break or outer blank, "
                f"got {turn.name!r}; a label is one line"
            )
        lines.append((turn.start_ms, turn.end_ms, f"turn {turn.name}".rstrip()))
        lines += [(start_ms, end_ms, "speech") for start_ms, end_ms in turn.spans]
    return "".join(
        f"{start_ms / 1000:.6f}\t{end_ms / 1000:.6f}\t{text}\n" for start_ms, end_ms, text in lines
    )


def _read_lines(text: str) -> Iterable[_Label]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.strip() or line.startswith("\\"):
            continue
        start, tab, rest = line.partition("\t")
        end, _, words = rest.partition("\t")
        if not tab:
            raise ValueError(
                f"line {number} must be start, end and text between tabs, got {line.strip()!r}; "
                "export it with Audacity's File > Export Other > Export Labels"
            )
        try:
            start_s, end_s = float(start), float(end)
        except ValueError:
            raise ValueError(
                f"line {number} must begin with two times in seconds such as 1.250000, "
                f"got {start.strip()!r} and {end.strip()!r}"
            ) from None
        yield _Label(round(1000 * start_s, 3), round(1000 * end_s, 3), words.strip(), number)


def _check(label: _Label, duration_ms: float | None) -> None:
    start_s, end_s = label.start_ms / 1000, label.end_ms / 1000
    if not (math.isfinite(start_s) and math.isfinite(end_s) and start_s >= 0):
        raise ValueError(
            f"line {label.line}: a label must lie at or after 0 s, got {start_s:g} to {end_s:g} s"
        )
    if not start_s < end_s:
        raise ValueError(
            f"line {label.line}: a label must span some time, got {start_s:g} to {end_s:g} s; "
            "select the stretch before you add the label"
        )
    if duration_ms is not None and label.end_ms > duration_ms + GRACE_MS:
        far = label.end_ms > 10 * duration_ms
        hint = "were milliseconds written as seconds?" if far else "is it another recording's?"
        place = start_s if label.start_ms > duration_ms else end_s
        raise ValueError(
            f"line {label.line}: a label at {place:g} s lies beyond "
            f"the recording's {duration_ms / 1000:g} s; {hint}"
        )


def _check_apart(labels: Sequence[_Label]) -> None:
    for before, label in pairwise(labels):
        if label.start_ms < before.end_ms:
            raise ValueError(
                f"line {label.line}: a label of its kind must begin after line {before.line} "
                f"ends at {before.end_ms / 1000:g} s, got {label.start_ms / 1000:g} s; "
                "pull them apart"
            )


def _span(label: _Label) -> Span:
    return Span(label.start_ms, label.end_ms)


def _turn_name(text: str) -> str:
    head, _, rest = text.partition(" ")
    return rest.strip() if head.lower() == "turn" else text
