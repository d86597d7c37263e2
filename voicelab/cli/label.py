"""``voicelab label``: draft where somebody speaks, to be checked in Audacity."""

from pathlib import Path
from typing import Annotated

import typer

from voicelab.cli.main import app, one_sentence

__all__ = ["label"]


@app.command()
def label(
    files: Annotated[list[Path], typer.Argument(help="Recordings of speech.", show_default=False)],
    turn_gap_ms: Annotated[
        float, typer.Option(help="Speech closer together than this is one turn.")
    ] = 1500.0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace label files that are already there.")
    ] = False,
) -> None:
    """Draft labels for recordings, as Audacity label files beside them.

    The draft is an energy rule, none of the detectors that are scored. Open
    the recording in Audacity, import the labels, correct them, export them
    over the draft.
    """
    with one_sentence():
        from voicelab.audio import draft_turns, format_labels, read_recording
        from voicelab.room import labels_path
        from voicelab.tuning.store import write_text

        for path in files:
            beside = labels_path(path)
            if beside.exists() and not overwrite:
                typer.echo(f"kept {beside}: it is there already (--overwrite replaces it)")
                continue
            recording = read_recording(path)
            turns = draft_turns(recording, turn_gap_ms=turn_gap_ms)
            write_text(format_labels(turns), beside)
            spoken_s = sum(end - start for turn in turns for start, end in turn.spans) / 1000
            typer.echo(f"wrote {beside}: {len(turns)} turns, {spoken_s:.1f} s of speech, drafted")
