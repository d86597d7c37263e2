"""Every state of the microphone in a real JupyterLab, read in the page and in the kernel."""

import contextlib
import re

import pytest
from lab_session import CHROMIUM, QUIET, READY, started_lab
from live_page import LivePage, write_notebook
from states import BUSY, KEPT, WORDS

pytestmark = pytest.mark.browser

NAME = "lab.test"
DEVICE = ("--use-fake-device-for-media-stream", f"--host-resolver-rules=MAP {NAME} 127.0.0.1")
CELL = "from voicelab.views import Microphone\nmicrophone = Microphone()\nmicrophone"
UNPLUG = "window.streams.at(-1).getTracks()[0].dispatchEvent(new Event('ended'))"
WAITS_S = 20


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("permission")
    write_notebook(folder / "ask.ipynb", CELL)
    with started_lab(".", "--ServerApp.allow_remote_access=True", cwd=folder) as lab:
        yield lab


@contextlib.contextmanager
def opened(lab, *words, name="127.0.0.1"):
    """Run the notebook in a browser of its own, where nobody answers a prompt."""
    from playwright.sync_api import sync_playwright

    place = type(lab)(lab.url.replace("127.0.0.1", name), lab.token, lab.log, lab.process)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=[*QUIET, *words]
        )
        with contextlib.closing(browser), LivePage(browser, place, "ask.ipynb") as page:
            page.page.set_viewport_size({"width": 1280, "height": 520})
            page.run()
            yield page
            assert page.page_errors == []


def reads(page, state, folder):
    """Wait until the kernel knows of a state; hold the page's words against what they must say."""
    page.wait(f"microphone.state == {state!r}", within_s=WAITS_S)
    words = page.page.locator(".voicelab-words").inner_text()
    assert re.search(WORDS[state], words, re.DOTALL), words
    assert words == page.value("microphone.said")
    page.page.screenshot(path=folder / f"{state.replace(' ', '_')}.png")


def test_from_the_prompt_to_a_device_that_goes_away(lab, tmp_path):
    with opened(lab, *DEVICE) as page:
        reads(page, "prompt", tmp_path)
        page.press("use microphone")
        reads(page, "denied", tmp_path)
        page.page.context.grant_permissions(["microphone"])
        reads(page, "granted", tmp_path)  # by itself: nobody loads the page again
        page.page.evaluate(f"() => {{ {KEPT} }}")
        page.press("use microphone")
        reads(page, "listening", tmp_path)
        page.page.evaluate(UNPLUG)
        reads(page, "ended", tmp_path)
        page.page.evaluate(f"() => {{ {BUSY} }}")
        page.press("use microphone")
        reads(page, "device busy", tmp_path)


def test_without_a_device(lab, tmp_path):
    with opened(lab) as page:
        reads(page, "no device", tmp_path)


def test_opened_through_http_from_another_machine(lab, tmp_path):
    with opened(lab, *DEVICE, name=NAME) as page:
        reads(page, "insecure page", tmp_path)
        assert not page.page.get_by_role("button", name="use microphone").is_visible()


def test_inside_a_page_that_does_not_pass_the_microphone_on(lab, tmp_path):
    with opened(lab, *DEVICE) as outer:
        notebook = outer.page.url
        outer.page.goto(f"{lab.url}/login")
        outer.page.set_content(
            f"""<iframe src="{notebook}" allow="microphone 'none'" width="1200" height="500">"""
        )
        frame = outer.page.frames[1]
        frame.wait_for_url(notebook)
        frame.wait_for_function(READY)
        frame.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        said = frame.locator(".voicelab-words", has_text="inside another page")
        said.wait_for(timeout=1000 * WAITS_S)
        assert re.search(WORDS["frame without permission"], said.inner_text(), re.DOTALL)
        outer.page.screenshot(path=tmp_path / "frame_without_permission.png")
