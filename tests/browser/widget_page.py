"""A microphone's widget in a page of its own, with a model that stands in for JupyterLab."""

from conftest import CHROMIUM, QUIET

from voicelab.views import Microphone
from voicelab.views.browser.assembly import source

SHOW = """async ({ state, style }) => {
    const { show } = await import("/widget.mjs");
    const sheet = document.createElement("style");
    sheet.textContent = style;
    document.head.append(sheet);
    await show("/widget/microphone.js", state);
}"""


def launched(chromium, *words):
    """Start Chromium without a window."""
    return chromium.launch(executable_path=str(CHROMIUM), headless=True, args=[*QUIET, *words])


def show(frame, microphone=None):
    """Show a microphone as the kernel would hand it over."""
    state = {
        name: value
        for name, value in (microphone or Microphone()).get_state().items()
        if isinstance(value, str | int | float | list | dict) and not name.startswith("_esm")
    }
    frame.evaluate(SHOW, {"state": state, "style": source("browser.css")})
    return frame


def press(frame, name):
    """Press a button of the widget."""
    frame.get_by_role("button", name=name, exact=True).click()
