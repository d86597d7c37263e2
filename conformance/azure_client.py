"""The official Azure client lives through the story.

    python azure_client.py URL SPEECH.wav EVENTS.jsonl [EXPIRING_URL]

``URL`` is where the server listens, ``http://host:port``.  Every message that
came is written to ``EVENTS.jsonl``, for the walk.
"""

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import speech
import story
from azure.ai.voicelive.aio import ConnectionClosed, VoiceLiveConnection, connect
from azure.ai.voicelive.models import RequestSession, ServerEvent, ServerVad
from azure.core.credentials import AzureKeyCredential

KEY = os.environ.get("CONFORMANCE_KEY", "no-key-needed")
BARE = {"rate_limits.updated", "conversation.created"}  # the SDK has no class for them


def on_line(connection: VoiceLiveConnection, log: list[str]) -> story.Line:
    """Speak through the SDK's own methods; keep what came as it came."""
    receive_bytes = connection.recv_bytes

    async def keep() -> bytes:
        raw = await receive_bytes()
        log.append(raw.decode())
        return raw

    connection.recv_bytes = keep

    async def receive() -> dict:
        event = await connection.recv()
        assert type(event) is not ServerEvent or event.type in BARE, f"bare event {event.type}"
        return json.loads(log[-1])

    async def turn_detection(on: bool) -> None:
        vad = ServerVad(threshold=0.5, prefix_padding_ms=300, silence_duration_ms=500)
        await connection.session.update(session=RequestSession(turn_detection=vad if on else None))

    async def close_code() -> int:
        try:
            while True:
                await connection.recv()
        except ConnectionClosed as closed:
            return closed.code

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
        nested=False,
    )


@asynccontextmanager
async def call(url: str, log: list[str]):
    """Connect, and hang up at the end."""
    async with connect(
        endpoint=url, credential=AzureKeyCredential(KEY), model="gpt-realtime"
    ) as connection:
        yield on_line(connection, log)


async def main() -> None:
    """Live through every chapter and say how each ended."""
    url, wav, events, *expiring = sys.argv[1:]
    pcm, log = speech.read(wav), []
    for chapter in (story.conversation, story.barge_in, story.push_to_talk, story.errands):
        async with call(url, log) as line:
            print(f"azure {chapter.__name__}: {await chapter(line, pcm)}", flush=True)
    if expiring:
        async with call(expiring[0], log) as line:
            print(f"azure expiry: {await story.expiry(line)}", flush=True)
    Path(events).write_text("".join(f"{each}\n" for each in log), "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
