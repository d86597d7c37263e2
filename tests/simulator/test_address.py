"""What a client says at the door, and what of it is ever shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicelab.simulator.address import read_address, shown_path


@pytest.mark.parametrize(
    ("path", "headers", "service", "dialect", "model"),
    [
        ("/voice-live/realtime?model=a", {}, "Voice Live", "voice-live", "a"),
        ("/prefix/voice-live/realtime?model=a&x=y", {}, "Voice Live", "voice-live", "a"),
        ("/openai/v1/realtime?model=a", {}, "Azure OpenAI", "openai-ga", "a"),
        ("/openai/realtime?deployment=d", {}, "Azure OpenAI preview", "voice-live", "d"),
        ("/v1/realtime?model=a", {}, "OpenAI", "openai-ga", "a"),
        ("/v1/realtime?model=a", {"openai-beta": "realtime=v1"}, "OpenAI", "voice-live", "a"),
        ("/v1/realtime/", {}, "OpenAI", "openai-ga", "gpt-realtime"),
    ],
)
def test_the_path_decides_the_service_and_its_dialect(path, headers, service, dialect, model):
    address = read_address(path, headers=headers)
    assert (address.service, address.dialect, address.model) == (service, dialect, model)


@pytest.mark.parametrize(
    ("query", "whole"),
    [
        ("agent-name=a&agent-project-name=p", True),
        ("agent_id=a&project_id=p", True),
        ("agent-name=a", False),
        ("agent-project-name=p", False),
        ("model=m", True),
    ],
)
def test_an_agent_needs_its_name_and_its_project(query, whole):
    address = read_address(f"/voice-live/realtime?{query}", headers={})
    assert address.agent_is_whole is whole


@given(
    key=st.sampled_from(["api-key", "Authorization", "token", "x"]),
    secret=st.text("abc", min_size=4),
)
def test_no_value_is_shown_that_may_be_a_secret(key, secret):
    shown = shown_path(f"/voice-live/realtime?model=m&{key}=Bearer%20{secret}&{key}={secret}")
    assert secret not in shown
    assert "model=m" in shown
