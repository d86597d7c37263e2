"""How much faster the playout model is than playing sample by sample.

One hundred answers of a real-time sender, over a line that now and then holds
packets back, through 64 prefills.  The sample-by-sample player of the tests
plays a few of these cells: its playing alone is timed and scaled by the audio,
its counts are checked against the model.  Both run here and now.

    python benchmarks/playout.py
"""

import sys
import tracemalloc
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from voicelab.jitter import Answer, Arrivals, Player, play, smallest_hold_ms, smallest_prefill_ms

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "jitter"))
from reference_player import played, render

ANSWERS, PREFILLS, PACKETS, PACKET_MS = 100, 64, 54, 150
RUNS = 9
CHECKED_ANSWERS = 3
CHECKED_PREFILLS = (3, 30)  # at 80 and 620 ms


def arrivals(rng, count=ANSWERS, packets=PACKETS):
    answers = []
    for number in range(count):
        sent_ms = 30_000 * number + PACKET_MS * np.arange(packets)
        held_ms = rng.exponential(400, packets) * (rng.random(packets) < 0.1)
        arrived_ms = np.maximum.accumulate(sent_ms + rng.gamma(4, 5, packets) + held_ms)
        answers.append(Answer(str(number), arrived_ms, np.full(packets, 24 * PACKET_MS)))
    return Arrivals("benchmark", tuple(answers))


def median_s(work, runs=RUNS):
    taken = []
    for _ in range(runs):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return median(taken)


def reference_s(few, players):
    """Time to play some answers one sample after the other, through each player."""
    started = perf_counter()
    for player in players:
        if player.has_one_queue:
            render(few.answers, player)
        else:
            for answer in few.answers:
                render((answer,), player)
    return perf_counter() - started


def main():
    everything = arrivals(np.random.default_rng(1))
    few = Arrivals("few", everything.answers[:CHECKED_ANSWERS])
    print(f"{ANSWERS} answers of {PACKETS} packets, {ANSWERS * PACKETS * PACKET_MS / 1000:.0f} s")
    print(f"through {PREFILLS} prefills; the model's time is the median of {RUNS} runs, the other")
    print(f"that of {CHECKED_ANSWERS * len(CHECKED_PREFILLS)} cells, scaled to all\n")
    print(f"{'on underrun':12}{'model':>10}{'sample by sample':>18}{'ratio':>9}{'underruns':>11}")
    for rule in ("play_on", "refill", "ratchet", "guide"):
        players = [Player(prefill_ms=20 * (1 + n), on_underrun=rule) for n in range(PREFILLS)]
        checked = [players[n] for n in CHECKED_PREFILLS]
        for column, player in enumerate(checked):
            counted = [figures["underruns"] for figures, _ in played(few, player)]
            if play(few, *checked).underruns[:, column].tolist() != counted:
                raise SystemExit(f"{rule}: the model and the sample-by-sample player disagree")
        model_s = median_s(lambda players=players: play(everything, *players))
        cells = ANSWERS * PREFILLS / (CHECKED_ANSWERS * len(CHECKED_PREFILLS))
        slow_s = cells * reference_s(few, checked)
        underruns = int(play(everything, *players).underruns.sum())
        print(
            f"{rule:12}{1000 * model_s:>7.1f} ms{slow_s:>16.0f} s"
            f"{slow_s / model_s:>9,.0f}{underruns:>11,}"
        )
    limited = [
        Player(prefill_ms=20 * (1 + n), on_underrun="refill", max_queue_ms=800)
        for n in range(PREFILLS)
    ]
    limited_s = median_s(lambda: play(everything, *limited))
    dropped = np.count_nonzero(play(everything, *limited).dropped_samples)
    print(f"refill, 800 ms of queue: {1000 * limited_s:.0f} ms; {dropped} of 6400 cells overflow")
    closed_s = median_s(lambda: (smallest_prefill_ms(everything), smallest_hold_ms(everything)))
    print(f"\nsmallest prefill and smallest hold of each answer: {1000 * closed_s:.1f} ms")

    print("\ncost against size, refill: microseconds a packet and player")
    for answers, prefills in ((100, 64), (400, 64), (1600, 64), (100, 256), (100, 1024)):
        many = arrivals(np.random.default_rng(1), answers)
        players = [Player(prefill_ms=1 + n, on_underrun="refill") for n in range(prefills)]
        taken_s = median_s(lambda many=many, players=players: play(many, *players), runs=3)
        each_us = 1e6 * taken_s / (answers * PACKETS * prefills)
        print(
            f"{answers:>7} answers x {prefills:>4} players {1000 * taken_s:>8.0f} ms {each_us:.3f}"
        )

    print("\nmemory of one player, refill: peak while playing, octets an answer")
    for answers in (10_000, 100_000):
        many = arrivals(np.random.default_rng(1), answers, packets=6)
        tracemalloc.start()
        started = perf_counter()
        play(many, Player(hold_ms=200, on_underrun="refill"))
        taken_s = perf_counter() - started
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"{answers:>7} answers {peak / answers:>8.0f} octets an answer, {taken_s:.1f} s")


if __name__ == "__main__":
    main()
