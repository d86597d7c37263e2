"""One Chromium a session, one loopback server, and no network beyond it."""

import contextlib
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from voicelab.export.worklet import WORKLET_FILES, worklet_source
from voicelab.views.browser.assembly import joined

HERE = Path(__file__).parent
CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
QUIET += ["--no-sandbox", "--disable-gpu", "--no-first-run"]
QUIET += ["--autoplay-policy=no-user-gesture-required"]


TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html"}


class Handler(SimpleHTTPRequestHandler):
    """The files beside this one; as they ship, ``/worklet/`` and the widgets in ``/widget/``."""

    def guess_type(self, path):
        return TYPES.get(Path(path).suffix, "application/octet-stream")

    def do_GET(self):
        _, place, *name = self.path.split("/")
        if place == "widget":
            octets = joined(*name).encode()
        elif place == "worklet" and name[0] in WORKLET_FILES:
            octets = worklet_source(*name).encode()
        else:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript")
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        return self.wfile.write(octets)

    def log_message(self, *words):
        pass


@pytest.fixture(scope="module")
def site():
    """Where the test pages are served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(HERE)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    """A browser without a window."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), headless=True, args=QUIET
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, site):
    """An empty page of the site; it can reach nothing but loopback."""
    context = chromium.new_context()
    context.route("**/*", _only_loopback)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site}/empty.html")
    yield page
    with contextlib.suppress(Exception):
        context.close()
    assert complaints == []


def _only_loopback(route):
    if route.request.url.startswith("http://127.0.0.1:"):
        route.continue_()
    else:
        route.abort()
