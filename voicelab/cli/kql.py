"""``voicelab kql``: what to ask Azure Monitor, and what is not known of the answer."""

from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence

__all__ = ["print_kql"]


@app.command("kql")
def print_kql(
    name: Annotated[
        str | None, typer.Argument(help="A query; without one, the list of them.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="How far back, such as 24h or 7d.")] = None,
    deployment: Annotated[str | None, typer.Option(help="One deployment alone.")] = None,
    operation: Annotated[
        str | None, typer.Option(help="Part of an operation's name, such as realtime.")
    ] = None,
    session: Annotated[str | None, typer.Option(help="One session's id.")] = None,
) -> None:
    """Print a query for Log Analytics, its values escaped, its sources and doubts beside it.

    Nothing is sent anywhere: paste it into your workspace. Every query is
    bound to the published columns; no workspace has run it.
    """
    with one_sentence():
        from voicelab.diagnose.monitor import QUERIES, kql

        given = {
            "since": since,
            "deployment": deployment,
            "operation": operation,
            "session": session,
        }
        values = {key: value for key, value in given.items() if value is not None}
        if name is not None:
            typer.echo(kql(name).text(**values), nl=False)
            return
        if values:
            raise ValueError(f"--{next(iter(values))} must come with a query: {', '.join(QUERIES)}")
        width = max(map(len, QUERIES))
        for each in QUERIES.values():
            typer.echo(f"{each.name.ljust(width)}  {each.question}")
        typer.echo(
            "\nBound to the published columns; no workspace has run them. That the guide's filter\n"
            'ResourceType == "OPENAI" finds any row is not verified: resource-types asks yours.'
        )
