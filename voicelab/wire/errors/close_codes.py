"""Close codes: how a WebSocket ended.  They decide; exception classes do not.

1005, 1006 and 1015 are never sent: the client's library makes them up where
there was no code, no close frame, or no TLS.
"""

from voicelab.wire.errors.explanation import Explanation

__all__ = ["CLOSE_CODES", "OTHER_CLOSE_CODES"]

CLOSE_CODES = (
    Explanation(
        name="1000",
        kind="close code",
        meaning="Normal end: one side was done.",
        action="stop",
        change="nothing, if the client closed; else ask why the service was done",
        look="the last events before the close; azure-ai-voicelive calls a TCP reset 1000, too",
    ),
    Explanation(
        name="1001",
        kind="close code",
        meaning="The service went away. This is how sessions expire, with the text as reason.",
        action="retry",
        wait="at once",
        change="rotate to a new connection before session.expires_at; most libraries call this "
        "a clean close, so look at the code and not at the exception",
        look="the close reason, the error event before it, session.expires_at",
        per_service={
            "voice-live": "60 minutes by the quotas page; expires_at is in session.created",
            "azure-openai": "60 minutes since 2026, 30 before",
            "openai": "60 minutes; it was 15, then 30",
        },
    ),
    Explanation(
        name="1002",
        kind="close code",
        meaning="One side broke the WebSocket protocol.",
        action="fix",
        change="take proxies and hand-made frames out of the way; update the library",
        look="what stands between client and service",
    ),
    Explanation(
        name="1003",
        kind="close code",
        meaning="A kind of message was refused, a binary frame for example.",
        action="fix",
        change="send JSON in text frames, audio as base64 inside it",
        look="the client's send call",
    ),
    Explanation(
        name="1005",
        kind="close code",
        meaning="The close frame carried no code.",
        action="retry",
        wait="back off",
        change="reconnect and restore the conversation",
        look="proxies, which often close like that",
    ),
    Explanation(
        name="1006",
        kind="close code",
        meaning="The connection ended without a close frame: network, proxy or a safeguard of the "
        "service.",
        action="retry",
        wait="back off",
        change="reconnect, restore the conversation as items, send unsettled audio again; keep "
        "pings on; do not send audio faster than real time",
        look="how long the session was idle (proxies cut after 60 to 90 s), whether the tab was in "
        "the background, the network",
        per_service={
            "voice-live": "no idle timeout is documented; the guide saw this after 30 to 60 s",
        },
    ),
    Explanation(
        name="1007",
        kind="close code",
        meaning="A text message was not UTF-8.",
        action="fix",
        change="send what a JSON library writes, encoded as UTF-8",
        look="the client's encoder",
    ),
    Explanation(
        name="1008",
        kind="close code",
        meaning="A policy was broken: origin, key, or a rule of a relay.",
        action="fix",
        change="what the close reason names; the same request will fail again",
        look="the close reason, the relay's list of allowed origins",
    ),
    Explanation(
        name="1009",
        kind="close code",
        meaning="A message was larger than the receiver takes.",
        action="fix",
        change="raise max_size on the receiving side (websockets takes 1 MiB unless told, an "
        "append may hold 15 MiB of audio), or send shorter appends",
        look="max_size of client, relay and server",
    ),
    Explanation(
        name="1010",
        kind="close code",
        meaning="The client wanted an extension that the server does not have.",
        action="fix",
        change="offer no extension, or permessage-deflate alone",
        look="the client's connect call",
    ),
    Explanation(
        name="1011",
        kind="close code",
        meaning="The service failed inside, or did not answer a ping in time.",
        action="retry",
        wait="back off",
        change="reconnect; if it happens during long work, do not block the event loop, for then "
        "pings stay unanswered",
        look="the service's health page; the client's own blocking calls",
    ),
    Explanation(
        name="1012",
        kind="close code",
        meaning="The service restarts.",
        action="retry",
        wait="back off",
        change="reconnect",
        look="the service's health page",
    ),
    Explanation(
        name="1013",
        kind="close code",
        meaning="Try again later: the service has no room.",
        action="retry",
        wait="back off",
        change="reconnect later; ask for more quota if it comes often",
        look="the quota of the resource",
        per_service={"voice-live": "seen with the reason 'no tokens available for passthrough'"},
    ),
    Explanation(
        name="1014",
        kind="close code",
        meaning="A gateway got no proper answer from the service behind it.",
        action="retry",
        wait="back off",
        change="reconnect",
        look="the relay or proxy",
    ),
    Explanation(
        name="1015",
        kind="close code",
        meaning="TLS failed.",
        action="retry",
        wait="back off",
        change="reconnect; if it fails at once each time, mend the certificates or the clock",
        look="certificates, a proxy that opens TLS, the machine's clock",
    ),
)

OTHER_CLOSE_CODES = Explanation(
    name="other close codes",
    kind="close code",
    meaning="A code of the service's or a relay's own; 4000 to 4999 are private.",
    action="fix",
    change="what the close reason names",
    look="the close reason, the papers of whoever runs the server",
)
