"""What a browser should not have: the key, and a line to the service itself."""

from collections.abc import Iterator

from voicelab.diagnose.timeline import Timeline
from voicelab.diagnose.trouble import Evidence, Trouble
from voicelab.wire.har_request import HarRequest

__all__ = ["direct_connection", "key_in_url"]

SERVICES = ("voice-live", "azure-openai", "openai")
PLACES = {
    "query": "in the query of its URL",
    "subprotocol": "in its subprotocol",
    "userinfo": "in front of its host",
}


def key_in_url(timeline: Timeline) -> Iterator[Trouble]:
    """Find keys that travel where logs and histories keep them.

    Parameters
    ----------
    timeline : Timeline
        The session; only a HAR tells.

    Yields
    ------
    Trouble
        At most one, without the key.
    """
    evidence = tuple(
        Evidence(
            at_ms=at_ms, until_ms=at_ms, sentence=f"{what} carries a key {PLACES[seen.key_in]}"
        )
        for what, at_ms, seen in _requests(timeline)
        if seen.key_in
    )
    if evidence:
        yield Trouble(
            name="key_in_url",
            severity=3,
            sure="certain",
            sentence="a key can be read by whoever sees the URL or the page",
            cause="a browser can send no api-key header, so the key went into the address: it is "
            "in the page, in proxies' logs and in this file",
            change="revoke this key now; let a relay of yours hold the key, or give the page a "
            "token that lives for a minute; hand on this file only after voicelab redact",
            evidence=evidence,
            source="the guide on CORS: never expose the API key",
        )


def direct_connection(timeline: Timeline) -> Iterator[Trouble]:
    """Find pages that speak to the service themselves.

    Parameters
    ----------
    timeline : Timeline
        The session; only a HAR tells.

    Yields
    ------
    Trouble
        At most one.
    """
    direct, blocked = [], 0
    for what, at_ms, seen in _requests(timeline):
        if seen.host not in SERVICES:
            continue
        blocked += seen.was_blocked
        how = ", and the browser blocked the answer" if seen.was_blocked else ""
        sentence = f"{what} went from the page to {seen.host}{how}"
        direct.append(Evidence(at_ms=at_ms, until_ms=at_ms, sentence=sentence))
    if direct:
        yield Trouble(
            name="direct_connection",
            severity=2,
            sure="certain",
            sentence="the page connects to the service itself"
            + (f"; {blocked} of its calls failed as CORS makes them fail" if blocked else ""),
            cause="the request is cross-origin: it fails where the service gives no leave, and "
            "where it works it exposes the key",
            change="same-origin proxy: route the WebSocket through your own server (voicelab "
            "relay), and never let the browser connect directly",
            evidence=tuple(direct),
            source="the guide on CORS errors",
        )


def _requests(timeline: Timeline) -> Iterator[tuple[str, float, HarRequest]]:
    for each in timeline.connections:
        if each.request is not None:
            yield f"WebSocket {each.number}", each.opened_ms, each.request
    for request in timeline.requests:
        yield "a request", 0.0, request
