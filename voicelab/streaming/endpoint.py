"""Endpoint: where a live session connects to, and with whose key.

What one writes chooses the place: ``target="service"`` and the tuning's
profile choose the service, and without it nothing leaves this machine.  The
environment only supplies what opens that door:

=========================== ==============================================
AZURE_VOICELIVE_ENDPOINT    ``https://NAME.services.ai.azure.com``
AZURE_VOICELIVE_API_KEY     the key, unless a token is supplied
AZURE_VOICELIVE_MODEL       ``gpt-realtime`` unless set
AZURE_VOICELIVE_API_VERSION the tuning's unless set
OPENAI_API_KEY              the key of OpenAI Realtime
OPENAI_BASE_URL             ``https://api.openai.com/v1`` unless set
OPENAI_REALTIME_MODEL       ``gpt-realtime`` unless set
=========================== ==============================================

A key goes into a header, never into a URL, and only over TLS or to this very
machine.  No text made here holds one.
"""

import asyncio
import inspect
import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from voicelab.tuning import Tuning
from voicelab.wire import Dialect

__all__ = ["Endpoint", "TokenProvider", "entra_token", "is_loopback", "local", "service"]

DEFAULT_MODEL = "gpt-realtime"
OPENAI_BASE_URL = "https://api.openai.com/v1"
ENTRA_SCOPE = "https://ai.azure.com/.default"
OPENAI_PROFILES = ("openai-",)

TokenProvider = Callable[[], Any | Awaitable[Any]]
Scheme = Literal["api-key", "bearer"]


@dataclass(frozen=True)
class Endpoint:
    """A door and what opens it.

    Attributes
    ----------
    name : str
        The service in words.
    url : str
        ``wss://``, or ``ws://`` on this machine; it holds no secret.
    dialect : {"voice-live", "openai-ga"}
        What is spoken there.
    """

    name: str
    url: str
    dialect: Dialect
    _scheme: Scheme = field(default="api-key", repr=False)
    _key: str | None = field(default=None, repr=False)
    _token: TokenProvider | None = field(default=None, repr=False)

    @property
    def is_local(self) -> bool:
        """Whether it lies on this machine."""
        return is_loopback(urlsplit(self.url).hostname)

    def __str__(self) -> str:
        return f"{self.name} at {urlsplit(self.url).netloc}"

    async def headers(self) -> dict[str, str]:
        """Give the headers that open the door; a token is asked for each time.

        Returns
        -------
        dict
            Secret; nothing of it may be shown.

        Raises
        ------
        ValueError
            If the token provider gives none.
        """
        if self._token is not None:
            given = await asyncio.to_thread(self._token)  # it may ask somebody, and wait
            if inspect.isawaitable(given):
                given = await given
            token = _fit(getattr(given, "token", given), "the token")
            return {"Authorization": f"Bearer {token}"}
        if self._key is None:
            return {}
        if self._scheme == "api-key":
            return {"api-key": self._key}
        return {"Authorization": f"Bearer {self._key}"}


def local(url: str) -> Endpoint:
    """Name an embedded service by its URL.

    Parameters
    ----------
    url : str
        ``ws://host:port``, with or without a path; the host is this machine.

    Returns
    -------
    Endpoint
        Without a key.

    Raises
    ------
    ValueError
        If it is anywhere else.
    """
    parts = urlsplit(url)
    if parts.scheme != "ws" or not is_loopback(parts.hostname):
        raise ValueError(
            "target must be 'embedded', 'service' or the ws:// URL of an embedded service on this "
            "machine, got another address; a real service is reached by target='service' and "
            "its environment variables"
        )
    if not parts.path.strip("/"):
        url = f"{url.rstrip('/')}/voice-live/realtime?model={DEFAULT_MODEL}"
    is_ga = urlsplit(url).path.rstrip("/").endswith("/v1/realtime")
    return Endpoint("the embedded service", url, "openai-ga" if is_ga else "voice-live")


def service(
    tuning: Tuning, *, environ: Mapping[str, str], token: TokenProvider | None = None
) -> Endpoint:
    """Find the real service that a tuning is meant for.

    Parameters
    ----------
    tuning : Tuning
        Its profile says which service.
    environ : mapping of str to str
        Holds endpoint and key.
    token : callable or None
        Gives an Entra token instead of the key: a text, an object with
        ``token``, or an awaitable of either.

    Returns
    -------
    Endpoint
        With its key or token provider.

    Raises
    ------
    ValueError
        If a variable is missing or cannot be what it must be.
    """
    if tuning.target.profile.startswith(OPENAI_PROFILES):
        base = _base(environ.get("OPENAI_BASE_URL") or OPENAI_BASE_URL, "OPENAI_BASE_URL")
        model = environ.get("OPENAI_REALTIME_MODEL") or DEFAULT_MODEL
        key = None if token else _needed(environ, "OPENAI_API_KEY")
        url = f"{base}/realtime?{urlencode({'model': model})}"
        return Endpoint("OpenAI Realtime", url, "openai-ga", "bearer", key, token)
    base = _base(_needed(environ, "AZURE_VOICELIVE_ENDPOINT"), "AZURE_VOICELIVE_ENDPOINT")
    version = environ.get("AZURE_VOICELIVE_API_VERSION") or tuning.target.api_version or ""
    model = environ.get("AZURE_VOICELIVE_MODEL") or DEFAULT_MODEL
    key = None if token else _needed(environ, "AZURE_VOICELIVE_API_KEY")
    query = urlencode({"api-version": version, "model": model}, quote_via=quote)
    url = f"{base}/voice-live/realtime?{query}"
    return Endpoint("Azure Voice Live", url, "voice-live", "api-key", key, token)


def entra_token() -> TokenProvider:
    """Sign in as Azure's own tools do on this machine.

    Returns
    -------
    callable
        Gives a token for Voice Live; it is renewed when it is due.

    Raises
    ------
    ValueError
        If azure-identity is not installed.
    """
    try:
        from azure.identity import DefaultAzureCredential, get_bearer_token_provider
    except ImportError:
        raise ValueError(
            "an Entra token needs azure-identity, which is not installed; install "
            "voicelab-workbench[azure], or set AZURE_VOICELIVE_API_KEY"
        ) from None
    provider: TokenProvider = get_bearer_token_provider(DefaultAzureCredential(), ENTRA_SCOPE)
    return provider


def is_loopback(host: str | None) -> bool:
    """Tell whether a host is this machine.

    Parameters
    ----------
    host : str or None
        A name or an address.

    Returns
    -------
    bool
        False for what would have to be looked up.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("example.com")
    (True, True, False)
    """
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _needed(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise ValueError(
            f"target='service' needs {name} in the environment, which is not set; set it, or "
            "leave target out to talk to the embedded service"
        )
    return _fit(value, name)


def _fit(value: Any, name: str) -> str:
    """Refuse what no header may hold, without showing it."""
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise ValueError(f"{name} must be a text of printable ASCII; its value is not shown here")
    return value


def _base(value: str, name: str) -> str:
    """Read an ``https://`` base as ``wss://``; on this machine ``http://`` will do."""
    parts = urlsplit(_fit(value.strip(), name))
    schemes = {"https": "wss", "wss": "wss"}
    if is_loopback(parts.hostname):
        schemes |= {"http": "ws", "ws": "ws"}
    if parts.scheme not in schemes or not parts.hostname or parts.query or parts.username:
        raise ValueError(
            f"{name} must be https://HOST without user, key or query; its value is not shown here"
        )
    return f"{schemes[parts.scheme]}://{parts.netloc}{parts.path.rstrip('/')}"
