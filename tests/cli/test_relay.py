"""``voicelab relay``, as one starts it: in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from typer.testing import CliRunner
from websockets.sync.client import connect

from voicelab.cli import app

ORIGIN = "https://app.example"
KEY = "planted-key-0123456789abcdef"


class Started:
    """The command, until its URL is there."""

    def __init__(self, *arguments, **environ):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "voicelab", "relay", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environ},
        )
        self.url = self.process.stdout.readline().strip()

    def __enter__(self):
        assert self.url.startswith("http://"), self.process.communicate()[1]
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def page(self, **settings):
        url = self.url.replace("http", "ws") + "/api/voice"
        return connect(url, origin=ORIGIN, proxy=None, **settings)

    def get(self, path):
        with urllib.request.urlopen(self.url + path) as answer:
            return answer.read().decode()

    def status(self, path):
        try:
            self.get(path)
        except urllib.error.HTTPError as refused:
            return refused.code
        return 200

    def stopped(self):
        self.process.send_signal(signal.SIGTERM)
        return *self.process.communicate(timeout=40), self.process.returncode


def test_a_page_talks_until_sigterm_which_waits_for_it(tmp_path):
    site, logs = tmp_path / "page", tmp_path / "logs"
    arguments = ["--origin", ORIGIN, "--serve", str(site), "--logs", str(logs), "--resume"]
    with Started(*arguments, MAX_CONCURRENT_SESSIONS="4") as relay:
        with relay.page() as page:
            assert json.loads(page.recv())["type"] == "session.created"
            assert "Talk to the agent" in relay.get("/")
            assert "voicelab-player" in relay.get("/player-worklet.js")
            health = json.loads(relay.get("/health"))
            assert health["gate"]["calls"] == 1
            relay.process.send_signal(signal.SIGTERM)
            while relay.status("/health") != 503:
                pass
            page.send('{"type": "response.create"}')
            while json.loads(page.recv())["type"] != "response.created":
                pass
        out, err = relay.process.communicate(timeout=40)
    assert relay.process.returncode == 0
    assert out == ""
    assert "call 1 ends" in err
    assert "Traceback" not in err
    (log,) = logs.iterdir()
    assert "response.created" in log.read_text("utf-8")


def test_the_environment_says_how_many_sessions_and_the_share_is_taken():
    arguments = ["--origin", ORIGIN, "--places", "0", "--relays", "3", "--index", "2"]
    with Started(*arguments, MAX_CONCURRENT_SESSIONS="4") as relay, relay.page() as first:
        first.recv()
        with relay.page() as second:
            error = json.loads(second.recv())["error"]
        assert (error["code"], error["place"]) == ("rate_limit_exceeded", 1)


def test_a_key_in_the_environment_opens_nothing_and_is_printed_nowhere(tmp_path):
    """The real service by name, at an address that does not answer."""
    environ = {"AZURE_VOICELIVE_API_KEY": KEY, "OPENAI_API_KEY": KEY}
    with Started("--origin", ORIGIN, **environ) as relay:
        with relay.page() as page:
            assert json.loads(page.recv())["type"] == "session.created"
        told = relay.stopped()
    assert "the embedded service" in told[1]
    assert KEY not in str(told)
    environ["AZURE_VOICELIVE_ENDPOINT"] = "http://127.0.0.1:9"
    arguments = ["--origin", ORIGIN, "--upstream", "service", "--logs", str(tmp_path / "logs")]
    with Started(*arguments, **environ) as relay:
        with relay.page() as page:
            told = page.recv()
        told = (told, *relay.stopped())
    assert json.loads(told[0])["error"]["code"] == "connection_error"
    assert KEY not in str(told)
    assert not re.search(KEY, "".join(each.read_text() for each in (tmp_path / "logs").iterdir()))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "--origin must name the page"),
        (["--origin", "*"], "asked for twice"),
        (["--origin", "https://app.example/"], "leave path"),
        (["--origin", ORIGIN, "--upstream", "wss://example.com/x"], "target must be"),
        (["--origin", ORIGIN, "--sessions", "0"], "sessions must be at least 1"),
        (["--origin", ORIGIN, "--relays", "40"], "run fewer relays"),
        (["--origin", ORIGIN, "--events", "some"], "must be off, observe or enforce"),
        (["--origin", ORIGIN, "--allow", "session.created"], "must be a client event"),
        (["--origin", ORIGIN, "--faults", "drop", "--upstream", "ws://127.0.0.1:9"], "--faults"),
        (["--origin", ORIGIN, "--faults", "explode"], "a fault must be one of"),
        (["--origin", ORIGIN, "--config", "absent.json"], "absent.json"),
    ],
)
def test_what_a_user_can_mend_is_one_sentence_and_exit_code_2(arguments, sentence):
    result = CliRunner().invoke(app, ["relay", *arguments])
    assert result.exit_code == 2
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_listening_beyond_this_machine_is_said_loudly():
    with Started("--origin", ORIGIN, "--host", "0.0.0.0") as relay:
        _, err, _ = relay.stopped()
    assert "LISTENING ON 0.0.0.0" in err
