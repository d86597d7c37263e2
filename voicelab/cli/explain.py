"""``voicelab explain``: what a failure means, and what to do about it."""

from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence

__all__ = ["explain"]


@app.command()
def explain(
    what: Annotated[
        str,
        typer.Argument(
            help="A close code (1006), a status (429), a code (session_expired), an exception."
        ),
    ],
    service: Annotated[
        str | None, typer.Option(help="voice-live, azure-openai or openai; all unless told.")
    ] = None,
) -> None:
    """Say what a failure means, whether to retry, fix or stop, and where to look."""
    with one_sentence():
        from voicelab.wire import errors

        typer.echo(str(errors.explain(what, service=service)))  # type: ignore[arg-type]
