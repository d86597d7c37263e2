"""``voicelab talk``: a recording as the microphone of a live session."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voicelab.cli.main import app, one_sentence

if TYPE_CHECKING:
    from voicelab.audio import Recording
    from voicelab.streaming import LiveLog

__all__ = ["talk"]


@app.command()
def talk(
    recording: Annotated[Path, typer.Argument(help="What the user says: an audio file.")],
    config: Annotated[
        Path | None, typer.Option(help="A tuned config; Voice Live's defaults without one.")
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Talk to the real service, with the environment's key."),
    ] = False,
    out: Annotated[
        Path, typer.Option(help="Folder for answer.wav, transcript.txt and session.jsonl.")
    ] = Path("talk"),
    faults: Annotated[
        str, typer.Option(help="What goes wrong at the embedded service, such as 'drop@5s'.")
    ] = "",
    speed: Annotated[
        float, typer.Option(help="How many times faster than the world all of it runs.")
    ] = 1.0,
    instructions: Annotated[str, typer.Option(help="For the model.")] = "",
    minutes: Annotated[
        float, typer.Option(help="How long a session with the real service may last.")
    ] = 10.0,
    tokens: Annotated[int, typer.Option(help="How many tokens it may use.")] = 200_000,
    entra: Annotated[
        bool, typer.Option("--entra", help="With --live: sign in with Entra instead of a key.")
    ] = False,
) -> None:
    """Stream a recording as a microphone; keep the answer, the words and the session log.

    It takes as long as the recording and the answer do, or, with the embedded
    service, as much less as --speed says. The embedded service
    answers, started here and gone afterwards, unless --live is written: keys in
    the environment alone send nothing anywhere.
    """
    with one_sentence():
        from voicelab.audio import read_recording
        from voicelab.simulator import Service, read_faults
        from voicelab.streaming import LiveSession, entra_token
        from voicelab.tuning import Tuning

        if live and faults:
            raise ValueError("--faults must be left out with --live; real services bring their own")
        if entra and not live:
            raise ValueError("--entra needs --live; the embedded service asks for no key")
        said = read_recording(recording)
        asked: dict[str, Any] = {"service": Service(faults=read_faults(faults))}
        if live:
            asked = {"target": "service", "longest_s": 60 * minutes, "most_tokens": tokens}
            asked["token"] = entra_token() if entra else None
        session = LiveSession(
            None if config is None else Tuning.load(config),
            speed=speed,
            instructions=instructions,
            log_path=_folder(out) / "session.jsonl",
            **asked,
        )
        try:
            asyncio.run(_say(session, said))
        finally:
            _keep(session.log, out)
        typer.echo(f"{session.log.summary()}\n\nwrote {out}")


async def _say(session: Any, said: "Recording") -> None:
    async with session:
        await session.say(said)


def _folder(out: Path) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    return out


def _keep(log: "LiveLog", out: Path) -> None:
    """Write what there is, also of a session that ended early."""
    from voicelab.audio import write_recording

    words = "".join(f"{line}\n" for line in log.transcript)
    (out / "transcript.txt").write_text(words, encoding="utf-8")
    if log.answers:
        write_recording(log.audio, out / "answer.wav")
