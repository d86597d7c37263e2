"""A player that plays sample by sample: slow, and plain enough to be believed.

``render`` is a worklet's loop; ``measure`` counts in its output what the
listener heard.  Nothing here is shared with the fast model but the classes
that describe arrivals, players and devices.
"""

from collections import deque
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil, inf

from voicelab.jitter import AS_ARRIVED, QUANTUM_SAMPLES, Answer, Arrivals, Device, Player

SILENCE = -1
CLOCK_GRACE_SAMPLES = 1e-3


@dataclass
class Rendered:
    """What one queue played.

    ``output[i]`` is the number of the sample, counted through all answers, that
    was played at ``first_sample + i`` of the clock, or SILENCE.  ``readable``
    says for each sample at which clock sample it could first be read, ``begins``
    with which sample each packet began; ``dropped`` samples had no place, and
    ``stuck`` ones waited for a later answer, or for ever.  ``queued`` is the most
    that waited when a packet of each answer was in.
    """

    first_sample: int
    output: list[int]
    readable: list[int]
    begins: list[int]
    stuck: set[int]
    dropped: set[int]
    queued: list[int]
    underruns: int


def events(answers: tuple[Answer, ...], player: Player, device: Device):
    """When each packet arrives, how many samples it brings, and the end of its answer."""
    context_hz = device.context_rate_hz or player.rate_hz
    per_ms = context_hz * (1 + device.drift_ppm / 1_000_000) / 1000
    ratio = Fraction(context_hz, player.rate_hz) if device.resamples else 1
    for number, answer in enumerate(answers):
        came = made = 0
        for arrived_ms, samples in zip(answer.arrived_ms, answer.samples.tolist(), strict=True):
            came += samples
            yield (
                float(arrived_ms) * per_ms,
                ceil(came * ratio) - made,
                answer.end_ms * per_ms,
                number,
            )
            made = ceil(came * ratio)


def render(
    answers: tuple[Answer, ...], player: Player, device: Device = AS_ARRIVED, underruns: int = 0
) -> Rendered:
    """Play answers through one queue."""
    packets = deque(events(answers, player, device))
    rate_hz = device.context_rate_hz or player.rate_hz
    rate_hz = rate_hz if device.resamples else player.rate_hz
    limit = samples_in(player.max_queue_ms, rate_hz)
    total = sum(samples for _, samples, _, _ in packets)
    last_event = max(max(arrived, end) for arrived, _, end, _ in packets)
    quantum = int(packets[0][0] // QUANTUM_SAMPLES) - 1
    longest_start = samples_in(max(player.start_ms, player.ratchet_to_ms), rate_hz)
    longest_start = longest_start if player.start == "hold" else 0
    stop = int((last_event + total + longest_start) // QUANTUM_SAMPLES) + 4

    rendered = Rendered(
        quantum * QUANTUM_SAMPLES, [], [], [], set(), set(), [0] * len(answers), underruns
    )
    unfinished: deque[int] = deque()
    queue: deque[int] = deque()
    playing = False
    waits_since, end, current = 0, inf, -1
    dry = False
    while quantum < stop:
        now = quantum * QUANTUM_SAMPLES
        start = samples_in(start_ms(player, rendered.underruns), rate_hz)
        while packets and packets[0][0] <= now + CLOCK_GRACE_SAMPLES:
            _, samples, ends, answer = packets.popleft()
            if answer != current:
                rendered.stuck.update(unfinished)
                unfinished.clear()
            waits_for_more = player.start == "prefill" and not player.flush_at_end
            if answer != current and not playing and waits_for_more and len(queue) < start:
                rendered.stuck.update(queue)
            current = answer
            number = len(rendered.readable)
            rendered.begins.append(number)
            rendered.readable.extend([now] * samples)
            unfinished.extend(range(number, number + samples))
            ready = len(unfinished)
            if player.whole_quanta:
                ready -= ready % QUANTUM_SAMPLES
            if ready and dry:
                dry = False
                rendered.underruns += 1
                start = samples_in(start_ms(player, rendered.underruns), rate_hz)
            if ready and not queue and not playing:
                waits_since, end = now, ends
            for _ in range(ready):
                sample = unfinished.popleft()
                rendered.readable[sample] = now
                if len(queue) < limit:
                    queue.append(sample)
                elif player.on_overflow == "drop_newest":
                    rendered.dropped.add(sample)
                else:
                    queue.append(sample)
                    rendered.dropped.add(queue.popleft())
            if ready:
                rendered.queued[answer] = max(rendered.queued[answer], len(queue))
            # Messages are handled one by one: a start that one of them allows is not taken back.
            if queue and not playing and player.start == "prefill" and len(queue) >= max(1, start):
                playing = True

        if not playing and queue:
            if player.start == "hold":
                playing = now >= waits_since + ceil(start / QUANTUM_SAMPLES) * QUANTUM_SAMPLES
            if player.flush_at_end and end <= now + CLOCK_GRACE_SAMPLES:
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
        if playing and missed:
            dry = True
        if player.on_underrun in ("refill", "ratchet") and missed:
            playing = False
        quantum += 1
    rendered.stuck.update(queue, unfinished)
    return rendered


def samples_in(time_ms: float, rate_hz: int) -> int:
    return ceil(round(time_ms * rate_hz / 1000, 5))


def start_ms(player: Player, underruns: int) -> float:
    """What the player waits for, after so many underruns."""
    if player.on_underrun != "ratchet":
        return player.start_ms
    grown_ms = player.start_ms + underruns * player.ratchet_ms
    return max(player.start_ms, min(grown_ms, player.ratchet_to_ms))


def measure(rendered: Rendered, numbers: range, interruption: float) -> dict[str, float]:
    """Count what was heard of the answer that holds these samples."""
    dropped = len(rendered.dropped.intersection(numbers))
    stuck = len((rendered.stuck - rendered.dropped).intersection(numbers))
    heard = [n for n in numbers if n not in rendered.stuck and n not in rendered.dropped]
    figures = {"stuck_samples": stuck, "dropped_samples": dropped}
    if not heard:
        nothing = ("silent_ms", "longest_wait_ms", "underruns", "interruptions", "silent_quanta")
        return figures | {"start_delay_ms": float("nan")} | dict.fromkeys(nothing, 0)
    place = {number: i for i, number in enumerate(rendered.output) if number != SILENCE}
    first, last = place[heard[0]], place[heard[-1]]
    silences = [
        [i for i, _ in run]
        for silent, run in groupby(
            enumerate(rendered.output[first:last], start=first), lambda pair: pair[1] == SILENCE
        )
        if silent
    ]
    return figures | {
        "silent_ms": sum(map(len, silences)),
        "longest_wait_ms": max(
            rendered.first_sample + place[number] + 1 - rendered.readable[number]
            for number in heard
        ),
        "underruns": len(silences),
        "interruptions": sum(len(run) >= interruption for run in silences),
        "silent_quanta": sum(len({i // QUANTUM_SAMPLES for i in run}) for run in silences),
        "first_heard": rendered.first_sample + first,
    }


def played(
    arrivals: Arrivals, player: Player, device: Device = AS_ARRIVED
) -> list[tuple[dict[str, float], list[float]]]:
    """Figures of each answer, and the clock sample at which each of its packets begins."""
    clock_hz = (device.context_rate_hz or player.rate_hz) * (1 + device.drift_ppm / 1_000_000)
    queues = [(answer,) for answer in arrivals.answers]
    if player.on_underrun == "guide":
        queues = [arrivals.answers]
    results = []
    underruns = 0
    for answers in queues:
        rendered = render(answers, player, device, underruns)
        underruns = rendered.underruns
        place = {
            number: rendered.first_sample + i
            for i, number in enumerate(rendered.output)
            if number != SILENCE
        }
        begins = [*rendered.begins, len(rendered.readable)]
        packet = 0
        for row, answer in enumerate(answers):
            numbers = range(begins[packet], begins[packet + answer.samples.size])
            figures = measure(rendered, numbers, 0.150 * clock_hz)
            arrived = float(answer.arrived_ms[0]) * clock_hz / 1000
            readable = QUANTUM_SAMPLES * ceil((arrived - CLOCK_GRACE_SAMPLES) / QUANTUM_SAMPLES)
            if "first_heard" in figures:
                figures["start_delay_ms"] = figures.pop("first_heard") - readable
            figures["longest_queue_ms"] = rendered.queued[row]
            starts = []
            for number in range(packet, packet + answer.samples.size):
                heard = [place[n] for n in range(begins[number], begins[number + 1]) if n in place]
                starts.append(heard[0] if heard else inf)
            packet += answer.samples.size
            results.append((figures, starts))
    return results
