"""A HAR as a timeline: its sockets, and what the browser wrote down around them.

A HAR knows no close code, and a saved one may end while a socket is open:
then nothing is said of its end.
"""

import json
from collections.abc import Iterable
from typing import IO

from voicelab.diagnose.gathering import Gathering
from voicelab.diagnose.happened import Happened
from voicelab.diagnose.redacted import happened_from
from voicelab.diagnose.session import Connection
from voicelab.diagnose.sound import KEPT_S
from voicelab.diagnose.timeline import Timeline
from voicelab.jitter import Player
from voicelab.wire.har import Frame, HarError, har_parts
from voicelab.wire.har_request import HarRequest

__all__ = ["har_timeline"]

HANDSHAKE_MS = 5_000.0
NO_SESSION = (
    "a HAR must hold WebSocket frames of a session, got none; save it in a browser of the "
    "Chromium family with the network tab open before the page connects"
)


class HarSession:
    """The sockets of a HAR, as far as it has been read; time begins with the first frame."""

    def __init__(self) -> None:
        self.sockets: dict[int, Gathering] = {}
        self.requests: list[HarRequest] = []
        self.strange = 0
        self._origin_ms: float | None = None

    def take(self, frame: Frame) -> None:
        """Take in a frame.

        Parameters
        ----------
        frame : Frame
            The next of its socket.
        """
        happened = self._happened(frame)
        if happened is None:
            self.strange += 1
            return
        if frame.socket not in self.sockets:
            self.sockets[frame.socket] = Gathering(opened_ms=happened.at_ms, kept_s=KEPT_S)
        self.sockets[frame.socket].take(happened)

    def connections(self) -> Iterable[Connection]:
        """Give the sockets that spoke the protocol, and those that were refused.

        Yields
        ------
        Connection
            In the order of the file.
        """
        origin_ms = self._origin_ms
        if origin_ms is None:
            starts = [each.started_ms for each in self.requests if each.started_ms is not None]
            origin_ms = min(starts, default=0.0)
        named = {each.socket: each for each in self.requests if each.socket is not None}
        for number, gathering in self.sockets.items():
            record = gathering.finish()
            record.request = named.pop(number, None)
            if record.request is not None and record.request.started_ms is not None:
                # The first frame, at 0, comes a handshake later; nobody wants to read of that.
                started_ms = record.request.started_ms - origin_ms
                started_ms = 0.0 if -HANDSHAKE_MS < started_ms < 0 else started_ms
                record.opened_ms = min(record.opened_ms, started_ms)
            if record.request is not None and record.request.ended_ms is not None:
                record.closed_ms = record.request.ended_ms - origin_ms
            expires_s = record.told.get("expires_at")
            if isinstance(expires_s, int | float):
                record.expires_ms = 1000.0 * expires_s - origin_ms
            yield record
        for request in named.values():
            if request.started_ms is not None and request.status not in (None, 101):
                at_ms = request.started_ms - origin_ms
                yield Connection(
                    opened_ms=at_ms,
                    last_ms=at_ms,
                    closed_ms=at_ms,
                    refused=request.status,
                    retry_after_s=request.retry_after_s,
                    request=request,
                )

    def _happened(self, frame: Frame) -> Happened | None:
        """Read a frame; ``None`` if it is no event."""
        try:
            event = json.loads(frame.text or "")
        except (ValueError, RecursionError):
            return None
        if not isinstance(event, dict) or not isinstance(event.get("type"), str):
            return None
        known = self.sockets.get(frame.socket)
        last_ms = known.record.last_ms if known else 0.0
        if frame.time_ms is None:
            return happened_from(event, at_ms=last_ms, sent=frame.sent)
        if self._origin_ms is None:
            self._origin_ms = frame.time_ms
        at_ms = frame.time_ms - self._origin_ms
        return happened_from(event, at_ms=max(at_ms, last_ms) if known else at_ms, sent=frame.sent)


def har_timeline(
    stream: IO[bytes], *, name: str = "session.har", player: Player | None = None
) -> Timeline:
    """Read a HAR as it comes; it is never held.

    Parameters
    ----------
    stream : binary file
        The HAR.
    name : str
        Names it in reports.
    player : Player or None
        Who played the answers.

    Returns
    -------
    Timeline
        Of all sockets that spoke the protocol.

    Raises
    ------
    HarError
        If it holds nothing of a session.
    """
    session = HarSession()
    damage = ""
    parts = har_parts(stream)
    while True:
        try:
            part = next(parts, None)
        except HarError as error:
            damage = str(error)
            break
        if part is None:
            break
        if isinstance(part, HarRequest):
            session.requests.append(part)
        else:
            session.take(part)
    connections = tuple(session.connections())
    if not connections:
        raise HarError(damage or NO_SESSION)
    remarks = [f"{damage}; what came before is kept"] if damage else []
    if session.strange:
        plural = "s" * (session.strange > 1)
        remarks.append(f"{session.strange} frame{plural} held no event and stayed out")
    return Timeline.of(
        connections,
        player=player,
        name=name,
        source="HAR",
        requests=tuple(each for each in session.requests if each.socket is None),
        remarks=tuple(remarks),
    )
