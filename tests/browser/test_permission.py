"""Every state that a page's microphone can be in, reached, and its words read from the page."""

import contextlib
import re

import pytest
from conftest import CHROMIUM
from states import BUSY, KEPT, WORDS
from widget_page import launched, press, show

pytestmark = pytest.mark.browser

WAITS_MS = 5000
NAME = "lab.test"
WITH_DEVICE = ["--use-fake-device-for-media-stream", f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]


@pytest.fixture(scope="module")
def browser():
    """A browser with a device, and nobody at its prompt: a prompt is a refusal."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launched(playwright.chromium, *WITH_DEVICE)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, site):
    """Open pages; each in a context of its own."""
    contexts = []

    def open_page(*, granted=False, script=None, url=f"{site}/empty.html", by=browser):
        context = by.new_context(viewport={"width": 900, "height": 260})
        contexts.append(context)
        if granted:
            context.grant_permissions(["microphone"])
        page = context.new_page()
        if script is not None:
            page.add_init_script(script)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        with contextlib.suppress(Exception):  # its browser may have been closed
            context.close()


def offers_to_record(page):
    return page.get_by_role("button", name="record").is_visible()


def reads(frame, state, folder):
    """Wait until the page is at a state, and hold its words against what they must say."""
    frame.wait_for_function(
        "state => window.shown.model.get('state') === state", arg=state, timeout=WAITS_MS
    )
    words = frame.locator(".voicelab-words").inner_text()
    assert re.search(WORDS[state], words, re.DOTALL), words
    assert words == frame.evaluate("window.shown.model.get('said')")
    page = getattr(frame, "page", frame)
    page.screenshot(path=folder / f"{state.replace(' ', '_')}.png")


def test_nothing_is_asked_before_a_click_and_a_refusal_says_the_way_out(opened, tmp_path):
    page = show(opened(script=KEPT))
    reads(page, "prompt", tmp_path)
    assert offers_to_record(page)
    assert page.evaluate("window.streams.length") == 0
    press(page, "use microphone")
    reads(page, "denied", tmp_path)
    assert not offers_to_record(page)


def test_it_listens_after_the_click_and_stop_ends_every_track(opened, tmp_path):
    page = show(opened(granted=True, script=KEPT))
    reads(page, "granted", tmp_path)
    press(page, "use microphone")
    reads(page, "listening", tmp_path)
    page.wait_for_function(f"{LIGHT} === 'listening'")
    press(page, "stop")
    reads(page, "granted", tmp_path)
    assert page.evaluate(LIGHT) == "off"
    assert page.evaluate(TRACKS) == ["ended"]


LIGHT = "document.querySelector('.voicelab-light').dataset.state"
TRACKS = "window.streams.flatMap(stream => stream.getTracks()).map(track => track.readyState)"


@pytest.mark.parametrize("way", ["hide", "end"])
def test_the_device_is_let_go_when_the_view_goes_or_the_widget_ends(opened, way):
    page = show(opened(granted=True, script=KEPT))
    press(page, "use microphone")
    page.wait_for_function("window.shown.model.get('state') === 'listening'")
    page.evaluate(f"window.shown.{way}()")
    page.wait_for_function(f"JSON.stringify({TRACKS}) === '[\"ended\"]'", timeout=WAITS_MS)


def test_a_device_that_goes_away_is_said(opened, tmp_path):
    page = show(opened(granted=True, script=KEPT))
    press(page, "use microphone")
    page.wait_for_function("window.shown.model.get('state') === 'listening'")
    page.evaluate("window.streams[0].getTracks()[0].dispatchEvent(new Event('ended'))")
    reads(page, "ended", tmp_path)
    press(page, "use microphone")
    reads(page, "listening", tmp_path)


def test_a_device_that_another_program_holds_is_said(opened, tmp_path):
    page = show(opened(granted=True, script=BUSY))
    press(page, "use microphone")
    reads(page, "device busy", tmp_path)


def test_a_page_without_a_device_is_told_so_before_anything_is_asked(browser, opened, tmp_path):
    bare = launched(browser.browser_type)
    page = show(opened(granted=True, by=bare))
    reads(page, "no device", tmp_path)
    assert not offers_to_record(page)
    press(page, "use microphone")
    reads(page, "no device", tmp_path)
    bare.close()


def test_an_insecure_page_is_told_what_is_secure_and_has_no_button(opened, site, tmp_path):
    page = show(opened(url=f"{site.replace('127.0.0.1', NAME)}/empty.html"))
    reads(page, "insecure page", tmp_path)
    assert not page.get_by_role("button", name="use microphone").is_visible()


@pytest.mark.parametrize(
    ("allow", "state"), [("", "frame without permission"), ("microphone", "granted")]
)
def test_a_frame_is_passed_the_microphone_or_says_that_it_is_not(
    opened, site, tmp_path, allow, state
):
    page = opened(granted=True)
    other = site.replace("127.0.0.1", "localhost")
    page.set_content(f'<iframe src="{other}/empty.html" allow="{allow}" width="860"></iframe>')
    frame = page.frames[1]
    frame.wait_for_url(f"{other}/empty.html")
    reads(show(frame), state, tmp_path)
