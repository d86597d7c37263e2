"""The command line's front door: the verbs, and one sentence for what goes wrong."""

import contextlib
from collections.abc import Iterator
from typing import Annotated

import typer

from voicelab.version import __version__

__all__ = ["app", "main", "one_sentence"]

app = typer.Typer(
    name="voicelab",
    help="Tune a voice agent's turn detection, filter and playback buffer on your own recordings.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"voicelab {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Say which voicelab this is."
        ),
    ] = False,
) -> None: ...


@contextlib.contextmanager
def one_sentence() -> Iterator[None]:
    """Turn what a user can mend into one sentence and exit code 2."""
    try:
        yield
    except (ValueError, OSError) as error:
        typer.echo(f"voicelab: {error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        typer.echo("voicelab: stopped; nothing was written", err=True)
        raise typer.Exit(130) from None


def main() -> None:
    """Run the command line."""
    app()
