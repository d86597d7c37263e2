"""``voicelab inspect``: what would spoil a session."""

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence

__all__ = ["inspect_recordings"]


@app.command("inspect")
def inspect_recordings(
    places: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Audio files or room folders; without one, the bundled room.", show_default=False
        ),
    ] = None,
) -> None:
    """Look for what would spoil a session: rate, clipping, hum, dropouts, and how much there is."""
    with one_sentence():
        from voicelab import samples
        from voicelab.audio import inspect
        from voicelab.room import gather, read_room

        if not places:
            typer.echo(str(inspect(samples.room())))
        elif len(places) == 1 and places[0].is_dir():
            typer.echo(str(inspect(read_room(places[0]))))
        else:
            typer.echo(str(inspect(gather(takes=places))))
