"""``voicelab redact``: a HAR that one may hand on."""

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence

__all__ = ["redact"]


@app.command()
def redact(
    session: Annotated[Path, typer.Argument(help="A HAR saved from the developer tools.")],
    out: Annotated[
        Path | None, typer.Option(help="Where the copy goes; NAME.clean.har beside it unless told.")
    ] = None,
    keep_audio: Annotated[bool, typer.Option("--keep-audio", help="Leave the audio in.")] = False,
    keep_transcripts: Annotated[
        bool, typer.Option("--keep-transcripts", help="Leave in what was said.")
    ] = False,
) -> None:
    """Copy a HAR without headers, cookies, URLs, instructions, words and audio.

    Only the WebSocket frames are copied, and of them what playback and
    sessions are judged by: types, ids, codes, times and lengths.
    """
    with one_sentence():
        from voicelab.wire import HarError, redacted_har

        target = out or session.with_name(f"{session.stem}.clean.har")
        if target.absolute() == session.absolute():
            raise ValueError(f"--out must be another file than {session.name}")
        damage = ""
        with session.open("rb") as stream:
            pieces = redacted_har(stream, keep_audio=keep_audio, keep_transcripts=keep_transcripts)
            first = next(pieces)
            with target.open("w", encoding="utf-8") as copy:
                copy.write(first)
                try:
                    copy.writelines(pieces)
                except HarError as error:
                    damage = str(error)
        typer.echo(f"wrote {target}")
        if damage:
            typer.echo(f"{damage}; what came before is in the copy", err=True)
