"""Scores counted the slow way: one millisecond at a time, one turn at a time."""

import math


def reference(found, turns, *, duration_ms, prefix_padding_ms):
    """Score one setting's turns, given as (onset, started, sounding_end, stopped) in whole ms."""
    spans = [(span, index) for index, turn in enumerate(turns) for span in turn.spans]
    last = [min(end, duration_ms) for _, _, end, _ in found]
    stop = [duration_ms if math.isnan(end) else min(end, duration_ms) for *_, end in found]

    def touches(begin, end, before, after):
        return [
            index
            for (start, finish), index in spans
            if start - before < end and begin < finish + after
        ]

    false = early = 0
    served = {index: [] for index in range(len(turns))}
    for number, (onset, *_rest) in enumerate(found):
        if not touches(onset, last[number], 60, 120):
            false += 1
        owners = touches(onset, last[number], 0, 0)
        if owners:
            served[owners[0]].append(number)
            early += onset < turns[owners[0]].start_ms - 250

    audio_start = []
    for number, (_, started, _, _) in enumerate(found):
        previous_end = found[number - 1][3] if number else 0
        audio_start.append(max(started - prefix_padding_ms, previous_end, 0))

    at_risk = falsely_open = falsely_sounding = missed_speech = 0
    for ms in range(int(duration_ms)):
        busy = any(turn.start_ms - 60 <= ms < turn.end_ms + 120 for turn in turns)
        is_open = any(found[n][1] <= ms < stop[n] for n in range(len(found)))
        sounding = any(min(found[n][1], last[n]) <= ms < last[n] for n in range(len(found)))
        at_risk += not busy and not is_open
        falsely_open += not busy and is_open
        falsely_sounding += not busy and sounding
        spoken = any(start <= ms < end for (start, end), _ in spans)
        sent = any(audio_start[n] <= ms < stop[n] for n in range(len(found)))
        missed_speech += spoken and not sent

    clipped, latency = [], []
    for index, turn in enumerate(turns):
        numbers = served[index]
        clipped.append(max(0, audio_start[numbers[0]] - turn.start_ms) if numbers else math.nan)
        latency.append(found[numbers[-1]][3] - turn.end_ms if numbers else math.nan)
    return {
        "false_triggers": false,
        "early_opens": early,
        "never_closed": sum(math.isnan(end) for *_, end in found),
        "at_risk_ms": at_risk,
        "falsely_open_ms": falsely_open,
        "falsely_open_sounding_ms": falsely_sounding,
        "missed_speech_ms": missed_speech,
        "pieces": [len(served[index]) for index in range(len(turns))],
        "clipped_ms": clipped,
        "latency_ms": latency,
    }
