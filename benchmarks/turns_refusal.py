"""Whether the tuner finds what is there to be found, and refuses where nothing is.

Synthetic rooms: a talker of 1 kHz, a keyboard of 4 kHz bursts, and a detector
that answers each with a level of its own plus noise from a seeded generator.
Two talkers and two keyboards, so one of each is held out.

*Solvable*: speech answers 0.80, keys 0.40, each +-0.05 (normal) a frame, and a
start at 0.30 triggers on most keys.  Found: the proposal is not "kept" and its
threshold lies two standard deviations from either level, 0.50 to 0.70.

*Unsolvable*: keys are as long and as loud as words and answer 0.80 as well.
Refused: "kept", with the keyboard named unsolved.

*Even*: nothing is wrong with the start; a proposal would be superstition.

    python benchmarks/turns_refusal.py [DRAWS]
"""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "vad"))
from noisy_rooms import chosen, even_room, refused, solvable_room, solved, stayed, unsolvable_room

DRAWS = 100


def main():
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS
    failed = False
    for title, room, right in (
        ("solvable: found", solvable_room, solved),
        ("unsolvable: refused", unsolvable_room, refused),
        ("even: left alone", even_room, stayed),
    ):
        began = perf_counter()
        hits = sum(right(chosen(room(), np.random.default_rng(draw))) for draw in range(draws))
        print(f"{title:22} {hits} of {draws}, {perf_counter() - began:.0f} s")
        failed |= hits < 0.95 * draws
    if failed:
        raise SystemExit("fewer than 95 of 100")


if __name__ == "__main__":
    main()
