"""How much faster the playout model is than playing sample by sample.

One hundred answers of a real-time sender, over a line that now and then holds
packets back, through 64 prefills.  The sample-by-sample player of the tests
plays a few of these cells: its playing alone is timed and scaled by the audio,
its counts are checked against the model.  Both run here and now.

    python benchmarks/playout.py
"""

import sys
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


def arrivals(rng):
    answers = []
    for number in range(ANSWERS):
        sent_ms = 30_000 * number + PACKET_MS * np.arange(PACKETS)
        held_ms = rng.exponential(400, PACKETS) * (rng.random(PACKETS) < 0.1)
        arrived_ms = np.maximum.accumulate(sent_ms + rng.gamma(4, 5, PACKETS) + held_ms)
        answers.append(Answer(str(number), arrived_ms, np.full(PACKETS, 24 * PACKET_MS)))
    return Arrivals("benchmark", tuple(answers))


def median_s(work):
    taken = []
    for _ in range(RUNS):
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
    for rule in ("play_on", "refill", "guide"):
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
    closed_s = median_s(lambda: (smallest_prefill_ms(everything), smallest_hold_ms(everything)))
    print(f"\nsmallest prefill and smallest hold of each answer: {1000 * closed_s:.1f} ms")


if __name__ == "__main__":
    main()
