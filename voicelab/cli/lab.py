"""``voicelab lab``: the notebooks beside a room, in JupyterLab."""

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence

__all__ = ["lab"]

DEFAULT_FOLDER = "voicelab-notebooks"


@app.command(context_settings={"ignore_unknown_options": True})
def lab(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FOLDER JUPYTERLAB-OPTIONS",
            help=f"A room, or any folder; {DEFAULT_FOLDER} unless told. Options, such as "
            "--no-browser or --port 8899, stand behind it and go to JupyterLab.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Copy the notebooks that are missing, and open the first in JupyterLab.

    A notebook that is there already is never written over. Beside recordings
    the copies read these, elsewhere the bundled room. Ctrl-C stops it.
    """
    with one_sentence():
        from jupyterlab.labapp import LabApp

        from voicelab.notebooks import copy_missing, shipped
        from voicelab.room import is_room

        named = words is not None and not words[0].startswith("-")
        first, *options = words if words and named else [DEFAULT_FOLDER, *(words or [])]
        folder = _folder(first)
        copied = copy_missing(folder, reads_folder=is_room(folder))
        typer.echo(str(copied))
        LabApp.launch_instance(
            argv=[
                f"--ServerApp.root_dir={folder.resolve()}",
                f"--LabApp.default_url=/lab/tree/{shipped()[0].name}",
                "--ServerApp.answer_yes=True",  # one Ctrl-C stops it
                *options,
            ]
        )


def _folder(name: str) -> Path:
    folder = Path(name)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"the notebooks' place must be a folder, got a file at {folder}")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
