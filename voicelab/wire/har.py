"""HAR: what the browser's developer tools saved of a page's WebSockets.

Chromium writes the frames of a socket into its entry, in no standard but in
one shape::

    {"log": {"entries": [{"_webSocketMessages": [
        {"type": "receive", "time": 1763816400.125, "opcode": 1, "data": "{...}"}, ...]}]}}

``time`` is in seconds of the wall clock; here it becomes milliseconds.  The
file is read as it comes and never held: 200 MB of it cost what its longest
frame costs.  Of what surrounds the frames only facts get any further
(:mod:`voicelab.wire.har_request`), no header, cookie or URL; neither does a
parser's message, which would quote the file.
"""

from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from voicelab.wire.har_request import HarRequest, RequestFacts

__all__ = ["Frame", "HarError", "har_frames", "har_parts"]

ENTRIES = "log.entries"
ENTRY = ENTRIES + ".item"
MESSAGES = ENTRY + "._webSocketMessages"
MESSAGE = MESSAGES + ".item"
TEXT_OPCODE = 1


class HarError(ValueError):
    """A HAR that ends where it should not, or a file that is none."""


class Frame(NamedTuple):
    """One WebSocket message.

    Attributes
    ----------
    socket : int
        Which of the file's sockets it went through, from 1.
    time_ms : float or None
        When, on the wall clock; ``None`` where the file does not say.
    sent : bool
        Whether the page sent it.
    text : str or None
        What it said; ``None`` for a binary frame.
    """

    socket: int
    time_ms: float | None
    sent: bool
    text: str | None


def har_frames(stream: IO[bytes]) -> Iterator[Frame]:
    """Read the WebSocket frames of a HAR, one after the other.

    Parameters
    ----------
    stream : binary file
        The HAR.

    Yields
    ------
    Frame
        In the order of the file: socket by socket, each in the order of time.

    Raises
    ------
    HarError
        After the last whole frame, if the file is cut or is no HAR.
    """
    for part in har_parts(stream):
        if isinstance(part, Frame):
            yield part


def har_parts(stream: IO[bytes]) -> Iterator[Frame | HarRequest]:
    """Read the frames of a HAR, and what is to be known of each request.

    Parameters
    ----------
    stream : binary file
        The HAR.

    Yields
    ------
    Frame or HarRequest
        In the order of the file; a request comes after its frames.

    Raises
    ------
    HarError
        After the last whole part, if the file is cut or is no HAR.
    """
    socket = 0
    has_entries = is_whole = False
    fields: dict[str, Any] = {}
    facts = RequestFacts()
    for prefix, event, value in _events(stream):
        if prefix == MESSAGE:
            if event == "start_map":
                fields = {}
            elif event == "end_map" and fields.get("type") == "error":
                facts.failed(fields.get("data"))
            elif event == "end_map":
                facts.carried(fields.get("time"))
                yield _frame(socket, fields)
        elif prefix.startswith(MESSAGE + "."):
            fields[prefix[len(MESSAGE) + 1 :]] = value
        elif prefix == MESSAGES and event == "start_array":
            socket += 1
            facts.socket = socket
        elif prefix == ENTRY:
            if event == "start_map":
                facts = RequestFacts()
            elif event == "end_map":
                yield facts.request()
        elif prefix.startswith(ENTRY + "."):
            facts.note(prefix[len(ENTRY) + 1 :], value)
        elif prefix == ENTRIES:
            has_entries = True
        elif prefix == "" and event == "end_map":
            is_whole = True
    if facts.socket is not None and not is_whole:
        yield facts.request()
    if not has_entries:
        raise HarError(
            "a HAR must be JSON with a list log.entries, got something else; save it with "
            "the developer tools' network tab"
        )
    if not is_whole:
        raise HarError("a HAR must end where its JSON ends, got one that is cut or damaged before")


def _events(stream: IO[bytes]) -> Iterator[tuple[str, str, Any]]:
    """Parse until the text ends or stops being JSON; the parser's own words stay here."""
    import ijson

    parsed = ijson.parse(stream, use_float=True)
    while True:
        try:
            found = next(parsed, None)
        except (ijson.JSONError, UnicodeDecodeError):
            found = None
        if found is None:
            return
        yield found


def _frame(socket: int, fields: dict[str, Any]) -> Frame:
    time_s, said = fields.get("time"), fields.get("data")
    is_text = fields.get("opcode", TEXT_OPCODE) == TEXT_OPCODE and isinstance(said, str)
    return Frame(
        socket,
        1000.0 * time_s if isinstance(time_s, int | float) else None,
        fields.get("type") == "send",
        said if is_text else None,
    )
