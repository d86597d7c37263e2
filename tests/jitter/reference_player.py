"""A player that plays sample by sample: slow, and plain enough to be believed.

``render`` is a worklet's loop; ``measure`` counts in its output what the
listener heard.  Nothing here is shared with the fast model but the classes
that describe arrivals and players.
"""

from collections import deque
from dataclasses import dataclass
from itertools import groupby

from voicelab.jitter import QUANTUM_SAMPLES, Answer, Arrivals, Player

SILENCE = -1
CLOCK_GRACE_SAMPLES = 1e-3


@dataclass
class Rendered:
    """What one queue played.

    ``output[i]`` is the number of the sample, counted through all answers, that
    was played at ``first_sample + i`` of the clock, or SILENCE.  ``readable``
    says for each sample at which clock sample it could first be read; ``stuck``
    holds those that only a later answer let play, or nothing at all.
    """

    first_sample: int
    output: list[int]
    readable: list[int]
    stuck: set[int]


def render(answers: tuple[Answer, ...], player: Player) -> Rendered:
    """Play answers through one queue."""
    clock_samples_per_ms = player.rate_hz / 1000
    packets = deque(
        (arrived_ms * clock_samples_per_ms, samples, answer.end_ms * clock_samples_per_ms, begins)
        for answer in answers
        for begins, arrived_ms, samples in zip(
            [True] + [False] * (answer.samples.size - 1),
            answer.arrived_ms.tolist(),
            answer.samples.tolist(),
            strict=True,
        )
    )
    total = sum(samples for _, samples, _, _ in packets)
    last_event = max(max(arrived, end) for arrived, _, end, _ in packets)
    quantum = int(packets[0][0] // QUANTUM_SAMPLES) - 1
    stop = int((last_event + total) // QUANTUM_SAMPLES) + player.hold_quanta + 3

    rendered = Rendered(quantum * QUANTUM_SAMPLES, [], [], set())
    ends: list[float] = []
    queue: deque[int] = deque()
    playing = False
    while quantum < stop:
        now = quantum * QUANTUM_SAMPLES
        while packets and packets[0][0] <= now + CLOCK_GRACE_SAMPLES:
            _, samples, end, begins = packets.popleft()
            waits_for_more = player.start == "prefill" and not player.flush_at_end
            if begins and not playing and waits_for_more and len(queue) < player.prefill_samples:
                rendered.stuck.update(queue)
            queue.extend(range(len(ends), len(ends) + samples))
            ends.extend([end] * samples)
            rendered.readable.extend([now] * samples)

        if not playing and queue:
            head = queue[0]
            if player.start == "prefill":
                playing = len(queue) >= player.prefill_samples
            else:
                playing = now >= rendered.readable[head] + player.hold_quanta * QUANTUM_SAMPLES
            if player.flush_at_end and ends[head] <= now + CLOCK_GRACE_SAMPLES:
                playing = True
        if player.on_underrun == "guide" and not queue:
            playing = False

        missed = False
        for _ in range(QUANTUM_SAMPLES):
            if playing and queue:
                rendered.output.append(queue.popleft())
            else:
                rendered.output.append(SILENCE)
                missed = True
        if player.on_underrun == "refill" and missed:
            playing = False
        quantum += 1
    rendered.stuck.update(queue)
    return rendered


def measure(rendered: Rendered, numbers: range) -> dict[str, float]:
    """Count what was heard of the answer that holds these samples."""
    stuck = len(rendered.stuck.intersection(numbers))
    heard = numbers[: len(numbers) - stuck]
    if not heard:
        return {
            "start_delay": float("nan"),
            "silent": 0,
            "longest_wait": 0,
            "underruns": 0,
            "silent_quanta": 0,
            "stuck": stuck,
        }
    place = {number: i for i, number in enumerate(rendered.output) if number != SILENCE}
    first, last = place[heard[0]], place[heard[-1]]
    silences = [
        [i for i, _ in run]
        for silent, run in groupby(
            enumerate(rendered.output[first:last], start=first), lambda pair: pair[1] == SILENCE
        )
        if silent
    ]
    return {
        "start_delay": rendered.first_sample + first - rendered.readable[numbers[0]],
        "silent": sum(map(len, silences)),
        "longest_wait": max(
            rendered.first_sample + place[number] + 1 - rendered.readable[number]
            for number in heard
        ),
        "underruns": len(silences),
        "silent_quanta": sum(len({i // QUANTUM_SAMPLES for i in run}) for run in silences),
        "stuck": stuck,
    }


def played(arrivals: Arrivals, player: Player) -> list[tuple[dict[str, float], list[float]]]:
    """Figures of each answer, and the clock sample at which each of its packets begins."""
    if player.on_underrun == "guide":
        queues = [arrivals.answers]
    else:
        queues = [(answer,) for answer in arrivals.answers]
    results = []
    for answers in queues:
        rendered = render(answers, player)
        place = {
            number: rendered.first_sample + i
            for i, number in enumerate(rendered.output)
            if number != SILENCE
        }
        begin = 0
        for answer in answers:
            figures = measure(rendered, range(begin, begin + answer.total_samples))
            starts = []
            for samples in answer.samples.tolist():
                starts.append(place.get(begin, float("inf")))
                begin += samples
            results.append((figures, starts))
    return results
