"""Where a session connects to, and that nothing shows with whose key."""

import asyncio
import traceback
from dataclasses import dataclass

import pytest

from voicelab import Tuning
from voicelab.streaming import endpoint

KEY = "planted-key-0123456789abcdef"
AZURE = Tuning.from_profile("voice-live-2026-07-15")
OPENAI = Tuning.from_profile("openai-realtime-2026")
ENVIRON = {
    "AZURE_VOICELIVE_ENDPOINT": "https://mine.services.ai.azure.com/",
    "AZURE_VOICELIVE_API_KEY": KEY,
    "OPENAI_API_KEY": KEY,
}


def headers(door):
    return asyncio.run(door.headers())


def test_the_tuning_says_which_service_not_the_environment():
    azure = endpoint.service(AZURE, environ=ENVIRON)
    openai = endpoint.service(OPENAI, environ=ENVIRON)
    assert azure.url == (
        "wss://mine.services.ai.azure.com/voice-live/realtime"
        "?api-version=2026-07-15&model=gpt-realtime"
    )
    assert openai.url == "wss://api.openai.com/v1/realtime?model=gpt-realtime"
    assert (azure.dialect, openai.dialect) == ("voice-live", "openai-ga")
    assert headers(azure) == {"api-key": KEY}
    assert headers(openai) == {"Authorization": f"Bearer {KEY}"}


def test_model_and_version_of_the_environment_are_taken():
    named = {"AZURE_VOICELIVE_MODEL": "my model", "AZURE_VOICELIVE_API_VERSION": "2026-04-10"}
    door = endpoint.service(AZURE, environ=ENVIRON | named)
    assert door.url.endswith("?api-version=2026-04-10&model=my%20model")


@dataclass
class AccessToken:
    token: str


async def later(value):
    return value


@pytest.mark.parametrize(
    "provider",
    [lambda: KEY, lambda: AccessToken(KEY), lambda: later(KEY)],
    ids=["text", "token", "awaited"],
)
def test_a_token_takes_the_place_of_the_key_and_is_asked_for_each_time(provider):
    environ = {"AZURE_VOICELIVE_ENDPOINT": ENVIRON["AZURE_VOICELIVE_ENDPOINT"]}
    door = endpoint.service(AZURE, environ=environ, token=provider)
    assert headers(door) == headers(door) == {"Authorization": f"Bearer {KEY}"}


@pytest.mark.parametrize("missing", ["AZURE_VOICELIVE_ENDPOINT", "AZURE_VOICELIVE_API_KEY"])
def test_what_is_missing_is_named(missing):
    environ = {name: value for name, value in ENVIRON.items() if name != missing}
    with pytest.raises(ValueError, match=f"needs {missing} in the environment"):
        endpoint.service(AZURE, environ=environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AZURE_VOICELIVE_ENDPOINT", f"https://user:{KEY}@mine.example"),
        ("AZURE_VOICELIVE_ENDPOINT", f"https://mine.example/?api-key={KEY}"),
        ("AZURE_VOICELIVE_ENDPOINT", f"http://mine.example/{KEY}"),
        ("AZURE_VOICELIVE_API_KEY", f"{KEY}\r\nX-Injected: 1"),
        ("AZURE_VOICELIVE_API_KEY", f"{KEY}\N{SNOWMAN}"),
    ],
)
def test_an_environment_that_cannot_be_used_is_refused_without_being_shown(name, value):
    with pytest.raises(ValueError, match=f"{name} must be") as refused:
        endpoint.service(AZURE, environ=ENVIRON | {name: value})
    assert KEY not in "".join(traceback.format_exception(refused.value))


def test_no_text_of_a_door_holds_its_key():
    for tuning in (AZURE, OPENAI):
        door = endpoint.service(tuning, environ=ENVIRON)
        assert KEY not in f"{door} {door!r} {door.url}"


@pytest.mark.parametrize(
    "url", ["ws://example.com:80", "wss://127.0.0.1", "http://127.0.0.1", "service.example", ""]
)
def test_a_url_leads_to_this_machine_only(url):
    with pytest.raises(ValueError, match="on this machine"):
        endpoint.local(url)


def test_an_embedded_service_is_found_by_host_or_by_whole_url():
    assert endpoint.local("ws://127.0.0.1:8765").dialect == "voice-live"
    assert endpoint.local("ws://127.0.0.1:8765/v1/realtime?model=m").dialect == "openai-ga"
    assert headers(endpoint.local("ws://[::1]:8765")) == {}


def test_only_this_machine_may_be_reached_without_tls():
    environ = ENVIRON | {"AZURE_VOICELIVE_ENDPOINT": "http://127.0.0.1:8765"}
    assert endpoint.service(AZURE, environ=environ).url.startswith("ws://127.0.0.1:8765/voice-live")
