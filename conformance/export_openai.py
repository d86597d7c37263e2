"""What voicelab exports fits openai's own type of a session update, key by key.

python export_openai.py CASES.jsonl
"""

import json
import sys
from pathlib import Path

from openai.types.realtime import SessionUpdateEvent


def main() -> int:
    """Read every case with the SDK's type, and write it again."""
    lines = Path(sys.argv[1]).read_text("utf-8").splitlines()
    events = [json.loads(line)["openai-realtime"] for line in lines]
    wrong = 0
    for event in events:
        read = SessionUpdateEvent.model_validate(event)
        settings = read.session.audio.input.turn_detection
        extras = {**(read.session.model_extra or {}), **((settings and settings.model_extra) or {})}
        written = read.model_dump(exclude_unset=True)
        if written != event or extras:
            print(f"the SDK reads {written}, with {extras} unknown; voicelab wrote {event}")
            wrong += 1
    print(f"openai export: {len(events)} session updates compared, {wrong} differ")
    return 1 if wrong or not events else 0


if __name__ == "__main__":
    sys.exit(main())
