"""HTTP statuses: how a service refuses the connection before it is one."""

from voicelab.wire.errors.explanation import Explanation

__all__ = ["CLIENT_STATUSES", "HTTP_STATUSES", "SERVER_STATUSES"]

HTTP_STATUSES = (
    Explanation(
        name="400",
        kind="HTTP status",
        meaning="The request makes no sense to the service.",
        action="fix",
        change="model, api-version and query keys; choose a model that speaks on this path",
        look="the body of the answer; azure-ai-voicelive does not show it, websockets does",
        per_service={
            "voice-live": "a model that may not be used here: OpperationNotSupported, so spelled"
        },
    ),
    Explanation(
        name="401",
        kind="HTTP status",
        meaning="The key or the token is missing, wrong or expired.",
        action="fix",
        change="the key of this very resource, or a fresh token for the right scope",
        look="the environment variable that holds the key; the endpoint's resource",
        per_service={
            "voice-live": "scope https://ai.azure.com/.default; agents want a token, not a key",
            "azure-openai": "also what /openai/v1 answers to an api-version in the URL",
        },
    ),
    Explanation(
        name="403",
        kind="HTTP status",
        meaning="Known, but not allowed.",
        action="fix",
        change="the role of the identity, or the resource's network rules",
        look="access control of the resource",
        per_service={"voice-live": "roles Cognitive Services User and Foundry User"},
    ),
    Explanation(
        name="404",
        kind="HTTP status",
        meaning="No such path, model or deployment.",
        action="fix",
        change="path, deployment name, api-version; do not mix the preview path with the new one",
        look="the list of deployments of the resource",
        per_service={
            "azure-openai": "/openai/v1/realtime takes model=, /openai/realtime takes deployment="
        },
    ),
    Explanation(
        name="408",
        kind="HTTP status",
        meaning="The handshake took too long.",
        action="retry",
        wait="back off",
        change="reconnect",
        look="the network",
    ),
    Explanation(
        name="429",
        kind="HTTP status",
        meaning="Too many requests: new connections a minute, tokens a minute, or sessions.",
        action="retry",
        wait="as told",
        change="wait; queue new sessions; ask for more quota. Built-in retry loops give up here",
        look="the Retry-After header, the quotas of resource and deployment",
        per_service={
            "voice-live": "30 new connections a minute by the quotas page",
            "azure-openai": "requests a minute are new sockets a minute here",
        },
    ),
    Explanation(
        name="500",
        kind="HTTP status",
        meaning="The service failed inside.",
        action="retry",
        wait="back off",
        change="reconnect",
        look="the service's health page",
    ),
    Explanation(
        name="502",
        kind="HTTP status",
        meaning="A gateway got no proper answer.",
        action="retry",
        wait="back off",
        change="reconnect",
        look="the relay or proxy",
    ),
    Explanation(
        name="503",
        kind="HTTP status",
        meaning="No room now: the service's own, or the gate of a relay.",
        action="retry",
        wait="as told",
        change="wait as told; queue new sessions",
        look="the Retry-After header, the relay's cap on sessions",
        per_service={"voice-live": "not documented; the guide's session queue answers with it"},
    ),
    Explanation(
        name="504",
        kind="HTTP status",
        meaning="A gateway waited too long.",
        action="retry",
        wait="back off",
        change="reconnect",
        look="the relay or proxy",
    ),
)

CLIENT_STATUSES = Explanation(
    name="other 3xx and 4xx",
    kind="HTTP status",
    meaning="The service refuses this request.",
    action="fix",
    change="what the body of the answer names; clients do not follow redirects to other origins",
    look="the body of the answer, the URL",
)
SERVER_STATUSES = Explanation(
    name="other 5xx",
    kind="HTTP status",
    meaning="The service could not answer.",
    action="retry",
    wait="back off",
    change="reconnect",
    look="the service's health page",
)
