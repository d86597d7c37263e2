"""Error codes: what the service says inside a session, and the guide's own names.

In an ``error`` event the code stands in ``error.code``; unless a row says
otherwise the session goes on after it.
"""

from voicelab.wire.errors.explanation import Explanation

__all__ = ["ERROR_CODES"]

GUIDE = (
    Explanation(
        name="session_expired",
        kind="error code",
        meaning="The session reached its longest life; close 1001 follows.",
        action="retry",
        wait="at once",
        change="rotate before session.expires_at: new connection first, then session and history, "
        "then close the old one",
        look="session.expires_at in session.created; the close reason",
        per_service={
            "voice-live": "60 minutes by the quotas page; the guide counts on 10",
            "openai": "invalid_request_error: Your session hit the maximum duration of 60 minutes.",
        },
        in_guide=True,
    ),
    Explanation(
        name="rate_limit_exceeded",
        kind="error code",
        meaning="Too many tokens a minute, connections a minute, or sessions.",
        action="retry",
        wait="as told",
        change="queue new sessions; shorten context; ask for more quota",
        look="rate_limits.updated, the quotas of the resource; at connect it is HTTP 429",
        aliases=("rate_limit_error",),
        in_guide=True,
    ),
    Explanation(
        name="invalid_audio_format",
        kind="error code",
        meaning="The guide's name for audio in the wrong encoding.",
        action="fix",
        change="send mono 16-bit little-endian samples at the session's rate, not floats",
        look="input_audio_format and input_audio_sampling_rate in session.updated",
        per_service={"voice-live": "really invalid_request_error with a param; no source has this"},
        in_guide=True,
    ),
    Explanation(
        name="model_not_deployed",
        kind="error code",
        meaning="The guide's name for a deployment that does not exist.",
        action="fix",
        change="the model or deployment name in the URL",
        look="the deployments of the resource",
        aliases=("DeploymentNotFound",),
        per_service={
            "voice-live": "really HTTP 400 OpperationNotSupported, or 404",
            "azure-openai": "really HTTP 404 at the handshake",
        },
        in_guide=True,
    ),
    Explanation(
        name="content_filter",
        kind="error code",
        meaning="The answer was cut off: response.done with status incomplete and this reason.",
        action="fix",
        change="review the prompts; say something to the user instead of the lost rest",
        look="status_details of response.done; it never comes as an error event",
        in_guide=True,
    ),
    Explanation(
        name="connection_error",
        kind="local",
        meaning="The client's own name for an upgrade that failed; nothing came from the service.",
        action="retry",
        wait="back off",
        change="the guide says setNoDelay(true); first see whether an HTTP status came back, and "
        "decide by that",
        look="HTTP status, proxies, the endpoint's host name",
        in_guide=True,
    ),
)

# code, meaning, what to change, where to look
FIX = (
    (
        "invalid_request_error",
        "The type of every error that the client made; code and param say which.",
        "what param names",
        "error.code, error.param and error.event_id, the id of the faulty event",
    ),
    (
        "invalid_event",
        "The message is no event: no JSON object, or without a type.",
        "send one JSON object with a type in each text frame",
        "the client's encoder",
    ),
    (
        "invalid_value",
        "A field holds what it may not hold.",
        "the field that param names",
        "error.param, docs/events.md",
    ),
    (
        "invalid_type",
        "A field holds another kind of value than it must.",
        "the field that param names",
        "error.param, docs/events.md",
    ),
    (
        "missing_required_parameter",
        "A field is missing.",
        "add the field that param names",
        "error.param, docs/events.md",
    ),
    (
        "unknown_parameter",
        "A field is unknown: misspelt, or of the other dialect.",
        "take it out, or spell it as this dialect does",
        "error.param, docs/events.md",
    ),
    (
        "input_audio_buffer_commit_empty",
        "A commit needs at least 100 ms of audio since the last one.",
        "commit only after 100 ms; do not commit while server turn detection does it",
        "how much was appended since the last commit",
    ),
    (
        "unsupported_content_type",
        "That part of the item cannot be cut: there was no audio in it yet.",
        "truncate only what has begun to play, never at 0 ms",
        "audio_end_ms of the truncate",
    ),
    (
        "item_delete_invalid_item_id",
        "There is no such item.",
        "delete only ids that conversation.item.created has named, and once",
        "the item's id",
    ),
    (
        "message_creation_failed",
        "The item could not be made.",
        "role and content: an assistant's audio cannot be given",
        "the item that was sent",
    ),
    (
        "invalid_ec_channels_requires_client",
        "Two channels need reference_source client.",
        "input_audio_echo_cancellation",
        "reference_source and channels belong together: server and 1, or client and 2",
    ),
    (
        "invalid_ec_reference_channels",
        "reference_source client needs two channels.",
        "input_audio_echo_cancellation",
        "reference_source and channels belong together: server and 1, or client and 2",
    ),
    (
        "invalid_ec_channels_format",
        "Two channels need pcm16.",
        "input_audio_format",
        "input_audio_format in session.updated",
    ),
    (
        "change_in_ec_channels_not_allowed",
        "Echo cancellation cannot change within a session.",
        "set it in the first session.update, or open a new session",
        "the first session.update",
    ),
    (
        "OpperationNotSupported",
        "This model may not be used on this path (the service spells it so).",
        "the model in the URL",
        "the body of the HTTP 400",
    ),
)
# Races that need no care: what one asked for had already happened.
HARMLESS = (
    (
        "response_cancel_not_active",
        "There was no response to cancel: it had just ended.",
        "nothing; take it as done",
        "whether response.done came before the cancel",
    ),
    (
        "item_already_truncated",
        "The service has truncated the item itself.",
        "nothing; with auto_truncate on, do not truncate",
        "auto_truncate in turn_detection",
    ),
)

ERROR_CODES = (
    *GUIDE,
    *(
        Explanation(
            name=name, kind="error code", meaning=meaning, action="fix", change=change, look=look
        )
        for name, meaning, change, look in FIX
    ),
    *(
        Explanation(
            name=name, kind="error code", meaning=meaning, action="stop", change=change, look=look
        )
        for name, meaning, change, look in HARMLESS
    ),
    Explanation(
        name="conversation_already_has_active_response",
        kind="error code",
        meaning="A response is under way; there can be only one.",
        action="retry",
        wait="back off",
        change="wait for response.done, or cancel first, then ask again; do not ask while "
        "create_response lets the service answer by itself",
        look="create_response in turn_detection",
    ),
    Explanation(
        name="server_error",
        kind="error code",
        meaning="The service failed inside; the session may be lost.",
        action="retry",
        wait="back off",
        change="ask again; reconnect if the connection closes",
        look="the service's health page",
        aliases=("internal_error", "internal_server_error"),
    ),
)
