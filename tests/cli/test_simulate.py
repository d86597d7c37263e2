"""``voicelab simulate``: it prints its URL, plays the service, and stops when told."""

import asyncio
import json
import signal
import subprocess
import sys

import pytest
from typer.testing import CliRunner
from websockets.asyncio.client import connect

from voicelab.cli.main import app
from voicelab.cli.simulate import simulate

PROGRAM = "import sys, voicelab.cli.simulate as verb; verb.app()"


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_url_once_it_listens_and_stops_by_signal(stop):
    command = [sys.executable, "-c", PROGRAM, "simulate", "--faults", "error:server_error@0s"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
        url = service.stdout.readline().strip()

        async def greeting():
            async with connect(f"{url}/voice-live/realtime", proxy=None) as peer:
                return [json.loads(await peer.recv())["type"] for _ in range(2)]

        try:
            heard = asyncio.run(greeting())
            service.send_signal(stop)
            assert service.wait(timeout=10) == 0
        finally:
            service.kill()  # leaving the block waits for it, however it came here
    assert heard == ["session.created", "error"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--faults", "explode", "a fault must be one of drop"),
        ("--profile", "none", "profile must be one of"),
        ("--detector", "owl", "detector must be one of"),
        ("--speed", "0", "speed must lie above 0"),
        ("--link", "string", "got 'string'"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(option, value, said):
    assert simulate.__doc__
    result = CliRunner().invoke(app, ["simulate", option, value])
    assert result.exit_code == 2
    assert said in result.stderr
