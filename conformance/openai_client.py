"""The official OpenAI client lives through the story, in the generally available dialect.

    python openai_client.py URL SPEECH.wav EVENTS.jsonl [EXPIRING_URL]

``URL`` is where the server listens, ``http://host:port``; its path
``/v1/realtime`` speaks that dialect.
"""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import speech
import story
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from websockets.exceptions import ConnectionClosed

KEY = os.environ.get("CONFORMANCE_KEY", "no-key-needed")


def on_line(connection: AsyncRealtimeConnection, log: list[str]) -> story.Line:
    """Speak through the SDK's own methods; keep what came as it came."""

    async def receive() -> dict:
        raw = await connection.recv_bytes()
        log.append(raw.decode())
        event = json.loads(raw)
        typed = connection.parse_event(raw)
        assert typed.type == event["type"], f"{event['type']} was taken for {typed.type}"
        return event

    async def turn_detection(on: bool) -> None:
        vad = {"type": "server_vad", "threshold": 0.5, "silence_duration_ms": 500}
        heard = {
            "format": {"type": "audio/pcm", "rate": speech.RATE_HZ},
            "turn_detection": vad if on else None,
        }
        await connection.session.update(session={"type": "realtime", "audio": {"input": heard}})

    async def close_code() -> int:
        try:
            while True:
                await connection.recv_bytes()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    return story.Line(
        append=lambda audio: connection.input_audio_buffer.append(audio=audio),
        commit=lambda: connection.input_audio_buffer.commit(),
        answer=lambda: connection.response.create(),
        truncate=lambda item_id, end_ms: connection.conversation.item.truncate(
            item_id=item_id, content_index=0, audio_end_ms=end_ms
        ),
        turn_detection=turn_detection,
        receive=receive,
        close_code=close_code,
        send=connection.send,
        nested=True,
    )


@asynccontextmanager
async def call(url: str, log: list[str]):
    """Connect, and hang up at the end."""
    client = AsyncOpenAI(api_key=KEY, base_url=f"{url}/v1")
    async with client.realtime.connect(model="gpt-realtime") as connection:
        yield on_line(connection, log)


async def main() -> None:
    """Live through every chapter and say how each ended."""
    url, wav, events, *expiring = sys.argv[1:]
    pcm, log = speech.read(wav), []
    for chapter in (story.conversation, story.barge_in, story.push_to_talk, story.errands):
        async with call(url, log) as line:
            print(f"openai {chapter.__name__}: {await chapter(line, pcm)}", flush=True)
    if expiring:
        async with call(expiring[0], log) as line:
            print(f"openai expiry: {await story.expiry(line)}", flush=True)
    Path(events).write_text("".join(f"{each}\n" for each in log), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
