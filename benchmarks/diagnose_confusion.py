"""Plant faults in sessions and see what the diagnosis calls them: a confusion table.

    python benchmarks/diagnose_confusion.py [--each 10] [--clean 50] [--seed 1000] [--workers 2]
                                            [--only FAULT ...]

Every session is lived through in virtual time, by the embedded service and either a model of a
browser's page or voicelab's own client, and read back from the HAR or the log that it left. All
figures of the faults, the voices, the room, the chunk, the pace of the answers and the networks are
drawn from the held-out ranges of tests/diagnose/planted.py: none of them was at hand while the
rules were written, whose ranges do not overlap with these. ``--known`` draws from those instead.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import joblib

TESTS = Path(__file__).parents[1] / "tests" / "diagnose"
CLEAN = "clean"


def judge(name, seed, held_out):
    """Plant one fault, and name what was found; the fault's known consequences stay out."""
    sys.path.insert(0, str(TESTS))
    from drawn import Draw
    from planted import FOLLOWS, PLANTED, clean

    from voicelab.diagnose import diagnose

    plant = clean if name == CLEAN else PLANTED[name]
    timeline = plant(Draw(seed, held_out))
    found = {trouble.name for trouble in diagnose(timeline).troubles}
    return name, seed, timeline.source, tuple(sorted(found - FOLLOWS.get(name, set())))


def main():
    """Plant, judge, print."""
    sys.path.insert(0, str(TESTS))
    from planted import PLANTED

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--each", type=int, default=10, help="sessions of each fault")
    parser.add_argument("--clean", type=int, default=50, help="sessions without a fault")
    parser.add_argument("--seed", type=int, default=1000, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--known", action="store_true", help="draw from the known ranges")
    parser.add_argument("--only", nargs="*", default=list(PLANTED), choices=list(PLANTED))
    wanted = parser.parse_args()
    began_s = time.perf_counter()
    jobs = [(name, wanted.seed + n) for name in wanted.only for n in range(wanted.each)]
    jobs += [(CLEAN, wanted.seed + n) for n in range(wanted.clean)]
    judged = joblib.Parallel(wanted.workers)(
        joblib.delayed(judge)(name, seed, not wanted.known) for name, seed in jobs
    )
    planted = [each for each in judged if each[0] != CLEAN]
    sources = Counter(source for _, _, source, _ in judged)
    ranges = "known" if wanted.known else "held-out"
    print(f"{len(judged)} sessions, {ranges} ranges, seeds from {wanted.seed}", end=", ")
    print(f"{sources['HAR']} as HAR, {sources['session log']} as session log", end=", ")
    print(f"{time.perf_counter() - began_s:.0f} s")
    print(f"{'planted':24} {'n':>3} {'named':>6} {'alone':>6}   also found (sessions)")
    for name in (*wanted.only, CLEAN):
        mine = [found for each, _, _, found in judged if each == name]
        named = sum(name in found for found in mine)
        alone = sum(found == (name,) for found in mine)
        others = Counter(each for found in mine for each in found if each != name)
        also = ", ".join(f"{each} {count}" for each, count in others.most_common()) or "-"
        hits = ("-", "-") if name == CLEAN else (named, alone)
        print(f"{name:24} {len(mine):>3} {hits[0]:>6} {hits[1]:>6}   {also}")
    right = sum(name in found for name, _, _, found in planted)
    alone = sum(found == (name,) for name, _, _, found in planted)
    quiet = sum(not found for name, _, _, found in judged if name == CLEAN)
    print(f"named: {right} of {len(planted)}; named and nothing else: {alone}")
    print(f"clean sessions without a finding: {quiet} of {wanted.clean}")
    for name, seed, source, found in judged:
        if found != (() if name == CLEAN else (name,)):
            print(f"  {name} {seed} ({source}): {', '.join(found) or 'nothing'}")


if __name__ == "__main__":
    main()
