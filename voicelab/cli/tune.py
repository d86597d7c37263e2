"""``voicelab tune``: recordings in, a tuned config with its evidence out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence
from voicelab.room import Room

__all__ = ["tune"]


@app.command()
def tune(
    room: Annotated[
        list[Path] | None,
        typer.Argument(
            help="A room folder, or audio files; without one, the bundled room.",
            show_default=False,
        ),
    ] = None,
    noise: Annotated[
        list[Path] | None,
        typer.Option(help="A folder (or file) of noise: fan, keyboard, room; kind by file name."),
    ] = None,
    speech: Annotated[
        list[Path] | None, typer.Option(help="A folder (or file) of speech; labels beside it.")
    ] = None,
    trace: Annotated[
        list[Path] | None,
        typer.Option(help="When answers arrived: HAR, JSONL or CSV. May be repeated."),
    ] = None,
    profile: Annotated[
        str, typer.Option(help="Whose defaults to start from.")
    ] = "voice-live-2026-07-15",
    detector: Annotated[
        str, typer.Option(help="The local detector whose threshold is written.")
    ] = "silero",
    silero: Annotated[
        Path | None, typer.Option(help="Another silero_vad.onnx than the installed one.")
    ] = None,
    false_triggers_per_min: Annotated[
        float, typer.Option(help="Budget on each kind of noise.")
    ] = 1.0,
    missed_short_turns: Annotated[
        float, typer.Option(help="Budget: share of turns missed.")
    ] = 0.10,
    out: Annotated[
        Path | None,
        typer.Option(help="Where the config goes; in the room, or here, unless told."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="A file for the report: one HTML page with its pictures.")
    ] = None,
) -> None:
    """Tune threshold, speech duration, filter and playback buffer.

    Prints the verdict card and writes the config. A value that cannot be told
    from its default keeps it, and the card says what to record to change that.
    """
    with one_sentence():
        from voicelab import samples
        from voicelab.autotune import autotune
        from voicelab.card import verdict_card
        from voicelab.cli.progress import progress_bar
        from voicelab.vad import DETECTORS, SileroDetector

        target = out or _default_out(room or [])
        for option, path in (("--out", target), ("--report", report)):
            if path is not None and not path.absolute().parent.is_dir():
                raise ValueError(f"{option} must lie in a folder that exists, got {path}")
        heard = _room(room or [], noise or [], speech or [], trace or [])
        families = [SileroDetector(silero) if name == "silero" else name for name in DETECTORS]
        with progress_bar("hearing scenes") as progress:
            tuned = autotune(
                heard or samples.room(),
                profile_name=profile,
                detector=detector,
                detectors=families,
                false_triggers_per_min=false_triggers_per_min,
                missed_short_turns=missed_short_turns,
                at=datetime.now(UTC),
                progress=progress,
            )
        typer.echo(str(verdict_card(tuned)))
        tuned.tuning.save(target)
        if report is not None:
            from voicelab.tuning.store import write_text
            from voicelab.views.report import report_html

            write_text(report_html(tuned), report)
            typer.echo(f"\nwrote {report}")
        typer.echo(f"\nwrote {target}; next: voicelab export {target} --to voice-live")


def _default_out(room: list[Path]) -> Path:
    return room[0] / "tuned.json" if len(room) == 1 and room[0].is_dir() else Path("tuned.json")


def _room(
    places: list[Path], noise: list[Path], speech: list[Path], traces: list[Path]
) -> Room | None:
    """Put together what was named; ``None`` if nothing was."""
    from voicelab import samples
    from voicelab.arrivals import read_arrivals
    from voicelab.room import gather, read_room

    if places and (noise or speech):
        raise ValueError("name a room, or --noise and --speech, not both")
    arrivals = tuple(read_arrivals(path) for path in traces)
    for each in arrivals:
        for sentence in each.remarks:
            typer.echo(f"{each.name}: {sentence}", err=True)
    if len(places) == 1 and places[0].is_dir():
        room = read_room(places[0])
    elif places or noise or speech:
        room = gather(takes=places, noise=noise, speech=speech)
    elif arrivals:
        room = samples.room()
    else:
        return None
    return Room(room.name, room.recordings, arrivals) if arrivals else room
