"""The page: the smallest front end that talks through a relay, in plain files.

Beside its own files lie the player and the filter as
:mod:`voicelab.export.worklet` writes them, and the ``session.update`` of the
same config.  It is a start: whoever serves a folder of their own keeps it.
"""

import json
from importlib.resources import files
from pathlib import Path

from voicelab.export import export
from voicelab.tuning import Tuning
from voicelab.wire import Dialect

__all__ = ["PAGE_FILES", "page_files", "write_page"]

PAGE_FILES = ("index.html", "page.css", "page.js", "microphone-worklet.js")
TARGETS: dict[Dialect, str] = {"voice-live": "voice-live", "openai-ga": "openai-realtime"}
TRANSCRIBER = {"model": "whisper-1"}  # so that the page can show what was said


def page_files(tuning: Tuning, *, dialect: Dialect) -> dict[str, str]:
    """Write the page for a config.

    Parameters
    ----------
    tuning : Tuning
        Its player, filters and turn detection.
    dialect : {"voice-live", "openai-ga"}
        What the service speaks.

    Returns
    -------
    dict of str to str
        Texts by file name.
    """
    update = export(tuning, to=TARGETS[dialect]).artifact
    session = dict(update["session"])
    if dialect == "voice-live":
        session["input_audio_transcription"] = TRANSCRIBER
    else:
        sound = dict(session.get("audio") or {})
        sound["input"] = {**(sound.get("input") or {}), "transcription": TRANSCRIBER}
        session["audio"] = sound
    own = {name: files(__name__).joinpath(name).read_text("utf-8") for name in PAGE_FILES}
    worklet = export(tuning, to="worklet").artifact
    event = {"type": "session.update", "session": session}
    return {**own, **worklet, "session.json": json.dumps(event, indent=2) + "\n"}


def write_page(folder: Path, tuning: Tuning, *, dialect: Dialect) -> None:
    """Write the page into a new folder.

    Parameters
    ----------
    folder : Path
        Which is made.
    tuning : Tuning
        Its player, filters and turn detection.
    dialect : {"voice-live", "openai-ga"}
        What the service speaks.

    Raises
    ------
    FileExistsError
        If there is one: it may have been edited.
    """
    folder.mkdir(parents=True)
    for name, text in page_files(tuning, dialect=dialect).items():
        (folder / name).write_text(text, encoding="utf-8")
