"""What there was to hear in a HAR, socket by socket."""

import json
from typing import IO

from voicelab.wire.har import HarError, har_frames
from voicelab.wire.listening import Listened, Listening

__all__ = ["hear_har"]


def hear_har(stream: IO[bytes]) -> tuple[dict[int, Listened], tuple[str, ...]]:
    """Read from a HAR what each of its sockets carried for the ear.

    Parameters
    ----------
    stream : binary file
        The HAR; it is read once, and neither it nor its audio is held.

    Returns
    -------
    heard : dict of int to Listened
        By number of the socket, from 1; one that carried no frame is not there.
    remarks : tuple of str
        What was wrong with the file as a whole.

    Raises
    ------
    HarError
        If the file holds no whole frame.
    """
    sockets: dict[int, Listening] = {}
    damage = ""
    frames = har_frames(stream)
    while True:
        try:
            frame = next(frames, None)
        except HarError as error:
            damage = str(error)
            break
        if frame is None:
            break
        listening = sockets.setdefault(frame.socket, Listening())
        if frame.text is None:
            listening.skip(is_binary=True)
            continue
        try:
            event = json.loads(frame.text)
        except (ValueError, RecursionError):
            event = None
        if isinstance(event, dict):
            listening.feed(event, recv_ms=frame.time_ms)
        else:
            listening.skip(is_binary=False)
    if not sockets:
        raise HarError(
            damage
            or "a HAR must hold WebSocket frames, got none; save it in a browser of the Chromium "
            "family with the network tab open before the page connects"
        )
    heard = {number: listening.heard() for number, listening in sockets.items()}
    return heard, ((f"{damage}; what came before is kept",) if damage else ())
