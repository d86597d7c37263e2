"""What is to be known of a request in a HAR: facts, and none of its texts.

URL, headers and messages are looked at here and go no further: they hold keys,
cookies and names.  What leaves is which kind of host was asked, *where* a key
stood, with which status it ended, when it began and how long it lasted.

Hosts and the ways in which a key travels are those of the services' papers:
``api-key`` and ``Authorization`` in the query, and OpenAI's subprotocol
``openai-insecure-api-key``.  Times are milliseconds of the wall clock.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

__all__ = ["HarRequest", "Host", "KeyPlace", "RequestFacts"]

Host = Literal["voice-live", "azure-openai", "openai", "this machine", "other"]
KeyPlace = Literal["", "query", "subprotocol", "userinfo"]

HOSTS: tuple[tuple[re.Pattern[str], Host], ...] = (
    (re.compile(r"(^|\.)(services\.ai|cognitiveservices)\.azure\.com$"), "voice-live"),
    (re.compile(r"(^|\.)openai\.azure\.com$"), "azure-openai"),
    (re.compile(r"(^|\.)openai\.com$"), "openai"),
    (re.compile(r"^(localhost|127\.[\d.]+|\[::1\])$"), "this machine"),
)
URL = re.compile(r"^(\w+)://(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^:/?#]*)(:\d+)?[^?#]*(?:\?([^#]*))?")
# Keys of a query, without regard to case, under which credentials travel.
KEY_NAMES = ("api-key", "authorization", "subscription-key", "access_token", "token", "key")
KEY_PROTOCOL = "openai-insecure-api-key"
PASSWORD = re.compile(r"^\w+://[^/?#@:]*:[^/?#@]+@")
RESPONSE_CODE = re.compile(r"response code: (\d{3})")


@dataclass(frozen=True, kw_only=True)
class HarRequest:
    """One request of a page.

    Attributes
    ----------
    socket : int or None
        Number of its WebSocket in the file, from 1; ``None`` if it was none.
    host : {"voice-live", "azure-openai", "openai", "this machine", "other"}
        Whom it was sent to.
    is_cross_origin : bool
        Whether the page came from elsewhere.
    key_in : str
        Where it carried a key that anybody can read: ``query``,
        ``subprotocol``, ``userinfo``, or empty.
    status : int or None
        HTTP status of the answer; ``None`` where none was seen.
    was_blocked : bool
        Whether the browser gave the page no answer, as it does without leave
        of the other origin.
    retry_after_s : float or None
        How long the answer asked to wait.
    started_ms : float or None
        When it was sent.
    ended_ms : float or None
        When it, or its WebSocket, was over.
    """

    socket: int | None = None
    host: Host = "other"
    is_cross_origin: bool = False
    key_in: KeyPlace = ""
    status: int | None = None
    was_blocked: bool = False
    retry_after_s: float | None = None
    started_ms: float | None = None
    ended_ms: float | None = None


@dataclass
class RequestFacts:
    """A request so far, as the file tells of it in any order."""

    socket: int | None = None
    _url: str = ""
    _origin: str = ""
    _protocols: str = ""
    _status: int | None = None
    _error: str = ""
    _retry_after_s: float | None = None
    _started_ms: float | None = None
    _lasted_ms: float = 0.0
    _last_ms: float | None = None
    _header: dict[str, str] = field(default_factory=dict)

    def carried(self, time_s: Any) -> None:
        """Note that a frame went through.

        Parameters
        ----------
        time_s : Any
            When, in seconds, if it is a number.
        """
        if isinstance(time_s, int | float):
            self._last_ms = 1000.0 * time_s

    def failed(self, text: Any) -> None:
        """Note that the browser wrote down an error.

        Parameters
        ----------
        text : Any
            Its words, of which only a status is read.
        """
        found = RESPONSE_CODE.search(text) if isinstance(text, str) else None
        if found:
            self._status = int(found[1])

    def note(self, place: str, value: Any) -> None:
        """Take note of one value of the entry.

        Parameters
        ----------
        place : str
            Where in the entry it stands.
        value : Any
            What stands there.
        """
        if place == "time" and isinstance(value, int | float):
            self._lasted_ms = float(value)
        elif place == "response.status" and isinstance(value, int | float):
            self._status = self._status or int(value) or None
        elif not isinstance(value, str):
            return
        elif place == "request.url":
            self._url = value
        elif place == "startedDateTime":
            self._started_ms = _epoch_ms(value)
        elif place == "response._error":
            self._error = value
        elif place.endswith("headers.item.name"):
            self._header["name"] = value.lower()
        elif place.endswith("headers.item.value"):
            self._note_header(place.startswith("request"), self._header.get("name", ""), value)

    def request(self) -> HarRequest:
        """Sum up.

        Returns
        -------
        HarRequest
            Without any of the texts.
        """
        scheme, host, port, query = _split(self._url)
        started_ms, ended_ms = self._started_ms, None
        if started_ms is not None and self._lasted_ms > 0:
            ended_ms = started_ms + self._lasted_ms
            if self._last_ms is not None and ended_ms < self._last_ms:
                ended_ms = None  # a socket that was open when the file was saved
        origin = _split(self._origin)
        has_origin = bool(origin[1])
        same = (origin[1], origin[2]) == (host, port)
        is_socket = self.socket is not None or scheme in ("ws", "wss")
        return HarRequest(
            socket=self.socket,
            host=next((name for pattern, name in HOSTS if pattern.search(host)), "other"),
            is_cross_origin=has_origin and not same,
            key_in=_key_in(query, self._protocols, self._url),
            status=self._status,
            was_blocked=not is_socket and self._status is None and "FAILED" in self._error,
            retry_after_s=self._retry_after_s,
            started_ms=started_ms,
            ended_ms=ended_ms,
        )

    def _note_header(self, asked: bool, name: str, value: str) -> None:
        if asked and name == "origin":
            self._origin = value
        elif asked and name == "sec-websocket-protocol":
            self._protocols = value
        elif not asked and name == "retry-after" and re.fullmatch(r"\d{1,6}", value):
            self._retry_after_s = float(value)


def _split(url: str) -> tuple[str, str, str, str]:
    found = URL.match(url)
    if found is None:
        return "", "", "", ""
    scheme, host, port, query = (each or "" for each in found.groups())
    return scheme.lower(), host.lower(), port, query


def _key_in(query: str, protocols: str, url: str) -> KeyPlace:
    names = [each.partition("=") for each in query.split("&")]
    if any(name.lower() in KEY_NAMES and value for name, _, value in names):
        return "query"
    if PASSWORD.match(url):
        return "userinfo"
    return "subprotocol" if KEY_PROTOCOL in protocols else ""


def _epoch_ms(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp() * 1000
    except ValueError:
        return None
