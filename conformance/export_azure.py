"""What voicelab exports is, key by key, what azure-ai-voicelive would send.

python export_azure.py CASES.jsonl
"""

import json
import sys
from pathlib import Path
from typing import Any

from azure.ai.voicelive.models import (
    ClientEventSessionUpdate,
    InputAudioFormat,
    OutputAudioFormat,
    RequestSession,
    ServerVad,
)

RATES = {
    24_000: OutputAudioFormat.PCM16,
    16_000: OutputAudioFormat.PCM16_16000_HZ,
    8_000: OutputAudioFormat.PCM16_8000_HZ,
}


def serialised(case: dict[str, Any]) -> dict[str, Any]:
    """Say the same settings with the SDK's classes."""
    vad = None
    if case["turn_detection"] is not None:
        settings = dict(case["turn_detection"])
        del settings["type"]
        speech_ms = settings.pop("speech_duration_ms")
        vad = ServerVad(**settings)
        vad["speech_duration_ms"] = speech_ms  # in the reference, not in the SDK's class
    session = RequestSession(
        turn_detection=vad,
        input_audio_format=InputAudioFormat.PCM16,
        input_audio_sampling_rate=24_000,
        input_audio_noise_reduction=None,
        input_audio_echo_cancellation=None,
        output_audio_format=RATES[case["rate_hz"]],
        metadata={"voicelab_tuning": case["stamp"]},
    )
    event: dict[str, Any] = ClientEventSessionUpdate(session=session).as_dict()
    return json.loads(json.dumps(event))


def main() -> int:
    """Compare every case."""
    cases = [json.loads(line) for line in Path(sys.argv[1]).read_text("utf-8").splitlines()]
    wrong = [case for case in cases if serialised(case) != case["voice-live"]]
    for case in wrong:
        print(f"the SDK sends {serialised(case)}, voicelab {case['voice-live']}")
    print(f"azure export: {len(cases)} session updates compared, {len(wrong)} differ")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
