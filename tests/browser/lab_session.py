"""A real JupyterLab with a real browser in front of it, as ``voicelab lab`` starts them.

The server listens on loopback, on a free port, behind a token; what Jupyter
would keep of it (settings, workspaces, runtime files) goes to a temporary folder.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 60
RUNS_WITHIN_S = 240
REDRAWS_WITHIN_S = 20
ERRORS = ", ".join(
    [
        "[data-mime-type='application/vnd.jupyter.stderr']",
        "[data-mime-type='application/vnd.jupyter.error']",
        ".jp-widgets-error",
        ".jupyter-widgets-error-widget",
    ]
)

SOURCES = "() => [...document.querySelectorAll('img.widget-image')].map(image => image.src)"
READY = """() => {
    const shown = window.jupyterapp?.shell.currentWidget;
    return shown?.context?.isReady && shown.isRevealed !== false
        && shown.sessionContext.session?.kernel?.status === "idle"
        && document.querySelector(".jp-Notebook .jp-CodeCell .jp-InputPrompt") !== null;
}"""
# Every code cell has its number; after an error the rest of them stay without one.
ALL_RAN = """() => {
    const numbers = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
        .map(prompt => prompt.textContent);
    const failed = document.querySelector("[data-mime-type='application/vnd.jupyter.error']");
    return numbers.length > 0 && !numbers.some(number => number.includes("*"))
        && (failed || numbers.every(number => /[0-9]/.test(number)));
}"""


@dataclass(frozen=True)
class Lab:
    """A server: its address, its token, what it said, and the process behind it."""

    url: str
    token: str
    log: Path
    process: subprocess.Popen

    def api(self, path):
        """Ask the server, as a program would."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}", headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def started_lab(*words, cwd, python=sys.executable):
    """Run ``voicelab lab`` with some words until the block ends."""
    with tempfile.TemporaryDirectory() as kept, (Path(kept) / "log.txt").open("w") as log:
        keyboard, terminal = os.openpty()
        port = free_port()
        token = secrets.token_hex(16)
        settings = Path(kept) / "settings" / "@jupyterlab" / "apputils-extension"
        settings.mkdir(parents=True)
        (settings / "notification.jupyterlab-settings").write_text(
            '{"fetchNews": "false", "checkForUpdates": false}'
        )
        process = subprocess.Popen(
            [
                *(python, "-m", "voicelab", "lab", *map(str, words), "--no-browser"),
                *("--allow-root", f"--port={port}", "--ServerApp.port_retries=0"),
                "--expose-app-in-browser",
            ],
            cwd=cwd,
            env={
                **os.environ,
                "JUPYTER_TOKEN": token,
                "JUPYTER_CONFIG_DIR": f"{kept}/config",
                "JUPYTER_RUNTIME_DIR": f"{kept}/runtime",
                "JUPYTERLAB_SETTINGS_DIR": f"{kept}/settings",
                "JUPYTERLAB_WORKSPACES_DIR": f"{kept}/workspaces",
                "IPYTHONDIR": f"{kept}/ipython",
            },
            stdin=terminal,  # Jupyter minds Ctrl-C only where somebody could have pressed it
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        lab = Lab(f"http://127.0.0.1:{port}", token, Path(log.name), process)
        try:
            wait_until_it_answers(lab)
            yield lab
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(keyboard)
            os.close(terminal)


def wait_until_it_answers(lab):
    until = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            return lab.api("status")
        except OSError:
            if lab.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"JupyterLab did not start:\n{lab.log.read_text()}") from None
            time.sleep(0.1)


@contextlib.contextmanager
def chromium():
    """Start Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()


class NotebookPage:
    """One notebook in one page of JupyterLab."""

    def __init__(self, browser, lab, name):
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page_errors: list[str] = []
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))
        workspace = secrets.token_hex(4)  # or JupyterLab asks which of two pages is to have it
        self.page.goto(f"{lab.url}/lab/workspaces/{workspace}/tree/{name}?token={lab.token}")
        self.wait_until_ready()

    def wait_until_ready(self):
        """Wait for the notebook and its kernel."""
        self.page.wait_for_function(READY, timeout=1000 * STARTS_WITHIN_S)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.close()

    def run(self):
        """Run all cells, to the end."""
        self.command("notebook:run-all-cells")
        self.wait_until_all_ran()

    def wait_until_all_ran(self):
        """Wait for the last cell, or the first error."""
        self.page.wait_for_function(ALL_RAN, timeout=1000 * RUNS_WITHIN_S)

    def command(self, name):
        """Let JupyterLab do what one of its menus does."""
        self.page.evaluate("name => { window.jupyterapp.commands.execute(name); }", name)

    @property
    def errors(self):
        """What went wrong, as the reader sees it."""
        return [*self.page.locator(ERRORS).all_inner_texts(), *self.page_errors]

    @property
    def pictures(self):
        """The panels' pictures."""
        return self.page.locator("img.widget-image")

    @property
    def empty_dropdowns(self):
        """How many dropdowns show no choice, as one does whose value is None."""
        return self.page.evaluate(
            "[...document.querySelectorAll('.widget-dropdown select')]"
            ".filter(dropdown => dropdown.selectedIndex < 0).length"
        )

    @property
    def picture_sources(self):
        """What the panels' pictures show; another picture has another source."""
        return self.page.evaluate(SOURCES)

    def wait_for_other_pictures(self, before):
        """Wait until one of the pictures is another."""
        changed = f"before => JSON.stringify(({SOURCES})()) !== JSON.stringify(before)"
        self.page.wait_for_function(changed, arg=before, timeout=1000 * REDRAWS_WITHIN_S)

    @property
    def sliders(self):
        """The panels' sliders."""
        return self.page.locator(".widget-hslider")

    def show_panel(self, selector=None):
        """Scroll a panel to the top, the first unless told; let the page come to rest."""
        for _ in range(2):  # cells above get their height only when they are first seen
            first = self.sliders.or_(self.page.locator(".jupyter-widgets"))
            panel = (self.page.locator(selector) if selector else first).first
            panel.evaluate("widget => widget.closest('.jp-Cell').scrollIntoView()")
            self.page.wait_for_timeout(1000)

    def drag(self, slider, share, *, steps=4):
        """Drag a slider's handle to a share of its way, as a hand does."""
        slider.scroll_into_view_if_needed()
        track = slider.locator(".noUi-base").bounding_box()
        handle = slider.locator(".noUi-handle").bounding_box()
        y = handle["y"] + handle["height"] / 2
        self.page.mouse.move(handle["x"] + handle["width"] / 2, y)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + share * track["width"], y, steps=steps)
        self.page.mouse.up()
