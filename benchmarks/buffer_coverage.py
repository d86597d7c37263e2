"""How often the chosen buffer keeps its promise on answers that it did not see.

On recorded traces one answer is left out at a time and the buffer chosen on
the others.  On model answers, a few hundred for each sender and link, the
answers are split in half at random, many times: one half chooses, the other
judges.  Then each link's choice judges the other links: they are not
exchangeable with it, and nothing is promised.

    python benchmarks/buffer_coverage.py [FOLDER WITH TRACES]
"""

import sys
from pathlib import Path

import numpy as np

from voicelab.arrivals import read_arrivals
from voicelab.jitter import (
    LINKS,
    SENDERS,
    Arrivals,
    model_arrivals,
    play,
    smallest_buffer,
    smallest_hold_ms,
)

ANSWERS, SPLITS = 200, 200
SHARES = (0.9, 0.95)


def left_out_one_by_one(arrivals, smooth, start):
    """How many answers the buffer that the others chose plays smoothly."""
    kept = 0
    for number, answer in enumerate(arrivals.answers):
        others = arrivals.answers[:number] + arrivals.answers[number + 1 :]
        choice = smallest_buffer(Arrivals("others", others), smooth=smooth, start=start)
        kept += int(play(Arrivals("left out", (answer,)), choice.player).smooth.sum())
    return kept


def covered(needed_ms, judged_ms, smooth):
    """Share of the judged that the rank of the needed suffices for."""
    rank = int(np.ceil((needed_ms.size + 1) * smooth - 1e-9))
    return float((judged_ms <= np.sort(needed_ms)[rank - 1] + 1e-6).mean())


def split_in_half(needed_ms, smooth, rng):
    """Coverage of the half that did not choose, once a split."""
    shares = []
    for _ in range(SPLITS):
        order = rng.permutation(needed_ms.size)
        half = needed_ms.size // 2
        shares.append(covered(needed_ms[order[:half]], needed_ms[order[half:]], smooth))
    return np.array(shares)


def recorded(folder):
    print("Recorded traces, one answer left out at a time, promised 80 %: answers kept")
    print(f"{'':30}{'hold':>9}{'prefill':>9}{'usual':>9}")
    for path in sorted(folder.glob("tcp_*.csv")):
        arrivals = read_arrivals(path)
        n = len(arrivals.answers)
        kept = [left_out_one_by_one(arrivals, 0.8, way) for way in ("hold", "prefill", None)]
        print(f"{path.name:30}" + "".join(f"{each:>6}/{n}" for each in kept))


def modelled():
    rng = np.random.default_rng(2026)
    needed = {
        (sender, link): smallest_hold_ms(
            model_arrivals(ANSWERS, sender=SENDERS[sender], link=LINKS[link], rng=rng)
        )
        for sender in SENDERS
        for link in LINKS
    }
    print(f"\n{ANSWERS} model answers a link and sender, split in half {SPLITS} times")
    print("mean share kept, and from where to where 95 % of the splits lie")
    print(f"{'':26}{'promised 90 %':>22}{'promised 95 %':>24}")
    for (sender, link), needed_ms in needed.items():
        cells = []
        for smooth in SHARES:
            shares = 100 * split_in_half(needed_ms, smooth, rng)
            low, high = np.quantile(shares, [0.025, 0.975])
            cells.append(f"{shares.mean():>9.1f} ({low:.0f} to {high:.0f})")
        print(f"{sender + ' over ' + link:26}{cells[0]:>24}{cells[1]:>24}")

    print("\nChosen on one link (rows, promised 90 %), judged on another (columns): % kept")
    for sender in SENDERS:
        print(f"\n{sender:16}" + "".join(f"{link:>15}" for link in LINKS))
        for chosen_on in LINKS:
            row = [
                covered(needed[sender, chosen_on], needed[sender, judged_on], 0.9)
                for judged_on in LINKS
            ]
            print(f"{chosen_on:16}" + "".join(f"{100 * share:>15.0f}" for share in row))


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if folder:
        recorded(folder)
    modelled()


if __name__ == "__main__":
    main()
