"""``voicelab diagnose``: what went wrong in a session, and what to change."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voicelab.cli.main import app, one_sentence

if TYPE_CHECKING:
    from voicelab.diagnose import Diagnosis
    from voicelab.tuning import Tuning

__all__ = ["diagnose_sessions"]

PROFILE = "voice-live-2026-07-15"


@app.command("diagnose")
def diagnose_sessions(
    sessions: Annotated[
        list[Path],
        typer.Argument(
            help="HAR, session log (JSONL) or Log Analytics export (CSV, JSON).",
            show_default=False,
        ),
    ],
    config: Annotated[
        Path | None,
        typer.Option(help="The tuned config that was in use: its player is the one that played."),
    ] = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="Print what happened, too, line by line.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    picture: Annotated[
        Path | None, typer.Option(help="A file for the picture of one session, PNG or SVG.")
    ] = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="Say in the picture that no real service answered.")
    ] = False,
    apply: Annotated[
        Path | None, typer.Option(help="A file for the config with the edits of all findings.")
    ] = None,
) -> None:
    """Read what happened in sessions, and say what went wrong, why, and what to change.

    Findings come ranked, each with what shows it and how sure it is. Nothing
    that was said, no key and no URL is in any output.
    """
    with one_sentence():
        from voicelab.tuning import Tuning

        tuning = None if config is None else Tuning.load(config)
        if picture is not None and len(sessions) > 1:
            raise ValueError(f"--picture must come with one session, got {len(sessions)}")
        found, unread = [], []
        for path in sessions:
            try:
                found.append(_diagnosis(path, tuning))
            except (ValueError, OSError) as error:
                unread.append(str(error))
        if as_json:
            typer.echo(json.dumps([each.to_dict() for each in found], indent=2))
        else:
            typer.echo("\n\n".join(_told(each, timeline=timeline) for each in found))
        if picture is not None and found:
            _draw(found[0], picture, simulated=simulated)
        if apply is not None and found:
            _apply(found, tuning or Tuning.from_profile(PROFILE), apply)
        for sentence in unread:
            typer.echo(f"voicelab: {sentence}", err=True)
        if unread:
            raise typer.Exit(2)


def _diagnosis(path: Path, tuning: "Tuning | None") -> "Diagnosis":
    from voicelab.diagnose import diagnose, read_session
    from voicelab.diagnose.stamps import stamp_remarks

    session = read_session(path, player=None if tuning is None else tuning.player)
    if tuning is not None:
        events = [event for each in session.connections for event in each.session_events]
        for sentence in stamp_remarks(events, tuning) if events else ():
            typer.echo(f"{path.name}: {sentence}", err=True)
    return diagnose(session)


def _told(diagnosis: "Diagnosis", *, timeline: bool) -> str:
    from voicelab.diagnose import text

    return f"{text(diagnosis.timeline)}\n\n{diagnosis}" if timeline else str(diagnosis)


def _draw(diagnosis: "Diagnosis", path: Path, *, simulated: bool) -> None:
    from voicelab.views.figures import draw_session

    if path.suffix.lower() not in (".png", ".svg"):
        raise ValueError(f"--picture must end in .png or .svg, got {path.name}")
    figure = draw_session(diagnosis, source="simulator" if simulated else "service")
    figure.savefig(path)
    typer.echo(f"wrote {path}", err=True)


def _apply(found: "list[Diagnosis]", tuning: "Tuning", path: Path) -> None:
    """Make each edit once; those of the session named first win."""
    made: dict[str, str] = {}
    for diagnosis in found:
        for edit in diagnosis.edits:
            if edit.path in made:
                continue
            try:
                tuning = edit.apply(tuning)
            except ValueError as error:
                typer.echo(f"left out {edit}: {error}", err=True)
            else:
                made[edit.path] = str(edit)
    if not made:
        typer.echo("no finding is mended by an edit; nothing was written", err=True)
        return
    tuning.stamped(datetime.now(UTC)).save(path)
    typer.echo(f"wrote {path} with {', '.join(made.values())}", err=True)
