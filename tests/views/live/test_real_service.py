"""The real service is used only where one says so, and its key stays in the kernel."""

import asyncio
import threading

import pytest
from spoken_to import WITHIN_S, brief_service, connected, sentence, settled

from voicelab import views
from voicelab.simulator import Simulator
from voicelab.views.live.own_loop import OwnLoop
from voicelab.wire import explain

KEY = "planted-9d1c5f0ab7e24f6d"


def texts(widget):
    """All that a widget's page is told, and that of the widgets in it."""
    yield str(widget.get_state())
    for child in getattr(widget, "children", ()):
        yield from texts(child)


@pytest.fixture
def environ(monkeypatch):
    """Where a real service's address and key lie, before the switch is on."""
    monkeypatch.setenv("AZURE_VOICELIVE_ENDPOINT", "https://nobody.invalid")
    monkeypatch.setenv("AZURE_VOICELIVE_API_KEY", KEY)
    return monkeypatch


def test_a_key_in_the_environment_chooses_nothing(environ):
    panel = views.LivePanel(microphone=sentence(), service=brief_service(), speed=5.0)
    assert not panel.front.real.value
    panel.begin()
    panel.conversation.until(connected("first"), within_s=WITHIN_S)
    assert "simulator" in panel.front.lamp.value
    assert panel.conversation.is_real is False
    panel.leave()


def test_what_is_missing_for_the_real_service_is_said(environ):
    environ.delenv("AZURE_VOICELIVE_API_KEY")
    panel = views.LivePanel(microphone=sentence())
    panel.front.real.value = True
    assert "Azure Voice Live" in panel.front.lamp.value
    panel.begin()
    panel.conversation.until(lambda talk: not talk.is_running or talk.seen.ended, within_s=WITHIN_S)
    panel.leave()
    assert "AZURE_VOICELIVE_API_KEY" in panel.front.troubles.value


def test_no_fault_is_planted_at_a_real_service(environ):
    panel = views.LivePanel(microphone=sentence())
    panel.front.real.value = True
    assert all(button.disabled for button in panel.front.faults.values())


@pytest.fixture
def real_service(monkeypatch):
    """An embedded service in a real one's place: it wants the key."""
    found, ready, leaves = [], threading.Event(), asyncio.Event()

    async def serve():
        async with Simulator(brief_service(key=KEY)) as simulator:
            found.append(simulator.url.replace("ws://", "http://"))
            ready.set()
            await leaves.wait()

    own = OwnLoop(serve, name="a service")
    own.begin()
    assert ready.wait(WITHIN_S)
    monkeypatch.setenv("AZURE_VOICELIVE_ENDPOINT", found[0])
    yield monkeypatch
    own.soon(leaves.set)
    own.join(WITHIN_S)


def test_the_key_opens_the_door_and_reaches_no_widget_and_no_log(real_service, tmp_path):
    real_service.setenv("AZURE_VOICELIVE_API_KEY", KEY)
    panel = views.LivePanel(microphone=sentence())
    panel.front.real.value = True
    panel.begin()
    panel.say()
    panel.conversation.until(settled(1), within_s=WITHIN_S)
    panel.show()
    panel.save_log(tmp_path / "session.jsonl")
    shown = [*texts(panel.widget), repr(panel), (tmp_path / "session.jsonl").read_text("utf-8")]
    panel.leave()
    assert panel.conversation.seen.endings == {"answered": 1}
    assert "Azure Voice Live" in panel.front.lamp.value
    assert not any(KEY in text for text in shown)


def test_a_key_that_is_refused_is_told_in_words_and_not_repeated(real_service):
    real_service.setenv("AZURE_VOICELIVE_API_KEY", "wrong-" + KEY)
    panel = views.LivePanel(microphone=sentence())
    panel.front.real.value = True
    panel.begin()
    panel.conversation.until(lambda talk: talk.seen.ended, within_s=WITHIN_S)
    panel.leave()
    assert explain("401").meaning in panel.front.troubles.value
    assert not any(KEY in text for text in texts(panel.widget))


def test_a_key_that_a_widget_held_would_be_found():
    panel = views.LivePanel(microphone=sentence())
    panel.front.log_path.value = f"{KEY}.jsonl"
    assert any(KEY in text for text in texts(panel.widget))
