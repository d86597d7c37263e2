"""Stock: how much a room holds, against what it takes to show the budgets.

Only distinct source seconds count, so a loop does not grow by repetition.
Kinds of noise are never added up.  Where a take holds no short turn, its
short spans stand in for them, as they do in scenes.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from voicelab.audio.recording import Kind, Recording

__all__ = ["SHORT_TURNS", "SHORT_TURN_MS", "KindStock", "Stock", "take_stock"]

SHORT_TURN_MS = 700.0
# Where nothing happens, this much shows 1 false trigger a minute and 10 % missed short turns:
# 3 events are the 95 % bound on none in 3 minutes, and 0.9 ** 29 < 0.05.
NOISE_S = 180.0
SHORT_TURNS = 29
ALWAYS_WANTED: tuple[Kind, ...] = ("fan", "keyboard")


@dataclass(frozen=True)
class KindStock:
    """How much there is of one kind of sound.

    Attributes
    ----------
    kind : {"speech", "fan", "keyboard", "room", "babble", "echo"}
        What one hears.
    recordings : int
        How many hold it.
    distinct_s : float
        Seconds without repeats.
    """

    kind: Kind
    recordings: int
    distinct_s: float


@dataclass(frozen=True)
class Stock:
    """What a room holds.

    Attributes
    ----------
    kinds : tuple of KindStock
        Those that are there, and speech, fan and keyboard even where they are not.
    checked, drafted, not_labelled : int
        Speech recordings whose labels a person vouches for, a rule, nobody.
    turns : int
        Labelled turns of speech.
    short_turns : int
        Those of at most 700 ms.
    short_spans : int
        Sounding spans that stand in for short turns.
    """

    kinds: tuple[KindStock, ...]
    checked: int
    drafted: int
    not_labelled: int
    turns: int
    short_turns: int
    short_spans: int

    @property
    def to_do(self) -> tuple[str, ...]:
        """What to record and label so that the default budgets can be shown."""
        wanted = [
            f"record {NOISE_S - each.distinct_s:.0f} s more of {each.kind}, "
            "to show 1 false trigger a minute"
            for each in self.kinds
            if each.kind != "speech" and each.distinct_s <= NOISE_S - 0.5
        ]
        short = self.short_turns + self.short_spans
        if short < SHORT_TURNS:
            wanted.append(
                f"record {SHORT_TURNS - short} more short answers (yes, no, stop), "
                "to show 10 % missed short turns"
            )
        if self.not_labelled:
            wanted.append(f"label {self.not_labelled} of the speech takes: voicelab label")
        if self.drafted:
            wanted.append(f"check the labels of {self.drafted} speech takes, which are drafts")
        return tuple(wanted)

    def __str__(self) -> str:
        lines = [f"{'kind':<9}{'takes':>6}{'seconds':>9}{'wanted':>8}"]
        for each in self.kinds:
            wanted = "" if each.kind == "speech" else f"{NOISE_S:8.0f}"
            lines.append(
                f"{each.kind:<9}{each.recordings:>6}{each.distinct_s:>9.1f}{wanted}".rstrip()
            )
        lines.append(
            f"{self.turns} turns, {self.short_turns} of them short, {self.short_spans} short spans "
            f"beside; {SHORT_TURNS} wanted"
        )
        lines.append(
            f"labels of speech: {self.checked} checked, {self.drafted} drafted, "
            f"{self.not_labelled} missing"
        )
        return "\n".join(lines)


def take_stock(recordings: Iterable[Recording]) -> Stock:
    """Count what a room holds.

    Parameters
    ----------
    recordings : iterable of Recording
        The room's; none is a room too.

    Returns
    -------
    Stock
        Seconds by kind, labels and turns.
    """
    takes = tuple(recordings)
    spoken = [take for take in takes if take.kind == "speech"]
    turns = short_turns = short_spans = 0
    for take in spoken:
        said = take.turns or ()
        short = sum(turn.end_ms - turn.start_ms <= SHORT_TURN_MS for turn in said)
        turns += len(said)
        short_turns += short
        if not short:
            spans = (span for turn in said for span in turn.spans)
            short_spans += sum(end_ms - start_ms <= SHORT_TURN_MS for start_ms, end_ms in spans)
    kinds: dict[Kind, None] = dict.fromkeys(("speech", *ALWAYS_WANTED))
    kinds.update(dict.fromkeys(take.kind for take in takes))
    return Stock(
        kinds=tuple(_stock_of(kind, takes) for kind in kinds),
        checked=sum(take.labels == "checked" for take in spoken),
        drafted=sum(take.labels == "drafted" for take in spoken),
        not_labelled=sum(take.labels is None for take in spoken),
        turns=turns,
        short_turns=short_turns,
        short_spans=short_spans,
    )


def _stock_of(kind: Kind, takes: tuple[Recording, ...]) -> KindStock:
    distinct_ms = [take.unique_ms for take in takes if take.kind == kind]
    return KindStock(kind, len(distinct_ms), sum(distinct_ms) / 1000)
