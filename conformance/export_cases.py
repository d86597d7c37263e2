"""Every setting of a Tuning that reaches the service, exported: one JSON object a line.

Runs with voicelab; ``export_azure.py`` and ``export_openai.py`` read the
lines in environments of their own.
"""

import json
from dataclasses import asdict

from voicelab.export import export
from voicelab.profiles import PROFILES
from voicelab.tuning import Tuning, stamp

OTHERS = {
    "threshold": 0.31,
    "prefix_padding_ms": 11,
    "silence_duration_ms": 222,
    "speech_duration_ms": 33,
    "create_response": False,
    "interrupt_response": False,
}


def tunings():
    """Give each profile, each setting changed alone, push-to-talk, and each rate."""
    for name in PROFILES:
        plain = Tuning.from_profile(name)
        yield plain
        for setting, value in OTHERS.items():
            yield plain.with_value(f"/turn_detection/{setting}", value)
        yield plain.with_value("/turn_detection", None)
        for rate_hz in (8_000, 16_000):
            yield plain.with_value("/player/rate_hz", rate_hz)


def main() -> None:
    """Write the lines."""
    settings = set(asdict(Tuning.from_profile("guide").turn_detection)) - {"type"}
    assert settings == set(OTHERS), f"a setting is not tried: {settings ^ set(OTHERS)}"
    for tuning in tunings():
        vad = tuning.turn_detection
        case = {
            "turn_detection": None if vad is None else asdict(vad),
            "rate_hz": tuning.player.rate_hz,
            "stamp": stamp(tuning),
            "voice-live": export(tuning, to="voice-live").artifact,
            "openai-realtime": export(tuning, to="openai-realtime").artifact,
        }
        print(json.dumps(case))


if __name__ == "__main__":
    main()
