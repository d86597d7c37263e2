"""Address: what a client says at the door, in path, query and headers.

Four doors are known: Voice Live (its own names, flat session), Azure OpenAI's
preview (the beta names, which are the same) and the two of the generally
available dialect.  A prefix in front of the path and unknown query keys are
ignored, as clients add both.

Only query keys that are known to hold no secret are ever shown.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import parse_qsl, urlsplit

from voicelab.wire.dialect import Dialect

__all__ = ["Address", "read_address", "shown_path", "shows_key"]

DEFAULT_MODEL = "gpt-realtime"
DOORS: tuple[tuple[str, str, Dialect], ...] = (  # the first that fits
    ("/voice-live/realtime", "Voice Live", "voice-live"),
    ("/openai/v1/realtime", "Azure OpenAI", "openai-ga"),
    ("/openai/realtime", "Azure OpenAI preview", "voice-live"),
    ("/v1/realtime", "OpenAI", "openai-ga"),
)
SHOWN_KEYS = frozenset(
    ("api-version", "model", "deployment", "agent-name", "agent-project-name", "agent-version")
)
AGENT_KEYS = (("agent-name", "agent-project-name"), ("agent_id", "project_id"))


@dataclass(frozen=True, kw_only=True)
class Address:
    """Which service a client wants.

    Attributes
    ----------
    service : str
        In words.
    dialect : {"voice-live", "openai-ga"}
        What is spoken there.
    model : str
        The model, or deployment, that it names.
    api_version : str or None
        The api-version that it names.
    agent : mapping of str to str
        Its agent parameters; empty without an agent.
    agent_is_whole : bool
        Whether these are enough to find an agent.
    """

    service: str
    dialect: Dialect
    model: str = DEFAULT_MODEL
    api_version: str | None = None
    agent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    agent_is_whole: bool = True

    @property
    def agent_name(self) -> str:
        """What its agent is called."""
        return self.agent.get("agent-name") or self.agent.get("agent_id") or ""


def read_address(path: str, *, headers: Mapping[str, str]) -> Address | None:
    """Find the door that a client knocks at.

    Parameters
    ----------
    path : str
        Path and query of the request.
    headers : mapping of str to str
        Of the request; names in any case.

    Returns
    -------
    Address or None
        ``None`` if there is no such door.

    Examples
    --------
    >>> read_address("/v1/realtime?model=gpt-realtime", headers={}).dialect
    'openai-ga'
    """
    place, query = _split(path)
    door = next((door for door in DOORS if place.endswith(door[0])), None)
    if door is None:
        return None
    _, service, dialect = door
    beta = any(
        name.lower() == "openai-beta" and "realtime=v1" in each for name, each in headers.items()
    )
    agent = {key: value for key, value in query.items() if key.startswith("agent")}
    agent |= {key: value for key, value in query.items() if key == "project_id"}
    return Address(
        service=service,
        dialect="voice-live" if beta or dialect == "voice-live" else "openai-ga",
        model=query.get("model") or query.get("deployment") or DEFAULT_MODEL,
        api_version=query.get("api-version"),
        agent=agent,
        agent_is_whole=not agent or any(set(keys) <= set(agent) for keys in AGENT_KEYS),
    )


def shows_key(key: str, *, path: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a client shows a key, in one of the ways that clients have.

    Parameters
    ----------
    key : str
        The right one.
    path : str
        Path and query of the request.
    headers : mapping of str to str
        Of the request; names in any case.

    Returns
    -------
    bool
        True if header or query hold it.
    """
    named = {name.lower(): value for name, value in headers.items()}
    _, query = _split(path)
    shown = (
        named.get("api-key"),
        named.get("authorization", "").removeprefix("Bearer "),
        query.get("api-key"),
        query.get("Authorization", "").removeprefix("Bearer "),
    )
    return any(hmac.compare_digest((each or "").encode(), key.encode()) for each in shown)


def shown_path(path: str) -> str:
    """Write path and query without what nobody else should see.

    Parameters
    ----------
    path : str
        Of a request.

    Returns
    -------
    str
        Every value that is not known to be harmless replaced by three dots.

    Examples
    --------
    >>> shown_path("/voice-live/realtime?model=m&api-key=hunter2")
    '/voice-live/realtime?model=m&api-key=...'
    """
    place, query = _split(path)
    kept = (f"{key}={value if key in SHOWN_KEYS else '...'}" for key, value in query.items())
    return f"{place}?{'&'.join(kept)}" if query else place


def _split(path: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(path)
    return parts.path.rstrip("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
