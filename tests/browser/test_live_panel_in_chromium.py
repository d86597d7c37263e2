"""A conversation in a real JupyterLab: Chromium's microphone, the panel, the embedded service.

Chromium's microphone plays the same round again and again: a fan, and a
question that is spoken into the answer to the fan.
"""

import asyncio
import threading

import numpy as np
import pytest
from lab_session import started_lab
from live_page import (
    FAN_S,
    MODEL,
    PANEL,
    ROUND_S,
    LivePage,
    fan_and_question,
    listening_chromium,
    write_notebook,
    write_sound,
)

from voicelab.simulator import Service, Simulator
from voicelab.views.live.own_loop import OwnLoop

pytestmark = pytest.mark.browser

KEY = "planted-3f6c0d5be1a94872"
TURNS = "[[each.start_ms, each.end_ms, each.state] for each in panel.conversation.seen.turns]"
SAVES_STATE = """async () => {
    const settings = window.jupyterapp.serviceManager.settings;
    await settings.save("@jupyter-widgets/jupyterlab-manager:plugin", '{"saveState": true}');
}"""


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    (folder / "work").mkdir()
    write_notebook(folder / "work" / "talk.ipynb", PANEL)
    write_notebook(folder / "work" / "secret.ipynb", PANEL)
    return folder


@pytest.fixture(scope="module")
def service():
    """An embedded service in a real one's place: it wants the key."""
    found, ready, leaves = [], threading.Event(), asyncio.Event()

    async def serve():
        async with Simulator(Service(key=KEY)) as simulator:
            found.append(simulator.url.replace("ws://", "http://"))
            ready.set()
            await leaves.wait()

    own = OwnLoop(serve, name="a service")
    own.begin()
    assert ready.wait(30)
    yield found[0]
    own.soon(leaves.set)
    own.join(10)


@pytest.fixture(scope="module")
def lab(work, service):
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("AZURE_VOICELIVE_ENDPOINT", service)
        environ.setenv("AZURE_VOICELIVE_API_KEY", KEY)
        with started_lab("work", cwd=work) as lab:
            yield lab


@pytest.fixture(scope="module")
def browser(work):
    with listening_chromium(write_sound(work / "round.wav", *fan_and_question())) as browser:
        yield browser


def test_a_conversation_survives_a_barge_in_a_drop_and_a_rotation(lab, browser):
    with LivePage(browser, lab, "talk.ipynb") as live:
        live.run()
        live.press("talk")
        live.press("use microphone")

        # At the default the fan is taken for speech, and the question interrupts its answer.
        live.wait("panel.conversation.seen.endings['answered in part']", within_s=90)
        live.shows("cut off")
        loud = live.value(TURNS)
        assert any(end - start > 1000 * FAN_S for start, end, _ in loud)

        # Moved live, the threshold lets the fan alone; what holds is shown.
        live.in_kernel("panel.microphone.muted = True")  # a change may cost a turn that is open
        live.page.wait_for_timeout(1000)
        live.wait("panel.conversation.seen.floor == 'listening'")
        live.drag(live.sliders.first, 0.75)
        live.wait("not panel.conversation.asked.is_waiting")
        threshold = live.value("panel.conversation.asked.effective('threshold')")
        assert 0.7 <= threshold <= 0.8
        live.shows(f"service: {threshold:g}")
        before = len(live.value(TURNS))
        live.in_kernel("panel.microphone.muted = False")
        live.press("drop")
        live.wait("panel.conversation.seen.connections['reconnect']")
        live.press("rotate soon")
        live.page.get_by_label("bad line").check()
        live.wait("panel.conversation.seen.connections['rotation']", within_s=90)
        live.wait(f"panel.conversation.seen.endings.total() >= {before} + 3", within_s=120)
        live.shows("1 after a loss · 1 by rotation")
        after = live.value(TURNS)[before:]
        assert {state for _, _, state in after} == {"answered"}
        assert all(end - start < 1000 * FAN_S for start, end, _ in after)

        # Nothing is lost: a question in every round, each in the transcript.
        questions = [start for start, _, _ in after[1:]]  # the first may have begun muted
        assert np.diff(questions) == pytest.approx(1000 * ROUND_S, abs=400)
        said = live.value("[each.who for each in panel.log.transcript]")
        assert said.count("user") >= len(live.value(TURNS))
        assert live.value("panel.conversation.seen.endings.get('dropped', 0)") == 0
        assert live.value("panel.conversation.seen.dropped_ms") == 0
        assert live.value("panel.microphone.lost_chunks") == 0

        # What the page's player counted is what the model makes of the same arrivals.
        live.wait("panel.speaker.state == 'ready'")
        live.in_kernel(MODEL)
        assert live.value("counted") == pytest.approx(live.value("modelled"), abs=1)
        assert live.errors == []


def test_no_secret_leaves_the_kernel(lab, browser, work):
    with LivePage(browser, lab, "secret.ipynb") as live:
        frames = []
        live.page.on("websocket", lambda wire: _listen(wire, frames))
        live.page.evaluate(SAVES_STATE)
        live.page.reload()
        live.wait_until_ready()
        live.run()
        live.page.get_by_label("real service").check()
        live.press("talk")
        live.press("use microphone")
        live.wait("panel.conversation.seen.endings.total()")
        assert live.value("panel.conversation.is_real")
        live.shows("Azure Voice Live")

        def places():
            """Where a secret would be found."""
            live.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
            live.page.wait_for_timeout(500)
            saved = (work / "work" / "secret.ipynb").read_text("utf-8")
            assert "widget-state" in saved
            found = {"page": live.page.content(), "notebook": saved}
            found["traffic"] = "".join(frames)
            return {name for name, text in found.items() if KEY in text}

        assert frames
        assert places() == set()
        # A leak that is planted is found in each of them.
        live.in_kernel(f"panel.front.written.value = {KEY[:9]!r} + {KEY[9:]!r}")
        live.shows(KEY)
        assert places() == {"page", "notebook", "traffic"}
        live.press("leave")


def _listen(wire, frames):
    for name in ("framereceived", "framesent"):
        wire.on(name, lambda payload: frames.append(_text(payload)))


def _text(payload):
    return payload if isinstance(payload, str) else payload.decode("latin-1")
