"""``voicelab export``: a tuned config as what people deploy."""

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence

__all__ = ["export_tuning"]


@app.command("export")
def export_tuning(
    config: Annotated[Path, typer.Argument(help="A tuned config.")],
    to: Annotated[str, typer.Option(help="voice-live, openai-realtime or worklet.")] = "voice-live",
    only_portable: Annotated[
        bool,
        typer.Option(
            "--only-portable",
            help="Write the default instead of a threshold that was not calibrated to the service.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where it goes: a file, a folder for a worklet; standard output unless told."
        ),
    ] = None,
) -> None:
    """Export a tuned config; say what the target cannot hold, and what it assumes."""
    with one_sentence():
        from voicelab.export import export
        from voicelab.tuning import Tuning
        from voicelab.tuning.store import write_text

        exported = export(Tuning.load(config), to=to, only_portable=only_portable)
        if out is None:
            typer.echo(exported.text)
        elif exported.files:
            out.mkdir(parents=True, exist_ok=True)
            for name, text in exported.files.items():
                write_text(text, out / name)
            typer.echo(f"wrote {', '.join(exported.files)} to {out}", err=True)
        else:
            write_text(exported.text + "\n", out)
            typer.echo(f"wrote {out}", err=True)
        for heading, sentences in (("lost", exported.lost), ("assumed", exported.assumed)):
            for sentence in sentences:
                typer.echo(f"{heading}: {sentence}", err=True)
