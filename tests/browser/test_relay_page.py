"""The page that ships with the relay, in Chromium, with a microphone that says sentences."""

import asyncio
import contextlib
import threading

import numpy as np
import pytest
from conftest import CHROMIUM, QUIET

from voicelab import samples
from voicelab.audio import Recording, write_recording
from voicelab.profiles import Limits
from voicelab.relay import GateLimits, Origins, Relay, RelayRules, Resuming, SessionGate
from voicelab.relay.page import write_page
from voicelab.simulator import Manner, Service, Simulator, Speech
from voicelab.simulator.faults import CutConnection, ExpireSession
from voicelab.simulator.when import When
from voicelab.streaming import endpoint
from voicelab.tuning import Tuning

pytestmark = pytest.mark.browser

RATE_HZ = 24_000
PROFILE = Tuning.from_profile("voice-live-2026-07-15")
SECOND_MS = 1_000


def tone(ms):
    t = np.arange(RATE_HZ * ms // 1000) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * 300 * t)).astype(np.float32)


ANSWER = Speech("Yes.", Recording(tone(1000), RATE_HZ, "answer"))


@pytest.fixture(scope="module")
def speaking_chromium(tmp_path_factory):
    """A browser whose microphone says a sentence of two seconds every five, for ever."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    (spoken,) = (each for each in samples.room().recordings if "ljspeech" in each.name)
    said = np.concatenate(
        (
            np.zeros(RATE_HZ, np.float32),
            spoken.excerpt(9_820, 11_800).samples,
            np.zeros(2 * RATE_HZ, np.float32),
        )
    )
    microphone = tmp_path_factory.mktemp("microphone") / "said.wav"
    write_recording(Recording(said, RATE_HZ, "said"), microphone)
    args = [*QUIET, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    args.append(f"--use-file-for-fake-audio-capture={microphone}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=args
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def running(folder, *, resume, tuning=PROFILE, limits=None, service_limits=None, **service):
    """A relay that serves the page, in a loop of its own."""
    write_page(folder, tuning, dialect="voice-live")
    started, relays, loops = threading.Event(), [], []

    async def serve():
        stop = asyncio.Event()
        loops.append((asyncio.get_running_loop(), stop))
        manner = Manner(reply=lambda prompt: ANSWER)
        async with (
            Simulator(Service(manner=manner, limits=service_limits, **service)) as simulator,
            Relay(
                endpoint.local(simulator.url),
                rules=RelayRules(origins=Origins(), strictness="enforce"),
                gate=SessionGate(limits),
                resuming=Resuming(tuning=tuning, seed=7) if resume else None,
                folder=folder,
            ) as relay,
        ):
            relays.append(relay)
            started.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(30)
    yield relays[0]
    loop, stop = loops[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()


@contextlib.contextmanager
def opened(browser, relay):
    context = browser.new_context(viewport={"width": 760, "height": 640})
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.goto(relay.url)
    yield page
    context.close()
    assert complaints == []


def number(page, name):
    return int(page.inner_text(f"#{name}"))


def wait(page, holds, *, within_s=30):
    """The page's guards let nobody evaluate texts in it, so it is asked again and again."""
    for _ in range(10 * within_s):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"still '{page.inner_text('#state')}' after {within_s} s")


def state(page, name):
    page.wait_for_selector(f"#state[data-state={name}]", timeout=30_000)


def counts(relay):
    return relay.gate.counts(now_ms=1e12)


def test_a_page_keeps_talking_through_a_drop_an_expiry_and_a_rotation(speaking_chromium, tmp_path):
    faults = (
        CutConnection(when=When(connection=1, after_s=6)),
        ExpireSession(when=When(connection=2, after_s=6)),
    )
    tuning = PROFILE.with_value("/session/rotate_before_s", 15)
    asked = {"resume": True, "tuning": tuning, "faults": faults}
    with (
        running(tmp_path / "page", service_limits=Limits(session_s=25), **asked) as relay,
        opened(speaking_chromium, relay) as page,
    ):
        page.click("#start")
        wait(page, lambda: number(page, "connections") >= 4, within_s=60)
        settled = number(page, "answered")
        wait(page, lambda: number(page, "answered") > settled)
        page.screenshot(path=tmp_path / "talking.png")
        counted = {name: number(page, name) for name in ("answered", "superseded", "dropped")}
        said = page.locator("#words [data-who=you]").count()
        left = counts(relay)
        print(f"{counted}, {said} said, {number(page, 'underruns')} gaps; {left}")
        # One socket, four connections behind it, and each turn has one end; the last may be open.
        assert (left.admitted, left.calls) == (1, 1)
        assert left.renewed >= 3
        assert counted["dropped"] == 0
        assert sum(counted.values()) >= 5
        assert 0 <= said - sum(counted.values()) <= 1
        assert page.is_visible("#stop")
        page.click("#stop")
        assert "off" in page.inner_text("#state")
    assert counts(relay).calls == counts(relay).connections == 0


def test_a_page_talks_through_a_relay_that_only_passes_on(speaking_chromium, tmp_path):
    with (
        running(tmp_path / "page", resume=False) as relay,
        opened(speaking_chromium, relay) as page,
    ):
        page.click("#start")
        wait(page, lambda: number(page, "answered") >= 1)
        assert page.inner_text("#words [data-who=agent]") == "Yes."
        page.click("#mute")
        assert page.get_attribute("#mute", "aria-pressed") == "true"


@pytest.mark.parametrize("resume", [False, True])
def test_a_button_is_held_to_talk_where_no_turn_detection_is(speaking_chromium, tmp_path, resume):
    tuning = PROFILE.with_value("/turn_detection", None)
    with (
        running(tmp_path / "page", resume=resume, tuning=tuning) as relay,
        opened(speaking_chromium, relay) as page,
    ):
        page.click("#start")
        state(page, "listening")
        page.hover("#talk")
        page.mouse.down()
        page.wait_for_timeout(1500)
        page.mouse.up()
        wait(page, lambda: number(page, "answered") == 1)


def test_a_refusal_is_read_in_words_and_the_microphone_is_off(speaking_chromium, tmp_path):
    with (
        running(tmp_path / "page", resume=False, key="another") as relay,
        opened(speaking_chromium, relay) as page,
    ):
        page.click("#start")
        page.wait_for_selector("#error")
        assert "it answered 401" in page.inner_text("#error")
        wait(page, lambda: "1011" in page.inner_text("#state"))
        assert page.is_visible("#start")


def test_a_page_that_waits_is_told_its_place_and_comes_in(speaking_chromium, tmp_path):
    limits = GateLimits(sessions=1, reserve_sessions=0, call_ms=120_000)
    with (
        running(tmp_path / "page", resume=False, limits=limits) as relay,
        opened(speaking_chromium, relay) as first,
        opened(speaking_chromium, relay) as second,
    ):
        first.click("#start")
        state(first, "listening")
        second.click("#start")
        state(second, "waiting")
        assert second.inner_text("#state") == "You are number 1 in the queue; about 2 min."
        first.click("#stop")
        state(second, "listening")
