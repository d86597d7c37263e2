"""Reading: a file of any of three kinds, as the timeline of a session.

``.har`` is what a browser's developer tools save, ``.jsonl`` voicelab's own
session log, ``.csv`` and ``.json`` an export of Log Analytics.  Nothing of a
file is trusted: texts are dropped where they are no code, audio is measured
and, up to ten minutes of each side, kept.
"""

from pathlib import Path

from voicelab.diagnose.har_session import har_timeline
from voicelab.diagnose.log_session import log_timeline
from voicelab.diagnose.monitor_session import monitor_timeline
from voicelab.diagnose.timeline import Timeline
from voicelab.jitter import Player

__all__ = ["SESSION_SUFFIXES", "read_session"]

SESSION_SUFFIXES = (".csv", ".har", ".json", ".jsonl")


def read_session(path: str | Path, *, player: Player | None = None) -> Timeline:
    """Read what happened in a session.

    Parameters
    ----------
    path : str or Path
        A HAR, a session log, or an export of Log Analytics.
    player : Player or None
        Who played the answers; ``None`` takes one without a buffer.

    Returns
    -------
    Timeline
        Named like the file.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is of another kind, or holds no session.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path} must be a file with a session, got a folder; name a file in it")
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist; check the path")
    suffix = path.suffix.lower()
    if suffix not in SESSION_SUFFIXES:
        raise ValueError(
            f"{path.name} must end in {', '.join(SESSION_SUFFIXES)} to be read as a session, "
            f"got {path.suffix or 'no suffix'!r}"
        )
    if path.stat().st_size == 0:
        raise ValueError(f"{path.name} must hold a session, got an empty file")
    try:
        if suffix == ".har":
            with path.open("rb") as stream:
                return har_timeline(stream, name=path.name, player=player)
        text = path.read_text(encoding="utf-8")
        if suffix == ".jsonl":
            return log_timeline(text.splitlines(), name=path.name, player=player)
        return monitor_timeline(text, name=path.name)
    except UnicodeDecodeError:
        raise ValueError(
            f"{path.name} must be UTF-8 text, got bytes that are not; export it again"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error
