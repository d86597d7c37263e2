"""Run many random sessions in virtual time and count what was lost: nothing, it is hoped.

    python benchmarks/nothing_lost.py [--sessions 10000] [--seed 0] [--workers 2]

Prints the seeds, the sessions judged in full (no outage outlasted what the
client keeps), the turns by end state, and every session in which something did
not hold.  Fails if there is one, or if less than half were judged in full.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import joblib

TESTS = Path(__file__).parents[1] / "tests" / "streaming"


def run(seeds):
    """Run sessions: faults by seed, how many were judged in full, turns by end state, cost."""
    began_s = time.process_time()
    sys.path.insert(0, str(TESTS))
    from random_sessions import random_script
    from verdict import faults_of, outlasted
    from world import World

    faults, whole, states, connections = {}, 0, Counter(), 0
    for seed in seeds:
        world = World(random_script(seed)).run()
        if found := faults_of(world):
            faults[seed] = found
        whole += not outlasted(world) and world.policy.ended.why == "left"
        states.update(turn.state for turn in world.policy.conversation.turns.all)
        connections += len(world.opened_ms)
    return faults, whole, states, connections, time.process_time() - began_s


def main():
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    seeds = range(wanted.seed, wanted.seed + wanted.sessions)
    began_s = time.perf_counter()
    parts = [seeds[first : first + 50] for first in range(0, len(seeds), 50)]
    results = joblib.Parallel(wanted.workers)(joblib.delayed(run)(part) for part in parts)
    faults, states = {}, Counter()
    for found, _, turns, *_ in results:
        faults |= found
        states += turns
    busy_s = sum(cost_s for *_, cost_s in results)
    print(f"seeds {seeds[0]} to {seeds[-1]}")
    print(f"took {time.perf_counter() - began_s:.0f} s, of processors {busy_s:.0f} s")
    judged = sum(whole for _, whole, *_ in results)
    print(f"judged in full: {judged} of {len(seeds)}")
    print(f"connections: {sum(connections for *_, connections, _ in results)}")
    print("turns: " + ", ".join(f"{state} {count}" for state, count in sorted(states.items())))
    print(f"sessions in which something did not hold: {len(faults)}")
    for seed, found in sorted(faults.items())[:20]:
        print(f"  {seed}: {'; '.join(found)[:300]}")
    sys.exit(1 if faults or judged < len(seeds) / 2 else 0)


if __name__ == "__main__":
    main()
